using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>The built executable, served as a process of its own on the database of a benchmark. It ends with the benchmark, however that ends.</summary>
internal sealed class ServedNode : IAsyncDisposable
{
    // Reading from us, the script also sees us killed; in a session of its own it outlives what ends all of ours.
    private const string Script = """
        folder=$1; shift
        setsid "$@" </dev/null >"$folder/output.log" 2>&1 &
        echo $!
        read -r
        kill -KILL -- "-$!" 2>/dev/null
        wait
        rm -rf "$folder"
        """;

    private readonly Process supervisor;
    private readonly string folder;
    private readonly int id;

    private ServedNode(Process supervisor, string folder, int id, int port) => (this.supervisor, this.folder, this.id, Port) = (supervisor, folder, id, port);

    public int Port { get; }

    /// <summary>Memory that the process holds, and the processor time it has used.</summary>
    public (long Resident, TimeSpan Cpu) Usage()
    {
        using var process = Process.GetProcessById(id);
        return (process.WorkingSet64, process.TotalProcessorTime);
    }

    /// <summary>Starts the roles and waits until they answer.</summary>
    /// <param name="server">Its database is served.</param>
    /// <param name="roles">As <c>serve --roles</c> takes them.</param>
    /// <param name="settings">Further configuration, as environment variables.</param>
    public static async Task<ServedNode> StartAsync(BenchServer server, string roles, IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        var databases = Databases.Of(server.Cluster);
        var folder = Directory.CreateTempSubdirectory("perfflow-bench-node-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo(
            "setsid",
            ["bash", "-c", Script, "bench-node", folder, "dotnet", typeof(PlatformHost).Assembly.Location, "serve", "--roles", roles, "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder])
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var common = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Platform"] = databases.Platform,
            ["ConnectionStrings__Intake"] = databases.Intake,
            ["ConnectionStrings__Notifications"] = databases.Notifications,
            ["Intake__TicketKey"] = key,
            ["Notifications__TicketKey"] = key,
            ["Intake__Address"] = "http://127.0.0.1:9",
            ["Notifications__Address"] = "http://127.0.0.1:9",
        };
        foreach (var (name, value) in common.Concat(settings))
        {
            start.Environment[name] = value;
        }

        var supervisor = Process.Start(start)!;
        var id = int.Parse((await supervisor.StandardOutput.ReadLineAsync(ct))!, CultureInfo.InvariantCulture);
        var node = new ServedNode(supervisor, folder, id, port);
        await node.UntilAliveAsync(ct);
        return node;
    }

    /// <summary>As the signal 9, to the process alone.</summary>
    public void Kill()
    {
        using var victim = Process.GetProcessById(id);
        victim.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.StandardInput.Close();
        await supervisor.WaitForExitAsync();
        supervisor.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task UntilAliveAsync(CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}")), Timeout = TimeSpan.FromSeconds(2) };
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/live", UriKind.Relative), ct);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
                continue;
            }

            throw new InvalidOperationException($"The served process does not answer:\n{await File.ReadAllTextAsync(Path.Combine(folder, "output.log"), ct)}");
        }
    }
}
