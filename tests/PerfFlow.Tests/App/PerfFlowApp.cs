using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.App;

/// <summary>
/// A whole process on a database of its own, listening on loopback: what a test drives through HTTP, the bus or the
/// browser, or asks for a use case.
/// </summary>
public sealed class PerfFlowApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestDatabase database;
    private readonly string folder;

    private PerfFlowApp(WebApplication app, TestDatabase database, TestTime time, string folder)
    {
        (this.app, this.database, Time, this.folder) = (app, database, time, folder);
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public TestTime Time { get; }

    public TestDatabase Database => database;

    /// <summary>Starts all roles in one process, with messages in memory unless a broker is named.</summary>
    /// <param name="postgres">The server of the test run.</param>
    /// <param name="extra">Configuration on top, such as the address of a mail server.</param>
    /// <param name="broker">Address of RabbitMQ; null = in memory.</param>
    /// <param name="now">Where the clock stands at the start; null = the machine's.</param>
    public static async Task<PerfFlowApp> StartAsync(PostgresServer postgres, IReadOnlyDictionary<string, string?>? extra = null, string? broker = null, DateTimeOffset? now = null)
    {
        var database = await postgres.CreateDatabaseAsync(MigrateAsync);
        var time = new TestTime();
        if (now is { } start)
        {
            time.Set(start);
        }

        var folder = Directory.CreateTempSubdirectory("perfflow-app-").FullName;
        var app = PlatformHost.Build(new HostSettings
        {
            Databases = Of(database),
            DataFolder = folder,
            Url = "http://127.0.0.1:0",
            RabbitMq = broker,
            Time = time,
            Extra = WithParser(extra),
        });
        await app.StartAsync();
        return new PerfFlowApp(app, database, time, folder);
    }

    public IServiceProvider Services => app.Services;

    /// <summary>A singleton of the process, such as a use case.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>A scope for use cases that live as long as a request.</summary>
    public AsyncServiceScope Scope() => app.Services.CreateAsyncScope();

    public PlatformDb Db() => Get<IDbContextFactory<PlatformDb>>().CreateDbContext();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The child process that reads files is the executable, not the test program.</summary>
    private static Dictionary<string, string?> WithParser(IReadOnlyDictionary<string, string?>? extra)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Intake:Parser:Command:0"] = "dotnet",
            ["Intake:Parser:Command:1"] = typeof(PlatformHost).Assembly.Location,
            ["Intake:Parser:Command:2"] = "intake-parse",
            // What a password costs to try is not what most tests are about; those that are say so.
            ["Identity:HashRounds"] = "1000",
            // The output of a test run is its results: what a host says of its life, and the faults that a test provokes on
            // the way to its answer, would hide them. What nobody awaited still shows, as a warning.
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "None",
            ["Logging:LogLevel:MassTransit"] = "None",
        };
        foreach (var (key, value) in extra ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            settings[key] = value;
        }

        return settings;
    }

    private static Databases Of(TestDatabase database) => new()
    {
        Owner = database.OwnerConnectionString,
        Platform = database.ConnectionString("perfflow_platform"),
        Intake = database.ConnectionString("perfflow_intake"),
        Notifications = database.ConnectionString("perfflow_notifications"),
    };

    private static Task MigrateAsync(string owner) =>
        SchemaUpdate.RunAsync(new Databases { Owner = owner, Platform = "", Intake = "", Notifications = "" }, NullLogger.Instance, CancellationToken.None);
}
