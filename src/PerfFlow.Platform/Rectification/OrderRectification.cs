using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Rectification;

/// <summary>下达整改 to the unit of one ended case.</summary>
/// <param name="OriginId">The case that found the problems.</param>
/// <param name="Problems">As they are to be rectified; null = those of the origin's last form that lists any.</param>
/// <param name="Due">Null = <c>rectify.report_days</c> calendar days from today, on a working day.</param>
/// <param name="Number">通知文号; may be empty.</param>
/// <param name="CommandId">Answers once.</param>
public sealed record RectificationOrder(long OriginId, IReadOnlyList<FoundProblem>? Problems, DateOnly? Due, string Number, Guid CommandId);

/// <summary>An origin as it can be ordered from, with what is proposed.</summary>
public sealed record OrderProposal(CaseRow Origin, string Source, Projects.Project Project, string Unit, Findings Findings, DateOnly Due)
{
    /// <summary>The number that an order on it would get; counted before it was asked whether one stands.</summary>
    public required int Attempt { get; init; }
}

/// <summary>
/// 下达整改 (domain.md §3.9): an ended case that found problems leads to a rectification of its own. FIN_PERF orders, for a
/// monitoring also the section of the case. One order per origin; another only after it was voided.
/// </summary>
public sealed class OrderRectification(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, DefinitionCatalog catalog, RegionClock clock, ParameterStore parameters)
{
    public const string Definition = "rectification";

    public const int MostProblems = 50;
    public const int LongestText = 2000;
    public const int LongestNumber = 60;

    /// <summary>Origins in one batch.</summary>
    public const int MostOrigins = 200;

    private static readonly string[] NoOrigins = [Definition, "result-application", "notice"];

    /// <summary>An ended case of this kind may find problems.</summary>
    public static bool MayFollow(string definition) => !NoOrigins.Contains(definition);

    /// <summary>Why the viewer may not order from a case of this definition; null when they may.</summary>
    public static Refusal? WhyNot(Viewer viewer, IScoped origin, string definition)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        return viewer.May(Right.OrderRectification, origin)
            ?? (viewer.Has(Roles.Performance) || definition == "monitoring" ? null : Refusal.Forbidden("right-order-rectification"));
    }

    /// <summary>The day proposed: calendar days of the parameter, moved to a working day.</summary>
    public DateOnly ProposedDue(int regionId, int fiscalYear) =>
        parameters.Calendar(regionId).OnWorkingDay(clock.Today(regionId).AddDays(parameters.For(regionId, fiscalYear).Get(ParameterRegister.RectifyReportDays)));

    /// <summary>What the page of an order begins with.</summary>
    public async Task<Outcome<OrderProposal>> ProposeAsync(Viewer viewer, long originId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var origin = await db.Cases.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == originId && c.ObjectId != 0, ct);
        if (origin is null)
        {
            return Refusal.NotFound();
        }

        var source = catalog.IdOf(origin.Definition);
        if (WhyNot(viewer, origin, source) is { } refusal)
        {
            return refusal;
        }

        if (origin.Status != InstanceStatus.Finished || !MayFollow(source))
        {
            return Refusal.Conflict("origin-not-ended");
        }

        // Counted before it is asked whether one stands: an order that comes in between then meets the unique (origin, attempt).
        var attempt = 1 + await db.RectificationOrders.CountAsync(o => o.OriginId == originId, ct);
        if (await db.RectificationOrders.AnyAsync(o => o.OriginId == originId && db.Cases.Any(c => c.Id == o.CaseId && (c.Status == InstanceStatus.Running || c.Status == InstanceStatus.Finished)), ct))
        {
            return Refusal.Conflict("already-ordered");
        }

        var project = await db.Projects.AsNoTracking().FirstAsync(p => p.Id == origin.ObjectId, ct);
        var unit = await db.Organisations.Where(o => o.Id == origin.UnitId).Select(o => o.Name).FirstAsync(ct);
        return new OrderProposal(origin, source, project, unit, await Findings.OfAsync(db, originId, ct), ProposedDue(origin.RegionId, project.FiscalYear)) { Attempt = attempt };
    }

    /// <summary>The new case.</summary>
    public async Task<Outcome<long>> RunAsync(Viewer viewer, RectificationOrder request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(request);
        if (await runner.RepeatedAsync(viewer.UserId, request.CommandId, ct) is { } before)
        {
            return before.CaseId;
        }

        var proposed = await ProposeAsync(viewer, request.OriginId, ct);
        if (proposed.Refusal is { } missing)
        {
            return missing;
        }

        var (origin, source) = (proposed.Value.Origin, proposed.Value.Source);
        var problems = (request.Problems ?? proposed.Value.Findings.Problems).Select(p => p with { Text = p.Text.Trim(), Demand = p.Demand.Trim() }).Where(p => p.Text.Length > 0).ToList();
        var due = request.Due ?? proposed.Value.Due;
        var number = request.Number.Trim();
        if (Check(origin.RegionId, problems, due, number) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        // 归口 of the day of the order; the origin's where the department has none today.
        var section = (await RecipientList.SectionsAsync(db, origin.RegionId, clock.Today(origin.RegionId), ct)).GetValueOrDefault(origin.DepartmentId, origin.SectionId);
        var dueAt = BusinessDay.DueInstant(due);
        var answer = await runner.RunAsync(
            new CaseCommand
            {
                Id = request.CommandId,
                CaseId = (await runner.NewCaseIdsAsync(1, ct))[0],
                Act = new Act.Start(Facts.Of(("due", dueAt), ("needsDepartment", origin.UnitId != origin.DepartmentId), ("problems", problems.Count))),
                Actor = viewer.Has(Roles.Performance) ? Actors.Of(viewer, Roles.Performance) : new Actor(viewer.UserId, Roles.Section, origin.SectionId),
                Seed = new CaseSeed
                {
                    DefinitionId = Definition,
                    RegionId = origin.RegionId,
                    OriginId = origin.Id,
                    UnitId = origin.UnitId,
                    DepartmentId = origin.DepartmentId,
                    SectionId = section,
                    ObjectId = origin.ObjectId,
                },
                Rows =
                [
                    new FeatureRow(RectificationOrderRow.Table.Name, origin.Id, proposed.Value.Attempt, source, number, dueAt),
                    .. problems.Select((p, i) => new FeatureRow(ProblemRow.Table.Name, i + 1, p.Text, p.Demand, p.OriginForm)),
                ],
            },
            ct);
        return answer.Refusal is { Code: "case-exists" } ? Refusal.Conflict("already-ordered") : answer.Then<long>(a => a.CaseId);
    }

    /// <summary>整改通知 to several at once: an outcome for each origin, with the problems that each names itself.</summary>
    public async Task<Outcome<IReadOnlyList<(long OriginId, Outcome<long> Case)>>> RunManyAsync(
        Viewer viewer, IReadOnlyList<long> origins, DateOnly? due, string number, Guid batchId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(origins);
        if (origins.Count is 0 or > MostOrigins)
        {
            return new Refusal("batch-size", MostOrigins);
        }

        var outcomes = new List<(long, Outcome<long>)>();
        foreach (var origin in origins.Distinct())
        {
            outcomes.Add((origin, await RunAsync(viewer, new RectificationOrder(origin, null, due, number, CommandId.Of($"rectify {batchId} {origin}")), ct)));
        }

        return outcomes;
    }

    private Refusal? Check(int regionId, List<FoundProblem> problems, DateOnly due, string number)
    {
        if (problems.Count == 0)
        {
            return new Refusal("problems-required") { Field = "problems" };
        }

        if (problems.Count > MostProblems || problems.Any(p => p.Text.Length > LongestText || p.Demand.Length > LongestText))
        {
            return new Refusal("problems-too-long", MostProblems, LongestText) { Field = "problems" };
        }

        if (number.Length > LongestNumber)
        {
            return new Refusal("order-number-long", LongestNumber) { Field = "number" };
        }

        var today = clock.Today(regionId);
        if (due <= today)
        {
            return new Refusal("return-needs-due", today.AddDays(1)) { Field = "due" };
        }

        var calendar = parameters.Calendar(regionId);
        return calendar.IsWorkingDay(due) ? null : new Refusal("due-on-rest-day", calendar.OnWorkingDay(due)) { Field = "due" };
    }
}
