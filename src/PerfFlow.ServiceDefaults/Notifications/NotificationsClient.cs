using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.ServiceDefaults.Notifications;

/// <summary>Asks a Notifications that runs in another process.</summary>
public sealed class NotificationsClient(HttpClient http, NotificationsTickets tickets) : INotifications
{
    /// <summary>Where Notifications listens, e.g. <c>http://notifications:5082</c>; needed where it runs elsewhere.</summary>
    public const string AddressSetting = "Notifications:Address";

    /// <summary>Subject of a ticket for what belongs to no region.</summary>
    public const string AllRegions = "*";

    /// <summary>First part of every path of the API.</summary>
    public const string Root = "/notifications-api";

    public async Task<int> UnreadAsync(long userId, CancellationToken ct) =>
        await GetAsync<int>(Own(userId), "/items/unread", ct);

    public async Task<IReadOnlyList<NotificationItem>> ListAsync(long userId, ItemQuery query, CancellationToken ct) =>
        await GetAsync<List<NotificationItem>>(
            Own(userId),
            string.Create(CultureInfo.InvariantCulture, $"/items?unreadOnly={query.UnreadOnly}&kind={Uri.EscapeDataString(query.Kind ?? "")}&size={query.Size}{Optional("&before=", query.Before)}"),
            ct);

    public async Task<int> MarkReadAsync(long userId, IReadOnlyList<long> ids, CancellationToken ct) =>
        (await SendAsync<int>(HttpMethod.Post, Own(userId), "/items/read", ids, ct)).Value;

    public async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(long caseId, int? visit, CancellationToken ct) =>
        await GetAsync<List<DeliveryRecord>>(
            new(0, TicketRight.Case, caseId.ToString(CultureInfo.InvariantCulture)),
            string.Create(CultureInfo.InvariantCulture, $"/cases/{caseId}/deliveries{Optional("?visit=", visit)}"),
            ct);

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string region, CancellationToken ct) =>
        await GetAsync<List<DeadLetter>>(Operate(region), "/dead-letters", ct);

    public Task<Outcome<Done>> ResendAsync(string region, long id, CancellationToken ct) =>
        SendAsync<Done>(HttpMethod.Post, Operate(region), string.Create(CultureInfo.InvariantCulture, $"/dead-letters/{id}/resend"), null, ct);

    public async Task<IReadOnlyList<DeadMessage>> DeadMessagesAsync(CancellationToken ct) =>
        await GetAsync<List<DeadMessage>>(Operate(AllRegions), "/dead-messages", ct);

    public Task<Outcome<Done>> ResendMessageAsync(long id, CancellationToken ct) =>
        SendAsync<Done>(HttpMethod.Post, Operate(AllRegions), string.Create(CultureInfo.InvariantCulture, $"/dead-messages/{id}/resend"), null, ct);

    public async Task<PersonSettings> SettingsAsync(long userId, CancellationToken ct) =>
        await GetAsync<PersonSettings>(Own(userId), "/settings", ct);

    public Task<Outcome<PersonSettings>> SaveSettingsAsync(long userId, PersonSettings settings, CancellationToken ct) =>
        SendAsync<PersonSettings>(HttpMethod.Put, Own(userId), "/settings", settings, ct);

    public async Task<IReadOnlyList<Webhook>> WebhooksAsync(string region, CancellationToken ct) =>
        await GetAsync<List<Webhook>>(Operate(region), "/webhooks", ct);

    public Task<Outcome<Webhook>> AddWebhookAsync(string region, WebhookRequest request, CancellationToken ct) =>
        SendAsync<Webhook>(HttpMethod.Post, Operate(region), "/webhooks", request, ct);

    public Task<Outcome<Done>> RemoveWebhookAsync(string region, long id, CancellationToken ct) =>
        SendAsync<Done>(HttpMethod.Delete, Operate(region), string.Create(CultureInfo.InvariantCulture, $"/webhooks/{id}"), null, ct);

    private static NotificationsTicket Own(long userId) => new(userId, TicketRight.Own, "");

    private static NotificationsTicket Operate(string region) => new(0, TicketRight.Operate, region);

    private static string Optional(string name, long? value) =>
        value is { } given ? name + given.ToString(CultureInfo.InvariantCulture) : "";

    private async Task<T> GetAsync<T>(NotificationsTicket ticket, string path, CancellationToken ct) =>
        (await SendAsync<T>(HttpMethod.Get, ticket, path, null, ct)).Value;

    private async Task<Outcome<T>> SendAsync<T>(HttpMethod method, NotificationsTicket ticket, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, Root + path);
        request.Headers.Add(NotificationsTickets.Header, tickets.Issue(ticket));
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
        using var answer = await http.SendAsync(request, ct);
        if (answer.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            var refused = await answer.Content.ReadFromJsonAsync<RefusedAnswer>(ct);
            return new Refusal(refused!.Code);
        }

        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>(ct))!;
    }
}

/// <summary>Body of a refusal between the two services; the Platform turns the code into a sentence.</summary>
public sealed record RefusedAnswer(string Code);

/// <summary>Registers the way to Notifications.</summary>
public static class NotificationsAccess
{
    /// <summary>
    /// For a process with the Platform but without Notifications: <see cref="INotifications"/> over HTTP. Where
    /// Notifications runs in the same process its own door has registered the direct way, and this changes nothing; call it after that door.
    /// </summary>
    public static WebApplicationBuilder AddNotificationsClient(this WebApplicationBuilder builder)
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(INotifications)))
        {
            return builder;
        }

        var address = builder.Configuration[NotificationsClient.AddressSetting] is { Length: > 0 } given
            ? new Uri(given)
            : throw new InvalidOperationException($"Notifications runs in another process: set {NotificationsClient.AddressSetting} and {NotificationsTickets.KeySetting}.");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpClient(nameof(NotificationsClient), http =>
        {
            http.BaseAddress = address;
            http.Timeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddSingleton<INotifications>(provider => new NotificationsClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(NotificationsClient)),
            NotificationsTickets.FromSetting(provider.GetRequiredService<IConfiguration>()[NotificationsTickets.KeySetting], provider.GetRequiredService<TimeProvider>())
                ?? throw new InvalidOperationException($"Set {NotificationsTickets.KeySetting}.")));
        return builder;
    }
}
