using System.Globalization;

namespace PerfFlow.Platform.Data;

/// <summary>Creates and starts the server of one data folder. All but <see cref="IsAlive"/> is called under the start lock.</summary>
internal sealed class PrivateClusterServer
{
    internal const int Port = 5432;

    // Given on the command line, so that no edited postgresql.conf opens a port or gives up durability.
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("listen_addresses", ""), ("unix_socket_permissions", "0700"), ("fsync", "on"), ("timezone", "UTC"),
        // Three services, each with a pool of up to a hundred connections.
        ("max_connections", "320"), ("shared_buffers", "256MB"),
        // After each checkpoint every page goes into the log whole once more. The server's own 1 GB is written within minutes of a
        // busy day, so that it would never come out of that.
        ("max_wal_size", "4GB"), ("checkpoint_timeout", "15min"),
        // One file per day of the week, so that nobody has to clear them away.
        ("logging_collector", "on"), ("log_directory", "log"), ("log_filename", "%a.log"),
        ("log_rotation_age", "1d"), ("log_rotation_size", "0"), ("log_truncate_on_rotation", "on"),
    ];

    private readonly PrivateClusterFolder _folder;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ILogger _log;

    private PrivateClusterServer(
        PrivateClusterFolder folder, string binaries, IReadOnlyDictionary<string, string> settings, ILogger log) =>
        (_folder, BinaryFolder, _settings, _log) = (folder, binaries, settings, log);

    internal string BinaryFolder { get; }

    private string PidFile => Path.Combine(_folder.Cluster, "postmaster.pid");

    internal static async Task<PrivateClusterServer> FindAsync(
        PrivateClusterFolder folder, IReadOnlyDictionary<string, string> settings, ILogger log, CancellationToken ct)
    {
        var version = Path.Combine(folder.Cluster, "PG_VERSION");
        var needed = File.Exists(version)
            ? int.Parse((await File.ReadAllTextAsync(version, ct)).Trim(), CultureInfo.InvariantCulture)
            : (int?)null;
        return new(folder, await PrivateClusterBinaries.FindAsync(folder, needed, ct), settings, log);
    }

    /// <summary>
    /// Whether the process named in postmaster.pid lives and is the server of this folder. Its number alone may belong to
    /// another by now, so the file is compared with the one in that process's own folder: pid, folder, start time.
    /// </summary>
    internal bool IsAlive()
    {
        try
        {
            var ours = File.ReadLines(PidFile).Take(3).ToList();
            return ours.Count == 3 && File.ReadLines($"/proc/{ours[0]}/cwd/postmaster.pid").Take(3).SequenceEqual(ours);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Creates the cluster if there is none, starts it if it is not running, and sees to a watcher.</summary>
    /// <param name="passwords">The superuser's goes into a new cluster.</param>
    /// <param name="alone">Neither a user nor a watcher was there: a pid file left behind says nothing.</param>
    /// <param name="time">The system clock.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task EnsureAsync(PrivateClusterPasswords passwords, bool alone, TimeProvider time, CancellationToken ct)
    {
        if (PrivateClusterFolder.IsFree(_folder.WatcherLock))
        {
            await PrivateClusterWatcher.LeaveBehindAsync(_folder, BinaryFolder, ct);
        }

        if (!File.Exists(Path.Combine(_folder.Cluster, "PG_VERSION")))
        {
            await CreateAsync(passwords, ct);
        }

        if (IsAlive())
        {
            return;
        }

        await PrepareSocketFolderAsync(ct);
        if (alone)
        {
            // After a machine or container has died its pid may be somebody else's, which PostgreSQL takes for a running server.
            File.Delete(PidFile);
        }

        while (true)
        {
            var started = await RunAsync("pg_ctl", ct, [
                "start", "--wait", "--silent", "--timeout=3600", $"--pgdata={_folder.Cluster}", $"--log={_folder.Log}", $"--options={ServerOptions()}"]);
            if (started.ExitCode == 0)
            {
                _log.LogInformation("Private PostgreSQL started in {Folder}", _folder.Cluster);
                return;
            }

            // The children of a killed server need a moment to notice, and hold its shared memory until then.
            var log = File.Exists(_folder.Log) ? string.Join('\n', File.ReadLines(_folder.Log).TakeLast(8)) : started.Output;
            if (!log.Contains("pre-existing shared memory block", StringComparison.Ordinal))
            {
                throw new PrivateClusterException($"The private PostgreSQL in {_folder.Cluster} did not start:\n{log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
        }
    }

    // Built beside and renamed: what is called "postgres" is whole.
    private async Task CreateAsync(PrivateClusterPasswords passwords, CancellationToken ct)
    {
        var part = _folder.Cluster + ".part";
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true);
        }

        await PrepareSocketFolderAsync(ct);
        await OwnFolderAsync(part, ct);
        var passwordFile = Path.Combine(_folder.SocketFolder, "password");
        await CheckedAsync(PrivateClusterProcess.AsServerUser(
            "bash", ["-c", "umask 077; printf %s \"$PASSWORD\" > \"$1\"", "-", passwordFile],
            ("PASSWORD", passwords[PrivateClusterPasswords.Superuser])), ct);
        try
        {
            await CheckedAsync(PrivateClusterProcess.AsServerUser(Path.Combine(BinaryFolder, "initdb"), [
                $"--pgdata={part}", $"--username={PrivateClusterPasswords.Superuser}", $"--pwfile={passwordFile}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]), ct);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(part, _folder.Cluster);
        _log.LogInformation("Private PostgreSQL created in {Folder}", _folder.Cluster);
    }

    private Task PrepareSocketFolderAsync(CancellationToken ct)
    {
        // In /tmp anybody could have made it first: the mode of a stranger's folder cannot be set, and a link is no folder.
        if (new DirectoryInfo(_folder.SocketFolder).LinkTarget is not null)
        {
            throw new PrivateClusterException($"{_folder.SocketFolder} is a link that this program did not make; remove it.");
        }

        return OwnFolderAsync(_folder.SocketFolder, ct);
    }

    private async Task OwnFolderAsync(string path, CancellationToken ct)
    {
        string[] owner = Environment.IsPrivilegedProcess ? ["-o", PrivateClusterProcess.ServerUser, "-g", PrivateClusterProcess.ServerUser] : [];
        await CheckedAsync(PrivateClusterProcess.AsSelf("install", ["-d", "-m", "0700", .. owner, "--", path]), ct);
        if (Environment.IsPrivilegedProcess)
        {
            var reach = await PrivateClusterProcess.RunAsync(PrivateClusterProcess.AsServerUser("test", ["-w", path]), ct);
            if (reach.ExitCode != 0)
            {
                throw new PrivateClusterException(
                    $"User {PrivateClusterProcess.ServerUser}, as whom the server runs, cannot reach {path}. Make its parent folders searchable (chmod o+x) or name another folder with --data.");
            }
        }
    }

    private string ServerOptions()
    {
        var settings = Defaults
            .Append(("unix_socket_directories", _folder.SocketFolder))
            .Where(setting => !_settings.ContainsKey(setting.Item1))
            .Concat(_settings.Select(setting => (setting.Key, setting.Value)));
        return $"-p {Port} " + string.Join(' ', settings.Select(setting => $"-c {setting.Item1}='{setting.Item2.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
    }

    private Task<(int ExitCode, string Output)> RunAsync(string tool, CancellationToken ct, string[] arguments) =>
        PrivateClusterProcess.RunAsync(PrivateClusterProcess.AsServerUser(Path.Combine(BinaryFolder, tool), arguments), ct);

    private static async Task CheckedAsync(System.Diagnostics.ProcessStartInfo start, CancellationToken ct)
    {
        var (exitCode, output) = await PrivateClusterProcess.RunAsync(start, ct);
        if (exitCode != 0)
        {
            throw new PrivateClusterException($"{string.Join(' ', start.ArgumentList)} failed with {exitCode}:\n{output}");
        }
    }
}
