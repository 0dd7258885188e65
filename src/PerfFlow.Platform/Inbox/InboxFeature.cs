namespace PerfFlow.Platform.Inbox;

/// <summary>The doors of the workbench, the inbox and the search.</summary>
internal static class InboxFeature
{
    public static IServiceCollection AddInbox(this IServiceCollection services)
    {
        services.AddSingleton<TaskList>();
        services.AddSingleton<TaskLines>();
        services.AddSingleton<DueWindows>();
        services.AddSingleton<RowLooks>();
        services.AddSingleton<ReadInbox>();
        services.AddSingleton<ReadDone>();
        services.AddSingleton<ReadWorkbench>();
        services.AddSingleton<FindCases>();
        return services;
    }

    public static IEndpointRouteBuilder MapInbox(this IEndpointRouteBuilder routes) => routes.MapInboxPages().MapInboxApi();
}
