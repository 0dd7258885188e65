using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>A RabbitMQ of the benchmark's own on loopback, with its own epmd, name and folder. It ends with the benchmark, however that ends.</summary>
internal sealed class BenchBroker : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    // Had the node to start epmd itself, that would become a daemon and outlive everything.
    private const string Script = """
        folder=$1
        setsid bash -c 'epmd & for i in {1..100}; do epmd -names >&2 && break; sleep 0.1; done; exec "$0"' "$2" </dev/null >"$folder/output.log" 2>&1 &
        read -r
        kill -KILL -- "-$!" 2>/dev/null
        wait
        rm -rf "$folder"
        """;

    private readonly Process supervisor;

    private BenchBroker(Process supervisor, int port) => (this.supervisor, Address) = (supervisor, new Uri(string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{port}/")));

    public static bool Installed => File.Exists(Program);

    public Uri Address { get; }

    public static async Task<BenchBroker> StartAsync(Log log, CancellationToken ct)
    {
        log.Line("Starting a RabbitMQ …");
        var folder = Directory.CreateTempSubdirectory("perfflow-bench-rabbit-").FullName;
        var ports = FreePorts(3);
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"listeners.tcp.1 = 127.0.0.1:{ports[0]}\ndisk_free_limit.absolute = 50MB\n"), ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[].\n", ct);
        var start = new ProcessStartInfo("setsid", ["bash", "-c", Script, "bench-rabbit", folder, Program]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var (name, value) in Settings(folder, ports))
        {
            start.Environment[name] = value;
        }

        var broker = new BenchBroker(Process.Start(start)!, ports[0]);
        for (var since = Stopwatch.GetTimestamp(); !await ListensAsync(ports[0], ct);)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(90))
            {
                await broker.DisposeAsync();
                throw new InvalidOperationException("RabbitMQ does not listen.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
        }

        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.StandardInput.Close();
        await supervisor.WaitForExitAsync();
        supervisor.Dispose();
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Dispose());
        return [.. ports];
    }

    private static Dictionary<string, string> Settings(string folder, int[] ports)
    {
        string Port(int index) => ports[index].ToString(CultureInfo.InvariantCulture);
        return new(StringComparer.Ordinal)
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = $"perfflow{Port(0)}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Port(0),
            ["RABBITMQ_DIST_PORT"] = Port(1),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_MNESIA_DIR"] = Path.Combine(folder, "mnesia", "node"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_SCHEMA_DIR"] = Path.Combine(folder, "schema"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(folder, "config"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Port(2),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        };
    }
}
