using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
            .On<NoticeIssued, Deliver<NoticeIssued>>(NotificationsDb.Schema)
            .On<TaskOpened, Deliver<TaskOpened>>(NotificationsDb.Schema)
            .On<TaskClosed, Drop>(NotificationsDb.Schema)
            .On<SubmissionReturned, Deliver<SubmissionReturned>>(NotificationsDb.Schema)
            .On<DeadlineApproaching, Deliver<DeadlineApproaching>>(NotificationsDb.Schema)
            .On<DeadlineMissed, Deliver<DeadlineMissed>>(NotificationsDb.Schema)
            .On<TaskNudged, Deliver<TaskNudged>>(NotificationsDb.Schema)
            .On<DocumentRefused, Deliver<DocumentRefused>>(NotificationsDb.Schema)
            .On<RectificationOrdered, Deliver<RectificationOrdered>>(NotificationsDb.Schema)
            .On<ResultApplied, Deliver<ResultApplied>>(NotificationsDb.Schema));
        services.AddScoped<VisitLog>();
        services.AddSingleton<MessageTexts>();
        services.AddSingleton<MailroomSignal>();
        services.AddSingleton<WebhookGuard>();
        services.AddSingleton<MailChannel>();
        services.AddSingleton<WebhookChannel>();
        services.AddSingleton<Packing>();
        services.AddHostedService<Mailroom>();
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
}
