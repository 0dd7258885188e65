namespace PerfFlow.Platform.Data;

/// <summary>
/// The process left behind by whoever starts the cluster. It waits until it alone has the users' lock, that is until the
/// last user has gone, killed or not, and then stops the server. Locks are always taken in the order start, users.
/// </summary>
internal static class PrivateClusterWatcher
{
    // $1 locks folder, $2 socket folder, $3 cluster folder, then the command that stops the server, taking the way to stop as its last word.
    // Having waited for the users' lock it lets go of it and asks for both in order: a user that arrives in between wins.
    // The watcher's own lock goes first, still under the start lock, so that the next starter sees that a new one is due.
    // A pid file whose server died may name a stranger by now; a server's own folder is the one its pid file lies in.
    private const string Script = """
        locks=$1 socket=$2 cluster=$3; shift 3
        alive() { read -r pid <"$cluster/postmaster.pid" && [ "/proc/$pid/cwd" -ef "$cluster" ]; }
        exec 7>>"$locks/watcher"; flock -n 7 || exit 0
        while :; do
            exec 8>>"$locks/users"; flock -x 8; exec 8>&-
            exec 9>>"$locks/start"; flock -x 9
            exec 8>>"$locks/users"
            if flock -n -x 8; then
                (exec 7>&- 8>&- 9>&-; if alive; then "$@" fast || "$@" immediate; fi; rmdir "$socket")
                exec 7>&-
                exit 0
            fi
            exec 8>&- 9>&-
        done
        """;

    internal static async Task LeaveBehindAsync(PrivateClusterFolder folder, string binaries, CancellationToken ct)
    {
        var stop = PrivateClusterProcess.AsServerUser(
            Path.Combine(binaries, "pg_ctl"), ["stop", "--wait", "--timeout=60", $"--pgdata={folder.Cluster}", "--mode"]);
        // A session of its own: no Ctrl-C and no hang-up of the terminal reaches it. Its streams go nowhere, or whoever
        // reads ours to the end would wait for it.
        var leave = PrivateClusterProcess.AsSelf("setsid", [
            "--fork", "bash", "-c", "exec </dev/null >/dev/null 2>&1; " + Script, "perfflow-watcher",
            Path.GetDirectoryName(folder.StartLock)!, folder.SocketFolder, folder.Cluster, stop.FileName, .. stop.ArgumentList]);
        var (exitCode, output) = await PrivateClusterProcess.RunAsync(leave, ct);
        if (exitCode != 0)
        {
            throw new PrivateClusterException($"The watcher of the private PostgreSQL could not be started: {output}");
        }
    }
}
