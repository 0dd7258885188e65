using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Appraisals;

/// <summary>The doors of the list of finance evaluations: page, JSON, files.</summary>
internal static class FinanceListPages
{
    public static IServiceCollection AddAppraisals(this IServiceCollection services) => services.AddSingleton<ReadFinanceEvaluations>().AddSingleton<ReadDepartmentEvaluations>();

    public static IEndpointRouteBuilder MapAppraisals(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/finance-evaluations").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/export.csv", CsvAsync);
        pages.MapGet("/export.xlsx", XlsxAsync);
        var api = routes.MapGroup("/api/finance-evaluations").WithTags("FinanceEvaluations").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("Finance evaluations of a fiscal year with amount (万元), grade and state; finance bureau only");
        api.MapGet("/export.csv", CsvAsync).WithSummary("The same as CSV in UTF-8 with a byte order mark").Produces<string>(200, "text/csv");
        return routes.MapDepartmentList().MapSendBack();
    }

    internal static string Text(int year) => year.ToString(CultureInfo.InvariantCulture);

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, ReadFinanceEvaluations read, CancellationToken ct, string? year = null)
    {
        var found = await read.RunAsync(viewer, YearCases.YearIn(year), ct);
        return found.Ok ? await Pages.RenderAsync<FinanceListPage>(http, found.Value) : await Refusals.PageAsync(http, found.Refusal!);
    }

    private static async Task<Results<Ok<FinanceList>, JsonHttpResult<RefusedAnswer>>> ListAsync(Viewer viewer, ReadFinanceEvaluations read, Texts texts, CancellationToken ct, int? year = null) =>
        texts.Answer(await read.RunAsync(viewer, year, ct));

    private static async Task<IResult> CsvAsync(Viewer viewer, ReadFinanceEvaluations read, Texts texts, CancellationToken ct, int? year = null)
    {
        var found = await read.ExportAsync(viewer, year, ct);
        return found.Ok ? File(found.Value, texts).Csv() : texts.Refuse(found.Refusal!);
    }

    private static async Task<IResult> XlsxAsync(Viewer viewer, ReadFinanceEvaluations read, Texts texts, CancellationToken ct, int? year = null)
    {
        var found = await read.ExportAsync(viewer, year, ct);
        return found.Ok ? File(found.Value, texts).Xlsx() : texts.Refuse(found.Refusal!);
    }

    private static TableFile File(FinanceList list, Texts texts) => new(
        texts["finance-list.file", list.Year],
        [.. ((string[])["number", "project", "department", "unit", "kind", "organised", "agency", "amount", "score", "grade", "state"]).Select(k => texts[$"finance-list.{k}"])],
        [.. list.Lines.Select((l, i) => (IReadOnlyList<object?>)
            [i + 1, l.Project, l.Department, l.Unit, Choice(texts, "object", l.Object), Choice(texts, "organised", l.Organised), l.Agency, l.Amount, l.Score, l.Grade, texts[$"state.{l.State}"]])]);

    /// <summary>The word of a choice of the plan; empty for none.</summary>
    internal static string Choice(Texts texts, string field, string code) => code.Length == 0 ? "" : texts[$"fields.finance.{field}.{code}"];
}
