using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>Who took part in filling an item, in whatever round: they never review it (domain.md §1, segregation).</summary>
internal static class Fillers
{
    /// <summary>Wrote a round's last draft, sent a round, or is writing the draft at hand.</summary>
    public static async Task<bool> TookPartAsync(PlatformDb db, long caseId, long userId, CancellationToken ct) =>
        await Of(db, caseId).AnyAsync(id => id == userId, ct);

    /// <summary>Their accounts.</summary>
    public static IQueryable<long> Of(PlatformDb db, long caseId) => db.Rounds.Where(r => r.CaseId == caseId).Select(r => r.FilledBy)
        .Concat(db.Journal.Where(j => j.CaseId == caseId && j.Act == "Complete" && j.Outcome == "Submit").Select(j => j.ActorId))
        .Concat(db.Drafts.Where(d => d.CaseId == caseId).Select(d => d.SavedBy));
}
