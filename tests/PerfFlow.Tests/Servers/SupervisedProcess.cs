using System.Diagnostics;

namespace PerfFlow.Tests.Servers;

/// <summary>
/// A server with a folder of its own that ends when it is disposed and also when the test process is killed: its
/// supervisor reads a pipe from us, and the end of the pipe is the end of the server and of the folder.
/// </summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    private const string Script = """
        folder=$1; shift; exec 2>/dev/null
        setsid "$@" </dev/null >>"$folder/output.log" 2>&1 &
        read -r last
        kill -KILL -- "-$!"
        wait
        [ "$last" = keep ] || rm -rf "$folder"
        """;

    // The cluster's own watcher holds its lock until it has stopped the server.
    private const string AfterCluster = """
        read -r
        flock --exclusive "$1/locks/watcher" true
        rm -rf "$1"
        """;

    private readonly Process _supervisor;
    private readonly string _folder;

    private SupervisedProcess(Process supervisor, string folder) => (_supervisor, _folder) = (supervisor, folder);

    /// <summary>What the server has written so far, for the message of a test that waited in vain.</summary>
    internal string Output
    {
        get
        {
            var log = Path.Combine(_folder, "output.log");
            return File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "";
        }
    }

    /// <summary>The id of the server itself, for a test that kills it and leaves its supervisor and its children.</summary>
    internal int ServerId()
    {
        var children = $"/proc/{_supervisor.Id}/task/{_supervisor.Id}/children";
        var found = "";
        SpinWait.SpinUntil(() => (found = File.ReadAllText(children)).Length > 0, TimeSpan.FromSeconds(10));
        return int.Parse(found.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    internal static SupervisedProcess Start(
        string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Launch(Script, folder, [program, .. arguments], environment);

    /// <summary>No server, only the end of the folder of a private cluster, once that is stopped.</summary>
    internal static SupervisedProcess RemoveClusterAtEnd(string folder) => Launch(AfterCluster, folder, [], null);

    private static SupervisedProcess Launch(
        string script, string folder, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("setsid", ["bash", "-c", script, "test-server", folder, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, folder);
    }

    /// <summary>Kills the server and leaves its folder, for a test that starts it again.</summary>
    internal async Task KillAsync()
    {
        await _supervisor.StandardInput.WriteLineAsync("keep");
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _supervisor.StandardInput.Close();
        await _supervisor.WaitForExitAsync();
        _supervisor.Dispose();
    }
}
