using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Rectification;

/// <summary>认定拒不整改 (domain.md §3.9): while the unit does not answer, FIN_PERF puts the case before the leader, with the reason.</summary>
public sealed class DeclareRefusal(FilingCases filings, IDbContextFactory<PlatformDb> databases, WorkflowRunner runner)
{
    /// <summary>The event that races with the unit's response.</summary>
    public const string Event = "not-rectified";

    /// <summary>The viewer may put it before the leader now.</summary>
    public static bool Offered(Viewer viewer, FilingCase filing) =>
        filing is { Definition: OrderRectification.Definition, Task: { Kind: "fill", Role: Roles.Unit } } && viewer.May(Right.OrderRectification, filing.Case) is null && viewer.Has(Roles.Performance);

    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, string reason, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(reason);
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        if (!viewer.Has(Roles.Performance))
        {
            return Refusal.Forbidden("right-order-rectification");
        }

        if (reason.Trim().Length < DecideReview.MinReturnText)
        {
            return new Refusal("reason-too-short", DecideReview.MinReturnText) { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var waiting = await db.Database.SqlQuery<int>($"""select visit as "Value" from platform.waits where case_id = {caseId} and event = {Event}""").ToListAsync(ct);
        return waiting is [var visit, ..]
            ? await runner.RunAsync(
                new CaseCommand
                {
                    Id = commandId,
                    CaseId = caseId,
                    Act = new Act.DeliverEvent(visit, Event, Facts.Empty),
                    Actor = Actors.Of(viewer, Roles.Performance),
                    Rows = [ActReason.Of("DeliverEvent", reason.Trim())],
                },
                ct)
            : Refusal.Conflict("unit-answered");
    }
}
