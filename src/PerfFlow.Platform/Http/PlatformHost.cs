using PerfFlow.Intake;
using PerfFlow.Notifications;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Messages;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Operations;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Http;

/// <summary>Puts a process together from the doors of its services and features.</summary>
public static class PlatformHost
{
    /// <summary>Builds the host of the roles in <paramref name="settings"/>; start it with RunAsync or StartAsync.</summary>
    public static WebApplication Build(HostSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(settings.Url);
        builder.Configuration.AddEnvironmentVariables("PERFFLOW_");
        builder.Configuration.AddInMemoryCollection(Configuration(settings));
        if (string.IsNullOrEmpty(builder.Configuration["Notifications:KeyFile"]))
        {
            builder.Configuration["Notifications:KeyFile"] = Path.Combine(settings.DataFolder, "keys", "master");
        }

        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(settings.Time);
        builder.AddServiceDefaults();
        if (settings.Roles.HasFlag(ServiceRole.Platform))
        {
            builder.AddPlatform(settings);
        }

        if (settings.Roles.HasFlag(ServiceRole.Intake))
        {
            builder.AddIntake();
        }

        if (settings.Roles.HasFlag(ServiceRole.Notifications))
        {
            builder.AddNotifications();
        }
        else if (settings.Roles.HasFlag(ServiceRole.Platform))
        {
            builder.AddNotificationsClient();
        }

        builder.AddPerfFlowBus();
        var app = builder.Build();
        app.MapHealth();
        if (settings.Roles.HasFlag(ServiceRole.Platform))
        {
            app.MapPlatform();
        }

        if (settings.Roles.HasFlag(ServiceRole.Intake))
        {
            app.MapIntake();
        }

        if (settings.Roles.HasFlag(ServiceRole.Notifications))
        {
            app.MapNotifications();
        }

        return app;
    }

    /// <summary>Every table that acts may bring rows into; the verifier reads them without a host.</summary>
    public static IEnumerable<FeatureTable> FeatureTables() =>
    [
        RoundRow.Table, AnswerRow.Table, ActReason.Table, OpinionRow.Table, ReturnRow.Table, ExtensionRow.Table, CommentRow.Table, VerdictRow.Table,
        NoticeTables.Signatures, NoticeTables.Opinions, NoticeTables.Measures,
        RectificationOrderRow.Table, ProblemRow.Table, LineVerdictRow.Table, DeputyAct.Table, CopyRow.Table, AskedRow.Table,
    ];

    private static Dictionary<string, string?> Configuration(HostSettings settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:platform"] = settings.Databases.Platform,
            ["ConnectionStrings:intake"] = settings.Databases.Intake,
            ["ConnectionStrings:notifications"] = settings.Databases.Notifications,
            ["Intake:Folder"] = Path.Combine(settings.DataFolder, "files"),
        };
        if (settings.RabbitMq is { Length: > 0 } broker)
        {
            values["ConnectionStrings:RabbitMq"] = broker;
        }

        foreach (var (key, value) in settings.Extra)
        {
            values[key] = value;
        }

        return values;
    }

    private static void AddPlatform(this WebApplicationBuilder builder, HostSettings settings)
    {
        var services = builder.Services;
        services.AddServiceDatabase<PlatformDb>(PlatformDb.Schema);
        services.AddDatabaseHealth(PlatformDb.Schema);
        services.AddOutbox(PlatformDb.Schema, consumers => consumers
            .On<DocumentAccepted, DocumentAcceptedConsumer>(PlatformDb.Schema)
            .On<DocumentRejected, DocumentRejectedConsumer>(PlatformDb.Schema)
            .On<DeliveryReported, DeliveryReportedConsumer>(PlatformDb.Schema));
        builder.AddIntakeClient();
        services.AddWorkflows(settings.Databases.Platform);
        services.AddSingleton<RegionClock>();
        services.AddSingleton<ParameterStore>();
        services.AddHostedService(provider => provider.GetRequiredService<ParameterStore>());
        builder.AddAccessFeature();
        builder.AddOrganisationFeature();
        builder.AddProjectsFeature();
        builder.AddIdentityFeature(Path.Combine(settings.DataFolder, "keys", "master"));
        services.AddUi();
        builder.AddLoadLimit();
        services.AddApiDescription();
        services.AddNotices();
        services.AddSubmissions();
        services.AddReviews();
        services.AddPictures();
        services.AddAppraisals();
        services.AddSpotChecks();
        services.AddRectification();
        services.AddResults();
        services.AddInbox();
        services.AddHandover();
        services.AddSigners();
        services.AddOperations();
        services.AddDefinitions();
        services.AddReminders();
        services.AddMessages();
        services.AddParameterPages();
    }

    private static void MapPlatform(this WebApplication app)
    {
        app.UseNamedProxies();
        app.UseUi();
        app.UseOpenFilters();
        app.UseLoadLimit();
        app.UseIdentity();
        app.UseFormTokens();
        app.UseApiDescription();
        app.MapUi();
        app.MapIdentity();
        app.MapOrganisation();
        app.MapNotices();
        app.MapSubmissions();
        app.MapAppraisals();
        app.MapSpotChecks();
        app.MapHandover();
        app.MapSigners();
        app.MapOperations();
        app.MapDefinitions();
        app.MapProjects();
        app.MapInbox();
        app.MapReviews();
        app.MapPictures();
        app.MapRectification();
        app.MapResults();
        app.MapMessages();
        app.MapParameters();
    }
}
