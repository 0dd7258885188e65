using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PerfFlow.Notifications.Channels;
using PerfFlow.Notifications.Data;
using PerfFlow.Notifications.Delivery;
using PerfFlow.Notifications.Templates;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications;

/// <summary>The doors of Notifications: it delivers what the Platform tells, by the bell, by mail and by webhook.</summary>
public static class NotificationsService
{
    /// <summary>
    /// Adds the service; settings are in section <c>Notifications</c>, the database in <c>ConnectionStrings:notifications</c>.
    /// Call it before <see cref="PerfFlowBus.AddPerfFlowBus"/>. Registers <see cref="INotifications"/> for a Platform in the same process.
    /// </summary>
    public static WebApplicationBuilder AddNotifications(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<NotificationsOptions>().Bind(builder.Configuration.GetSection(NotificationsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddServiceDatabase<NotificationsDb>(NotificationsDb.Schema);
        services.AddDatabaseHealth(NotificationsDb.Schema);
        services.AddOutbox(NotificationsDb.Schema, consumers => consumers
            .OnTogether<NoticeIssued, Deliver<NoticeIssued>>(NotificationsDb.Schema)
            .OnTogether<TaskOpened, Deliver<TaskOpened>>(NotificationsDb.Schema)
            .OnTogether<TaskClosed, Drop>(NotificationsDb.Schema)
            .OnTogether<SubmissionReturned, Deliver<SubmissionReturned>>(NotificationsDb.Schema)
            .OnTogether<DeadlineApproaching, Deliver<DeadlineApproaching>>(NotificationsDb.Schema)
            .OnTogether<DeadlineMissed, Deliver<DeadlineMissed>>(NotificationsDb.Schema)
            .OnTogether<TaskNudged, Deliver<TaskNudged>>(NotificationsDb.Schema)
            .OnTogether<CaseCopied, Deliver<CaseCopied>>(NotificationsDb.Schema)
            .OnTogether<DocumentRefused, Deliver<DocumentRefused>>(NotificationsDb.Schema)
            .OnTogether<RectificationOrdered, Deliver<RectificationOrdered>>(NotificationsDb.Schema)
            .OnTogether<ResultApplied, Deliver<ResultApplied>>(NotificationsDb.Schema));
        services.AddSingleton(typeof(Deliver<>));
        services.AddSingleton<Drop>();
        services.AddSingleton<MessageTexts>();
        services.AddSingleton<MailroomSignal>();
        services.AddSingleton<WebhookGuard>();
        services.AddSingleton<MailChannel>();
        services.AddSingleton<WebhookChannel>();
        services.AddSingleton<WebhookSecrets>();
        services.AddHostedService<SealOpenSecrets>();
        services.AddSingleton<Packing>();
        foreach (var channel in (DeliveryChannel[])[DeliveryChannel.Mail, DeliveryChannel.Webhook])
        {
            // Not AddHostedService, which takes a class once.
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<Mailroom>(provider, channel));
        }

        services.AddSingleton<INotifications, NotificationsDesk>();
        return builder;
    }

    /// <summary>Maps the API for a Platform in another process; without <c>Notifications:TicketKey</c> there is none.</summary>
    public static WebApplication MapNotifications(this WebApplication app)
    {
        var tickets = NotificationsTickets.FromSetting(app.Configuration[NotificationsTickets.KeySetting], app.Services.GetRequiredService<TimeProvider>());
        if (tickets is not null)
        {
            new NotificationsApi(app.Services.GetRequiredService<INotifications>(), tickets).Map(app);
        }

        return app;
    }

    /// <summary>Brings the schema up to date, as its owner.</summary>
    public static Task MigrateAsync(NpgsqlDataSource owner, CancellationToken ct) =>
        ServiceDatabase.MigrateAsync<NotificationsDb>(owner, NotificationsDb.Schema, options => new NotificationsDb(options), ct);

    /// <summary>Removes what was told in a closed generation, as owner: items, deliveries, attempts, visits. Gives the number of items removed.</summary>
    public static async Task<int> PurgeAsync(NpgsqlDataSource owner, RegionRef region, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(region);
        await using var connection = await owner.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var removed = 0;
        foreach (var sql in Purging)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = region.Code }, new() { Value = region.Generation } } };
            removed = await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return removed;
    }

    /// <summary>The items last: their number is the answer. Attempts are shared by items, so they go when no delivery is left to them.</summary>
    private static readonly string[] Purging =
    [
        """
        delete from notifications.visits where (region_code = $1 and generation = $2)
            or case_id in (select case_id from notifications.items where region_code = $1 and generation = $2)
        """,
        """
        with gone as (
            delete from notifications.deliveries d using notifications.items i
            where i.id = d.item_id and i.region_code = $1 and i.generation = $2 returning d.id, d.sending_id)
        delete from notifications.sendings s where s.id in (select sending_id from gone)
            and not exists (select from notifications.deliveries d where d.sending_id = s.id and d.id not in (select id from gone))
        """,
        "delete from notifications.items where region_code = $1 and generation = $2",
    ];
}
