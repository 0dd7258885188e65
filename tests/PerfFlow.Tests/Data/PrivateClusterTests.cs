using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Data;
using Xunit;

namespace PerfFlow.Tests.Data;

/// <summary>The private PostgreSQL of design.md §9, each test with a data folder and a server of its own.</summary>
public sealed class PrivateClusterTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfflow-cluster-").FullName;

    public PrivateClusterTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)Convert.ToInt32("711", 8));
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await UntilAsync(() => PostmasterId() is null && (!Directory.Exists(Path.Combine(_folder, "locks")) || Free("watcher")));
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task FirstStart_CreatesDatabaseAndRoles()
    {
        await using var cluster = await StartAsync();

        Assert.Equal("perfflow perfflow_owner off", await AskAsync(cluster.OwnerConnectionString,
            "select current_database() || ' ' || current_user || ' ' || (select case when rolsuper then 'on' else 'off' end from pg_roles where rolname = current_user)"));
        foreach (var role in PrivateCluster.ServiceRoles)
        {
            Assert.Equal(role, await AskAsync(cluster.ConnectionString(role), "select current_user::text"));
        }
    }

    [Fact]
    public async Task RunningServer_IsDurableAndListensOnItsSocketOnly()
    {
        await using var cluster = await StartAsync();

        Assert.Equal("on||scram-sha-256", await AskAsync(cluster.OwnerConnectionString,
            "select current_setting('fsync') || '|' || current_setting('listen_addresses') || '|' || current_setting('password_encryption')"));
        Assert.Equal("drwx------", Mode(cluster.SocketFolder));
        Assert.Equal("-rw-------", Mode(Path.Combine(_folder, "pgpass")));
        Assert.InRange(cluster.SocketFolder.Length, 1, 60);
    }

    [Fact]
    public async Task WrongPassword_IsRefused()
    {
        await using var cluster = await StartAsync();
        var wrong = new NpgsqlConnectionStringBuilder(cluster.OwnerConnectionString) { Password = "wrong", Pooling = false };

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(wrong.ConnectionString, "select 'in'"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }

    [Fact]
    public async Task SecondUser_JoinsTheRunningServer()
    {
        await using var first = await StartAsync();
        var server = PostmasterId();
        await using var second = await StartAsync();

        Assert.Equal(server, PostmasterId());
        Assert.Equal("in", await AskAsync(second.OwnerConnectionString, "select 'in'"));
    }

    [Fact]
    public async Task LastUserGone_WatcherStopsTheServer_AndTheNextStartFindsTheData()
    {
        await using (var cluster = await StartAsync())
        {
            await AskAsync(cluster.OwnerConnectionString, "create table kept as select 'still here' as text; select 'done'");
            var server = PostmasterId();
            await using var other = await StartAsync();
            await cluster.DisposeAsync();
            await WaitAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(server, PostmasterId());
        }

        await UntilAsync(() => PostmasterId() is null);
        await using var again = await StartAsync();

        Assert.Equal("still here", await AskAsync(again.OwnerConnectionString, "select text from kept"));
    }

    [Fact]
    public async Task UserKilled_WatcherStopsTheServer()
    {
        // Another process that uses the cluster holds the users' lock just so, until it is killed.
        using var other = Process.Start("flock", ["--shared", "--no-fork", UsersLock(), "sleep", "600"]);
        var cluster = await StartAsync();
        await cluster.DisposeAsync();
        await WaitAsync(TimeSpan.FromSeconds(1));
        Assert.NotNull(PostmasterId());

        other.Kill();

        await UntilAsync(() => PostmasterId() is null);
    }

    [Fact]
    public async Task ServerKilled_IsStartedAgainByWhoeverUsesIt()
    {
        await using var cluster = await StartAsync();
        await AskAsync(cluster.OwnerConnectionString, "create table kept as select 'still here' as text; select 'done'");
        var server = PostmasterId();

        using (var process = Process.GetProcessById(server!.Value))
        {
            process.Kill();
        }

        await UntilAsync(() => PostmasterId() is { } now && now != server);
        await cluster.EnsureRunningAsync(Cancelled);
        Assert.Equal("still here", await AskAsync(cluster.OwnerConnectionString, "select text from kept"));
    }

    [Fact]
    public async Task PidFileOfADeadMachine_DoesNotHinderTheStart()
    {
        await using (await StartAsync())
        {
        }

        await UntilAsync(() => Free("watcher"));
        var stale = Path.Combine(_folder, "postgres", "postmaster.pid");
        await File.WriteAllTextAsync(stale, $"{Environment.ProcessId}\n{_folder}/postgres\n1\n5432\n\n\n", Cancelled);

        await using var again = await StartAsync();

        Assert.Equal("in", await AskAsync(again.OwnerConnectionString, "select 'in'"));
    }

    [Fact]
    public async Task DataOfAnotherMajorVersion_IsRefusedWithAdvice()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "PG_VERSION"), "9\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_folder, "pgpass"), "*:*:*:postgres:x\n", Cancelled);

        var refusal = await Assert.ThrowsAsync<PrivateClusterException>(StartAsync);

        Assert.Contains("belongs to PostgreSQL 9", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("upgrade", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RelativeFolder_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<PrivateClusterException>(() => PrivateCluster.StartAsync(
            new() { DataFolder = "data" }, NullLogger.Instance, Cancelled));

        Assert.Contains("absolute", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<PrivateClusterException>(() => PrivateClusterFolder.Resolve("data"));
    }

    private Task<PrivateCluster> StartAsync() =>
        PrivateCluster.StartAsync(new() { DataFolder = _folder }, NullLogger.Instance, Cancelled);

    private string UsersLock()
    {
        var locks = Directory.CreateDirectory(Path.Combine(_folder, "locks")).FullName;
        return Path.Combine(locks, "users");
    }

    private bool Free(string name) => PrivateClusterFolder.IsFree(Path.Combine(_folder, "locks", name));

    private int? PostmasterId()
    {
        var file = Path.Combine(_folder, "postgres", "postmaster.pid");
        return File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id) && Directory.Exists($"/proc/{id}")
            ? id
            : null;
    }

    private static string Mode(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%A", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    private static async Task<string> AskAsync(string connectionString, string sql)
    {
        // A pooled connection would be one to a server that has been stopped since.
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (var waited = 0; !done(); waited++)
        {
            Assert.True(waited < 300, "It did not happen within 30 s.");
            await WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    private static Task WaitAsync(TimeSpan span) => Task.Delay(span, TimeProvider.System, Cancelled);
}
