using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>What the filler typed so far.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Visit">The visit of the fill step that it was typed for.</param>
/// <param name="Version">The version that the page showed; 0 where there was no draft yet.</param>
/// <param name="Form">As typed, what cannot be read included.</param>
/// <param name="Answers">To comments, by their number.</param>
public sealed record DraftToSave(long CaseId, int Visit, int Version, FormContent Form, IReadOnlyDictionary<int, AnswerDraft> Answers)
{
    public string Source { get; init; } = FilingSource.Page;

    public Guid? FileId { get; init; }
}

/// <summary>A saved draft; the next save names this version.</summary>
public sealed record DraftSaved(int Version, DateTimeOffset SavedAt);

/// <summary>Keeps a draft. Never checks: what is wrong with it is shown beside it, nothing typed is refused.</summary>
public sealed class SaveDraft(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    public async Task<Outcome<DraftSaved>> RunAsync(Viewer viewer, DraftToSave request, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == request.CaseId && t.Visit == request.Visit && t.Kind == "fill", ct);
        if (task is null)
        {
            var seen = await db.Cases.VisibleTo(viewer).AnyAsync(c => c.Id == request.CaseId, ct);
            return seen ? Refusal.Conflict("visit-closed") : Refusal.NotFound();
        }

        if (viewer.MayDecide(task, filledIt: false) is { } refusal)
        {
            return refusal;
        }

        var draft = await db.Drafts.FirstOrDefaultAsync(d => d.CaseId == request.CaseId && d.Visit == request.Visit, ct);
        var (now, form, answers) = (clock.Now(task.RegionId), request.Form.ToJsonText(), JsonSerializer.Serialize(request.Answers, JsonSerializerOptions.Web));
        if (draft is not null && draft.Form == form && draft.Answers == answers && request.FileId is null)
        {
            // An autosave under way and the button beside it say the same: neither is too late.
            return new DraftSaved(draft.Version, draft.SavedAt);
        }

        if ((draft?.Version ?? 0) != request.Version)
        {
            return Refusal.Conflict("draft-moved");
        }

        if (draft is null)
        {
            db.Drafts.Add(draft = new Draft
            {
                CaseId = request.CaseId, Visit = request.Visit, RegionId = task.RegionId, Form = form, Answers = answers,
                Source = request.Source, FileId = request.FileId, Version = 1, SavedAt = now, SavedBy = viewer.UserId,
            });
        }
        else
        {
            (draft.Form, draft.Answers, draft.Version, draft.SavedAt, draft.SavedBy) = (form, answers, draft.Version + 1, now, viewer.UserId);
            if (request.FileId is not null)
            {
                (draft.Source, draft.FileId) = (request.Source, request.FileId);
            }
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another window of the unit was faster: by version, or by making the first draft.
            return Refusal.Conflict("draft-moved");
        }

        return new DraftSaved(draft.Version, now);
    }
}
