using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>The pages of a notice: list, reading and signing, paper sheet, recipients, items, and every act as a plain post.</summary>
internal static class NoticePages
{
    public static IEndpointRouteBuilder MapNoticePages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/notices").ExcludeFromDescription();
        pages.MapGet("", ListAsync);
        pages.MapGet("/{id:long}", ShowAsync);
        pages.MapGet("/{id:long}/sheet", SheetAsync);
        pages.MapGet("/{id:long}/recipients", RecipientsAsync);
        pages.MapGet("/{id:long}/items", ItemsAsync);
        pages.MapPost("/{id:long}/submit", SubmitAsync);
        pages.MapPost("/{id:long}/sign", SignAsync);
        pages.MapPost("/{id:long}/return", ReturnAsync);
        pages.MapPost("/{id:long}/issue", IssueAsync);
        pages.MapPost("/{id:long}/close", CloseAsync);
        pages.MapPost("/{id:long}/discard", DiscardAsync);
        pages.MapPost("/{id:long}/amend", AmendAsync);
        pages.MapPost("/{id:long}/recall", RecallAsync);
        pages.MapPost("/{id:long}/targets", AddTargetAsync);
        return routes;
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, Viewer viewer, PlatformDb db, RegionClock clock, Texts texts, CancellationToken ct, [FromQuery] string? stage = null, [FromQuery] string? year = null)
    {
        var fiscalYear = int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y) ? y : (int?)null;
        var now = clock.Now(viewer.RegionId);
        var states = ReadNotice.Visible(db, viewer);
        var counts = await states.GroupBy(s => s.Stage).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var mine = viewer.At(Roles.Unit, Roles.UnitHead).ToArray();
        var lines = await (from s in states
                           join n in db.Notices on s.NoticeId equals n.Id
                           where (stage == null || s.Stage == stage) && (fiscalYear == null || n.FiscalYear == fiscalYear)
                           orderby n.Id descending
                           select new
                           {
                               n,
                               s,
                               Unread = mine.Length > 0 && s.IssuedAt != null && db.Cases.Any(c => c.NoticeId == n.Id && mine.Contains(c.UnitId))
                                   && !db.NoticeReads.Any(r => r.NoticeId == n.Id && r.Number == s.TextNumber && mine.Contains(r.UnitId)),
                           }).Take(200).ToListAsync(ct);
        var issued = lines.Where(l => l.s.IssuedAt is not null).Select(l => (long?)l.n.Id).ToList();
        var cases = await db.CaseStates.AsNoTracking().VisibleTo(viewer).Where(c => issued.Contains(c.NoticeId))
            .GroupBy(c => c.NoticeId!.Value)
            .Select(g => new
            {
                g.Key,
                All = g.Count(c => c.State != CaseStates.Waived && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled),
                Filed = g.Count(c => c.FirstSubmittedAt != null && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled),
                Late = g.Count(c => c.FirstSubmittedAt == null && c.Visit != null && c.FirstDueAt < now),
            }).ToDictionaryAsync(g => g.Key, ct);
        var years = await db.Notices.Where(n => n.RegionId == viewer.RegionId).Select(n => n.FiscalYear).Distinct().OrderDescending().ToListAsync(ct);
        var tabs = new List<Tab> { new(texts["notices.tab.all"], "/notices", Show.Badge(counts.Values.Sum())) { On = stage is null } };
        tabs.AddRange(NoticeStages.All.Where(counts.ContainsKey).Select(s => new Tab(texts["notices.stage." + s], "/notices?stage=" + s, Show.Badge(counts[s])) { On = stage == s }));
        return await Pages.RenderAsync<NoticesPage>(http, new NoticesModel(
            lines.ConvertAll(l => new NoticeLineModel(
                l.n.Id, l.n.Title, l.s.Stage, l.s.Number, l.n.FiscalYear, l.n.DueOn, l.s.IssuedAt,
                cases.GetValueOrDefault(l.n.Id)?.All ?? 0, cases.GetValueOrDefault(l.n.Id)?.Filed ?? 0, cases.GetValueOrDefault(l.n.Id)?.Late ?? 0, l.Unread)),
            tabs,
            fiscalYear,
            years.ConvertAll(v => new Choice(v.ToString(CultureInfo.InvariantCulture), texts["notices.year", v])),
            viewer.May(Right.ManageNotices) is null,
            ReadNotice.SeesWhole(viewer)));
    }

    private static async Task<IResult> ShowAsync(long id, HttpContext http, Viewer viewer, ReadNotice read, NoticePageReader reader, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (found.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        await read.MarkAsync(viewer, found.Value, ct);
        return await Pages.RenderAsync<NoticePage>(http, await reader.PageAsync(viewer, found.Value, ct));
    }

    private static async Task<IResult> SheetAsync(long id, HttpContext http, Viewer viewer, ReadNotice read, NoticePageReader reader, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, ct);
        return found.Refusal is { } refusal
            ? await Refusals.PageAsync(http, refusal)
            : await Pages.RenderAsync<NoticeSheetPage>(http, await reader.SheetAsync(found.Value, ct));
    }

    private static async Task<IResult> RecipientsAsync(
        long id, HttpContext http, Viewer viewer, ReadNotice read, PlatformDb db, RegionClock clock, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (found.Refusal is not null || !found.Value.Whole)
        {
            return await Refusals.PageAsync(http, found.Refusal ?? Refusal.NotFound());
        }

        var list = await RecipientList.OfAsync(db, found.Value.Notice, clock.Today(viewer.RegionId), ct);
        var sections = await db.Organisations.Where(b => b.RegionId == viewer.RegionId && b.Kind == BodyKind.Section).ToDictionaryAsync(b => b.Id, b => b.ShortName, ct);
        return await Pages.RenderAsync<RecipientsPage>(http, new RecipientsModel(found.Value, list, sections));
    }

    /// <summary>The list behind a figure of the matrix: the cases of a unit, or of all, in a state.</summary>
    private static async Task<IResult> ItemsAsync(
        long id, HttpContext http, Viewer viewer, ReadNotice read, NoticePageReader reader, RegionClock clock, Texts texts, CancellationToken ct,
        [FromQuery] long? unit = null, [FromQuery] string? state = null, [FromQuery] string? show = null)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (found.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        var items = await reader.ItemsAsync(viewer, id, unit, state, NoticePageReader.ItemGroups.Contains(show) ? show : null, ct);
        var title = unit is not null && items.Count > 0 ? items[0].Unit : found.Value.Text.Title;
        title = state is not null && CaseStates.InOrder.Contains(state) ? texts["notices.items.of", title, texts["state." + state]]
            : NoticePageReader.ItemGroups.Contains(show) ? texts["notices.items.of", title, texts["notices.items.show." + show]]
            : title;
        return await Pages.RenderAsync<NoticeItemsPage>(http, new NoticeItemsModel(
            found.Value, title, items, clock.Now(viewer.RegionId)));
    }

    private static async Task<IResult> SubmitAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, SubmitNotice act, [FromForm] int version, [FromForm] string? text, [FromForm] Guid command, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, version, text ?? "", command, ct), "notices.done.submitted", "submit", text, ct);

    private static async Task<IResult> SignAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, SignNotice act, [FromForm] int version, [FromForm] string? text, [FromForm] Guid command, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, version, text ?? "", command, ct), "notices.done.signed", "sign", text, ct);

    private static async Task<IResult> ReturnAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, ReturnNotice act, [FromForm] string? reason, [FromForm] Guid command, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, reason ?? "", command, ct), "notices.done.returned", "return", reason, ct);

    private static async Task<IResult> IssueAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, IssueNotice act, Texts texts, [FromForm] Guid command, CancellationToken ct)
    {
        var issued = await act.RunAsync(viewer, id, command, ct);
        return issued.Ok
            ? doors.Done(http, $"/notices/{id}/matrix", texts["notices.done.issued", issued.Value.Number], texts["notices.done.issued.detail", issued.Value.Cases])
            : await doors.AfterAsync(http, viewer, id, issued, "", "issue", null, ct);
    }

    private static async Task<IResult> CloseAsync(long id, HttpContext http, Viewer viewer, Doors doors, CloseNotice act, [FromForm] Guid command, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, command, ct), "notices.done.closed", "close", null, ct);

    private static async Task<IResult> DiscardAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, DiscardNotice act, [FromForm] string? reason, [FromForm] Guid command, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, reason ?? "", command, ct), "notices.done.discarded", "discard", reason, ct);

    private static async Task<IResult> AmendAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, AmendNotice act, [FromForm] AmendForm form, CancellationToken ct) =>
        await doors.AfterAsync(
            http, viewer, id,
            form.DueOn is { Length: > 0 } typed && NoticeForms.Day(typed) is null
                ? new Refusal("notice-day-invalid", typed) { Field = "dueOn" }
                : await act.RunAsync(viewer, id, new Amendment { Matters = form.Matters, Demands = form.Demands, DueOn = NoticeForms.Day(form.DueOn), Reason = form.Reason ?? "" }, form.Command, ct),
            "notices.done.amended", "amend", form.Reason, ct);

    private static async Task<IResult> RecallAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, RecallNotice act, [FromForm] string? reason, CancellationToken ct) =>
        await doors.AfterAsync(http, viewer, id, await act.RunAsync(viewer, id, reason ?? "", ct), "notices.done.recalled", "recall", reason, ct);

    private static async Task<IResult> AddTargetAsync(
        long id, HttpContext http, Viewer viewer, Doors doors, AddTarget act, Texts texts, [FromForm] long project, [FromForm] Guid command, CancellationToken ct)
    {
        var added = await act.RunAsync(viewer, id, project, command, ct);
        return added.Ok
            ? doors.Done(http, $"/filings/{added.Value}", texts["notices.done.added"], null)
            : await doors.AfterAsync(http, viewer, id, added, "", "add", null, ct);
    }

    internal sealed record AmendForm(string? Matters, string? Demands, string? DueOn, string? Reason, Guid Command);

    /// <summary>What follows a post: the page again with its errors, or a redirect with a word about what was done.</summary>
    internal sealed class Doors(ReadNotice read, NoticePageReader reader, Toasts toasts, Texts texts)
    {
        public async Task<IResult> AfterAsync<T>(
            HttpContext http, Viewer viewer, long id, Outcome<T> outcome, string done, string dialog, string? typed, CancellationToken ct)
        {
            if (outcome.Ok)
            {
                return Done(http, $"/notices/{id}", texts[done], outcome.Value is BatchOutcome batch ? texts["notices.done.cases", batch.Done, batch.Refused.Count] : null);
            }

            var found = await read.RunAsync(viewer, id, ct);
            if (found.Refusal is not null)
            {
                return await Refusals.PageAsync(http, outcome.Refusal!);
            }

            var model = await reader.PageAsync(viewer, found.Value, ct);
            return await Pages.RenderAsync<NoticePage>(
                http, model with { Errors = FormErrors.Of(texts, outcome.Refusal!), Reopen = dialog, Typed = typed ?? "" }, Answers.StatusOf(outcome.Refusal!));
        }

        public IResult Done(HttpContext http, string href, string text, string? detail)
        {
            toasts.Say(http, new ToastModel(text, detail));
            return TypedResults.LocalRedirect(href);
        }
    }
}

/// <summary>What the forms of notices have in common.</summary>
internal static class NoticeForms
{
    /// <summary>2023-10-20, also with slashes, dots or single digits; null for anything else.</summary>
    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact((text ?? "").Trim().Replace('/', '-').Replace('.', '-'), ["yyyy-M-d", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>5,2,0 with any separator.</summary>
    public static IReadOnlyList<int>? Days(string? text)
    {
        var days = new List<int>();
        foreach (var part in (text ?? "").Split([',', '，', '、', ' ', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var day))
            {
                return null;
            }

            days.Add(day);
        }

        return days;
    }

    /// <summary>A command id for a form that is about to be shown.</summary>
    public static Guid NewCommand(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());
}
