using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>Notes as they were kept.</summary>
/// <param name="SavedAt">Business time of the last save; null = never.</param>
public sealed record KeptNotes(ReviewNotes Notes, DateTimeOffset? SavedAt);

/// <summary>Keeps what a reviewer typed before deciding, per person and visit. It dies with the visit.</summary>
public sealed class KeepNotes(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>More than this is no opinion on one filing.</summary>
    public const int MaxComments = 60;

    /// <summary>Longest text of an opinion or a comment, in characters.</summary>
    public const int MaxText = 2000;

    public async Task<KeptNotes> ReadAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var draft = await db.ReviewDrafts.AsNoTracking().FirstOrDefaultAsync(d => d.CaseId == caseId && d.Visit == visit && d.UserId == viewer.UserId, ct);
        return draft is null ? new KeptNotes(ReviewNotes.Empty, null) : new KeptNotes(Read(draft.Body), draft.SavedAt);
    }

    /// <summary>Replaces the notes; the last window that saves wins. Returns when.</summary>
    public async Task<Outcome<DateTimeOffset>> SaveAsync(Viewer viewer, long caseId, int visit, ReviewNotes notes, CancellationToken ct)
    {
        if (notes.Opinion.Length > MaxText || notes.Comments.Count > MaxComments || notes.Verdicts.Count > MaxComments || notes.Comments.Any(c => c.Text.Length > MaxText || c.Place.Length > 200))
        {
            return new Refusal("notes-too-long", MaxText, MaxComments);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == caseId && t.Visit == visit && t.Kind == "review", ct);
        if (task is null)
        {
            return await db.Cases.VisibleTo(viewer).AnyAsync(c => c.Id == caseId, ct) ? Refusal.Conflict("visit-closed") : Refusal.NotFound();
        }

        if (viewer.MayDecide(task, await Fillers.TookPartAsync(db, caseId, viewer.UserId, ct)) is { } refusal)
        {
            return refusal;
        }

        var now = clock.Now(task.RegionId);
        var body = JsonSerializer.Serialize(notes, JsonSerializerOptions.Web);
        for (var attempt = 0; ; attempt++)
        {
            var changed = await db.ReviewDrafts.Where(d => d.CaseId == caseId && d.Visit == visit && d.UserId == viewer.UserId)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.Body, body).SetProperty(d => d.Version, d => d.Version + 1).SetProperty(d => d.SavedAt, now), ct);
            if (changed > 0)
            {
                return now;
            }

            try
            {
                db.ReviewDrafts.Add(new ReviewDraft { CaseId = caseId, Visit = visit, UserId = viewer.UserId, Body = body, Version = 1, SavedAt = now });
                await db.SaveChangesAsync(ct);
                return now;
            }
            catch (DbUpdateException) when (attempt == 0)
            {
                // Another window made the first draft just now; this one then changes it.
                db.ChangeTracker.Clear();
            }
        }
    }

    private static ReviewNotes Read(string body) => JsonSerializer.Deserialize<ReviewNotes>(body, JsonSerializerOptions.Web) ?? ReviewNotes.Empty;
}
