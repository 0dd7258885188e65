using System.Globalization;
using System.Security.Cryptography;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// design.md §11 where it is hardest: while a round of 200 cases goes on, processes, broker and database are killed with
/// -9 and started again. Afterwards everything holds, and the round has come to what it comes to undisturbed.
/// </summary>
public sealed class PullingThePlug(UndisturbedRound undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedRound>
{
    /// <summary>Acts that a client does after the notice has gone out; a little less than there are.</summary>
    private const int Acts = 850;

    /// <summary>Messages that have not arrived.</summary>
    private const string Work = "select (select count(*) from platform.outbox) + (select count(*) from intake.outbox) + (select count(*) from notifications.outbox)";

    private static readonly string[] Roles = ["platform", "intake", "notifications"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThreeProcesses_ABrokerAndADatabase_KilledAtRandom_LoseNothing()
    {
        await using var broker = await RabbitMqNode.StartNewAsync();
        await using var server = await PrivateServer.StartAsync();
        var ports = Waiting.FreePorts(3);
        var common = Settings();
        var shared = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__RabbitMq"] = broker.Address.ToString(),
            ["Intake__Address"] = $"http://127.0.0.1:{ports[1]}",
            ["Notifications__Address"] = $"http://127.0.0.1:{ports[2]}",
            ["Intake__TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Notifications__TicketKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        var processes = new List<ServedProcess>();
        try
        {
            foreach (var (role, port) in Roles.Zip(ports))
            {
                processes.Add(new ServedProcess(role, port, Path.Combine(server.Folder, role), new Dictionary<string, string>(common.Concat(shared).Concat(Own(server, role)), StringComparer.Ordinal)));
            }

            var victims = processes.ConvertAll(Of);
            var others = new[] { new Victim("broker", broker.KillAsync, broker.StartAsync), new Victim("database", server.KillAsync, server.RestartAsync) };
            await RunAsync(processes, server, [.. victims, .. victims, .. others, .. others], await undisturbed.OutcomeAsync());
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task OneProcessWithItsOwnDatabase_KilledAtRandom_LosesNothing()
    {
        await using var server = await PrivateServer.StartAsync();
        await server.LeaveAsync();
        await using var process = new ServedProcess(string.Join(',', Roles), Waiting.FreePorts(1)[0], server.Folder, Settings());
        var victims = new[] { Of(process), new Victim("database", server.KillAsync, server.RestartAsync) };

        await RunAsync([process], server, [.. victims, .. victims, .. victims], await undisturbed.OutcomeAsync());
    }

    private static Victim Of(ServedProcess process) => new(process.Name, process.KillAsync, process.RestartAsync);

    private static Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        // Thirty people sign in at once; what that costs is not what is tested.
        ["Identity__HashRounds"] = "1000",
        ["Identity__SlowestAnswerSeconds"] = "0",
    };

    /// <summary>A process has the connection string of its own role only.</summary>
    private static Dictionary<string, string> Own(PrivateServer server, string role) => new(StringComparer.Ordinal)
    {
        [$"ConnectionStrings__{role}"] = role switch { "intake" => server.Databases.Intake, "notifications" => server.Databases.Notifications, _ => server.Databases.Platform },
    };

    private async Task RunAsync(IReadOnlyList<ServedProcess> processes, PrivateServer server, IReadOnlyList<Victim> victims, IReadOnlyList<string> expected)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PERFFLOW_FAULT_SEED"), CultureInfo.InvariantCulture, out var given) ? given : RandomNumberGenerator.GetInt32(1_000_000);
        output.WriteLine($"PERFFLOW_FAULT_SEED={seed}");
        await Waiting.UntilAsync(() => ReadyAsync(processes), () => $"the processes are ready (seed {seed})\n{Logs(processes)}", TimeSpan.FromSeconds(90));
        await using var plug = Plug.Of(seed, victims, first: 3, last: Acts, output.WriteLine);
        using var round = new FilingRound(processes[0].Address, server.County, plug);
        await round.SignInAsync();
        var notice = await round.IssueAsync();
        // While the platform is down two rungs pass; only the newer is told.
        await plug.PullAsync(victims[0], TimeSpan.Zero, TimeSpan.Zero, () => server.HoldAsync(() => RoundDatabase.MoveClockAsync(server.Databases.Owner!)));
        await RoundDatabase.UntilToldAsync(server.Databases.Owner!);
        await round.FileAndReviewAsync(notice);
        await plug.FinishAsync();

        await Waiting.UntilAsync(
            async () => await ReadyAsync(processes) && await RoundDatabase.AskAsync(server.Databases.Owner!, Work) == 0, () => $"everything holds again (seed {seed})\n{Logs(processes)}", Plug.Recovery);
        plug.Say("everything has arrived");
        Assert.All(processes, p => Assert.Empty(p.Ended));
        await server.AssertGuaranteesAsync();
        Assert.Equal(round.Acted.Count, round.Acted.Distinct().Count());
        Assert.Equal(round.Acted.Count, await RoundDatabase.AskAsync(server.Databases.Owner!, $"select count(*) from platform.journal where encode(substr(line, 2, 16), 'hex')::uuid in ({string.Join(',', round.Acted.Select(id => $"'{id}'"))})"));
        // What left the outboxes may still wait in the broker's queues.
        var differences = "";
        await Waiting.UntilAsync(
            async () => (differences = RoundOutcome.Differences(expected, await RoundOutcome.ReadAsync(server.Databases.Owner!))).Length == 0, () => $"{differences} (seed {seed})\n{Logs(processes)}", Plug.Recovery);
    }

    private static async Task<bool> ReadyAsync(IReadOnlyList<ServedProcess> processes) => (await Task.WhenAll(processes.Select(p => p.IsReadyAsync()))).All(ready => ready);

    private static string Logs(IReadOnlyList<ServedProcess> processes) => string.Join('\n', processes.Select(p => $"--- {p.Name}\n{p.Log[^Math.Min(p.Log.Length, 3000)..]}"));
}
