using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Operations;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>Where a reviewer sends a case back to.</summary>
/// <param name="Target">Activity id of the step.</param>
/// <param name="Straight">Once it is sent on it comes straight back to whoever returned it; else it goes on from there.</param>
/// <param name="Reasons">Codes of return reasons; at least one where something is to be filled in again.</param>
/// <param name="Text">What is wrong, at least ten characters.</param>
/// <param name="Due">The new due day of a step whose due day the definition takes from outside.</param>
public sealed record StepReturn(int Visit, string Target, bool Straight, IReadOnlyList<string> Reasons, string Text, DateOnly? Due);

/// <summary>A step to which the case can go back.</summary>
/// <param name="NeedsDue">It needs a new due day.</param>
/// <param name="Fills">Something is filled in there: reasons are asked for.</param>
public sealed record ReturnTarget(string Node, string Name, bool NeedsDue, bool Fills);

/// <summary>退回到: to any earlier step that the case was at; then on from there, or straight back to the one who returned it.</summary>
public sealed class ReturnToStep(FilingCases filings, WorkflowRunner runner, RegionClock clock, ParameterStore parameters, DefinitionCatalog catalog, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>The steps that an open review can go back to, in the order of the definition; empty for whoever does not hold it.</summary>
    public async Task<IReadOnlyList<ReturnTarget>> TargetsAsync(Viewer viewer, HeldStep held, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(held);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await CaseCourse.ReadAsync(db, catalog, viewer, held.Filing.Case.Id, Matter.Case, ct) is { Ok: true, Value: var course }
            ? Targets(course, held, await VisitedAsync(db, held.Filing.Case.Id, ct))
            : [];
    }

    /// <summary>Refusals: not-found, task-not-yours, visit-closed, not-earlier, return-needs-reason, return-needs-text, return-needs-due, due-on-rest-day.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, StepReturn to, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(to);
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = HeldStep.Of(viewer, await filings.FindAsync(viewer, caseId, ct), to.Visit, clock);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var held = found.Value;
        await using var db = await databases.CreateDbContextAsync(ct);
        var course = await CaseCourse.ReadAsync(db, catalog, viewer, caseId, Matter.Case, ct);
        if (course.Refusal is { } gone)
        {
            return gone;
        }

        var visited = await VisitedAsync(db, caseId, ct);
        if (Targets(course.Value, held, visited).FirstOrDefault(t => t.Node == to.Target) is not { } target)
        {
            return new Refusal("not-earlier") { Field = "target" };
        }

        if (Check(held, target, to) is { } wrong)
        {
            return wrong;
        }

        var (filing, round) = (held.Filing, held.Filing.LastRound?.Round ?? 0);
        var facts = Facts.Of(("outcome", "Return"), ("round", round), ("visited", visited.Cast<object?>().ToArray()));
        var rows = new List<FeatureRow>();
        if (target.NeedsDue)
        {
            var due = BusinessDay.DueInstant(to.Due!.Value);
            facts = facts.With("due", due).With(filing.StepOf(target.Node)!.DueInput!, due);
        }

        if (target.Fills)
        {
            var until = target.NeedsDue ? BusinessDay.DueInstant(to.Due!.Value) : clock.Now(filing.Case.RegionId);
            rows.Add(new FeatureRow(ReturnRow.Table.Name, held.Task.Visit, round, string.Join(',', to.Reasons), to.Text.Trim(), to.Target, until));
        }
        else
        {
            rows.Add(ActReason.Of("ReturnTo", to.Text.Trim()));
        }

        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.ReturnTo(to.Visit, to.Target, to.Straight, HeldStep.By(viewer, held.Task), facts),
                Actor = new Actor(viewer.UserId, held.Task.Role, held.Task.OrganisationId),
                Rows = rows,
            }.SignedBy(viewer, held.Task),
            ct);
    }

    private static List<ReturnTarget> Targets(CaseCourse course, HeldStep held, IReadOnlyList<string> visited) =>
        [.. LegalActs.ReturnTargets(course.Instance, held.Task.Visit, visited).Where(step => step.RefusalCode is null).Select(step => held.Filing.StepOf(step.Name)!)
            .Select(step => new ReturnTarget(step.ActivityId, step.Name, step.DueInput is not null, step.Kind == "fill"))];

    /// <summary>The steps that the case has decided, first ones first. They only grow, so that nothing can move between this look and the act.</summary>
    private static async Task<List<string>> VisitedAsync(PlatformDb db, long caseId, CancellationToken ct) =>
        await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId && j.Act == "Complete" && j.Node != null)
            .GroupBy(j => j.Node!).Select(g => new { Node = g.Key, First = g.Min(j => j.Seq) }).OrderBy(g => g.First).Select(g => g.Node).ToListAsync(ct);

    private Refusal? Check(HeldStep held, ReturnTarget target, StepReturn to)
    {
        if ((target.Fills && to.Reasons.Count == 0) || to.Reasons.Any(reason => ReturnReasons.Find(reason) is null))
        {
            return new Refusal("return-needs-reason") { Field = "reasons" };
        }

        if (to.Text.Trim().Length < DecideReview.MinReturnText)
        {
            return new Refusal("return-needs-text", DecideReview.MinReturnText) { Field = "text" };
        }

        return target.NeedsDue ? DecideReview.CheckDue(to.Due, clock.Today(held.Filing.Case.RegionId), parameters.Calendar(held.Filing.Case.RegionId)) : null;
    }
}
