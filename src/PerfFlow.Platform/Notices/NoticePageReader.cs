using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Notices;

/// <summary>What a notice's paper shows beside its text.</summary>
public sealed record NoticeSheetModel(NoticeView View, string Bureau, string Addressees, DateOnly? Day);

/// <summary>Gathers what the page of a notice shows; rules are in the use cases.</summary>
internal sealed class NoticePageReader(IDbContextFactory<PlatformDb> databases, RegionClock clock, TimeProvider time, Texts texts)
{
    public async Task<NoticeModel> PageAsync(Viewer viewer, NoticeView view, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var stage = view.State.Stage;
        var manages = viewer.May(Right.ManageNotices) is null;
        var drafting = stage is NoticeStages.Draft or NoticeStages.Returned;
        var unissued = view.State.IssuedAt is null;
        var trail = await db.Journal.AsNoTracking().Where(j => j.CaseId == view.Notice.CaseId && view.Whole).OrderBy(j => j.Seq).ToListAsync(ct);
        var ids = trail.Select(j => j.ActorId).Append(view.Notice.CreatedBy).Distinct().ToList();
        var people = await db.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return new NoticeModel
        {
            View = view,
            Acts = new NoticeActs(
                Edit: manages && drafting,
                Submit: manages && drafting,
                Sign: stage == NoticeStages.Signing && viewer.May(Right.SignNotices) is null && view.Notice.CreatedBy != viewer.UserId,
                Issue: manages && stage == NoticeStages.Signed,
                Close: manages && stage == NoticeStages.Issued && view.State.Visit is not null,
                Discard: manages && unissued && stage != NoticeStages.Discarded,
                Amend: manages && stage == NoticeStages.Issued,
                Recall: manages && stage is NoticeStages.Issued or NoticeStages.Closed,
                Matrix: !unissued && (view.Whole || viewer.Has(Roles.Section) || viewer.Has(Roles.Department))),
            People = people,
            Timeline = Timeline(view, trail, people),
            Recipients = unissued && view.Whole && stage != NoticeStages.Discarded
                ? await RecipientList.OfAsync(db, view.Notice, clock.Today(viewer.RegionId), ct)
                : null,
            Items = view.Whole ? [] : await ItemsAsync(viewer, view.Notice.Id, null, null, null, ct),
            Cases = await db.Cases.VisibleTo(viewer).CountAsync(c => c.NoticeId == view.Notice.Id, ct),
            Addable = await AddableAsync(db, viewer, view, ct),
            Command = NoticeForms.NewCommand(time),
        };
    }

    public async Task<NoticeSheetModel> SheetAsync(NoticeView view, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var region = clock.Get(view.Notice.RegionId);
        var bureau = await db.Organisations.Where(b => b.Id == region.BureauId).Select(b => b.Name).FirstOrDefaultAsync(ct) ?? region.Name;
        var at = view.State.SignedAt;
        return new NoticeSheetModel(view, bureau, Addressees(RecipientChoice.Read(view.Notice.Recipients)), at is null ? null : RegionClock.ChinaDate(at.Value));
    }

    /// <summary>The figures of the list of notices, each with its list: 应报, 已报, 逾期未报.</summary>
    public static IReadOnlyList<string> ItemGroups { get; } = ["owed", "filed", "late"];

    /// <summary>The cases of a notice that the viewer sees, most pressing first.</summary>
    public async Task<IReadOnlyList<NoticeItem>> ItemsAsync(Viewer viewer, long noticeId, long? unit, string? state, string? show, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.Now(viewer.RegionId);
        var cases = db.CaseStates.AsNoTracking().VisibleTo(viewer);
        cases = show switch
        {
            "owed" => cases.Where(c => c.State != CaseStates.Waived && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled),
            "filed" => cases.Where(c => c.FirstSubmittedAt != null && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled),
            "late" => cases.Where(c => c.FirstSubmittedAt == null && c.Visit != null && c.FirstDueAt < now),
            _ => cases,
        };
        var rows = await (from c in cases
                          where c.NoticeId == noticeId && (unit == null || c.UnitId == unit) && (state == null || c.State == state)
                          join body in db.Organisations on c.UnitId equals body.Id
                          join project in db.Projects on c.ObjectId equals project.Id into projects
                          from p in projects.DefaultIfEmpty()
                          orderby c.DueAt == null, c.DueAt, body.Code, c.CaseId
                          select new { Case = c, Unit = body.Name, Title = p == null ? null : p.Name, Amount = p == null ? (decimal?)null : p.Adjusted }).Take(1000).ToListAsync(ct);
        return rows.ConvertAll(r => new NoticeItem(r.Case, r.Title ?? texts["notices.items.whole"], r.Unit, r.Amount));
    }

    private static async Task<IReadOnlyList<Project>> AddableAsync(PlatformDb db, Viewer viewer, NoticeView view, CancellationToken ct)
    {
        var mine = viewer.At(Roles.Unit, Roles.UnitHead).ToArray();
        if (view.State.Stage != NoticeStages.Issued || !view.Notice.UnitsMayAdd || mine.Length == 0)
        {
            return [];
        }

        var (region, id, year) = (viewer.RegionId, view.Notice.Id, view.Notice.FiscalYear);
        return (await db.Projects.AsNoTracking()
            .Where(p => p.RegionId == region && p.FiscalYear == year && mine.Contains(p.UnitId) && !db.Cases.Any(c => c.NoticeId == id && c.UnitId == p.UnitId && c.ObjectId == p.Id))
            .OrderBy(p => p.Code).Take(50).ToListAsync(ct)).FindAll(p => ProjectKinds.HasGoals(p.Kind));
    }

    private List<TimelineEntry> Timeline(NoticeView view, IReadOnlyList<Workflows.JournalRow> trail, IReadOnlyDictionary<long, string> people)
    {
        var said = view.Opinions.ToDictionary(o => o.Seq, o => o.Text);
        var entries = new List<TimelineEntry>();
        foreach (var line in trail)
        {
            var what = line.Act == "Complete" ? line.Outcome : line.Act;
            if (what is null || !texts.Has("notices.trail." + what))
            {
                continue;
            }

            entries.Add(new TimelineEntry(what == NoticeSteps.Return ? TimelineKind.Returned : TimelineKind.Done, texts["notices.trail." + what], line.At)
            {
                Said = said.GetValueOrDefault(line.Seq),
                Who = people.GetValueOrDefault(line.ActorId),
            });
        }

        foreach (var version in view.Versions.Where(v => v.Reason is not null))
        {
            entries.Add(new TimelineEntry(TimelineKind.Done, texts["notices.trail.Amend", version.Number], version.At) { Said = version.Reason });
        }

        if (view.Recall is { } recall)
        {
            entries.Add(new TimelineEntry(TimelineKind.Returned, texts["notices.trail.Recall"], recall.At) { Said = recall.Reason });
        }

        entries.Sort((a, b) => Nullable.Compare(b.At, a.At));
        if (texts.Has("notices.next." + view.State.Stage))
        {
            entries.Insert(0, new TimelineEntry(TimelineKind.Current, texts["notices.next." + view.State.Stage]));
        }

        return entries;
    }

    private string Addressees(RecipientChoice choice) =>
        choice.Groups.Count == 1 && choice.Groups[0] == "kind:town" ? texts["notices.sheet.towns"]
        : choice.Groups.Contains("all") || choice.Groups.Contains("kind:town") ? texts["notices.sheet.all"]
        : texts["notices.sheet.departments"];
}
