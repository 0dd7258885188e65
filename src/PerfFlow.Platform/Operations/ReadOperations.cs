using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>A case as an operator sees it: by number, unit and project code, never by what was filed.</summary>
public sealed record CaseHeading(long CaseId, int Revision, string Definition, int Version, string Unit, string Code, InstanceStatus Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>An open step.</summary>
public sealed record OpenStep(int Visit, string Step, string Role, string Body, string? Person, DateTimeOffset Since, DateTimeOffset? Due);

/// <summary>An activity that failed.</summary>
public sealed record IncidentLine(string ActivityId, string Message);

/// <summary>An operation that could be chosen; a refusal says why it cannot.</summary>
public sealed record OperationChoice(string Act, int Visit, string? Target, string? Outcome, string Step, Refusal? WhyNot);

/// <summary>The page of an operator: where the case stands and what can be done.</summary>
public sealed record OperationsView(CaseHeading Case, IReadOnlyList<OpenStep> Open, IReadOnlyList<IncidentLine> Incidents, IReadOnlyList<OperationChoice> Choices);

/// <summary>One operation, before it is done.</summary>
/// <param name="Then">What it would make of the case; null where the engine refuses without further values.</param>
/// <param name="AsksDue">The definition takes the due day from outside and has none.</param>
/// <param name="Variables">What could be corrected before, as JSON.</param>
public sealed record OperationPreview(CaseHeading Case, Operation Operation, string Step, Prospect? Then, bool AsksDue, IReadOnlyList<(string Name, string Json)> Variables, IReadOnlyList<IncidentLine> Incidents);

/// <summary>A case that waits for repair.</summary>
public sealed record IncidentRow(long CaseId, string Definition, string Unit, string Code, string Activity, string Message, DateTimeOffset Since);

/// <summary>Reads what an operator may do.</summary>
public sealed class ReadOperations(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, Foresight foresight, OperateCase operate)
{
    /// <summary>More incidents than this at once have one cause.</summary>
    private const int Most = 200;

    /// <summary>Refusals: not-found, right-operate-cases.</summary>
    public async Task<Outcome<OperationsView>> RunAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await FindAsync(db, viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var course = found.Value;
        var bodies = course.Tasks.Select(t => t.OrganisationId).ToList();
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var people = course.Tasks.Select(t => t.PersonId).OfType<long>().ToList();
        var persons = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return new OperationsView(
            await HeadingAsync(db, course, ct),
            [.. course.Tasks.Select(t => new OpenStep(t.Visit, course.StepName(t.Node), t.Role, names.GetValueOrDefault(t.OrganisationId, ""), t.PersonId is { } p ? persons.GetValueOrDefault(p) : null, t.VisitOpenedAt, t.DueAt))],
            course.Instance.Status == InstanceStatus.Faulted ? Incidents(course) : [],
            Choices(course));
    }

    /// <summary>What the operation would do. Refusals: not-found, right-operate-cases, operation-unknown, due-past, variable-json.</summary>
    public async Task<Outcome<OperationPreview>> PreviewAsync(Viewer viewer, long caseId, Operation operation, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await FindAsync(db, viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var course = found.Value;
        if (!Choices(course).Any(c => c.Act == operation.Act && c.WhyNot is null && c.Target == operation.Target && c.Visit == operation.Visit && c.Outcome == operation.Outcome))
        {
            return Refusal.Conflict("operation-not-now");
        }

        var act = operate.ActOf(course, operation);
        if (act.Refusal is { } wrong)
        {
            return wrong;
        }

        var then = await foresight.OfAsync(db, course, act.Value, ct);
        var asks = then is null && operation.Act is CaseOperations.Move or CaseOperations.Skip;
        if (asks)
        {
            var assumed = foresight.Assumed(course, operation.Outcome);
            then = await foresight.OfAsync(db, course, operation.Act == CaseOperations.Move ? new Act.Move(operation.Target!, assumed) : new Act.Skip(operation.Visit, assumed), ct);
        }

        return new OperationPreview(
            await HeadingAsync(db, course, ct), operation, course.StepName(operation.Target ?? course.Tasks.FirstOrDefault(t => t.Visit == operation.Visit)?.Node ?? ""), then, asks,
            operation.Act is CaseOperations.Retry or CaseOperations.Move ? OperateCase.VariablesOf(course) : [], Incidents(course));
    }

    /// <summary>Cases that an expression of their definition stopped, the oldest first. Refusals: right-operate-cases.</summary>
    public async Task<Outcome<IReadOnlyList<IncidentRow>>> IncidentsAsync(Viewer viewer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.OperateCases) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var failed = await db.Cases.AsNoTracking().VisibleTo(viewer, Matter.Course).Where(c => c.Faulted)
            .OrderBy(c => c.EndedAt).ThenBy(c => c.Id).Take(Most).Select(c => c.Id).ToListAsync(ct);
        var rows = new List<IncidentRow>();
        foreach (var id in failed)
        {
            if ((await CaseCourse.ReadAsync(db, catalog, viewer, id, Matter.Course, ct)) is { Ok: true, Value: var course })
            {
                var heading = await HeadingAsync(db, course, ct);
                var last = course.Instance.Incidents.Count > 0 ? course.Instance.Incidents[^1] : new Incident("", "");
                rows.Add(new IncidentRow(id, heading.Definition, heading.Unit, heading.Code, course.StepName(last.ActivityId), last.Message, heading.EndedAt ?? heading.StartedAt));
            }
        }

        return rows;
    }

    private async Task<Outcome<CaseCourse>> FindAsync(PlatformDb db, Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await CaseCourse.ReadAsync(db, catalog, viewer, caseId, Matter.Course, ct);
        return found.Ok && viewer.May(Right.OperateCases, found.Value.Row, Matter.Course) is { } refusal ? refusal : found;
    }

    private static async Task<CaseHeading> HeadingAsync(PlatformDb db, CaseCourse course, CancellationToken ct)
    {
        var row = course.Row;
        var unit = await db.Organisations.Where(o => o.Id == row.UnitId).Select(o => o.Name).FirstOrDefaultAsync(ct) ?? "";
        var code = await db.Projects.Where(p => p.Id == row.ObjectId).Select(p => p.Code).FirstOrDefaultAsync(ct) ?? "";
        return new CaseHeading(row.Id, row.Revision, course.Definition.DefinitionId, course.Definition.Version, unit, code, row.Status, row.StartedAt, row.EndedAt);
    }

    private static IReadOnlyList<IncidentLine> Incidents(CaseCourse course) =>
        [.. course.Instance.Incidents.Select(i => new IncidentLine(course.StepName(i.ActivityId), i.Message))];

    /// <summary>Each step that the definition has, each open step and way to let it go by, end and repair: legal or with the engine's reason.</summary>
    private static List<OperationChoice> Choices(CaseCourse course)
    {
        var choices = new List<OperationChoice>();
        var instance = course.Instance;
        if (instance.Status == InstanceStatus.Faulted)
        {
            choices.Add(new OperationChoice(CaseOperations.Retry, 0, null, null, "", Why(instance, 0, CaseOperations.Retry)));
        }

        choices.AddRange(LegalActs.MoveTargets(instance).Select(t => new OperationChoice(CaseOperations.Move, 0, t.Name, null, course.StepName(t.Name), Of(t.RefusalCode))));
        foreach (var task in course.Tasks)
        {
            var outcomes = LegalActs.SkipOutcomes(instance, task.Visit);
            choices.AddRange(outcomes.Select(o => new OperationChoice(CaseOperations.Skip, task.Visit, null, o, course.StepName(task.Node), Why(instance, task.Visit, CaseOperations.Skip))));
            if (outcomes.Count == 0)
            {
                choices.Add(new OperationChoice(CaseOperations.Skip, task.Visit, null, null, course.StepName(task.Node), Why(instance, task.Visit, CaseOperations.Skip)));
            }
        }

        choices.Add(new OperationChoice(CaseOperations.Cancel, 0, null, null, "", Why(instance, 0, CaseOperations.Cancel)));
        return choices;
    }

    private static Refusal? Why(Instance instance, int visit, string act) => Of(LegalActs.For(instance, visit).Single(a => a.Name == act).RefusalCode);

    private static Refusal? Of(string? code) => code is null ? null : Refusal.Conflict(code);
}
