namespace PerfFlow.Platform.Submissions;

/// <summary>The doors of filing.</summary>
internal static class SubmissionsFeature
{
    public static IServiceCollection AddSubmissions(this IServiceCollection services)
    {
        services.AddSingleton<FilingCases>();
        services.AddSingleton<CasesInHand>();
        services.AddSingleton<FilingChecker>();
        services.AddSingleton<SaveDraft>();
        services.AddSingleton<KeepFiling>();
        services.AddSingleton<SubmitFiling>();
        services.AddSingleton<WithdrawFiling>();
        services.AddSingleton<AttachFile>();
        services.AddSingleton<CaseWorkbooks>();
        services.AddSingleton<TakeDocument>();
        services.AddSingleton<SendWorkbook>();
        services.AddSingleton<TakeDropped>();
        services.AddSingleton<SentList>();
        services.AddSingleton<FilingList>();
        services.AddSingleton<FilingPageReader>();
        return services;
    }

    /// <summary>Pages and API.</summary>
    public static IEndpointRouteBuilder MapSubmissions(this IEndpointRouteBuilder routes)
    {
        routes.MapFilingPages();
        routes.MapImportPages();
        routes.MapDroppedPages();
        routes.MapSubmissionsApi();
        return routes;
    }
}
