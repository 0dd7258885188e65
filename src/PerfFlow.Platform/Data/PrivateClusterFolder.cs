using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.Platform.Data;

/// <summary>The data folder of a private cluster: where it is, what lies in it, and its lock files.</summary>
public sealed class PrivateClusterFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private PrivateClusterFolder(string root)
    {
        Root = root;
        // A socket path may have 107 bytes, a data folder may be longer. Not XDG_RUNTIME_DIR: it vanishes when the
        // user signs out, and a server started over ssh would lose its socket.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..12];
        SocketFolder = Path.Combine(Environment.IsPrivilegedProcess ? "/run" : "/tmp", $"perfflow-{name}");
    }

    internal string Root { get; }

    internal string Cluster => Path.Combine(Root, "postgres");

    internal string Passwords => Path.Combine(Root, "pgpass");

    /// <summary>What the server says until its own daily logs in <c>postgres/log</c> are open.</summary>
    internal string Log => Path.Combine(Cluster, "server.log");

    internal string SocketFolder { get; }

    /// <summary>Exclusive while the server is started or stopped.</summary>
    internal string StartLock => Path.Combine(Root, "locks", "start");

    /// <summary>Shared by every process that uses the cluster; the watcher waits to have it alone.</summary>
    internal string UsersLock => Path.Combine(Root, "locks", "users");

    /// <summary>Held by the watcher, so that there is one.</summary>
    internal string WatcherLock => Path.Combine(Root, "locks", "watcher");

    /// <summary>
    /// The data folder: the argument of <c>--data</c>, else <c>PERFFLOW_DATA</c>, else <c>/var/lib/perfflow</c> for root
    /// and <c>$XDG_DATA_HOME/perfflow</c> for anybody else.
    /// </summary>
    /// <exception cref="PrivateClusterException">The path is relative.</exception>
    public static string Resolve(string? argument)
    {
        var asked = !string.IsNullOrEmpty(argument) ? argument : Environment.GetEnvironmentVariable("PERFFLOW_DATA");
        if (!string.IsNullOrEmpty(asked))
        {
            return Absolute(asked);
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/perfflow";
        }

        // The XDG specification has a relative value ignored.
        var xdg = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(Path.IsPathRooted(xdg) ? xdg : Absolute(Path.Combine(home, ".local", "share")), "perfflow");
    }

    internal static PrivateClusterFolder Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PrivateClusterException("The private PostgreSQL needs Linux; elsewhere give a connection string.");
        }

        var folder = new PrivateClusterFolder(Absolute(path));
        try
        {
            // As root the server runs as user postgres, who must be able to pass through, not to look around.
            var passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            Directory.CreateDirectory(folder.Root, Environment.IsPrivilegedProcess ? passable : OwnerOnly);
            Directory.CreateDirectory(Path.Combine(folder.Root, "locks"), OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PrivateClusterException($"The data folder {folder.Root} cannot be created: {e.Message} Name another with --data or PERFFLOW_DATA.", e);
        }

        return folder;
    }

    /// <summary>Takes a lock file, waiting until it is free. It is let go when the stream is disposed or the process ends.</summary>
    internal static async Task<FileStream> LockAsync(string path, bool exclusive, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            if (TryLock(path, exclusive) is { } held)
            {
                return held;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }

    /// <summary>Whether nobody, not even shared, holds the lock at this moment.</summary>
    internal static bool IsFree(string path)
    {
        using var held = TryLock(path, exclusive: true);
        return held is not null;
    }

    /// <summary>Opens a file that, if it is new, only its owner can read (0600).</summary>
    internal static FileStream OpenPrivate(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    // On Linux .NET opens with O_CLOEXEC and turns FileShare.None into flock(LOCK_EX), FileShare.Read of a reader into
    // flock(LOCK_SH): the lock dies with this process, passes to no child, and the watcher's flock(1) sees it.
    private static FileStream? TryLock(string path, bool exclusive)
    {
        var access = exclusive ? FileAccess.ReadWrite : FileAccess.Read;
        try
        {
            return OpenPrivate(path, FileMode.OpenOrCreate, access, exclusive ? FileShare.None : FileShare.Read);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(path))
        {
            return null;
        }
    }

    private static string Absolute(string path) => Path.IsPathRooted(path)
        ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
        : throw new PrivateClusterException($"The data folder must be an absolute path, not {path}.");
}
