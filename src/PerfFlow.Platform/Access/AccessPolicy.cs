using System.Linq.Expressions;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Access;

/// <summary>
/// The one answer to "which rows, which acts, and if not why not", for list, detail, export, API, search and file
/// download (design.md decision 11; domain.md §1 V1–V4). What a viewer does not see does not exist for them: the
/// refusal is "not found". What they see but may not do is "forbidden" and names the right and who grants it.
/// </summary>
public static class AccessPolicy
{
    private enum Where
    {
        /// <summary>Anywhere in the region.</summary>
        Region,

        Section,

        Department,

        Unit,
    }

    /// <summary>Every right, who holds it, and which side of the thing must be theirs.</summary>
    private static readonly Dictionary<Right, (Where Where, string[] Roles)[]> Grants = new()
    {
        [Right.SeeDraft] = [(Where.Unit, [Roles.Unit, Roles.UnitHead])],
        [Right.Fill] = [(Where.Unit, [Roles.Unit, Roles.UnitHead])],
        [Right.Reassign] = [(Where.Unit, [Roles.UnitHead]), (Where.Region, [Roles.Performance])],
        [Right.ReviewAsDepartment] = [(Where.Department, [Roles.Department])],
        [Right.ReviewAsSection] = [(Where.Section, [Roles.Section])],
        [Right.ReviewAsPerformance] = [(Where.Region, [Roles.Performance])],
        [Right.ManageNotices] = [(Where.Region, [Roles.Performance])],
        [Right.SignNotices] = [(Where.Region, [Roles.Leader])],
        [Right.Nudge] = [(Where.Region, [Roles.Performance]), (Where.Section, [Roles.Section]), (Where.Department, [Roles.Department])],
        [Right.Extend] = [(Where.Region, [Roles.Performance])],
        [Right.Waive] = [(Where.Region, [Roles.Performance])],
        [Right.Void] = [(Where.Region, [Roles.Performance])],
        [Right.Reopen] = [(Where.Region, [Roles.Performance, Roles.Leader]), (Where.Section, [Roles.Section])],
        [Right.OrderRectification] = [(Where.Region, [Roles.Performance]), (Where.Section, [Roles.Section])],
        [Right.ProposeResult] = [(Where.Region, [Roles.Performance]), (Where.Section, [Roles.Section])],
        [Right.ImportProjects] = [(Where.Region, [Roles.Performance, Roles.Budget])],
        [Right.ManageOrganisation] = [(Where.Region, [Roles.Administrator])],
        [Right.ManageAccounts] = [(Where.Region, [Roles.Administrator])],
        [Right.GrantRoles] = [(Where.Region, [Roles.SecurityAdministrator])],
        [Right.HandOverLeavers] = [(Where.Region, [Roles.SecurityAdministrator])],
        [Right.ManageParameters] = [(Where.Region, [Roles.Administrator, Roles.Performance])],
        [Right.ManageDelivery] = [(Where.Region, [Roles.Administrator])],
        [Right.SearchCases] = [(Where.Region, [.. Roles.Finance])],
        [Right.OperateCases] = [(Where.Region, [Roles.Administrator])],
        [Right.PublishDefinitions] = [(Where.Region, [Roles.Administrator])],
        [Right.ReadSecurityLog] = [(Where.Region, [Roles.AuditAdministrator])],
    };

    /// <summary>The rows that exist for this viewer. Every list, export, search and count starts here.</summary>
    public static IQueryable<T> VisibleTo<T>(this IQueryable<T> rows, Viewer viewer, Matter matter = Matter.Case)
        where T : class, IScoped
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var region = viewer.RegionId;
        var reach = viewer.Reach;
        if (reach.All(matter))
        {
            return rows.Where(r => r.RegionId == region);
        }

        var (sections, departments, units) = (reach.Sections, reach.Departments, reach.Units);
        return rows.Where(r => r.RegionId == region
            && (sections.Contains(r.SectionId) || departments.Contains(r.DepartmentId) || units.Contains(r.UnitId)));
    }

    /// <summary>Narrower than <see cref="VisibleTo"/>: rows of the viewer's own units, as drafts are (V4).</summary>
    public static IQueryable<T> OwnedBy<T>(this IQueryable<T> rows, Viewer viewer)
        where T : class, IScoped
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var (region, units) = (viewer.RegionId, viewer.Reach.Units);
        return rows.Where(r => r.RegionId == region && units.Contains(r.UnitId));
    }

    /// <summary>The viewer's inbox: tasks of a role they hold at a body, those handed to them by name, and those of whom they stand in for.</summary>
    public static IQueryable<TaskRow> HeldBy(this IQueryable<TaskRow> tasks, Viewer viewer)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var (region, user) = (viewer.RegionId, viewer.UserId);
        Expression<Func<TaskRow, bool>> mine = t => t.PersonId == user;
        foreach (var post in viewer.Posts.GroupBy(p => p.Role))
        {
            var role = post.Key;
            var bodies = post.Select(p => p.OrganisationId).ToArray();
            Expression<Func<TaskRow, bool>> held = t => t.PersonId == null && t.Role == role && bodies.Contains(t.OrganisationId);
            mine = Or(mine, held);
        }

        foreach (var absent in viewer.StandsInFor)
        {
            var (person, role, body) = (absent.PersonId, absent.Role, absent.OrganisationId);
            Expression<Func<TaskRow, bool>> reserved = t => t.PersonId == person && t.Role == role && t.OrganisationId == body;
            mine = Or(mine, reserved);
        }

        return tasks.Where(t => t.RegionId == region).Where(mine);
    }

    /// <summary>The thing exists for this viewer.</summary>
    public static bool Sees(this Viewer viewer, IScoped thing, Matter matter = Matter.Case)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(thing);
        return thing.RegionId == viewer.RegionId && viewer.Reach.Covers(thing, matter);
    }

    /// <summary>
    /// May the viewer do this, to this thing or, without one, in the region at all (is the button shown)?
    /// Null = yes. A thing out of sight is refused as not found, whatever the right.
    /// </summary>
    public static Refusal? May(this Viewer viewer, Right right, IScoped? thing = null, Matter matter = Matter.Case)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (thing is not null && !viewer.Sees(thing, matter))
        {
            return Refusal.NotFound();
        }

        if (right == Right.See || Granted(viewer, right, thing))
        {
            return null;
        }

        return right == Right.SeeDraft
            ? Refusal.NotFound()
            : Refusal.Forbidden(Rights.RefusalCode(right));
    }

    /// <summary>
    /// May the viewer decide this open task? <paramref name="filledIt"/> is true when the viewer took part in
    /// filling the item: who fills never reviews (domain.md §1, segregation).
    /// </summary>
    public static Refusal? MayDecide(this Viewer viewer, TaskRow task, bool filledIt)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(task);
        if (!TaskHolder.Holds(viewer.Has(task.Role, task.OrganisationId), task.PersonId, viewer.UserId, viewer.StandingInFor(task)?.PersonId))
        {
            return viewer.Sees(task)
                ? Refusal.Forbidden("task-not-yours")
                : Refusal.NotFound();
        }

        return filledIt && task.Kind == "review" ? Refusal.Forbidden("filler-never-reviews") : null;
    }

    private static bool Granted(Viewer viewer, Right right, IScoped? thing) =>
        Grants[right].Any(grant => grant.Roles.Any(role => thing is null || grant.Where == Where.Region
            ? viewer.Has(role)
            : viewer.Has(role, grant.Where switch
            {
                Where.Section => thing.SectionId,
                Where.Department => thing.DepartmentId,
                _ => thing.UnitId,
            })));

    private static Expression<Func<T, bool>> Or<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right)
    {
        var body = new Rebind(right.Parameters[0], left.Parameters[0]).Visit(right.Body);
        return Expression.Lambda<Func<T, bool>>(Expression.OrElse(left.Body, body), left.Parameters);
    }

    private sealed class Rebind(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
