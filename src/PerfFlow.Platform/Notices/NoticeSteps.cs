using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>What the code knows of <c>workflows/notice.json</c>: its id and the outcomes of its steps. Routing is the definition's.</summary>
internal static class NoticeSteps
{
    public const string Definition = "notice";

    /// <summary>Of the draft: to the leader.</summary>
    public const string Submit = "Submit";

    /// <summary>Of the signing step: text and targets are frozen.</summary>
    public const string Sign = "Approve";

    /// <summary>Of the signing step: back to its authors, with a reason.</summary>
    public const string Return = "Return";

    /// <summary>Of the issuing step: opens a case per target; from then on the case waits for the due day.</summary>
    public const string Issue = "Issue";

    /// <summary>办结, of the step that opens when the due day has passed.</summary>
    public const string Close = "Close";

    /// <summary>A notice of the viewer's region with its stage; null where there is none.</summary>
    public static async Task<(Notice Notice, NoticeStateRow State)?> FindAsync(PlatformDb db, Viewer viewer, long noticeId, CancellationToken ct)
    {
        var notice = await db.Notices.FirstOrDefaultAsync(n => n.Id == noticeId && n.RegionId == viewer.RegionId, ct);
        return notice is null || await db.NoticeStates.AsNoTracking().FirstOrDefaultAsync(s => s.NoticeId == noticeId, ct) is not { } state
            ? null
            : (notice, state);
    }

    /// <summary>Why the notice is not at the stage that an act needs.</summary>
    public static Refusal WrongStage(NoticeStateRow state) => Refusal.Conflict($"notice-{state.Stage}");
}
