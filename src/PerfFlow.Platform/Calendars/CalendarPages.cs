using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Calendars;

/// <summary>/calendars: the months of a year.</summary>
internal static class CalendarPages
{
    public static IEndpointRouteBuilder MapCalendars(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/calendars", ShowAsync).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, CalendarPageReader read, CancellationToken ct, [FromQuery] int? year = null)
    {
        var model = await read.RunAsync(viewer, year, ct);
        return model.Ok ? await Pages.RenderAsync<CalendarPage>(http, model.Value) : await Refusals.PageAsync(http, model.Refusal!);
    }
}
