using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

using Refused = JsonHttpResult<RefusedAnswer>;

/// <summary>The files of the drop folder, as a page and as JSON.</summary>
internal static class DroppedPages
{
    public static IEndpointRouteBuilder MapDroppedPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/filings/import/dropped").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("/{id:guid}/take", TakeAsync);

        var api = routes.MapGroup("/api/notices/{notice:long}/dropped").WithTags("Workbooks").WithRefusals();
        api.MapGet("", ListJsonAsync).WithSummary("Files that other systems left for a unit of the caller and that nobody has taken");
        api.MapPost("/{id:guid}/take", TakeJsonAsync).WithSummary("Takes one for the unit's open filings of the notice, as if the caller had uploaded it");
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, TakeDropped dropped, CancellationToken ct, [FromQuery] long? notice = null, [FromQuery] long? unit = null)
    {
        var found = await dropped.ListAsync(viewer, notice, unit, ct);
        return found.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : await Pages.RenderAsync<DroppedPage>(http, found.Value);
    }

    private static async Task<IResult> TakeAsync(
        Guid id, HttpContext http, Viewer viewer, [FromForm] long notice, [FromForm] long unit, TakeDropped dropped, Texts texts, CancellationToken ct)
    {
        var taken = await dropped.RunAsync(viewer, notice, unit, id, ct);
        if (taken.Ok)
        {
            return TypedResults.LocalRedirect($"/filings/import?notice={notice}&unit={unit}#sent");
        }

        var again = await dropped.ListAsync(viewer, notice, unit, ct);
        return again.Ok
            ? await Pages.RenderAsync<DroppedPage>(http, again.Value with { Errors = FormErrors.Of(texts, taken.Refusal!) }, Answers.StatusOf(taken.Refusal!))
            : await Refusals.PageAsync(http, taken.Refusal!);
    }

    private static async Task<Results<Ok<IReadOnlyList<DroppedFile>>, Refused>> ListJsonAsync(
        long notice, Viewer viewer, TakeDropped dropped, Texts texts, CancellationToken ct, [FromQuery] long? unit = null)
    {
        var found = await dropped.ListAsync(viewer, notice, unit, ct);
        return found.Refusal is { } refusal ? texts.Refuse(refusal) : TypedResults.Ok(found.Value.Waiting);
    }

    private static async Task<Results<Ok<IntakeAnswer>, Refused>> TakeJsonAsync(
        long notice, Guid id, [FromQuery] long unit, Viewer viewer, TakeDropped dropped, Texts texts, CancellationToken ct) =>
        texts.Answer(await dropped.RunAsync(viewer, notice, unit, id, ct));
}
