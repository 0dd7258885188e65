using System.Diagnostics;
using System.Globalization;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// How far a run of the fault suite goes. In CI each scenario runs once, with seed 1 and a small county. By hand
/// <c>tests/faults.sh --seed N --minutes M</c> sets <c>PERFFLOW_FAULT_SEED</c> and <c>PERFFLOW_FAULT_MINUTES</c>: a large county,
/// and one seed after the other until the minutes are over.
/// </summary>
internal static class FaultRun
{
    private static readonly int Minutes = Number("PERFFLOW_FAULT_MINUTES", 0);

    public static bool ByHand => Minutes > 0;

    public static CountySize Size { get; } = ByHand ? CountySize.Large : CountySize.Small;

    /// <summary>Runs a scenario with each seed; a failure names the seed that brings it back.</summary>
    public static async Task WithSeedsAsync(ITestOutputHelper output, Func<int, Task> scenario)
    {
        var began = Stopwatch.GetTimestamp();
        var seed = Number("PERFFLOW_FAULT_SEED", 1);
        do
        {
            output.WriteLine($"PERFFLOW_FAULT_SEED={seed}");
            try
            {
                await scenario(seed);
            }
            catch (Exception failure) when (failure is not OperationCanceledException && failure.GetType().Name != "SkipException")
            {
                throw new InvalidOperationException($"With PERFFLOW_FAULT_SEED={seed}: {failure.Message}", failure);
            }

            seed++;
        }
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(Minutes));
    }

    /// <summary>While the only process is down two rungs pass; only the newer is told.</summary>
    public static Task SleepOverTwoRungsAsync(ServedProcess process, PrivateServer server, Plug plug) => plug.WhileDownAsync("two rungs pass while nothing runs", async () =>
    {
        await process.KillAsync();
        await server.HoldAsync(() => RoundDatabase.MoveClockAsync(server.Databases.Owner!));
        await process.RestartAsync();
        await RoundDatabase.UntilToldAsync(server.Databases.Owner!, server.County.Size.Cases);
    });

    /// <summary>Everything is ready again, nothing is under way, the guarantees hold and the round has come to what it comes to undisturbed.</summary>
    public static async Task AssertNothingLostAsync(IReadOnlyList<ServedProcess> processes, PrivateServer server, FilingRound round, Plug plug, IReadOnlyList<string> expected)
    {
        var owner = server.Databases.Owner!;
        var (began, unsettled) = (Stopwatch.GetTimestamp(), "");
        await Waiting.UntilAsync(
            async () =>
            {
                if (await ReadyAsync(processes) && await RoundDatabase.AskAsync(owner, RoundDatabase.Work) == 0)
                {
                    return true;
                }

                unsettled = await RoundDatabase.UnsettledAsync(owner);
                return false;
            },
            () => $"everything holds again; left: {unsettled}\n{Logs(processes)}",
            Plug.Recovery);
        // What left the outboxes may still wait in the broker's queues.
        var differences = "";
        await Waiting.UntilAsync(
            async () => (differences = RoundOutcome.Differences(expected, await RoundOutcome.ReadAsync(owner))).Length == 0, () => $"{differences}\n{Logs(processes)}", Plug.Recovery);
        plug.Say("everything has arrived");
        plug.Took("everything had arrived", "after the round", began);
        Assert.All(processes, p => Assert.True(p.Ended.Count == 0, $"{p.Name} ended by itself: {string.Join('\n', p.Ended)}"));
        await server.AssertGuaranteesAsync();
        Assert.Equal(round.Acted.Count, round.Acted.Distinct().Count());
        Assert.Equal(round.Acted.Count, await LinesOfAsync(owner, round.Acted));
        Assert.NotEmpty(round.Refused);
        Assert.Equal(0, await LinesOfAsync(owner, round.Refused));
        Assert.True(plug.Refusals.Count == 0, $"{plug.Refusals.Count} answers were neither success nor \"later\": {string.Join('\n', plug.Refusals.Distinct().Take(5))}\n{Unhandled(processes)}");
    }

    private static Task<long> LinesOfAsync(string owner, IEnumerable<Guid> commands) => RoundDatabase.AskAsync(
        owner, $"select count(*) from platform.journal where encode(substr(line, 2, 16), 'hex')::uuid in ({string.Join(',', commands.Select(id => $"'{id}'"))})");

    public static async Task<bool> ReadyAsync(IReadOnlyList<ServedProcess> processes) => (await Task.WhenAll(processes.Select(p => p.IsReadyAsync()))).All(ready => ready);

    public static string Logs(IReadOnlyList<ServedProcess> processes) => string.Join('\n', processes.Select(p => $"--- {p.Name}\n{p.Log[^Math.Min(p.Log.Length, 3000)..]}"));

    /// <summary>The first lines of what a process said of a request that failed.</summary>
    private static string Unhandled(IReadOnlyList<ServedProcess> processes) => string.Join(
        "\n---\n", processes.SelectMany(p => p.Log.Split("fail: ").Skip(1)).Where(f => f.Contains("unhandled", StringComparison.OrdinalIgnoreCase)).Take(3).Select(f => f[..Math.Min(f.Length, 2500)]));

    /// <summary>Thirty people sign in at once; what that costs is not what is tested.</summary>
    /// <param name="subscriber">Who may be called from the processes.</param>
    public static Dictionary<string, string> Settings(Subscriber? subscriber = null) =>
        new(subscriber?.Settings ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal) { ["Identity__HashRounds"] = "1000", ["Identity__SlowestAnswerSeconds"] = "0" };

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}
