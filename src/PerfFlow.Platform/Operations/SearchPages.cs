using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>事项查询 as a page.</summary>
/// <param name="TooWide">Reading what was filed took too long.</param>
public sealed record CasesModel(CasePage Page, CaseQuery Query, Refusal? TooWide)
{
    private const string Address = "/cases";

    public IReadOnlyList<(int Size, string Href)> Sizes => [.. ((int[])[20, 50, 100]).Select(size => (size, Link(null, null, size)))];

    /// <summary>The same conditions from another place on.</summary>
    public string Link(long? after, long? before, int? size = null) => QueryHelpers.AddQueryString(Address, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["number"] = Query.Number,
        ["unit"] = Query.Unit,
        ["object"] = Query.Object,
        ["state"] = Query.State,
        ["holder"] = Query.Holder,
        ["days"] = Query.Days?.ToString(CultureInfo.InvariantCulture),
        ["text"] = Query.Text,
        ["size"] = (size ?? Query.Rows) == 20 ? null : (size ?? Query.Rows).ToString(CultureInfo.InvariantCulture),
        ["after"] = after?.ToString(CultureInfo.InvariantCulture),
        ["before"] = before?.ToString(CultureInfo.InvariantCulture),
    }.Where(v => !string.IsNullOrEmpty(v.Value)));
}

/// <summary>The doors of the search over cases.</summary>
internal static class SearchPages
{
    public static IEndpointRouteBuilder MapCaseSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cases", ShowAsync).ExcludeFromDescription();
        routes.MapGroup("/api/cases").WithTags("Cases").WithRefusals()
            .MapGet("", ListAsync).WithSummary("事项查询: cases by number, unit, object, state, holder, days in the open step and filed text, the newest first; for roles of the finance bureau");
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, [AsParameters] CaseQuery query, SearchCases search, CancellationToken ct)
    {
        var found = await search.RunAsync(viewer, query, ct);
        return found switch
        {
            { Ok: true } => await Pages.RenderAsync<CasesPage>(http, new CasesModel(found.Value, query, null)),
            { Refusal.Code: "search-too-wide" } => await Pages.RenderAsync<CasesPage>(http, new CasesModel(new CasePage([], null, null, null), query, found.Refusal), Answers.StatusOf(found.Refusal!)),
            _ => await Refusals.PageAsync(http, found.Refusal!),
        };
    }

    private static async Task<IResult> ListAsync(Viewer viewer, [AsParameters] CaseQuery query, SearchCases search, Texts texts, CancellationToken ct) =>
        texts.Answer(await search.RunAsync(viewer, query, ct)).Result;
}
