using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Inbox;

/// <summary>A case that the search found.</summary>
public sealed record FoundCase(long CaseId, string Project, string Code, string Unit, string? Notice, string State, DateTimeOffset? DueAt);

/// <summary>A notice that the search found.</summary>
public sealed record FoundNotice(long NoticeId, string Title, string? Number);

/// <summary>
/// Search over what the viewer sees: project name and code, unit name and code, notice title and number. Confidential
/// projects are never found (V7).
/// </summary>
public sealed class FindCases(IDbContextFactory<PlatformDb> databases)
{
    /// <summary>More hits than this are not read by anybody: the words are to be made narrower.</summary>
    public const int Most = 50;

    public async Task<SearchModel> RunAsync(Viewer viewer, string? asked, CancellationToken ct)
    {
        var text = (asked ?? "").Trim();
        text = text[..Math.Min(text.Length, 60)];
        if (text.Length == 0)
        {
            return new SearchModel("", [], [], More: false);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var region = viewer.RegionId;
        var projects = db.Projects.Where(p => p.RegionId == region && !p.Confidential && (p.Name.Contains(text) || p.Code.Contains(text))).Select(p => p.Id);
        var units = db.Organisations.Where(o => o.RegionId == region && (o.Name.Contains(text) || o.Code == text)).Select(o => o.Id);
        var hidden = db.Projects.Where(p => p.RegionId == region && p.Confidential).Select(p => p.Id);
        var notices = await NoticesAsync(db, viewer, text, ct);
        var numbered = notices.Where(n => n.Number is not null && n.Number.Contains(text, StringComparison.Ordinal)).Select(n => n.NoticeId).ToList();
        var found = await db.Cases.AsNoTracking().VisibleTo(viewer)
            .Where(c => c.ObjectId != 0 && !hidden.Contains(c.ObjectId))
            .Where(c => projects.Contains(c.ObjectId) || units.Contains(c.UnitId) || (c.NoticeId != null && numbered.Contains(c.NoticeId.Value)))
            .OrderByDescending(c => c.StartedAt).ThenByDescending(c => c.Id).Take(Most + 1)
            .Join(db.CaseStates, c => c.Id, s => s.CaseId, (c, s) => new { c.Id, c.NoticeId, c.StartedAt, s.State, s.DueAt, c.ObjectId, c.UnitId })
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { c, p.Name, p.Code })
            .Join(db.Organisations, x => x.c.UnitId, o => o.Id, (x, o) => new { x.c, x.Name, x.Code, Unit = o.Name })
            .OrderByDescending(x => x.c.StartedAt).ThenByDescending(x => x.c.Id)
            .ToListAsync(ct);
        var about = found.Where(f => f.c.NoticeId != null).Select(f => f.c.NoticeId!.Value).Distinct().ToList();
        var numbers = (await db.NoticeStates.AsNoTracking().Where(s => about.Contains(s.NoticeId)).ToListAsync(ct)).ToDictionary(s => s.NoticeId, s => s.Number);
        return new SearchModel(
            text,
            [.. found.Take(Most).Select(f => new FoundCase(f.c.Id, f.Name, f.Code, f.Unit, f.c.NoticeId is { } n ? numbers.GetValueOrDefault(n) : null, f.c.State, f.c.DueAt))],
            notices,
            found.Count > Most);
    }

    // A region has hundreds of notices, not millions: their numbers are put together from their parts and compared here.
    private static async Task<IReadOnlyList<FoundNotice>> NoticesAsync(PlatformDb db, Viewer viewer, string text, CancellationToken ct)
    {
        var visible = await ReadNotice.Visible(db, viewer).Join(db.Notices, s => s.NoticeId, n => n.Id, (s, n) => new { State = s, n.Title })
            .OrderByDescending(x => x.State.NoticeId).Take(500).ToListAsync(ct);
        return [.. visible
            .Where(x => x.Title.Contains(text, StringComparison.Ordinal) || (x.State.Number?.Contains(text, StringComparison.Ordinal) ?? false))
            .Take(10).Select(x => new FoundNotice(x.State.NoticeId, x.Title, x.State.Number))];
    }
}
