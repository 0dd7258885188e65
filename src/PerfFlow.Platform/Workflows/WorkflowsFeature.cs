namespace PerfFlow.Platform.Workflows;

/// <summary>The runner's doors.</summary>
internal static class WorkflowsFeature
{
    public static IServiceCollection AddWorkflows(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => new RunnerDatabase(connectionString));
        services.AddSingleton<Deadlines>();
        services.AddSingleton<DefinitionCatalog>();
        services.AddSingleton(new FeatureTables(Http.PlatformHost.FeatureTables()));
        services.AddSingleton<RegionJournal>();
        services.AddSingleton<WorkflowRunner>();
        services.AddHostedService<CatalogLoader>();
        services.AddHostedService(provider => provider.GetRequiredService<DefinitionCatalog>());
        services.AddHostedService(provider => provider.GetRequiredService<WorkflowRunner>());
        services.AddSingleton<TimerPump>();
        services.AddHostedService(provider => provider.GetRequiredService<TimerPump>());
        services.AddSingleton<CommandSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<CommandSweep>());
        services.AddSingleton<JournalDays>();
        services.AddHostedService(provider => provider.GetRequiredService<JournalDays>());
        return services;
    }

    /// <summary>Definitions are loaded before the first command can arrive; a bad one stops the start.</summary>
    private sealed class CatalogLoader(DefinitionCatalog catalog) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            catalog.LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
