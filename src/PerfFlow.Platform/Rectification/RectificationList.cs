using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Rectification;

/// <summary>One order in the list.</summary>
/// <param name="Source">Definition of its origin.</param>
/// <param name="State">One of <see cref="CaseStates"/>, as the reader may know it.</param>
/// <param name="Problems">Lines.</param>
/// <param name="Closed">Of these closed.</param>
/// <param name="DaysLeft">Working days of the open step; negative = overdue.</param>
public sealed record RectificationEntry(
    long CaseId, long OriginId, string Number, string Source, string Project, string Code, string Unit, string State, int Problems, int Closed, int Returns, DateOnly? Due, int DaysLeft);

/// <summary>An origin without an order.</summary>
/// <param name="Problems">That it names itself; 0 where they must be written with the order.</param>
/// <param name="MayOrder">By this reader.</param>
public sealed record PendingOrigin(long CaseId, string Source, string Project, string Code, string Unit, DateTimeOffset? EndedAt, int Problems, bool MayOrder);

/// <summary>The lists of one reader.</summary>
/// <param name="Tab">One of <see cref="RectificationList.Tabs"/>.</param>
/// <param name="Counts">By tab.</param>
/// <param name="Next">Cursor of the next page.</param>
/// <param name="Problems">Lines of all orders that the reader sees.</param>
/// <param name="Closed">Of these closed.</param>
/// <param name="Late">Orders whose response came after the due day as ordered, or has not come though it passed.</param>
public sealed record RectificationBook(
    string Tab, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<RectificationEntry> Lines, IReadOnlyList<PendingOrigin> Pending, long? Next, int Orders, int Problems, int Closed, int Late, bool SeesPending);

/// <summary>整改: what waits for an order and where each order stands, for finance and, of their own, for units.</summary>
public sealed class RectificationList(IDbContextFactory<PlatformDb> databases, DueWindows windows, RegionClock clock, SecurityLog log)
{
    public const string Pending = "pending";
    public const string Doing = "doing";
    public const string Review = "review";
    public const string Closed = "closed";
    public const string Failed = "failed";

    public const int PageSize = 50;

    private const int MostExported = 5000;

    private static readonly Dictionary<string, string[]> States = new(StringComparer.Ordinal)
    {
        [Doing] = [CaseStates.ToFill, CaseStates.Draft, CaseStates.Returned, CaseStates.Withdrawn],
        [Review] = [CaseStates.Department, CaseStates.Section, CaseStates.Performance, CaseStates.Leader],
        [Closed] = [CaseStates.Approved],
        [Failed] = [CaseStates.NotRectified],
    };

    /// <summary>待下达, 整改中, 反馈待审, 已销号, 整改不到位.</summary>
    public static IReadOnlyList<string> Tabs { get; } = [Pending, Doing, Review, Closed, Failed];

    public async Task<RectificationBook> RunAsync(Viewer viewer, string? tab, long? after, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var seesPending = viewer.May(Right.OrderRectification) is null;
        var shown = tab is not null && Tabs.Contains(tab) && (seesPending || tab != Pending) ? tab : seesPending && tab is null ? Pending : Doing;
        var orders = Orders(db, viewer);
        var now = clock.Now(viewer.RegionId);
        var byState = await orders.GroupBy(o => o.State.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var counts = States.ToDictionary(s => s.Key, s => s.Value.Sum(state => byState.GetValueOrDefault(state)), StringComparer.Ordinal);
        var waiting = db.RectificationOrigins.AsNoTracking().VisibleTo(viewer);
        counts[Pending] = seesPending ? await waiting.CountAsync(ct) : 0;
        var (lines, next) = shown == Pending ? ([], null) : await LinesAsync(db, viewer, orders, shown, after, ct);
        var lineStates = db.Problems.Where(p => orders.Any(o => o.Order.CaseId == p.CaseId))
            .Select(p => db.LineVerdicts.Where(v => v.CaseId == p.CaseId && v.Number == p.Number).OrderByDescending(v => v.Seq).Select(v => v.Verdict).FirstOrDefault());
        return new RectificationBook(
            shown,
            counts,
            lines,
            shown == Pending ? await PendingAsync(db, viewer, waiting, ct) : [],
            next,
            byState.Values.Sum(),
            await lineStates.CountAsync(ct),
            await lineStates.CountAsync(v => v == LineVerdicts.Closed, ct),
            await orders.CountAsync(o => (o.State.FirstSubmittedAt ?? now) > o.Order.DueAt, ct),
            seesPending);
    }

    /// <summary>整改台账 (domain.md §4.9): a row per problem of every order that the reader sees; logged.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<object?>>> LedgerAsync(Viewer viewer, string? tab, Texts texts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(texts);
        await using var db = await databases.CreateDbContextAsync(ct);
        var states = tab is null ? null : States.GetValueOrDefault(tab);
        var found = await Orders(db, viewer).Where(o => states == null || states.Contains(o.State.State)).OrderBy(o => o.Order.CaseId).Take(MostExported)
            .Select(o => new
            {
                o.Order,
                o.State.State,
                o.State.LastSubmittedAt,
                Project = db.Projects.First(p => p.Id == o.State.ObjectId).Name,
                Unit = db.Organisations.First(b => b.Id == o.State.UnitId).Name,
                Form = db.Rounds.Where(r => r.CaseId == o.Order.CaseId && r.FormCode == OrderRectification.Definition).OrderByDescending(r => r.Seq).Select(r => r.Form).FirstOrDefault(),
            }).ToListAsync(ct);
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var order in found)
        {
            var form = order.Form is null ? null : FormContent.FromJson(RectificationForm.Instance.Layout, order.Form);
            foreach (var line in await LineVerdicts.OfAsync(db, order.Order.CaseId, ct))
            {
                var row = form?.Rows(RectificationForm.Lines).FirstOrDefault(r => r.Id == line.Number.ToString(CultureInfo.InvariantCulture));
                rows.Add(
                [
                    order.Order.Number, order.Project, order.Unit, texts[$"definitions.{order.Order.Source}"], line.Number, line.Text, line.Demand, row?["measure"] ?? "", row?["post"] ?? "", row?["deadline"] ?? "",
                    row?["state"] is { Length: > 0 } done ? texts[$"fields.rectifyLines.state.{done}"] : "", order.LastSubmittedAt is { } at ? Show.FullDay(Show.DayOf(at)) : "",
                    line.Verdict is { } verdict ? texts[$"fields.rectifyLines.verdict.{verdict}"] : "", line.Reason,
                    form?["rectify.use"] is { Length: > 0 } use ? texts[$"fields.rectify.use.{use}"] : "",
                ]);
            }
        }

        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"rectifications: {rows.Count}"), ct);
        return rows;
    }

    private static IQueryable<Ordered> Orders(PlatformDb db, Viewer viewer) =>
        db.RectificationOrders.AsNoTracking().Join(db.CaseStates.VisibleTo(viewer), o => o.CaseId, s => s.CaseId, (o, s) => new Ordered { Order = o, State = s });

    private async Task<(IReadOnlyList<RectificationEntry> Lines, long? Next)> LinesAsync(PlatformDb db, Viewer viewer, IQueryable<Ordered> orders, string tab, long? after, CancellationToken ct)
    {
        var states = States[tab];
        var page = await orders.Where(o => states.Contains(o.State.State) && (after == null || o.Order.CaseId < after)).OrderByDescending(o => o.Order.CaseId).Take(PageSize + 1)
            .Select(o => new
            {
                o.Order,
                o.State,
                Project = db.Projects.First(p => p.Id == o.State.ObjectId),
                Unit = db.Organisations.First(b => b.Id == o.State.UnitId).Name,
                Problems = db.Problems.Count(p => p.CaseId == o.Order.CaseId),
                Closed = db.Problems.Count(p => p.CaseId == o.Order.CaseId
                    && db.LineVerdicts.Where(v => v.CaseId == p.CaseId && v.Number == p.Number).OrderByDescending(v => v.Seq).Select(v => v.Verdict).FirstOrDefault() == LineVerdicts.Closed),
            }).ToListAsync(ct);
        var lines = page.Take(PageSize).Select(o =>
        {
            var (due, left) = windows.Of(viewer.RegionId, o.State.DueAt);
            var state = o.State.State == CaseStates.Draft && viewer.May(Right.SeeDraft, o.State) is not null ? CaseStates.ToFill : o.State.State;
            return new RectificationEntry(
                o.Order.CaseId, o.Order.OriginId, o.Order.Number, o.Order.Source, o.Project.Name, o.Project.Code, o.Unit, state, o.Problems, o.Closed, o.State.Returns, due, left);
        }).ToList();
        return (lines, page.Count > PageSize ? lines[^1].CaseId : null);
    }

    private static async Task<IReadOnlyList<PendingOrigin>> PendingAsync(PlatformDb db, Viewer viewer, IQueryable<RectificationOrigin> waiting, CancellationToken ct)
    {
        var found = await waiting.OrderByDescending(o => o.EndedAt).Take(OrderRectification.MostOrigins)
            .Select(o => new { Origin = o, Project = db.Projects.First(p => p.Id == o.ObjectId), Unit = db.Organisations.First(b => b.Id == o.UnitId).Name }).ToListAsync(ct);
        var lines = new List<PendingOrigin>();
        foreach (var o in found)
        {
            var problems = (await Findings.OfAsync(db, o.Origin.CaseId, ct)).Problems.Count;
            lines.Add(new PendingOrigin(
                o.Origin.CaseId, o.Origin.Source, o.Project.Name, o.Project.Code, o.Unit, o.Origin.EndedAt, problems, OrderRectification.WhyNot(viewer, o.Origin, o.Origin.Source) is null));
        }

        return lines;
    }

    private sealed class Ordered
    {
        public required RectificationOrderRow Order { get; init; }

        public required CaseStateRow State { get; init; }
    }
}
