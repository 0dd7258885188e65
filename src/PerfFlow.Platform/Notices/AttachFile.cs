using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// 附件 of a notice: looked at and kept by Intake, listed in the draft, frozen with the signature. Whoever may read the
/// notice may download it.
/// </summary>
public sealed class AttachFile(IDbContextFactory<PlatformDb> databases, SaveNotice save, ReadNotice read, IntakeClient intake, RegionClock clock)
{
    /// <summary>More than that belongs on paper of its own.</summary>
    public const int Most = 20;

    /// <summary>Adds a file to the draft. FIN_PERF.</summary>
    /// <param name="viewer">Who attaches.</param>
    /// <param name="noticeId">The notice, still a draft.</param>
    /// <param name="name">As the user named it; for display only.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="command">The same id again gives the same file.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<NoticeAttachment>> RunAsync(Viewer viewer, long noticeId, string name, Stream content, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.ManageNotices) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.Stage is not (NoticeStages.Draft or NoticeStages.Returned))
        {
            return Refusal.Conflict("notice-not-draft");
        }

        var draft = NoticeDraft.Of(notice);
        if (draft.Attachments.Count >= Most)
        {
            return new Refusal("notice-files-many", Most) { Field = "file" };
        }

        var answer = await intake.UploadAsync(SenderOf(viewer, noticeId), command, layout: null, name, content, ct);
        if (answer.Refusal is { } away)
        {
            return away;
        }

        if (answer.Value is not { State: DocumentState.Accepted, File: { } file })
        {
            var problem = answer.Value.Problems.FirstOrDefault();
            return new Refusal("notice-file-rejected", name, problem?.Wrong, problem?.Remedy) { Field = "file" };
        }

        var attachment = new NoticeAttachment(file, answer.Value.Name, answer.Value.Sha256);
        if (draft.Attachments.Any(a => a.Id == file))
        {
            return attachment;
        }

        var saved = await save.RunAsync(viewer, noticeId, notice.Version, draft with { Attachments = [.. draft.Attachments, attachment] }, ct);
        return saved.Then<NoticeAttachment>(_ => attachment);
    }

    /// <summary>Takes a file off the draft. FIN_PERF.</summary>
    public async Task<Outcome<int>> RemoveAsync(Viewer viewer, long noticeId, Guid file, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, _))
        {
            return Refusal.NotFound();
        }

        var draft = NoticeDraft.Of(notice);
        return await save.RunAsync(viewer, noticeId, notice.Version, draft with { Attachments = [.. draft.Attachments.Where(a => a.Id != file)] }, ct);
    }

    /// <summary>The bytes, for whoever may read the notice.</summary>
    public async Task<Outcome<IntakeFile>> DownloadAsync(Viewer viewer, long noticeId, Guid file, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, noticeId, ct);
        return found.Refusal is { } refusal ? refusal
            : found.Value.Attachments.All(a => a.Id != file) ? Refusal.NotFound()
            : await intake.DownloadAsync(SenderOf(viewer, noticeId), file, ct);
    }

    private IntakeSender SenderOf(Viewer viewer, long noticeId)
    {
        var region = clock.Get(viewer.RegionId);
        return new IntakeSender(new RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId, Notice: noticeId);
    }
}
