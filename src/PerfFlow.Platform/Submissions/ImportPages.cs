using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>Workbooks in the browser: take one away, send one, see what became of it.</summary>
internal static class ImportPages
{
    public static IEndpointRouteBuilder MapImportPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/filings/import").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/sent", SentAsync);
        pages.MapGet("/workbook", WorkbookAsync);
        pages.MapPost("", SendAsync).WithMetadata(new RequestSizeLimitAttribute(FilingPages.MostBytes));
        pages.MapGet("/{id:guid}/marked", MarkedAsync);
        pages.MapPost("/{id:guid}/take", TakeAsync);
        return routes;
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Viewer viewer, SentList list, CancellationToken ct, [FromQuery] long? notice = null, [FromQuery] long? unit = null, [FromQuery(Name = "case")] long? caseId = null)
    {
        var found = await ModelAsync(viewer, list, notice, unit, caseId, ct);
        return found.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : await Pages.RenderAsync<ImportPage>(http, found.Value);
    }

    private static async Task<IResult> SentAsync(
        HttpContext http, Viewer viewer, SentList list, CancellationToken ct, [FromQuery] long? notice = null, [FromQuery] long? unit = null, [FromQuery(Name = "case")] long? caseId = null)
    {
        var found = await ModelAsync(viewer, list, notice, unit, caseId, ct);
        return found.Ok ? await Pages.PartAsync<SentPart>(http, found.Value) : TypedResults.NotFound();
    }

    private static async Task<IResult> WorkbookAsync(
        HttpContext http, Viewer viewer, SendWorkbook send, SentList list, FilingCases filings, CancellationToken ct,
        [FromQuery] long notice = 0, [FromQuery] long unit = 0, [FromQuery(Name = "case")] long? caseId = null, [FromQuery] bool blank = false, [FromQuery] bool alike = false)
    {
        var file = caseId is { } of ? await send.OfCaseAsync(viewer, of, blank ? WorkbookExtent.Blank : alike ? WorkbookExtent.Alike : WorkbookExtent.One, ct)
            : blank ? await list.BlankAsync(viewer, notice, ct)
            : await send.PrefilledAsync(viewer, filings, notice, unit, ct);
        return file.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : TypedResults.Stream(file.Value.Content, file.Value.ContentType, file.Value.Name);
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, Viewer viewer, [FromForm] Guid command, IFormFile? file, SendWorkbook send, SentList list, Texts texts, CancellationToken ct,
        [FromForm] long? notice = null, [FromForm] long? unit = null, [FromForm(Name = "case")] long? caseId = null)
    {
        Refusal? refusal;
        if (file is null)
        {
            refusal = new Refusal("workbook-missing") { Field = "file" };
        }
        else
        {
            await using var content = file.OpenReadStream();
            refusal = (caseId is { } of
                ? await send.RunAsync(viewer, of, command, file.FileName, content, ct)
                : await send.RunAsync(viewer, notice ?? 0, unit ?? 0, command, file.FileName, content, ct)).Refusal;
        }

        if (refusal is null)
        {
            return TypedResults.LocalRedirect(caseId is null ? $"/filings/import?notice={notice}&unit={unit}#sent" : $"/filings/import?case={caseId}#sent");
        }

        return await AgainAsync(http, await ModelAsync(viewer, list, notice, unit, caseId, ct), refusal, texts);
    }

    private static async Task<IResult> MarkedAsync(Guid id, HttpContext http, Viewer viewer, SentList list, CancellationToken ct)
    {
        var file = await list.MarkedAsync(viewer, id, ct);
        return file.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : TypedResults.Stream(file.Value.Content, file.Value.ContentType, file.Value.Name);
    }

    private static async Task<IResult> TakeAsync(Guid id, HttpContext http, Viewer viewer, SendWorkbook send, SentList list, Toasts toasts, Texts texts, CancellationToken ct)
    {
        var found = await list.FindAsync(viewer, id, ct);
        if (found.Refusal is { } missing)
        {
            return await Refusals.PageAsync(http, missing);
        }

        var document = found.Value;
        var taken = await send.TakeGoodRowsAsync(viewer, id, ct);
        if (taken.Refusal is { } refusal)
        {
            return await AgainAsync(http, await ModelAsync(viewer, list, document.NoticeId, document.UnitId, document.CaseId, ct), refusal, texts);
        }

        toasts.Say(http, new ToastModel(texts["submissions.done.taken", taken.Value]));
        return TypedResults.LocalRedirect($"/filings/import?{document.Query}#sent");
    }

    private static Task<Outcome<ImportModel>> ModelAsync(Viewer viewer, SentList list, long? notice, long? unit, long? caseId, CancellationToken ct) =>
        caseId is { } of ? list.RunAsync(viewer, of, ct) : list.RunAsync(viewer, notice, unit, ct);

    private static async Task<IResult> AgainAsync(HttpContext http, Outcome<ImportModel> found, Refusal refusal, Texts texts) => found.Refusal is { } missing
        ? await Refusals.PageAsync(http, missing)
        : await Pages.RenderAsync<ImportPage>(http, found.Value with { Errors = FormErrors.Of(texts, refusal) }, Answers.StatusOf(refusal));
}
