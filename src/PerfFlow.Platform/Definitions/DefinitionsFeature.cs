namespace PerfFlow.Platform.Definitions;

/// <summary>The doors of workflow definitions: their versions, publishing, and moving running cases to another version.</summary>
internal static class DefinitionsFeature
{
    public static IServiceCollection AddDefinitions(this IServiceCollection services) =>
        services.AddSingleton<DefinitionContract>().AddSingleton<PublishDefinition>().AddSingleton<ReadDefinitions>();

    public static IEndpointRouteBuilder MapDefinitions(this IEndpointRouteBuilder routes) => routes.MapDefinitionPages().MapDefinitionsApi();
}
