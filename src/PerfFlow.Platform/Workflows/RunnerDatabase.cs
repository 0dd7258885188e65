using Npgsql;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// The runner's own connections. They never plan anew and never scan: the statements are few, always by key, and a plan
/// made while the tables were empty must not be kept when they are large. Nothing is compiled: a scan of a table of three rows
/// that has no index to go by counts as the most expensive of all, and compiling it took a third of a second each time.
/// </summary>
public sealed class RunnerDatabase : IAsyncDisposable
{
    public RunnerDatabase(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 60,
            AutoPrepareMinUsages = 2,
            Options = "-c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan",
            ApplicationName = "perfflow-runner",
            MaxPoolSize = 16,
            NoResetOnClose = true,
        };
        Source = NpgsqlDataSource.Create(ServiceDatabase.OpensOnce(builder).ConnectionString);
    }

    public NpgsqlDataSource Source { get; }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
