namespace PerfFlow.Platform.Messages;

/// <summary>The doors of what the platform shows of notifications: the bell and its list, how a person is told, what could not be delivered, what was told beside a task.</summary>
internal static class MessagesFeature
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<NotificationsDoor>();
        services.AddSingleton<UnreadCount>();
        services.AddSingleton<ReadItems>();
        services.AddSingleton<Undelivered>();
        services.AddSingleton<Webhooks>();
        services.AddSingleton<ReadDeliveries>();
        return services;
    }

    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder routes) =>
        routes.MapNotificationPages().MapDeliverySettings().MapUndelivered().MapDeliveries().MapMessagesApi();
}
