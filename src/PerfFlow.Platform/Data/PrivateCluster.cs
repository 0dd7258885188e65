using Npgsql;

namespace PerfFlow.Platform.Data;

/// <summary>Where the private PostgreSQL keeps its data, and how it is tuned.</summary>
public sealed class PrivateClusterOptions
{
    /// <summary>An absolute folder; see <see cref="PrivateClusterFolder.Resolve"/> for where it comes from.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Server settings on top of the server's own defaults (<c>shared_buffers</c> and the like).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a start may take, recovery after a crash included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>The private cluster cannot be used; the message says why and what to do about it.</summary>
public sealed class PrivateClusterException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The platform's own PostgreSQL, used when no connection string is given (design.md §9). Several processes may use
/// one data folder; the first starts the server, and a watcher process stops it after the last is gone, killed or not.
/// While this object lives, a server that has died is started again within seconds.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    /// <summary>Owns the database and migrates it; no request is ever served under this role.</summary>
    public const string OwnerRole = "perfflow_owner";

    /// <summary>The roles that the three services connect as.</summary>
    public static IReadOnlyList<string> ServiceRoles { get; } =
        ["perfflow_platform", "perfflow_intake", "perfflow_notifications"];

    private readonly PrivateClusterFolder _folder;
    private readonly PrivateClusterServer _server;
    private readonly PrivateClusterPasswords _passwords;
    private readonly FileStream _usersLock;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _guard;

    private PrivateCluster(
        PrivateClusterFolder folder,
        PrivateClusterServer server,
        PrivateClusterPasswords passwords,
        FileStream usersLock,
        TimeProvider time,
        ILogger log)
    {
        (_folder, _server, _passwords, _usersLock, _time, _log) = (folder, server, passwords, usersLock, time, log);
        _guard = GuardAsync(_disposing.Token);
    }

    /// <summary>For migrations: database <c>perfflow</c> as its owner.</summary>
    public string OwnerConnectionString => ConnectionString(OwnerRole);

    // For tests, which create databases; the platform itself needs the superuser during the start only.
    internal string SuperuserConnectionString =>
        PrivateClusterRoles.Connection(_folder, _passwords, PrivateClusterPasswords.Superuser, "postgres");

    /// <summary>The short 0700 folder of the server's only socket.</summary>
    public string SocketFolder => _folder.SocketFolder;

    /// <summary>The folder of <c>psql</c>, <c>pg_dump</c>, <c>pgbench</c> and the server, of the data's major version.</summary>
    public string BinaryFolder => _server.BinaryFolder;

    /// <summary>Database <c>perfflow</c> as the owner or one of <see cref="ServiceRoles"/>.</summary>
    public string ConnectionString(string role) => PrivateClusterRoles.Connection(_folder, _passwords, role, "perfflow");

    /// <summary>
    /// Starts the cluster of the data folder, or joins the running one, creating what is missing: the cluster, the
    /// database <c>perfflow</c> and its roles.
    /// </summary>
    /// <exception cref="PrivateClusterException">No PostgreSQL of the right major version, a relative or unreachable folder, a start that failed.</exception>
    public static async Task<PrivateCluster> StartAsync(
        PrivateClusterOptions options, ILogger log, CancellationToken ct, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var folder = PrivateClusterFolder.Open(options.DataFolder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.StartTimeout);
        FileStream? users = null;
        try
        {
            await using var start = await PrivateClusterFolder.LockAsync(folder.StartLock, exclusive: true, time, limit.Token);
            var alone = PrivateClusterFolder.IsFree(folder.UsersLock) && PrivateClusterFolder.IsFree(folder.WatcherLock);
            users = await PrivateClusterFolder.LockAsync(folder.UsersLock, exclusive: false, time, limit.Token);
            var passwords = PrivateClusterPasswords.ReadOrCreate(folder);
            var server = await PrivateClusterServer.FindAsync(folder, options.Settings, log, limit.Token);
            await server.EnsureAsync(passwords, alone, time, limit.Token);
            await PrivateClusterRoles.EnsureAsync(folder, passwords, time, limit.Token);
            return new PrivateCluster(folder, server, passwords, users, time, log);
        }
        catch (Exception e)
        {
            users?.Dispose();
            throw e switch
            {
                OperationCanceledException when !ct.IsCancellationRequested => new PrivateClusterException(
                    $"The private PostgreSQL in {options.DataFolder} was not ready within {options.StartTimeout.TotalSeconds:0} s; its logs are server.log and log/ in {folder.Cluster}.", e),
                NpgsqlException or IOException or UnauthorizedAccessException => new PrivateClusterException(
                    $"The private PostgreSQL in {options.DataFolder} cannot be used: {e.Message} Its logs are server.log and log/ in {folder.Cluster}.", e),
                _ => e,
            };
        }
    }

    /// <summary>Starts the server again if it is gone, waits for a start under way, does nothing while it runs.</summary>
    public async Task EnsureRunningAsync(CancellationToken ct)
    {
        await using var start = await PrivateClusterFolder.LockAsync(_folder.StartLock, exclusive: true, _time, ct);
        await _server.EnsureAsync(_passwords, alone: false, _time, ct);
    }

    /// <summary>Leaves the cluster; the watcher stops it when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposing.IsCancellationRequested)
        {
            return;
        }

        await _disposing.CancelAsync();
        await _guard;
        await _usersLock.DisposeAsync();
        _disposing.Dispose();
    }

    private async Task GuardAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                try
                {
                    if (!_server.IsAlive())
                    {
                        _log.LogWarning("The private PostgreSQL is gone; starting it again");
                        await EnsureRunningAsync(ct);
                    }
                }
                catch (Exception e) when (e is PrivateClusterException or IOException)
                {
                    _log.LogError(e, "The private PostgreSQL is gone and did not start again; trying on");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: the cluster belongs to the watcher now.
        }
    }
}
