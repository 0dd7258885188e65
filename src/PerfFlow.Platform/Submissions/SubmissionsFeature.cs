namespace PerfFlow.Platform.Submissions;

/// <summary>The doors of filing.</summary>
internal static class SubmissionsFeature
{
    public static IServiceCollection AddSubmissions(this IServiceCollection services)
    {
        services.AddSingleton<FilingCases>();
        services.AddSingleton<FilingChecker>();
        services.AddSingleton<SaveDraft>();
        services.AddSingleton<SubmitFiling>();
        services.AddSingleton<WithdrawFiling>();
        services.AddSingleton<TakeDocument>();
        services.AddSingleton<SendWorkbook>();
        return services;
    }
}
