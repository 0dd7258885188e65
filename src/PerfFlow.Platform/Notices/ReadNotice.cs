using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>One version of a notice's text.</summary>
/// <param name="Number">1 = as signed, 2 … = amendments.</param>
/// <param name="Reason">Why it was amended; null for the signed text.</param>
/// <param name="At">When it came into force.</param>
public sealed record NoticeVersion(
    int Number, string Title, string Grounds, string Matters, string Demands, string Contact, DateTimeOffset? DueAt, string? Reason, DateTimeOffset? At);

/// <summary>A notice as one reader may see it.</summary>
public sealed record NoticeView
{
    public required Notice Notice { get; init; }

    public required NoticeStateRow State { get; init; }

    /// <summary>Oldest first. A draft has one, the text as it is.</summary>
    public required IReadOnlyList<NoticeVersion> Versions { get; init; }

    public required IReadOnlyList<NoticeOpinion> Opinions { get; init; }

    public NoticeRecall? Recall { get; init; }

    /// <summary>Reads drafts, the ledger and all units: the bureau's people.</summary>
    public required bool Whole { get; init; }

    public NoticeVersion Text => Versions[^1];

    public IReadOnlyList<NoticeAttachment> Attachments => NoticeJson.Attachments(Notice);
}

/// <summary>
/// Reads a notice. The bureau's people see it from the draft on, everybody else once it has been issued to a unit of theirs;
/// for all others it does not exist.
/// </summary>
public sealed class ReadNotice(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    public async Task<Outcome<NoticeView>> RunAsync(Viewer viewer, long noticeId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        var whole = SeesWhole(viewer);
        if (!whole && (state.IssuedAt is null || !await db.Cases.VisibleTo(viewer).AnyAsync(c => c.NoticeId == noticeId, ct)))
        {
            return Refusal.NotFound();
        }

        var signature = await db.NoticeSignatures.AsNoTracking().Where(s => s.NoticeId == noticeId).OrderByDescending(s => s.Seq).FirstOrDefaultAsync(ct);
        var amendments = await db.NoticeAmendments.AsNoTracking().Where(a => a.NoticeId == noticeId).OrderBy(a => a.Number).ToListAsync(ct);
        var first = signature is null || state.SignedAt is null
            ? new NoticeVersion(1, notice.Title, notice.Grounds, notice.Matters, notice.Demands, notice.Contact, null, null, null)
            : new NoticeVersion(
                1, signature.Title, signature.Grounds, signature.Matters, signature.Demands, signature.Contact, signature.DueAt, null, state.IssuedAt ?? state.SignedAt);
        return new NoticeView
        {
            Notice = notice,
            State = state,
            Versions = [first, .. amendments.Select(a => new NoticeVersion(a.Number, a.Title, a.Grounds, a.Matters, a.Demands, a.Contact, a.DueAt, a.Reason, a.At))],
            Opinions = whole
                ? await db.NoticeOpinions.AsNoTracking().Where(o => o.CaseId == notice.CaseId).OrderBy(o => o.Seq).ToListAsync(ct)
                : [],
            Recall = await db.NoticeRecalls.AsNoTracking().FirstOrDefaultAsync(r => r.NoticeId == noticeId, ct),
            Whole = whole,
        };
    }

    /// <summary>已读: notes that somebody of the unit has seen the newest text. Only the unit's own people count.</summary>
    public async Task MarkAsync(Viewer viewer, NoticeView view, CancellationToken ct)
    {
        var mine = viewer.At(Roles.Unit, Roles.UnitHead);
        if (mine.Count == 0 || view.State.IssuedAt is null)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.notice_reads (notice_id, unit_id, number, at, user_id)
            select distinct {view.Notice.Id}, c.unit_id, {view.State.TextNumber}, {clock.Now(viewer.RegionId)}, {viewer.UserId}
            from platform.cases c where c.notice_id = {view.Notice.Id} and c.unit_id = any({mine.ToArray()})
            on conflict do nothing
            """, ct);
    }

    /// <summary>The bureau's readers of all notices.</summary>
    internal static bool SeesWhole(Viewer viewer) =>
        viewer.May(Right.ManageNotices) is null || viewer.May(Right.SignNotices) is null || viewer.Has(Roles.Audit);

    /// <summary>The notices of the region that exist for this viewer.</summary>
    internal static IQueryable<NoticeStateRow> Visible(PlatformDb db, Viewer viewer)
    {
        var region = viewer.RegionId;
        var states = db.NoticeStates.AsNoTracking().Where(s => s.RegionId == region);
        if (SeesWhole(viewer))
        {
            return states;
        }

        var cases = db.Cases.VisibleTo(viewer);
        return states.Where(s => s.IssuedAt != null && cases.Any(c => c.NoticeId == s.NoticeId));
    }
}
