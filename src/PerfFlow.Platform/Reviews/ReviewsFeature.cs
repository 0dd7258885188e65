namespace PerfFlow.Platform.Reviews;

/// <summary>The doors of review.</summary>
internal static class ReviewsFeature
{
    public static IServiceCollection AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<OpenReview>();
        services.AddSingleton<DecideReview>();
        services.AddSingleton<ApproveBatch>();
        services.AddSingleton<ReopenCase>();
        services.AddSingleton<KeepNotes>();
        services.AddSingleton<ReadReview>();
        services.AddSingleton<ReadTrail>();
        return services;
    }

    public static IEndpointRouteBuilder MapReviews(this IEndpointRouteBuilder routes) => routes.MapReviewPages().MapBatchPages().MapReviewsApi();
}
