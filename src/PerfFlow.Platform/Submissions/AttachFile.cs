using PerfFlow.Platform.Access;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// Attachments of a filing. Intake keeps the bytes; which file belongs to which case is known only from the forms that the
/// platform itself wrote, so nobody can name a file of another unit.
/// </summary>
public sealed class AttachFile(FilingCases filings, SaveDraft save, IntakeClient intake, RegionClock clock, SecurityLog log)
{
    /// <summary>Hands the file to Intake and notes it in the draft. <paramref name="id"/> makes a repeat the same upload.</summary>
    public async Task<Outcome<FormAttachment>> AddAsync(Viewer viewer, long caseId, Guid id, string kind, string name, Stream content, CancellationToken ct)
    {
        var found = await OpenDraftAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var filing = found.Value;
        if (!filing.Kind.AttachmentKinds.Contains(kind))
        {
            return new Refusal("attachment-kind") { Field = "attachments" };
        }

        var sent = await intake.UploadAsync(SenderOf(viewer, filing), id, layout: null, Path.GetFileName(name), content, ct);
        if (sent.Refusal is { } away)
        {
            return away;
        }

        if (sent.Value is not { State: DocumentState.Accepted, File: { } file } answer)
        {
            return new Refusal("attachment-refused", sent.Value.Problems is [var problem, ..] ? problem.Wrong + problem.Remedy : "") { Field = "attachments" };
        }

        var added = new FormAttachment(kind, file.ToString("N"), answer.Name, answer.Sha256, answer.Size);
        var saved = await SaveAsync(viewer, filing, [.. filing.Form.Attachments.Where(a => a.FileId != added.FileId), added], ct);
        return saved.Refusal is { } moved ? moved : added;
    }

    /// <summary>Takes a file out of the draft; earlier rounds keep it.</summary>
    public async Task<Outcome<DraftSaved>> RemoveAsync(Viewer viewer, long caseId, string fileId, CancellationToken ct)
    {
        var found = await OpenDraftAsync(viewer, caseId, ct);
        return found.Refusal is { } refusal
            ? refusal
            : await SaveAsync(viewer, found.Value, [.. found.Value.Form.Attachments.Where(a => a.FileId != fileId)], ct);
    }

    /// <summary>The bytes, for whoever sees the form that names them: a draft's files only for the unit.</summary>
    public async Task<Outcome<IntakeFile>> OpenAsync(Viewer viewer, long caseId, string fileId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var filing = found.Value;
        var forms = filing.AllRounds.Select(FilingCase.Read).Append(filing.Form);
        if (forms.SelectMany(f => f.Attachments).FirstOrDefault(a => a.FileId == fileId) is not { } attached || !Guid.TryParse(fileId, out var file))
        {
            return Refusal.NotFound();
        }

        await log.ViewedAsync(viewer, filing.Case, "file", $"{filing.Named} {attached.Name}", ct);
        return await intake.DownloadAsync(SenderOf(viewer, filing), file, ct);
    }

    private async Task<Outcome<FilingCase>> OpenDraftAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        return found.Value.Task is not { Kind: "fill" } task ? Refusal.Conflict("visit-closed")
            : viewer.MayDecide(task, filledIt: false) is { } lacking ? lacking
            : found;
    }

    private Task<Outcome<DraftSaved>> SaveAsync(Viewer viewer, FilingCase filing, IReadOnlyList<FormAttachment> files, CancellationToken ct) =>
        save.RunAsync(
            viewer,
            new DraftToSave(filing.Case.Id, filing.Task!.Visit, filing.Draft?.Version ?? 0, filing.Form with { Attachments = files }, filing.DraftAnswers),
            ct);

    private IntakeSender SenderOf(Viewer viewer, FilingCase filing)
    {
        var region = clock.Get(filing.Case.RegionId);
        return new IntakeSender(new RegionRef(region.Code, region.Generation), clock.Now(filing.Case.RegionId), viewer.UserId, filing.Case.UnitId, filing.Case.NoticeId);
    }
}
