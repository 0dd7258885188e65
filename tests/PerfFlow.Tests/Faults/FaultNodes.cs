using System.Security.Cryptography;
using Npgsql;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Faults;

/// <summary>Two nodes of the platform, Intake and Notifications, each a process, over one broker and, through a proxy that may cut, one database.</summary>
internal sealed class FaultNodes : IAsyncDisposable
{
    private readonly Dictionary<string, string> shared;
    private readonly PrivateServer server;
    private readonly CuttingProxy proxy;
    private readonly int[] ports = Waiting.FreePorts(4);
    private readonly List<ServedProcess> all = [];

    public FaultNodes(PrivateServer server, RabbitMqNode broker, CuttingProxy proxy, int smtp, Subscriber subscriber)
    {
        (this.server, this.proxy) = (server, proxy);
        shared = new(FaultRun.Settings(subscriber), StringComparer.Ordinal)
        {
            ["ConnectionStrings__RabbitMq"] = broker.Address.ToString(),
            ["Intake__Address"] = $"http://127.0.0.1:{ports[2]}",
            ["Notifications__Address"] = $"http://127.0.0.1:{ports[3]}",
            ["Intake__TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Notifications__TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["PERFFLOW_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Notifications__Mail__Host"] = "127.0.0.1",
            ["Notifications__Mail__Port"] = $"{smtp}",
            ["Notifications__FirstRetrySeconds"] = "1",
        };
        // The first node alone: it is struck at what a node does when it starts.
        First = Start("first node", "platform", 0, $"day kill {FailPoints.DaySealing} 1", $"result kill {FailPoints.ResultMissing} 2");
        Intake = Start("Intake", "intake", 2);
        Notifications = Start("Notifications", "notifications", 3);
    }

    public ServedProcess First { get; }

    public ServedProcess Second { get; private set; } = null!;

    public ServedProcess Intake { get; }

    public ServedProcess Notifications { get; }

    public IReadOnlyList<ServedProcess> All => all;

    /// <summary>The second node, once the first has had what only one of them can have.</summary>
    public void StartSecond() => Second = Start("second node", "platform", 1);

    /// <summary>Every point that has struck, at whichever process.</summary>
    public IReadOnlySet<string> Struck() => all.SelectMany(p => p.Struck()).Select(s => s.Split(' ')[^1]).ToHashSet(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in all)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>A process has the connection string of its own role only.</summary>
    private ServedProcess Start(string name, string role, int port, params IReadOnlyList<string> script)
    {
        var own = role switch { "intake" => server.Databases.Intake, "notifications" => server.Databases.Notifications, _ => server.Databases.Platform };
        var environment = new Dictionary<string, string>(shared, StringComparer.Ordinal)
        {
            [$"ConnectionStrings__{role}"] = new NpgsqlConnectionStringBuilder(own) { Host = proxy.Folder }.ConnectionString,
        };
        var process = new ServedProcess(name, role, ports[port], Path.Combine(server.Folder, $"node{port}"), environment, script);
        all.Add(process);
        return process;
    }
}
