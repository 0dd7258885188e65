using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Inbox;

/// <summary>A returned filing with what was said first.</summary>
public sealed record ReturnedLine(TaskLine Line, string? By, DateTimeOffset? At, string? Code, string? Said, int Comments, int Answered);

/// <summary>A notice on the workbench.</summary>
public sealed record WorkbenchNotice(long Id, string Title, string? Number, DateTimeOffset? IssuedAt, bool Unread);

/// <summary>What is due on one day.</summary>
public sealed record DueDayLines(DateOnly Day, bool Overdue, IReadOnlyList<TaskLine> Lines);

/// <summary>工作台: what waits, what came back, what is due, what was issued.</summary>
public sealed record WorkbenchModel
{
    public required string Name { get; init; }

    public required string Body { get; init; }

    public required int Hour { get; init; }

    public required DateOnly Today { get; init; }

    /// <summary>The viewer reviews; else fills in.</summary>
    public required bool Reviews { get; init; }

    public required int Open { get; init; }

    public required int Back { get; init; }

    public required int Overdue { get; init; }

    public required int ThisWeek { get; init; }

    /// <summary>All tasks of the region; null for those who do not see them.</summary>
    public int? Everything { get; init; }

    public required IReadOnlyList<ReturnedLine> Returned { get; init; }

    public required IReadOnlyList<TaskLine> Others { get; init; }

    public required IReadOnlyList<DueDayLines> Days { get; init; }

    public required IReadOnlyList<WorkbenchNotice> Notices { get; init; }
}

/// <summary>Reads the first page of a person's day.</summary>
public sealed class ReadWorkbench(TaskList list, TaskLines lines, DueWindows windows, IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    private const int MostReturned = 5;
    private const int MostOthers = 8;

    public async Task<WorkbenchModel> RunAsync(Viewer viewer, CancellationToken ct)
    {
        var scope = TaskScope.Mine(viewer);
        var region = viewer.RegionId;
        var reviews = viewer.Has(Roles.Department) || viewer.Has(Roles.Section) || viewer.Has(Roles.Performance) || viewer.Has(Roles.Leader);
        var (urgent, counts) = await list.ReadAsync(
            scope,
            new TaskPageRequest(TaskFilter.None, Size: MostReturned + MostOthers + 7),
            [
                TaskFilter.None,
                reviews ? TaskFilter.None with { Resubmitted = true } : TaskFilter.None with { Returned = true },
                windows.Apply(region, TaskFilter.None, "overdue"),
                windows.Apply(region, TaskFilter.None, "week"),
            ],
            ct);
        var back = await list.PageAsync(scope, new TaskPageRequest(TaskFilter.None with { Returned = true, Kind = "fill" }, Size: MostReturned), ct);
        var named = await lines.OfAsync([.. urgent.Items, .. back.Items.Where(b => !urgent.Items.Any(u => u.CaseId == b.CaseId))], region, ct);
        var returned = named.Where(l => back.Items.Any(b => b.CaseId == l.Task.CaseId)).OrderBy(l => l.Task.DueAt).ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.Now(region);
        return new WorkbenchModel
        {
            Name = viewer.Name,
            Body = viewer.Posts is [var post, ..] ? post.Name : viewer.RegionName,
            Hour = now.ToOffset(RegionClock.ChinaOffset).Hour,
            Today = clock.Today(region),
            Reviews = reviews,
            Open = counts[0],
            Back = counts[1],
            Overdue = counts[2],
            ThisWeek = counts[3],
            Everything = viewer.Reach.AllCases ? await list.CountAsync(TaskScope.All(viewer), TaskFilter.None, ct) : null,
            Returned = await ReturnedAsync(db, returned, ct),
            Others = [.. named.Where(l => !returned.Contains(l)).OrderBy(l => l.Task.DueAt ?? DateTimeOffset.MaxValue).Take(MostOthers)],
            Days = [.. named.Where(l => l.DueDay is not null).GroupBy(l => l.DueDay!.Value).OrderBy(g => g.Key).Take(6).Select(g => new DueDayLines(g.Key, g.First().DaysLeft < 0, [.. g.Take(4)]))],
            Notices = await NoticesAsync(db, viewer, ct),
        };
    }

    private static async Task<IReadOnlyList<ReturnedLine>> ReturnedAsync(PlatformDb db, List<TaskLine> returned, CancellationToken ct)
    {
        var cases = returned.ConvertAll(l => l.Task.CaseId);
        var returns = await db.Returns.AsNoTracking().Where(r => cases.Contains(r.CaseId)).ToListAsync(ct);
        var comments = await db.Comments.AsNoTracking().Where(c => cases.Contains(c.CaseId)).ToListAsync(ct);
        var answered = await db.Answers.AsNoTracking().Where(a => cases.Contains(a.CaseId)).Select(a => new { a.CaseId, a.Number }).ToListAsync(ct);
        var journal = await db.Journal.AsNoTracking().Where(j => cases.Contains(j.CaseId) && j.Outcome != null && j.Outcome.StartsWith("Return"))
            .Join(db.Organisations, j => j.OrganisationId, o => o.Id, (j, o) => new { j.CaseId, j.Seq, j.At, o.Name }).ToListAsync(ct);
        return [.. returned.Select(line =>
        {
            var id = line.Task.CaseId;
            var last = returns.Where(r => r.CaseId == id).MaxBy(r => r.Seq);
            var act = journal.Where(j => j.CaseId == id).MaxBy(j => j.Seq);
            var open = comments.Where(c => c.CaseId == id && !answered.Any(a => a.CaseId == id && a.Number == c.Number)).OrderBy(c => c.Number).ToList();
            var all = comments.Count(c => c.CaseId == id && c.Seq == last?.Seq);
            return new ReturnedLine(line, act?.Name, act?.At, open.FirstOrDefault()?.Code ?? last?.Reasons.Split(',')[0], open.FirstOrDefault()?.Text ?? last?.Text, all, Math.Max(0, all - open.Count));
        })];
    }

    private static async Task<IReadOnlyList<WorkbenchNotice>> NoticesAsync(PlatformDb db, Viewer viewer, CancellationToken ct)
    {
        var units = viewer.Reach.Units;
        var issued = await ReadNotice.Visible(db, viewer).Where(s => s.IssuedAt != null && s.RecalledAt == null)
            .Join(db.Notices, s => s.NoticeId, n => n.Id, (s, n) => new { State = s, n.Title })
            .OrderByDescending(x => x.State.IssuedAt).Take(4).ToListAsync(ct);
        var ids = issued.ConvertAll(i => i.State.NoticeId);
        var read = await db.NoticeReads.Where(r => ids.Contains(r.NoticeId) && units.Contains(r.UnitId)).Select(r => r.NoticeId).Distinct().ToListAsync(ct);
        return [.. issued.Select(x => new WorkbenchNotice(x.State.NoticeId, x.Title, x.State.Number, x.State.IssuedAt, units.Count > 0 && !read.Contains(x.State.NoticeId)))];
    }
}
