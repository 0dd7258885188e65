using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>The list of the sample.</summary>
/// <param name="List">Of one year.</param>
/// <param name="Department">Only this one; null = all.</param>
public sealed record SpotChecksModel(SpotCheckList List, string? Department)
{
    public IReadOnlyList<SpotCheckLine> Lines => lines ??= [.. List.Lines.Where(l => Department is null || l.Department == Department)];

    private IReadOnlyList<SpotCheckLine>? lines;

    public GradeComparison Comparison => GradeComparison.Of(Lines, List.Grades);

    internal List<Choice> Years(Texts texts) => [.. List.Years.Select(y => Text(y)).Select(y => new Choice(y, texts["projects.year.of", y]))];

    internal List<Choice> Departments => [.. List.Lines.Select(l => l.Department).Distinct(StringComparer.Ordinal).Select(d => new Choice(d, d))];

    internal string Export(string ending) => $"/spot-checks/export.{ending}?year={Text(List.Year)}";

    internal static string Text(int year) => year.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The doors of the sample's list: page, JSON, files.</summary>
internal static class SpotCheckPages
{
    public static IServiceCollection AddSpotChecks(this IServiceCollection services) => services.AddSingleton<ReadSpotChecks>();

    public static IEndpointRouteBuilder MapSpotChecks(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/spot-checks").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/export.csv", CsvAsync);
        pages.MapGet("/export.xlsx", XlsxAsync);
        var api = routes.MapGroup("/api/spot-checks").WithTags("SpotChecks").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("Spot checks of a fiscal year with self and spot scores and the comparison of their grades; finance bureau only");
        api.MapGet("/export.csv", CsvAsync).WithSummary("The same as CSV in UTF-8 with a byte order mark").Produces<string>(200, "text/csv");
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, ReadSpotChecks read, CancellationToken ct, string? year = null, string? department = null)
    {
        var found = await read.RunAsync(viewer, YearCases.YearIn(year), ct);
        return found.Ok
            ? await Pages.RenderAsync<SpotChecksPage>(http, new SpotChecksModel(found.Value, string.IsNullOrEmpty(department) ? null : department))
            : await Refusals.PageAsync(http, found.Refusal!);
    }

    private static async Task<Results<Ok<SpotCheckList>, JsonHttpResult<RefusedAnswer>>> ListAsync(Viewer viewer, ReadSpotChecks read, Texts texts, CancellationToken ct, int? year = null) =>
        texts.Answer(await read.RunAsync(viewer, year, ct));

    private static async Task<IResult> CsvAsync(Viewer viewer, ReadSpotChecks read, Texts texts, CancellationToken ct, int? year = null)
    {
        var found = await read.ExportAsync(viewer, year, ct);
        return found.Ok ? File(found.Value, texts).Csv() : texts.Refuse(found.Refusal!);
    }

    private static async Task<IResult> XlsxAsync(Viewer viewer, ReadSpotChecks read, Texts texts, CancellationToken ct, int? year = null)
    {
        var found = await read.ExportAsync(viewer, year, ct);
        return found.Ok ? File(found.Value, texts).Xlsx() : texts.Refuse(found.Refusal!);
    }

    /// <summary>The columns of 抽评结果 (domain.md §4.9).</summary>
    private static TableFile File(SpotCheckList list, Texts texts) => new(
        texts["spot-checks.file", list.Year],
        [.. ((string[])["number", "department", "unit", "project", "self", "self-grade", "spot", "spot-grade", "difference", "note"]).Select(k => texts[$"spot-checks.{k}"])],
        [.. list.Lines.Select((l, i) => (IReadOnlyList<object?>)[i + 1, l.Department, l.Unit, l.Project, l.Self, l.SelfGrade, l.Spot, l.SpotGrade, l.Difference, Note(l, texts)])]);

    /// <summary>What is to be known beside the scores.</summary>
    internal static string Note(SpotCheckLine line, Texts texts) =>
        !line.Final ? texts[line.Objected ? "spot-checks.note.objected" : "spot-checks.note.provisional"] : line.Objected ? texts["spot-checks.note.final"] : "";
}
