using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Operations;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>A decision that can be taken back, or why not.</summary>
/// <param name="Visit">The visit that was decided.</param>
/// <param name="Seen">Somebody has opened what it led to; that is no hindrance, and is said before the click.</param>
public sealed record Takeable(int Visit, string Role, long OrganisationId, string Step, bool Seen, Refusal? WhyNot);

/// <summary>
/// 取回: a reviewer takes back their own last decision while nobody has acted on it. That somebody has looked at it is no hindrance:
/// that is the difference to 撤回. What was filed is withdrawn, and what has ended is reopened.
/// </summary>
public sealed class TakeBackDecision(FilingCases filings, WorkflowRunner runner, DefinitionCatalog catalog, IDbContextFactory<PlatformDb> databases)
{
    private static readonly string[] Decisions = ["Complete", "ReturnTo"];

    /// <summary>The reader's last decision of the case; null where there is none of a review.</summary>
    public async Task<Takeable?> FindAsync(Viewer viewer, FilingCase filing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(filing);
        var row = filing.Case;
        if (row.Status != InstanceStatus.Running)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var last = await db.Journal.AsNoTracking().Where(j => j.CaseId == row.Id && j.ActorId == viewer.UserId && Decisions.Contains(j.Act)).OrderByDescending(j => j.Seq)
            .Select(j => new { j.Visit, j.Node, j.Role, j.OrganisationId }).FirstOrDefaultAsync(ct);
        if (last?.Node is not { } node || filing.StepOf(node) is { Kind: "fill" } || await CaseCourse.ReadAsync(db, catalog, viewer, row.Id, Matter.Case, ct) is not { Ok: true, Value: var course })
        {
            return null;
        }

        var code = LegalActs.For(course.Instance, last.Visit).Single(act => act.Name == "TakeBack").RefusalCode;
        var refusal = !viewer.Has(last.Role, last.OrganisationId) ? Refusal.Forbidden("task-not-yours") : code is null ? null : Refusal.Conflict(code);
        return new Takeable(last.Visit, last.Role, last.OrganisationId, filing.StepOf(node)?.Name ?? node, course.Tasks.Any(t => t.OpenedBy == last.Visit && t.OpenedAt is not null), refusal);
    }

    /// <summary>Refusals: not-found, visit-closed (no such decision of one's own), already-acted, reason-too-short.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, int visit, string reason, Guid commandId, CancellationToken ct)
    {
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        if (await FindAsync(viewer, found.Value, ct) is not { } decision || decision.Visit != visit)
        {
            return Refusal.Conflict("visit-closed");
        }

        if ((decision.WhyNot ?? HeldStep.CheckReason(reason)) is { } refusal)
        {
            return refusal;
        }

        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.TakeBack(visit),
                Actor = new Actor(viewer.UserId, decision.Role, decision.OrganisationId),
                Rows = [ActReason.Of("TakeBack", reason.Trim())],
            },
            ct);
    }
}
