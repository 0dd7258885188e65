namespace PerfFlow.Platform.Notices;

/// <summary>The doors of notices.</summary>
internal static class NoticesFeature
{
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<NumberLedger>();
        services.AddSingleton<CreateNotice>();
        services.AddSingleton<SaveNotice>();
        services.AddSingleton<SubmitNotice>();
        services.AddSingleton<ReturnNotice>();
        services.AddSingleton<SignNotice>();
        services.AddSingleton<IssueNotice>();
        services.AddSingleton<CloseNotice>();
        services.AddSingleton<DiscardNotice>();
        services.AddSingleton<AmendNotice>();
        services.AddSingleton<RecallNotice>();
        services.AddSingleton<AddTarget>();
        services.AddSingleton<MeasureCases>();
        services.AddSingleton<NudgeUnits>();
        services.AddSingleton<ReadNotice>();
        services.AddSingleton<NoticeMatrix>();
        services.AddSingleton<NoticeLadders>();
        services.AddScoped<AttachFile>();
        services.AddScoped<NoticePageReader>();
        services.AddScoped<NoticePages.Doors>();
        services.AddScoped<NoticeEditPages.Editor>();
        services.AddScoped<MatrixPages.MatrixReader>();
        services.AddScoped<LedgerPages.LedgerReader>();
        return services;
    }

    public static IEndpointRouteBuilder MapNotices(this IEndpointRouteBuilder routes) =>
        routes.MapNoticesApi().MapNoticePages().MapNoticeEditor().MapMatrix().MapLedger();
}
