using System.Globalization;
using System.Text;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>A RabbitMQ broker of its own on loopback, with its own epmd, name, cookie and folder.</summary>
public sealed class RabbitMqNode : IAsyncDisposable
{
    private const string Programs = "/usr/lib/rabbitmq/bin";

    private readonly string _folder = Directory.CreateTempSubdirectory("perfflow-rabbit-").FullName;
    private readonly int[] _ports = Waiting.FreePorts(3);
    private SupervisedProcess? _server;

    private RabbitMqNode()
    {
    }

    /// <summary>Null, or why tests with a broker are skipped on this machine.</summary>
    public static string? MissingReason { get; } =
        File.Exists($"{Programs}/rabbitmq-server") ? null : "RabbitMQ is not installed (Debian: rabbitmq-server).";

    /// <summary>For RabbitMQ.Client and MassTransit: user guest, virtual host /.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{_ports[0]}/"));

    /// <summary>Starts a broker; skips the calling test where the package is missing.</summary>
    public static async Task<RabbitMqNode> StartNewAsync()
    {
        Assert.SkipWhen(MissingReason is not null, MissingReason ?? "");
        var node = new RabbitMqNode();
        try
        {
            await node.StartAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, with its durable queues.</summary>
    public async Task StartAsync()
    {
        // Had the node to start epmd itself, that would become a daemon and outlive everything.
        _server = SupervisedProcess.Start(
            _folder, "bash", ["-c", "epmd & for i in {1..100}; do epmd -names >&2 && break; sleep 0.1; done; exec \"$0\"", $"{Programs}/rabbitmq-server"], Settings());
        await Waiting.UntilAsync(() => Waiting.ListensAsync(_ports[0]), () => $"RabbitMQ listens\n{_server.Output}", TimeSpan.FromSeconds(90));
    }

    /// <summary>
    /// Until the broker has these quorum queues in its registry on disk. RabbitMQ writes that some moments after it has answered
    /// the declaration and confirmed the first messages; killed before, it never elects a leader for such a queue again.
    /// </summary>
    public Task SavedAsync(params string[] queues) => Waiting.UntilAsync(
        async () =>
        {
            var registries = Directory.GetFiles(Path.Combine(_folder, "mnesia"), "names.dets", SearchOption.AllDirectories);
            var saved = string.Concat(await Task.WhenAll(registries.Select(file => File.ReadAllTextAsync(file, Encoding.Latin1))));
            return queues.All(queue => saved.Contains(queue, StringComparison.Ordinal));
        },
        () => $"the broker has saved {string.Join(", ", queues)}",
        TimeSpan.FromSeconds(60));

    /// <summary>As kill -9.</summary>
    public async Task KillAsync()
    {
        await _server!.KillAsync();
        _server = null;
        // The virtual machine dies a moment after its parent; until then its port seems to listen.
        await Waiting.UntilAsync(async () => !await Waiting.ListensAsync(_ports[0]), () => "the killed broker is gone");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        else
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private Dictionary<string, string> Settings()
    {
        string In(string name) => Path.Combine(_folder, name);
        string Port(int index) => _ports[index].ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(In("rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{Port(0)}\ndisk_free_limit.absolute = 50MB\n");
        File.WriteAllText(In("enabled_plugins"), "[].\n");
        return new(StringComparer.Ordinal)
        {
            ["HOME"] = _folder,
            ["RABBITMQ_NODENAME"] = $"perfflow{Port(0)}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Port(0),
            ["RABBITMQ_DIST_PORT"] = Port(1),
            ["RABBITMQ_MNESIA_BASE"] = In("mnesia"),
            ["RABBITMQ_MNESIA_DIR"] = In("mnesia/node"),
            ["RABBITMQ_LOG_BASE"] = In("log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
            ["RABBITMQ_SCHEMA_DIR"] = In("schema"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = In("config"),
            ["RABBITMQ_PID_FILE"] = In("pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Port(2),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        };
    }
}
