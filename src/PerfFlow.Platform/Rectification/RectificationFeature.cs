using PerfFlow.Platform.Reviews;

namespace PerfFlow.Platform.Rectification;

/// <summary>The doors of rectification.</summary>
internal static class RectificationFeature
{
    public static IServiceCollection AddRectification(this IServiceCollection services)
    {
        services.AddSingleton<OrderRectification>();
        services.AddSingleton<DeclareRefusal>();
        services.AddSingleton<RectificationList>();
        services.AddSingleton<IDecisionPart, LineVerdicts>();
        return services;
    }

    /// <summary>Pages and API.</summary>
    public static IEndpointRouteBuilder MapRectification(this IEndpointRouteBuilder routes) => routes.MapRectificationPages().MapRectificationApi();
}
