using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>发文字号台账: what was given, to what, and what was voided why.</summary>
internal static class LedgerPages
{
    public static IEndpointRouteBuilder MapLedger(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/document-numbers").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/export.xlsx", ExportAsync);
        pages.MapPost("", GiveAsync);
        pages.MapPost("/start", StartAsync);
        pages.MapPost("/{line:long}/void", VoidAsync);
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, LedgerReader reader, CancellationToken ct, [FromQuery] int? year = null) =>
        ReadNotice.SeesWhole(viewer)
            ? await Pages.RenderAsync<LedgerPage>(http, await reader.ModelAsync(viewer, year, ct))
            : await Refusals.PageAsync(http, Refusal.NotFound());

    private static async Task<IResult> ExportAsync(HttpContext http, Viewer viewer, LedgerReader reader, Texts texts, CancellationToken ct, [FromQuery] int? year = null)
    {
        if (!ReadNotice.SeesWhole(viewer))
        {
            return await Refusals.PageAsync(http, Refusal.NotFound());
        }

        var model = await reader.ModelAsync(viewer, year, ct);
        string[] heads = [texts["ledger.number"], texts["ledger.purpose"], texts["ledger.status"], texts["ledger.given"], texts["ledger.by"], texts["ledger.reason"]];
        return new TableFile(texts["ledger.file", model.Year], heads, [.. model.Lines.Select(l => (IReadOnlyList<object?>)
            [l.Number.ToString(), l.Purpose, texts["ledger.status." + StatusOf(model, l)], Show.FullDay(Show.DayOf(l.GivenAt)), model.People.GetValueOrDefault(l.GivenBy), l.Reason])]).Xlsx();
    }

    private static async Task<IResult> GiveAsync(
        HttpContext http, Viewer viewer, NumberLedger ledger, LedgerReader reader, Texts texts, Toasts toasts, [FromForm] string? word, [FromForm] string? purpose, [FromForm] Guid command,
        CancellationToken ct)
    {
        var given = await ledger.GiveByHandAsync(viewer, (word ?? "").Trim(), purpose ?? "", command, ct);
        return await AfterAsync(http, viewer, reader, texts, toasts, given.Refusal, given.Ok ? texts["ledger.done.given", given.Value.Number] : "", "give", ct);
    }

    private static async Task<IResult> StartAsync(
        HttpContext http, Viewer viewer, NumberLedger ledger, LedgerReader reader, Texts texts, Toasts toasts, [FromForm] string? word, [FromForm] int year, [FromForm] int last,
        CancellationToken ct)
    {
        var started = await ledger.StartAfterAsync(viewer, (word ?? "").Trim(), year, last, ct);
        return await AfterAsync(http, viewer, reader, texts, toasts, started.Refusal, texts["ledger.done.started", last + 1], "start", ct);
    }

    private static async Task<IResult> VoidAsync(
        long line, HttpContext http, Viewer viewer, NumberLedger ledger, LedgerReader reader, Texts texts, Toasts toasts, [FromForm] string? reason, CancellationToken ct)
    {
        var voided = await ledger.VoidAsync(viewer, line, reason ?? "", ct);
        return await AfterAsync(http, viewer, reader, texts, toasts, voided.Refusal, voided.Ok ? texts["ledger.done.voided", voided.Value.Number] : "", $"void-{line}", ct);
    }

    private static async Task<IResult> AfterAsync(
        HttpContext http, Viewer viewer, LedgerReader reader, Texts texts, Toasts toasts, Refusal? refusal, string done, string dialog, CancellationToken ct)
    {
        if (refusal is null)
        {
            toasts.Say(http, new ToastModel(done));
            return TypedResults.LocalRedirect("/document-numbers");
        }

        return ReadNotice.SeesWhole(viewer)
            ? await Pages.RenderAsync<LedgerPage>(
                http, await reader.ModelAsync(viewer, null, ct) with { Errors = FormErrors.Of(texts, refusal), Reopen = dialog }, Answers.StatusOf(refusal))
            : await Refusals.PageAsync(http, refusal);
    }

    /// <summary>voided; reserved while its notice has not been issued; used.</summary>
    internal static string StatusOf(LedgerModel model, LedgerLine line) =>
        line.Status == "voided" ? "voided"
        : line.NoticeId is { } notice && model.Stages.GetValueOrDefault(notice) is not (NoticeStages.Issued or NoticeStages.Closed or NoticeStages.Recalled) ? "reserved"
        : "used";

    internal sealed class LedgerReader(IDbContextFactory<PlatformDb> databases, RegionClock clock, TimeProvider time)
    {
        public async Task<LedgerModel> ModelAsync(Viewer viewer, int? year, CancellationToken ct)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var of = year ?? clock.Today(viewer.RegionId).Year;
            var all = db.DocumentNumbers.AsNoTracking().Where(n => n.RegionId == viewer.RegionId);
            var lines = await all.Where(n => n.Year == of).OrderBy(n => n.Word).ThenByDescending(n => n.Seq).ToListAsync(ct);
            var notices = lines.Where(l => l.NoticeId is not null).Select(l => l.NoticeId!.Value).ToList();
            var people = lines.Select(l => l.GivenBy).Distinct().ToList();
            var years = await all.Select(n => n.Year).Distinct().OrderDescending().ToListAsync(ct);
            return new LedgerModel
            {
                Lines = lines,
                Stages = await db.NoticeStates.Where(s => notices.Contains(s.NoticeId)).ToDictionaryAsync(s => s.NoticeId, s => s.Stage, ct),
                People = await db.Users.Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct),
                Year = of,
                Years = years.ConvertAll(y => new Choice(y.ToString(System.Globalization.CultureInfo.InvariantCulture), y.ToString(System.Globalization.CultureInfo.InvariantCulture))),
                MarkWord = clock.Get(viewer.RegionId).MarkWord,
                MayGive = viewer.May(Right.ManageNotices) is null,
                Command = NoticeForms.NewCommand(time),
            };
        }
    }
}
