using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Reminders;

/// <summary>The doors of the ladder and of what other services are told.</summary>
internal static class RemindersFeature
{
    public static IServiceCollection AddReminders(this IServiceCollection services)
    {
        services.AddSingleton<ReminderPump>();
        services.AddHostedService(provider => provider.GetRequiredService<ReminderPump>());
        services.AddSingleton<MessageExpansion>();
        services.AddKeyedSingleton<OutboxExpansion>(PlatformDb.Schema, (provider, _) => provider.GetRequiredService<MessageExpansion>().RunAsync);
        return services;
    }
}
