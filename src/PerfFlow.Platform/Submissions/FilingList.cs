using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Submissions;

/// <summary>The filings of the viewer's own units, open ones first by their due day.</summary>
public sealed class FilingList(IDbContextFactory<PlatformDb> databases, RegionClock clock, ParameterStore parameters, DefinitionCatalog catalog)
{
    private const int PageSize = 50;

    /// <summary>todo: the unit's turn · review: with somebody else · approved · ended: waived, void, cancelled; empty = all.</summary>
    public static readonly IReadOnlyList<string> Tabs = ["", "todo", "review", "approved", "ended"];

    public async Task<FilingListModel> RunAsync(Viewer viewer, string? tab, long? after, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var chosen = Tabs.Contains(tab ?? "") ? tab ?? "" : "";
        var own = db.CaseStates.AsNoTracking().OwnedBy(viewer).Where(s => s.ObjectId != 0 && (s.NoticeId != null || s.OriginId != null));
        var counts = (await own.GroupBy(s => new { s.State, s.Kind, s.Role }).Select(g => new { g.Key.State, g.Key.Kind, g.Key.Role, Count = g.Count() }).ToListAsync(ct))
            .GroupBy(g => TabOf(g.State, g.Kind, g.Role), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(x => x.Count), StringComparer.Ordinal);
        counts[""] = counts.Values.Sum();

        var rows = chosen switch
        {
            "todo" => own.Where(s => s.Kind == "fill" && s.Role == Roles.Unit),
            "review" => own.Where(s => s.Kind != null && (s.Kind != "fill" || s.Role != Roles.Unit)),
            "approved" => own.Where(s => s.State == CaseStates.Approved),
            "ended" => own.Where(s => s.Kind == null && s.State != CaseStates.Approved),
            _ => own,
        };
        var page = await rows.Where(s => after == null || s.CaseId < after).OrderByDescending(s => s.CaseId).Take(PageSize + 1)
            .Join(db.Projects, s => s.ObjectId, p => p.Id, (s, p) => new { State = s, Project = p }).ToListAsync(ct);
        var shown = page.OrderByDescending(x => x.State.CaseId).Take(PageSize).ToList();
        long? next = page.Count > PageSize ? shown[^1].State.CaseId : null;
        var now = clock.Now(viewer.RegionId);
        var calendar = parameters.Calendar(viewer.RegionId);
        var known = await KnownAsync(db, shown.ConvertAll(x => x.State), ct);
        return new FilingListModel(
            [
                .. shown.OrderBy(x => x.State.Kind == "fill" ? 0 : x.State.Kind is null ? 2 : 1).ThenBy(x => x.State.DueAt).ThenBy(x => x.State.CaseId).Select(x => new FilingLine(
                    x.State,
                    x.Project,
                    known.Bodies[x.State.UnitId].Name,
                    known.Notices.GetValueOrDefault(x.State.NoticeId ?? 0, ""),
                    KindOf(x.State) is { } kind ? known.Complete(x.State, x.Project, kind) : null,
                    x.State.DueAt is { } due ? calendar.WorkingDaysLeft(now, due) : 0)
                {
                    Definition = catalog.IdOf(x.State.Definition),
                    OneForm = catalog.StepsOf(x.State.Definition).Where(s => s.Kind == "fill").Select(s => s.Form).Distinct(StringComparer.Ordinal).Count() == 1,
                }),
            ],
            chosen,
            counts,
            next,
            after is null,
            await OpenNoticesAsync(db, viewer, ct));
    }

    /// <summary>Notices that still wait for filings of the viewer's units.</summary>
    internal static async Task<IReadOnlyList<OpenNotice>> OpenNoticesAsync(PlatformDb db, Viewer viewer, CancellationToken ct)
    {
        var open = await db.Tasks.AsNoTracking().OwnedBy(viewer).Where(t => t.Kind == "fill" && t.Role == Roles.Unit && t.NoticeId != null && t.ObjectId != 0)
            .GroupBy(t => new { t.NoticeId, t.UnitId }).Select(g => new { g.Key.NoticeId, g.Key.UnitId, Count = g.Count() }).ToListAsync(ct);
        var units = open.ConvertAll(o => o.UnitId);
        var names = await db.Organisations.AsNoTracking().Where(o => units.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var notices = await NoticesAsync(db, open.ConvertAll(o => o.NoticeId!.Value), ct);
        return [.. open.Select(o => new OpenNotice(o.NoticeId!.Value, notices.GetValueOrDefault(o.NoticeId.Value, ""), o.UnitId, names[o.UnitId], o.Count)).OrderByDescending(o => o.NoticeId).ThenBy(o => o.UnitId)];
    }

    private FilingKind? KindOf(CaseStateRow state) => state.Kind != "fill" ? null
        : catalog.StepsOf(state.Definition).Where(s => s.ActivityId == state.Node).Select(s => FilingKinds.Find(s.Form)).FirstOrDefault();

    private static string TabOf(string state, string? kind, string? role) => kind switch
    {
        "fill" when role == Roles.Unit => "todo",
        null => state == CaseStates.Approved ? "approved" : "ended",
        _ => "review",
    };

    private static async Task<Dictionary<long, string>> NoticesAsync(PlatformDb db, List<long> ids, CancellationToken ct)
    {
        var titles = await db.Notices.AsNoTracking().Where(n => ids.Contains(n.Id)).ToDictionaryAsync(n => n.Id, n => n.Title, ct);
        foreach (var state in await db.NoticeStates.AsNoTracking().Where(n => ids.Contains(n.NoticeId)).ToListAsync(ct))
        {
            titles[state.NoticeId] = state.Number ?? titles[state.NoticeId];
        }

        return titles;
    }

    private static async Task<Known> KnownAsync(PlatformDb db, List<CaseStateRow> states, CancellationToken ct)
    {
        var open = states.Where(s => s.Kind == "fill").Select(s => s.CaseId).ToList();
        var bodies = states.SelectMany(s => (long[])[s.UnitId, s.DepartmentId]).Distinct().ToList();
        return new Known(
            await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, ct),
            await NoticesAsync(db, states.ConvertAll(s => s.NoticeId ?? 0), ct),
            (await db.Drafts.AsNoTracking().Where(d => open.Contains(d.CaseId)).Select(d => new { d.CaseId, d.Visit, d.Form }).ToListAsync(ct)).ToDictionary(d => (d.CaseId, d.Visit), d => d.Form),
            (await db.Rounds.AsNoTracking().Where(r => open.Contains(r.CaseId)).OrderBy(r => r.Seq).Select(r => new { r.CaseId, r.FormCode, r.Form }).ToListAsync(ct))
                .GroupBy(r => (r.CaseId, r.FormCode)).ToDictionary(g => g.Key, g => g.Last().Form));
    }

    private sealed record Known(
        Dictionary<long, Body> Bodies, Dictionary<long, string> Notices, Dictionary<(long CaseId, int Visit), string> Drafts, Dictionary<(long CaseId, string Form), string> Rounds)
    {
        /// <summary>0 before anything was typed into a form of which only its case knows what it begins with.</summary>
        public int Complete(CaseStateRow state, Projects.Project project, FilingKind kind)
        {
            var json = Drafts.GetValueOrDefault((state.CaseId, state.Visit ?? 0)) ?? Rounds.GetValueOrDefault((state.CaseId, kind.Code));
            var form = json is not null ? FormContent.FromJson(kind.Layout, json)
                : kind is GoalFiling ? GoalFiling.Prefill(project, Bodies[state.UnitId], Bodies[state.DepartmentId])
                : null;
            return form is null ? 0 : FormComplete.Of(form).Percent;
        }
    }
}
