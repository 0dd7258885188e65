using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>
/// A private PostgreSQL of the benchmark's own with fsync on, the platform's schema in it, and the platform's services on
/// top. Of these only the workflow runner is started, no web server, no outbox dispatch, no pumps, unless it is asked to serve.
/// </summary>
internal sealed class BenchServer : IAsyncDisposable
{
    // The cluster's own watcher holds its lock until it has stopped the server. Reading from us, the script also sees us killed.
    private const string RemoveFolder = """
        read -r
        flock --exclusive "$1/locks/watcher" true
        rm -rf "$1" "$2"
        """;

    // When a row was committed is what latencies from commit to commit are taken from.
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal) { ["track_commit_timestamp"] = "on" };

    private readonly PrivateCluster cluster;
    private readonly WebApplication app;
    private readonly Process cleaner;
    private readonly bool serves;

    private BenchServer(PrivateCluster cluster, WebApplication app, Process cleaner, bool serves)
    {
        (this.cluster, this.app, this.cleaner, this.serves) = (cluster, app, cleaner, serves);
        Owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(cluster.OwnerConnectionString) { CommandTimeout = 600 }.ConnectionString);
    }

    /// <summary>The owner of all tables: what fills and measures them.</summary>
    public NpgsqlDataSource Owner { get; }

    public PrivateCluster Cluster => cluster;

    /// <summary>Where it listens, when it serves.</summary>
    public int Port => new Uri(app.Urls.First()).Port;

    /// <param name="log">Told what happens.</param>
    /// <param name="time">A morning of 2024 where null. Who serves the same database from further processes gives their clock.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="serve">Everything is started as <c>serve</c> does it, and listens on a free port.</param>
    /// <param name="broker">Only the role of the Platform runs here, the others meet it there; null: all roles, in memory.</param>
    public static async Task<BenchServer> StartAsync(Log log, CancellationToken ct, TimeProvider? time = null, bool serve = false, Uri? broker = null)
    {
        log.Line("Starting a private PostgreSQL …");
        var root = Path.Combine(Path.GetTempPath(), "perfflow-bench-" + Path.GetRandomFileName());
        var files = Directory.CreateTempSubdirectory("perfflow-bench-").FullName;
        var cluster = await PrivateCluster.StartAsync(new PrivateClusterOptions { DataFolder = root, Settings = Settings }, NullLogger.Instance, ct);
        var cleaner = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", RemoveFolder, "bench", root, files]) { UseShellExecute = false, RedirectStandardInput = true })!;
        var databases = Databases.Of(cluster);
        await SchemaUpdate.RunAsync(databases, NullLogger.Instance, ct);
        var app = PlatformHost.Build(new HostSettings
        {
            Databases = databases,
            DataFolder = files,
            Roles = broker is null ? ServiceRole.All : ServiceRole.Platform,
            RabbitMq = broker?.ToString(),
            Url = "http://127.0.0.1:0",
            Time = time ?? new BenchTime(),
            Extra = new Dictionary<string, string?>(StringComparer.Ordinal) 
            {
                ["Logging:LogLevel:Default"] = "Warning", ["Intake:Address"] = broker is null ? null : "http://127.0.0.1:9", ["Notifications:Address"] = broker is null ? null : "http://127.0.0.1:9",
                ["Intake:TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), ["Notifications:TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            },
        });
        var server = new BenchServer(cluster, app, cleaner, serve);
        await server.Get<DefinitionCatalog>().LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), ct);
        await (serve ? app.StartAsync(ct) : server.Get<WorkflowRunner>().StartAsync(ct));
        return server;
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Statements as the owner, separated by semicolons.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes out what earlier work left dirty, so that the next measurement does not pay for it.</summary>
    public async Task CheckpointAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("checkpoint", connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken ct)
    {
        await using var command = Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await (serves ? app.StopAsync() : Get<WorkflowRunner>().StopAsync(CancellationToken.None));
        await app.DisposeAsync();
        await Owner.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await cluster.DisposeAsync();
        cleaner.StandardInput.Close();
        await cleaner.WaitForExitAsync();
        cleaner.Dispose();
    }
}

/// <summary>The machine's clock, moved to a working morning in 2024, so that deadlines find published calendars in any year.</summary>
internal sealed class BenchTime : TimeProvider
{
    public static readonly DateTimeOffset Morning = new(2024, 3, 4, 2, 0, 0, TimeSpan.Zero);
    private readonly TimeSpan shift = Morning - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
}
