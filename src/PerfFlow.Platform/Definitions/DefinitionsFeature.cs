namespace PerfFlow.Platform.Definitions;

/// <summary>The doors of workflow definitions: their versions, publishing, and moving running cases to another version.</summary>
internal static class DefinitionsFeature
{
    public static IServiceCollection AddDefinitions(this IServiceCollection services) =>
        services
        .AddSingleton<DefinitionContract>().AddSingleton<PublishDefinition>().AddSingleton<ReadDefinitions>()
        .AddSingleton<PlanMigration>().AddSingleton<MigrationSignal>().AddSingleton<MigrateCases>().AddHostedService<MigrationWorker>();

    public static IEndpointRouteBuilder MapDefinitions(this IEndpointRouteBuilder routes) => routes.MapDefinitionPages().MapDefinitionsApi().MapMigrations();
}
