using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Reviews;

/// <summary>
/// A holder looks at the open step: from now on the sender can no longer withdraw. Looking never waits for the runner;
/// it is one UPDATE of the task row, which the runner reads under the same lock.
/// </summary>
public sealed class OpenReview(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>Marks the look and returns the round that this reader saw before (0 = none), for "since my last look".</summary>
    public async Task<int> RunAsync(Viewer viewer, FilingCase filing, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.Now(filing.Case.RegionId);
        if (filing.Task is { Kind: "review", OpenedAt: null } task && viewer.MayDecide(task, filing.FilledByReader) is null)
        {
            await db.Tasks.Where(t => t.CaseId == task.CaseId && t.Visit == task.Visit && t.OpenedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.OpenedAt, now), ct);
        }

        var round = filing.LastRound?.Round ?? 0;
        var look = await db.LastLooks.FirstOrDefaultAsync(l => l.CaseId == filing.Case.Id && l.UserId == viewer.UserId, ct);
        var before = look?.Round ?? 0;
        if (look is null)
        {
            db.LastLooks.Add(new LastLook { CaseId = filing.Case.Id, UserId = viewer.UserId, Round = round, At = now });
        }
        else if (look.Round < round)
        {
            (look.Round, look.At) = (round, now);
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Two windows of the same reader opened at once; the other one noted the look.
        }

        return before < round ? before : round - 1;
    }
}
