using System.ComponentModel;
using System.Diagnostics;

namespace PerfFlow.Platform.Data;

/// <summary>Runs the tools of a private cluster so that nothing of this process sticks to what they leave running.</summary>
internal static class PrivateClusterProcess
{
    /// <summary>PostgreSQL refuses to run as root; the packages of every distribution bring this user.</summary>
    internal const string ServerUser = "postgres";

    // A lock or pipe that our own caller left open would live on in the server and the watcher: "flock 9; perfflow" must
    // not stay locked, "perfflow | tail" must end.
    private const string CloseInherited =
        "for fd in /proc/self/fd/*; do fd=${fd##*/}; [ \"$fd\" -le 2 ] || eval \"exec $fd>&-\"; done 2>/dev/null; exec \"$@\"";

    internal static ProcessStartInfo AsServerUser(string program, string[] arguments, params (string Name, string Value)[] environment) =>
        Environment.IsPrivilegedProcess
            ? AsSelf("runuser", ["-u", ServerUser, "--", program, .. arguments], environment)
            : AsSelf(program, arguments, environment);

    internal static ProcessStartInfo AsSelf(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", CloseInherited, "-", program, .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    internal static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PrivateClusterException($"{start.FileName} cannot be started: {e.Message}", e);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            try
            {
                await process.WaitForExitAsync(ct);
                return (process.ExitCode, await output + await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}
