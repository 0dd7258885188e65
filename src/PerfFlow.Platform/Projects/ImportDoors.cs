using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Projects;

/// <summary>The import and the workbooks of the library, as pages and as JSON.</summary>
internal static class ImportDoors
{
    public static void Map(RouteGroupBuilder pages, RouteGroupBuilder api)
    {
        pages.MapGet("/import", ShowAsync);
        pages.MapPost("/import", ImportAsync);
        pages.MapGet("/import/blank", BlankAsync);
        pages.MapGet("/import/{document:guid}/marked", MarkedAsync);
        pages.MapPost("/import/{document:guid}/good-rows", TakeGoodRowsAsync);
        pages.MapGet("/export.xlsx", WorkbookAsync);

        api.MapPost("/import", ImportJsonAsync).Accepts<byte[]>("application/octet-stream")
            .WithSummary("Imports a file with the tables of units, projects and execution; the body is the file. The same id gives the same document");
        api.MapPost("/import/{document:guid}/good-rows", TakeJsonAsync).WithSummary("Takes the good rows of a file that has errors");
        api.MapGet("/export.xlsx", WorkbookAsync).WithSummary("The library as a workbook in the layout of the import");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer) =>
        viewer.May(Right.ManageOrganisation) is not null && viewer.May(Right.ImportProjects) is { } refusal
            ? await Refusals.PageAsync(http, refusal)
            : await Pages.RenderAsync<ImportPage>(http, new ImportModel(null, FormErrors.None));

    private static async Task<IResult> ImportAsync(
        HttpContext http, Viewer viewer, ImportLibrary import, Texts texts, TimeProvider time, [FromForm] IFormFile? file, CancellationToken ct)
    {
        if (file is null || file.Length == 0)
        {
            return await ShowResultAsync(http, new Refusal("import-file") { Field = "file" }, texts);
        }

        await using var content = file.OpenReadStream();
        return await ShowResultAsync(http, await import.RunAsync(viewer, Guid.CreateVersion7(time.GetUtcNow()), file.FileName, content, goodRowsOnly: false, ct), texts);
    }

    private static async Task<IResult> TakeGoodRowsAsync(
        Guid document, HttpContext http, Viewer viewer, ImportLibrary import, Texts texts, CancellationToken ct, [FromForm] string? from = null) =>
        await ShowResultAsync(http, await import.TakeAsync(viewer, document, goodRowsOnly: true, ct), texts);

    private static async Task<IResult> MarkedAsync(Guid document, HttpContext http, Viewer viewer, ImportLibrary import, CancellationToken ct) =>
        await SendAsync(http, await import.MarkedAsync(viewer, document, ct));

    private static async Task<IResult> BlankAsync(HttpContext http, Viewer viewer, ImportLibrary import, CancellationToken ct) =>
        await SendAsync(http, await import.WorkbookAsync(viewer, null, ct));

    private static async Task<IResult> WorkbookAsync(
        HttpContext http, Viewer viewer, [AsParameters] ProjectsApi.ProjectQueryString asked, ReadProjects read, ImportLibrary import, CancellationToken ct)
    {
        var lines = await read.ExportAsync(viewer, ProjectsApi.Query(asked), ct);
        return await SendAsync(http, await import.WorkbookAsync(viewer, Data(lines), ct));
    }

    private static async Task<Results<Ok<ImportResult>, JsonHttpResult<RefusedAnswer>>> ImportJsonAsync(
        HttpContext http, Viewer viewer, ImportLibrary import, Texts texts, TimeProvider time, [FromQuery] string name, [FromQuery] Guid? id, [FromQuery] bool? goodRowsOnly, CancellationToken ct) =>
        texts.Answer(await import.RunAsync(viewer, id ?? Guid.CreateVersion7(time.GetUtcNow()), name, http.Request.Body, goodRowsOnly ?? false, ct));

    private static async Task<Results<Ok<ImportResult>, JsonHttpResult<RefusedAnswer>>> TakeJsonAsync(
        Guid document, Viewer viewer, ImportLibrary import, Texts texts, CancellationToken ct) =>
        texts.Answer(await import.TakeAsync(viewer, document, goodRowsOnly: true, ct));

    private static async Task<IResult> ShowResultAsync(HttpContext http, Outcome<ImportResult> outcome, Texts texts) =>
        outcome.Ok
            ? await Pages.RenderAsync<ImportPage>(http, new ImportModel(outcome.Value, FormErrors.None), outcome.Value.Taken ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
            : await Pages.RenderAsync<ImportPage>(http, new ImportModel(null, FormErrors.Of(texts, outcome.Refusal!)), Answers.StatusOf(outcome.Refusal!));

    /// <summary>A file of Intake goes through to the browser as it arrives, always as a download.</summary>
    private static async Task<IResult> SendAsync(HttpContext http, Outcome<IntakeFile> file)
    {
        if (!file.Ok)
        {
            return await Refusals.PageAsync(http, file.Refusal!);
        }

        http.Response.RegisterForDisposeAsync(file.Value);
        return TypedResults.Stream(file.Value.Content, file.Value.ContentType, file.Value.Name);
    }

    private static WorkbookData Data(IReadOnlyList<ProjectLine> lines)
    {
        static string Amount(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);
        return new WorkbookData(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal)
        {
            ["projects"] = [.. lines.Select(l => new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["fiscalYear"] = l.FiscalYear.ToString(CultureInfo.InvariantCulture),
                ["projectCode"] = l.Code,
                ["projectName"] = l.Name,
                ["unitCode"] = l.UnitCode,
                ["projectKind"] = l.Kind,
                ["fundType"] = l.FundKind,
                ["initial"] = Amount(l.Initial),
                ["adjusted"] = Amount(l.Adjusted),
            })],
            ["execution"] = [.. lines.Where(l => l.PaidAsOf is not null).Select(l => new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["projectCode"] = l.Code,
                ["asOf"] = l.PaidAsOf!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["paid"] = Amount(l.Paid),
            })],
        });
    }
}
