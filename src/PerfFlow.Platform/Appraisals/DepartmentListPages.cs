using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Appraisals;

/// <summary>The list and what was asked for.</summary>
public sealed record DepartmentListModel(DepartmentList List, DepartmentQuery Query)
{
    /// <summary>The same conditions, for a file.</summary>
    internal string Export(string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"/department-evaluations/export.{ending}?year={List.Year}&department={Uri.EscapeDataString(Query.Department ?? "")}&grade={Uri.EscapeDataString(Query.Grade ?? "")}&state={Uri.EscapeDataString(Query.State ?? "")}");

    internal bool Filtered => !string.IsNullOrEmpty(Query.Department) || !string.IsNullOrEmpty(Query.Grade) || !string.IsNullOrEmpty(Query.State);
}

/// <summary>The doors of the list of department evaluations: page, JSON, files.</summary>
internal static class DepartmentListPages
{
    public static IEndpointRouteBuilder MapDepartmentList(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/department-evaluations").ExcludeFromDescription();
        pages.MapGet("", async (HttpContext http, Viewer viewer, ReadDepartmentEvaluations read, [AsParameters] DepartmentQueryString asked, CancellationToken ct) =>
            await Pages.RenderAsync<DepartmentListPage>(http, new DepartmentListModel(await read.RunAsync(viewer, asked.Query, ct), asked.Query)));
        pages.MapGet("/export.csv", CsvAsync);
        pages.MapGet("/export.xlsx", XlsxAsync);
        var api = routes.MapGroup("/api/department-evaluations").WithTags("DepartmentEvaluations").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("Department evaluations of a fiscal year that the caller sees, with amount (万元), grade and state; state = open or confirmed");
        api.MapGet("/export.csv", CsvAsync).WithSummary("The same as CSV in UTF-8 with a byte order mark").Produces<string>(200, "text/csv");
        return routes;
    }

    /// <summary>The conditions as they stand in the address; a filter that is left open sends an empty one.</summary>
    internal sealed record DepartmentQueryString
    {
        [FromQuery]
        public string? Year { get; init; }

        [FromQuery]
        public string? Department { get; init; }

        [FromQuery]
        public string? Grade { get; init; }

        [FromQuery]
        public string? State { get; init; }

        public DepartmentQuery Query => new(YearCases.YearIn(Year), Department, Grade, State);
    }

    private static async Task<Ok<DepartmentList>> ListAsync(Viewer viewer, ReadDepartmentEvaluations read, [AsParameters] DepartmentQueryString asked, CancellationToken ct) =>
        TypedResults.Ok(await read.RunAsync(viewer, asked.Query, ct));

    private static async Task<IResult> CsvAsync(Viewer viewer, ReadDepartmentEvaluations read, Texts texts, [AsParameters] DepartmentQueryString asked, CancellationToken ct) =>
        File(await read.ExportAsync(viewer, asked.Query, ct), texts).Csv();

    private static async Task<IResult> XlsxAsync(Viewer viewer, ReadDepartmentEvaluations read, Texts texts, [AsParameters] DepartmentQueryString asked, CancellationToken ct) =>
        File(await read.ExportAsync(viewer, asked.Query, ct), texts).Xlsx();

    private static TableFile File(DepartmentList list, Texts texts) => new(
        texts["department-list.file", list.Year],
        [.. ((string[])["number", "department", "unit", "project", "organised", "agency", "amount", "score", "grade", "problems", "state"]).Select(k => texts[$"department-list.{k}"])],
        [.. list.Lines.Select((l, i) => (IReadOnlyList<object?>)[i + 1, l.Department, l.Unit, l.Project, Organised(texts, l.Organised), l.Agency, l.Amount, l.Score, l.Grade, l.Problems, texts[$"state.{l.State}"]])]);

    /// <summary>The word of 组织方式; empty before the plan.</summary>
    internal static string Organised(Texts texts, string code) => code.Length == 0 ? "" : texts[$"fields.plan.organised.{code}"];
}
