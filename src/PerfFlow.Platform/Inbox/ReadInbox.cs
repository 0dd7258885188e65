using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Inbox;

/// <summary>The conditions of the inbox as they stand in the address.</summary>
public sealed record InboxQuery
{
    /// <summary>all, soon, overdue, resubmitted, returned, fill, review or act.</summary>
    [FromQuery]
    public string? Tab { get; init; }

    /// <summary>all = 全部在办 of the region, for those who see it; else what waits for the caller.</summary>
    [FromQuery]
    public string? Scope { get; init; }

    [FromQuery]
    public string? Node { get; init; }

    [FromQuery]
    public long? Unit { get; init; }

    [FromQuery]
    public int? Round { get; init; }

    /// <summary>A name of <see cref="DueWindows.All"/>.</summary>
    [FromQuery]
    public string? Due { get; init; }

    [FromQuery]
    public string? Text { get; init; }

    /// <summary>due, -due, arrived or -arrived.</summary>
    [FromQuery]
    public string? Sort { get; init; }

    /// <summary>A <see cref="TaskKey"/>: the page begins behind it …</summary>
    [FromQuery]
    public string? From { get; init; }

    /// <summary>… or ends before it, when true.</summary>
    [FromQuery]
    public bool? Back { get; init; }

    [FromQuery]
    public int? Size { get; init; }

    public static readonly InboxQuery Start = new();

    public bool Everything => Scope == "all";

    public int Rows => Size is 50 or 100 ? Size.Value : 20;

    public TaskOrder Order => Sort switch { "-due" => TaskOrder.DueLast, "arrived" => TaskOrder.Arrived, "-arrived" => TaskOrder.ArrivedLast, _ => TaskOrder.Due };
}

/// <summary>A tab with what it holds.</summary>
/// <param name="Count">At most <see cref="TaskList.CountedTo"/>, which stands for 999+.</param>
public sealed record InboxTab(string Name, int Count);

/// <summary>One page of the inbox with its tabs.</summary>
/// <param name="Matching">How many tasks the whole of the conditions lets through.</param>
public sealed record InboxView(
    IReadOnlyList<InboxTab> Tabs, IReadOnlyList<TaskLine> Lines, IReadOnlyDictionary<long, BatchLook> Looks, int Matching, TaskKey? Previous, TaskKey? Next);

/// <summary>待办: what waits for a viewer, or all that is under way in the region.</summary>
public sealed class ReadInbox(TaskList list, TaskLines lines, RowLooks looks, DueWindows windows, DefinitionCatalog catalog, IDbContextFactory<PlatformDb> databases)
{
    public async Task<InboxView> RunAsync(Viewer viewer, InboxQuery query, CancellationToken ct)
    {
        var scope = ScopeOf(viewer, query);
        var names = Tabs(viewer, scope);
        var filter = FilterOf(viewer, query);
        var order = scope.Region && query.Order is TaskOrder.Arrived or TaskOrder.ArrivedLast ? TaskOrder.Due : query.Order;
        var request = new TaskPageRequest(filter, order, query.Rows, TaskKey.Parse(query.From), query.Back ?? false);
        var (page, counts) = await list.ReadAsync(scope, request, [.. names.Select(n => TabFilter(viewer, n)), filter], ct);
        return new InboxView(
            [.. names.Select((n, i) => new InboxTab(n, counts[i]))],
            [.. (await lines.OfAsync(page.Items, viewer.RegionId, ct))
                .Select(l => viewer.StandingInFor(l.Task.PersonId, l.Task.Role, l.Task.OrganisationId) is { } absent ? l with { OnBehalfOf = absent.Name } : l)],
            await looks.OfAsync(viewer, page.Items, ct),
            counts[^1],
            page is { HasPrevious: true, Items: [var first, ..] } ? first.KeyIn(order) : null,
            page is { HasNext: true, Items: [.., var last] } ? last.KeyIn(order) : null);
    }

    /// <summary>Whose tasks the query asks for.</summary>
    public static TaskScope ScopeOf(Viewer viewer, InboxQuery query) => query.Everything ? TaskScope.All(viewer) : TaskScope.Mine(viewer);

    /// <summary>All conditions of the query as one filter.</summary>
    public TaskFilter FilterOf(Viewer viewer, InboxQuery query)
    {
        var filter = TabFilter(viewer, query.Tab ?? "all");
        if (query.Due is { Length: > 0 } due)
        {
            var window = windows.Apply(viewer.RegionId, TaskFilter.None, due);
            filter = filter with { DueFrom = Later(filter.DueFrom, window.DueFrom), DueTo = Earlier(filter.DueTo, window.DueTo) };
        }

        return filter with
        {
            Node = query.Node is { Length: > 0 } node ? node : null,
            UnitId = query.Unit,
            Round = query.Round is > 0 and var round ? Math.Min(round, 3) : null,
            Text = string.IsNullOrWhiteSpace(query.Text) ? null : query.Text.Trim()[..Math.Min(query.Text.Trim().Length, 60)],
        };
    }

    /// <summary>Steps that may lie in the list, by the roles that hold them.</summary>
    public IReadOnlyList<(string Node, string Name)> Steps(Viewer viewer, TaskScope scope)
    {
        var roles = scope.Posts.Select(p => p.Role).ToHashSet(StringComparer.Ordinal);
        return [.. ((string[])["notice", .. NoticeKinds.All])
            .SelectMany(id => catalog.StepsOf(catalog.Newest(viewer.RegionId, id)))
            .Where(s => scope.Region || roles.Contains(s.Role) || (s.Role == Roles.Unit && roles.Contains(Roles.UnitHead)))
            .Select(s => (s.ActivityId, s.Name))];
    }

    /// <summary>The bodies that the list may be narrowed to: a section's departments, a department's units.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> UnitsAsync(Viewer viewer, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (today, region, reach) = (viewer.Today, viewer.RegionId, viewer.Reach);
        var bodies = db.Organisations.AsNoTracking().Where(o => o.RegionId == region && o.ValidFrom <= today && (o.ValidTo == null || o.ValidTo > today));
        var (sections, departments, units) = (reach.Sections, reach.Departments, reach.Units);
        bodies = reach.AllCases
            ? bodies.Where(o => o.Kind == BodyKind.Department || o.Kind == BodyKind.Town)
            : bodies.Where(o => departments.Contains(o.Id) || units.Contains(o.Id) || (o.DepartmentId != null && departments.Contains(o.DepartmentId.Value))
                || db.SectionMappings.Any(m => m.DepartmentId == o.Id && sections.Contains(m.SectionId) && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today)));
        var found = await bodies.OrderBy(o => o.Code).Select(o => new { o.Id, o.Name }).Take(500).ToListAsync(ct);
        return found.ConvertAll(o => (o.Id, o.Name));
    }

    private TaskFilter TabFilter(Viewer viewer, string tab) => tab switch
    {
        "soon" or "overdue" => windows.Apply(viewer.RegionId, TaskFilter.None, tab),
        "resubmitted" => TaskFilter.None with { Resubmitted = true },
        "returned" => TaskFilter.None with { Returned = true },
        "fill" or "review" or "act" => TaskFilter.None with { Kind = tab },
        _ => TaskFilter.None,
    };

    // A kind is offered only where the viewer's roles hold steps of several: a section reviewer's list is all of one kind.
    private IReadOnlyList<string> Tabs(Viewer viewer, TaskScope scope)
    {
        var roles = scope.Posts.Select(p => p.Role).ToHashSet(StringComparer.Ordinal);
        var kinds = ((string[])["notice", .. NoticeKinds.All])
            .SelectMany(id => catalog.StepsOf(catalog.Newest(viewer.RegionId, id)))
            .Where(s => scope.Region || roles.Contains(s.Role))
            .Select(s => s.Kind).Distinct(StringComparer.Ordinal).ToList();
        var tabs = new List<string> { "all", "soon", "overdue" };
        if (kinds.Contains("review", StringComparer.Ordinal))
        {
            tabs.Add("resubmitted");
        }

        tabs.Add("returned");
        if (!scope.Region && kinds.Count > 1)
        {
            tabs.AddRange(((string[])["fill", "review", "act"]).Where(k => kinds.Contains(k, StringComparer.Ordinal)));
        }

        return tabs;
    }

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
