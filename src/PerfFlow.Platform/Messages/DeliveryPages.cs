using PerfFlow.Platform.Access;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Messages;

/// <summary>
/// GET /cases/{caseId}/visits/{visit}/deliveries: the part that pages of a case embed with <c>DeliveriesSlot</c>; asked
/// without htmx, it is a page of its own.
/// </summary>
internal static class DeliveryPages
{
    public static IEndpointRouteBuilder MapDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cases/{caseId:long}/visits/{visit:int}/deliveries", ShowAsync).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> ShowAsync(long caseId, int visit, HttpContext http, Viewer viewer, ReadDeliveries read, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, caseId, visit, ct);
        return found switch
        {
            { Ok: false } => await Refusals.PageAsync(http, found.Refusal!),
            _ when http.Request.Headers.ContainsKey("HX-Request") => await Pages.PartAsync<TaskDeliveries>(http, found.Value),
            _ => await Pages.RenderAsync<DeliveriesPage>(http, found.Value),
        };
    }
}
