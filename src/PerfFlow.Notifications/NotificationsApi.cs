using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications;

/// <summary>The API for a Platform in another process; each call brings a ticket for exactly what it asks.</summary>
internal sealed class NotificationsApi(INotifications desk, NotificationsTickets tickets)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // Outside the limit of a Platform in the same process: a request that holds a place there waits for this one.
        var api = routes.MapGroup(NotificationsClient.Root).AllowAnonymous().DisableAntiforgery().DisableRateLimiting().ExcludeFromDescription();
        api.MapGet("/items", (HttpContext http, long? before, bool? unreadOnly, string? kind, int? size, CancellationToken ct) =>
            Own(http, user => desk.ListAsync(user, new(before, unreadOnly ?? false, kind, size ?? 20), ct)));
        api.MapGet("/items/unread", (HttpContext http, CancellationToken ct) => Own(http, user => desk.UnreadAsync(user, ct)));
        api.MapPost("/items/read", (HttpContext http, long[] ids, CancellationToken ct) => Own(http, user => desk.MarkReadAsync(user, ids, ct)));
        api.MapGet("/settings", (HttpContext http, CancellationToken ct) => Own(http, user => desk.SettingsAsync(user, ct)));
        api.MapPut("/settings", (HttpContext http, PersonSettings settings, CancellationToken ct) =>
            Own(http, async user => Answer(await desk.SaveSettingsAsync(user, settings, ct))));
        api.MapGet("/cases/{id:long}/deliveries", (HttpContext http, long id, int? visit, CancellationToken ct) =>
            Of(http, TicketRight.Case, ticket => ticket.Subject == id.ToString(CultureInfo.InvariantCulture), _ => desk.DeliveriesAsync(id, visit, ct)));
        api.MapGet("/dead-letters", (HttpContext http, CancellationToken ct) => Operate(http, region => desk.DeadLettersAsync(region, ct)));
        api.MapPost("/dead-letters/{id:long}/resend", (HttpContext http, long id, CancellationToken ct) =>
            Operate(http, async region => Answer(await desk.ResendAsync(region, id, ct))));
        api.MapGet("/dead-messages", (HttpContext http, CancellationToken ct) =>
            Of(http, TicketRight.Operate, ticket => ticket.Subject == NotificationsClient.AllRegions, _ => desk.DeadMessagesAsync(ct)));
        api.MapPost("/dead-messages/{id:long}/resend", (HttpContext http, long id, CancellationToken ct) =>
            Of(http, TicketRight.Operate, ticket => ticket.Subject == NotificationsClient.AllRegions, async _ => Answer(await desk.ResendMessageAsync(id, ct))));
        api.MapGet("/webhooks", (HttpContext http, CancellationToken ct) => Operate(http, region => desk.WebhooksAsync(region, ct)));
        api.MapPost("/webhooks", (HttpContext http, WebhookRequest request, CancellationToken ct) =>
            Operate(http, async region => Answer(await desk.AddWebhookAsync(region, request, ct))));
        api.MapDelete("/webhooks/{id:long}", (HttpContext http, long id, CancellationToken ct) =>
            Operate(http, async region => Answer(await desk.RemoveWebhookAsync(region, id, ct))));
    }

    private Task<IResult> Own<T>(HttpContext http, Func<long, Task<T>> answer) =>
        Of(http, TicketRight.Own, _ => true, ticket => answer(ticket.UserId));

    private Task<IResult> Operate<T>(HttpContext http, Func<string, Task<T>> answer) =>
        Of(http, TicketRight.Operate, ticket => ticket.Subject.Length > 0, ticket => answer(ticket.Subject));

    private async Task<IResult> Of<T>(HttpContext http, TicketRight right, Func<NotificationsTicket, bool> fits, Func<NotificationsTicket, Task<T>> answer)
    {
        if (tickets.Read(http.Request.Headers[NotificationsTickets.Header]) is not { } ticket || ticket.Right != right || !fits(ticket))
        {
            return TypedResults.Unauthorized();
        }

        var value = await answer(ticket);
        return value as IResult ?? TypedResults.Ok(value);
    }

    private static IResult Answer<T>(Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? TypedResults.UnprocessableEntity(new RefusedAnswer(refusal.Code)) : TypedResults.Ok(outcome.Value);
}
