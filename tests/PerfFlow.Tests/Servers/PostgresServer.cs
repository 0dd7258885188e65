using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Data;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>
/// A private cluster of this test process, with the roles of the platform. It forgets at a power cut (fsync off); a test
/// about durability starts a <see cref="PrivateCluster"/> of its own.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "300",
    };

    private readonly ConcurrentDictionary<MethodInfo, Lazy<Task<string>>> _templates = new();
    private readonly Lazy<Task<PrivateCluster>> _cluster;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "perfflow-tests-" + Path.GetRandomFileName());
    private SupervisedProcess? _cleaner;
    private int _databases;

    public PostgresServer() => _cluster = new(StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A fresh database owned by <c>perfflow_owner</c>, which the service roles may enter. With <paramref name="migrate"/> (given
    /// the owner's connection string) it is a copy of a template that was migrated once per run; pass a method, not a
    /// closure, or each call migrates anew.
    /// </summary>
    public async Task<TestDatabase> CreateDatabaseAsync(Func<string, Task>? migrate = null)
    {
        var template = migrate is null
            ? "template0"
            : await _templates.GetOrAdd(migrate.Method, _ => new(() => MigrateTemplateAsync(migrate))).Value;
        return await CreateAsync("test", template);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_cluster.IsValueCreated)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        await (await _cluster.Value).DisposeAsync();
        if (_cleaner is not null)
        {
            await _cleaner.DisposeAsync();
        }
    }

    private async Task<PrivateCluster> StartAsync()
    {
        var cluster = await PrivateCluster.StartAsync(
            new() { DataFolder = _folder, Settings = Settings }, NullLogger.Instance, CancellationToken.None);
        _cleaner = SupervisedProcess.RemoveClusterAtEnd(_folder);
        return cluster;
    }

    private async Task<string> MigrateTemplateAsync(Func<string, Task> migrate)
    {
        var template = await CreateAsync("template", "template0");
        await migrate(template.OwnerConnectionString);
        NpgsqlConnection.ClearAllPools();
        // A database is copied only while nobody is in it.
        await ExecuteAsync($"alter database {template.Name} allow_connections false");
        await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{template.Name}'");
        return template.Name;
    }

    private async Task<TestDatabase> CreateAsync(string prefix, string template)
    {
        var cluster = await _cluster.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name} owner {PrivateCluster.OwnerRole} template {template}");
        await ExecuteAsync($"revoke all on database {name} from public");
        await ExecuteAsync($"grant connect on database {name} to {string.Join(", ", PrivateCluster.ServiceRoles)}");
        return new TestDatabase(name, cluster, ExecuteAsync);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await _cluster.Value).SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A database of one test; it goes when it is disposed, or else with the server at the end of the run.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PrivateCluster _cluster;
    private readonly Func<string, Task> _execute;

    internal TestDatabase(string name, PrivateCluster cluster, Func<string, Task> execute) =>
        (Name, _cluster, _execute) = (name, cluster, execute);

    public string Name { get; }

    public string OwnerConnectionString => ConnectionString(PrivateCluster.OwnerRole);

    /// <summary>As one of <see cref="PrivateCluster.ServiceRoles"/>.</summary>
    public string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder(_cluster.ConnectionString(role)) { Database = Name, IncludeErrorDetail = true }.ConnectionString;

    public async ValueTask DisposeAsync() => await _execute($"drop database if exists {Name} with (force)");
}
