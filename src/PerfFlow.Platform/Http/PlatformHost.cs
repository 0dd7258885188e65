using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Http;

/// <summary>Puts a process together from the doors of its services and features.</summary>
public static class PlatformHost
{
    public static WebApplication Build(HostSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(settings.Url);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(settings.Time);
        if (settings.Roles.HasFlag(ServiceRole.Platform))
        {
            builder.AddPlatform(settings);
        }

        return builder.Build();
    }

    /// <summary>Every table that acts may bring rows into; the verifier reads them without a host.</summary>
    public static IEnumerable<FeatureTable> FeatureTables() => [];

    private static void AddPlatform(this WebApplicationBuilder builder, HostSettings settings)
    {
        var services = builder.Services;
        services.AddDbContextFactory<PlatformDb>(options => PlatformDatabase.Configure(options, settings.Databases.Platform));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContext());
        services.AddSingleton(_ => new RunnerDatabase(settings.Databases.Platform));
        services.AddSingleton<RegionClock>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<DefinitionCatalog>();
        services.AddSingleton(new FeatureTables(FeatureTables()));
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<RegionJournal>();
        services.AddSingleton<WorkflowRunner>();
        services.AddHostedService<CatalogLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkflowRunner>());
        services.AddSingleton<TimerPump>();
        services.AddHostedService(provider => provider.GetRequiredService<TimerPump>());
        services.AddSingleton<JournalDays>();
        services.AddHostedService(provider => provider.GetRequiredService<JournalDays>());
    }

    /// <summary>Definitions are loaded before the first command can arrive; a bad one stops the start.</summary>
    private sealed class CatalogLoader(DefinitionCatalog catalog) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            catalog.LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
