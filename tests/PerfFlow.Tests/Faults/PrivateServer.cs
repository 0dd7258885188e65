using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>A durable PostgreSQL of one test (fsync on) with the county in it, which may be killed.</summary>
internal sealed class PrivateServer : IAsyncDisposable
{
    /// <summary>A minute in both directions, and what passes while a clock stands still.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(3);

    private readonly SupervisedProcess cleaner;
    private PrivateCluster? cluster;

    private PrivateServer(string folder, PrivateCluster cluster, Databases databases, FaultCounty county)
    {
        (Folder, this.cluster, Databases, County) = (folder, cluster, databases, county);
        cleaner = SupervisedProcess.RemoveClusterAtEnd(folder);
    }

    public string Folder { get; }

    public Databases Databases { get; }

    public FaultCounty County { get; }

    /// <param name="size">Of the county.</param>
    /// <param name="at">Where its data lie; null = in a temporary folder.</param>
    public static async Task<PrivateServer> StartAsync(CountySize size, string? at = null)
    {
        var folder = at ?? Path.Combine(Path.GetTempPath(), "perfflow-fault-" + Path.GetRandomFileName());
        var cluster = await PrivateCluster.StartAsync(new() { DataFolder = folder }, NullLogger.Instance, Ct);
        var databases = Databases.Of(cluster);
        await SchemaUpdate.RunAsync(databases, NullLogger.Instance, Ct);
        // Made yesterday, so that there is a day to be sealed.
        var yesterday = new TestTime();
        yesterday.Advance(TimeSpan.FromDays(-1));
        await using var host = Host(databases, folder, yesterday);
        var runner = host.Services.GetRequiredService<WorkflowRunner>();
        await host.Services.GetRequiredService<DefinitionCatalog>().LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), Ct);
        await runner.StartAsync(Ct);
        var county = await FaultCounty.CreateAsync(host.Services, databases.Owner!, size);
        await runner.StopAsync(Ct);
        return new PrivateServer(folder, cluster, databases, county);
    }

    /// <summary>From here on it is started again by the processes that use its folder, or not at all.</summary>
    public async Task LeaveAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        cluster = null;
    }

    /// <summary>Works on the database while none of its processes may be there to keep it up.</summary>
    public async Task HoldAsync(Func<Task> work)
    {
        await using var held = await PrivateCluster.StartAsync(new() { DataFolder = Folder }, NullLogger.Instance, Ct);
        await work();
    }

    /// <summary>kill -9 of the server and all its children, as a power cut that spares the disk.</summary>
    public async Task KillAsync()
    {
        var file = Path.Combine(Folder, "postgres", "postmaster.pid");
        await Waiting.UntilAsync(() => File.Exists(file), "the database runs", Plug.Recovery);
        var id = int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
        var children = File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ServedProcess.Kill(id);
        foreach (var child in children)
        {
            ServedProcess.Kill(int.Parse(child, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>As an administrator restarts it: every session is told so and ended.</summary>
    public async Task RestartFastAsync()
    {
        var file = Path.Combine(Folder, "postgres", "postmaster.pid");
        await Waiting.UntilAsync(() => File.Exists(file), "the database runs", Plug.Recovery);
        using var signal = System.Diagnostics.Process.Start("kill", ["-INT", File.ReadLines(file).First()]);
        await signal.WaitForExitAsync(Ct);
    }

    /// <summary>Started again by its guard: ours, or that of the process that uses it.</summary>
    public Task RestartAsync() => Waiting.UntilAsync(async () => await RoundDatabase.AskAsync(Databases.Owner!, "select 1::bigint") == 1, () => "the database answers again", Plug.Recovery);

    /// <summary>Reads the definitions and asks design.md §11 of the database.</summary>
    public async Task AssertGuaranteesAsync()
    {
        await using var host = Host(Databases, Folder);
        var catalog = host.Services.GetRequiredService<DefinitionCatalog>();
        await catalog.LoadAsync(Path.Combine(AppContext.BaseDirectory, "workflows"), Ct);
        await Guarantees.AssertHoldAsync(Databases.Owner!, catalog, host.Services.GetRequiredService<FeatureTables>(), ClocksApart);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await cleaner.DisposeAsync();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A host that is never started: its use cases without its pumps.</summary>
    private static Microsoft.AspNetCore.Builder.WebApplication Host(Databases databases, string folder, TimeProvider? time = null) => PlatformHost.Build(new HostSettings
    {
        Time = time ?? TimeProvider.System,
        Databases = databases,
        DataFolder = folder,
        Url = "http://127.0.0.1:0",
        Extra = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Identity:HashRounds"] = "1000" },
    });
}
