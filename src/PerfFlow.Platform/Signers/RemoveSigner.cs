using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>Whom to take out.</summary>
/// <param name="Step">The stay at the step, as the list of signers names it.</param>
/// <param name="Number">The seat.</param>
public sealed record SignerRemoved(int Step, int Number, string Reason);

/// <summary>减签: whoever asked somebody asks them no longer, as long as they have not decided.</summary>
public sealed class RemoveSigner(FilingCases filings, WorkflowRunner runner, RegionClock clock, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>Refusals: not-found, unknown-participant, not-adder, reason-too-short, and those of the engine.</summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, SignerRemoved removed, Guid commandId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(removed);
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var seats = await db.Participants.AsNoTracking().Where(p => p.CaseId == caseId && p.Step == removed.Step).ToListAsync(ct);
        if (seats.Find(s => s.Number == removed.Number) is not { } seat)
        {
            return new Refusal("unknown-participant") { Field = "number" };
        }

        var adder = seats.Find(s => s.Number == seat.AddedBy);
        if (adder?.PersonId != viewer.UserId)
        {
            return Refusal.Forbidden("not-adder");
        }

        if (HeldStep.CheckReason(removed.Reason) is { } unsaid)
        {
            return unsaid;
        }

        var row = found.Value.Case;
        var step = found.Value.StepOf(seat.Node) ?? found.Value.Step;
        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.RemoveParticipant(removed.Step, removed.Number, SeatPost.Holder(viewer.UserId)),
                Actor = adder.Role is { } role
                    ? new Actor(viewer.UserId, role, adder.OrganisationId!.Value)
                    : new Actor(viewer.UserId, step?.Role ?? "", step is null ? 0 : StepHolder.Of(clock.Get(row.RegionId), step.Role, row.UnitId, row.DepartmentId, row.SectionId)),
                Rows = [ActReason.Of("RemoveParticipant", removed.Reason.Trim()), .. seat.PersonId is { } person ? [AskedRow.Of(person, AskedRow.Removed)] : Array.Empty<FeatureRow>()],
            },
            ct);
    }
}
