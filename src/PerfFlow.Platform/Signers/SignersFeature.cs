namespace PerfFlow.Platform.Signers;

/// <summary>The doors of what reviewers do among themselves.</summary>
internal static class SignersFeature
{
    public static IServiceCollection AddSigners(this IServiceCollection services)
    {
        services.AddSingleton<AddSigners>();
        services.AddSingleton<RemoveSigner>();
        services.AddSingleton<TakeBackDecision>();
        services.AddSingleton<ReturnToStep>();
        services.AddSingleton<CopyCase>();
        services.AddSingleton<ReadSigners>();
        services.AddSingleton<ReadCopies>();
        return services;
    }

    public static IEndpointRouteBuilder MapSigners(this IEndpointRouteBuilder routes) => routes.MapSignerPages().MapSignersApi();
}
