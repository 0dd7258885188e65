using System.CommandLine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Commands;

/// <summary>What serve, migrate, journal and demo share: where the database is.</summary>
internal static class HostOptions
{
    public static Option<string?> Data() => new("--data") { Description = "Folder of the private database cluster (default: PERFFLOW_DATA, else the user's data folder)" };

    public static Option<int> Port() => new("--port") { Description = "Port to listen on", DefaultValueFactory = _ => 5080 };

    /// <summary>The language of sentences for people: that of the pages unless another is asked for.</summary>
    public static Option<string> Language()
    {
        var language = new Option<string>("--language") { Description = "Language of reasons and refusals: zh-CN or en", DefaultValueFactory = _ => TextCatalogue.Chinese };
        language.AcceptOnlyFromAmong(TextCatalogue.Chinese, TextCatalogue.English);
        return language;
    }

    /// <summary>The sentences without a host, for commands that need no database.</summary>
    public static Texts Texts(string? language) => new TextCatalogue(typeof(HostOptions).Assembly, strict: true).In(language);

    public static Option<bool> Json() => new("--json") { Description = "Results as JSON" };

    /// <summary>
    /// The databases named in the configuration, else the private cluster, started and migrated. The caller disposes the
    /// cluster when it has finished with the database.
    /// </summary>
    public static async Task<(Databases Databases, PrivateCluster? Cluster)> OpenAsync(string? data, ILoggerFactory logs, CancellationToken ct)
    {
        if (Databases.From(Configuration()) is { Named: true } named)
        {
            return (named, null);
        }

        var cluster = await PrivateCluster.StartAsync(
            new PrivateClusterOptions { DataFolder = PrivateClusterFolder.Resolve(data) }, logs.CreateLogger<PrivateCluster>(), ct);
        var databases = Databases.Of(cluster);
        await SchemaUpdate.RunAsync(databases, logs.CreateLogger(nameof(SchemaUpdate)), ct);
        return (databases, cluster);
    }

    public static IConfiguration Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .AddEnvironmentVariables("PERFFLOW_")
        .Build();

    /// <summary>Progress for people, on standard error.</summary>
    public static ILoggerFactory Logs(LogLevel level = LogLevel.Information) => LoggerFactory.Create(l => l
        .SetMinimumLevel(level)
        .AddSimpleConsole(c => c.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
}
