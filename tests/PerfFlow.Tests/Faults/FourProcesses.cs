using System.Diagnostics;
using Npgsql;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// design.md §11 where it is hardest: two nodes of the platform, Intake and Notifications over RabbitMQ. While a round goes on,
/// each of them is killed at its commit points, the broker and the database are killed and restarted, connections are cut
/// within statements, clocks jump a minute apart and stand still, every message comes twice and in another order, and a
/// consumer is slow. Afterwards everything holds, and the round has come to what it comes to undisturbed. Takes two minutes.
/// </summary>
public sealed class FourProcesses(PostgresServer postgres, SmtpServer smtp, ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task StruckAtEveryCommitPoint_LoseNothing() => FaultRun.WithSeedsAsync(output, RunAsync);

    private async Task RunAsync(int seed)
    {
        var undisturbed = UndisturbedRound.OutcomeAsync(postgres, FaultRun.Size);
        var starting = RabbitMqNode.StartNewAsync();
        await using var server = await PrivateServer.StartAsync(FaultRun.Size);
        await using var broker = await starting;
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(server.Databases.Owner).Host!, 5432, seed);
        await using var subscriber = await Subscriber.StartAsync();
        await using var nodes = new FaultNodes(server, broker, proxy, await smtp.PortAsync(), subscriber);
        await using var plug = new Plug(output.WriteLine);
        await Waiting.UntilAsync(
            async () => nodes.First.HasStruck("day") && nodes.First.HasStruck("result") && await FaultRun.ReadyAsync(nodes.All), () => $"the first node is through its start\n{FaultRun.Logs(nodes.All)}", Plug.Patience);
        nodes.StartSecond();
        await Waiting.UntilAsync(nodes.Second.IsReadyAsync, () => $"the second node is ready\n{nodes.Second.Log}", Plug.Patience);
        await broker.SavedAsync("perfflow-platform", "perfflow-notifications");
        await using var echo = new Echo(broker, seed);

        using var round = new FilingRound([nodes.First.Address, nodes.Second.Address], server.County, plug, seed);
        await round.SignInAsync();
        await subscriber.RegisterAsync(nodes.First.Address, server.County.Administrator, plug);
        plug.Say("signed in");
        var notice = await IssueAsync(round, plug, nodes);
        await RemindAsync(plug, nodes, server);
        BeginLanes(plug, nodes, server, broker, proxy, new Draw(seed));
        await round.FileAndReviewAsync(notice);
        plug.Say("the round is over");
        await plug.FinishAsync();

        var expected = await undisturbed;
        await FaultRun.AssertNothingLostAsync(nodes.All, server, round, plug, expected);
        Assert.True(proxy.Cuts > 5, $"{proxy.Cuts} connections were cut");
        Assert.Equal([], FailPoints.All.Except(nodes.Struck(), StringComparer.Ordinal));
        await AssertMailsAsync(server, plug);
        await subscriber.AssertToldAsync(server.Databases.Owner!, plug);

        await echo.RepeatAllAsync();
        plug.Say($"{echo.Echoed} messages came again");
        await FaultRun.AssertNothingLostAsync(nodes.All, server, round, plug, expected);
        await subscriber.AssertToldAsync(server.Databases.Owner!, plug);
        plug.SaySlowest();
    }

    /// <summary>The node of whoever issues dies with a number that is not committed, and with one that no notice was issued under.</summary>
    private static async Task<long> IssueAsync(FilingRound round, Plug plug, FaultNodes nodes)
    {
        var struck = plug.DoAsync(
            () => plug.StrikeAsync([nodes.First], $"number kill {FailPoints.NumberCommitting} 1"),
            () => plug.StrikeAsync([nodes.First], $"numbered kill {FailPoints.NoticeNumbered} 1"));
        var notice = await round.IssueAsync();
        await struck;
        return notice;
    }

    /// <summary>
    /// While no node runs two rungs pass and every answer period; only the newer rung is told. The first node dies before and
    /// after it has committed the rungs, and over the timers; then the second runs too, and both ring.
    /// </summary>
    private static async Task RemindAsync(Plug plug, FaultNodes nodes, PrivateServer server)
    {
        await plug.WhileDownAsync("two rungs pass while no node runs", async () =>
        {
            await nodes.First.KillAsync();
            await nodes.Second.KillAsync();
            await server.HoldAsync(() => RoundDatabase.MoveClockAsync(server.Databases.Owner!));
            nodes.First.Arm($"ring kill {FailPoints.RemindersCommitting} 1");
            nodes.First.Arm($"rung kill {FailPoints.RemindersCommitted} 1");
            nodes.First.Arm($"timer kill {FailPoints.TimersFound} 3");
            await nodes.First.RestartAsync();
            await Waiting.UntilAsync(() => nodes.First.HasStruck("ring") && nodes.First.HasStruck("rung") && nodes.First.HasStruck("timer"), "the first node is through its rungs and timers", Plug.Patience);
            await nodes.Second.RestartAsync();
            await RoundDatabase.UntilToldAsync(server.Databases.Owner!, server.County.Size.Cases);
        });
    }

    private static void BeginLanes(Plug plug, FaultNodes nodes, PrivateServer server, RabbitMqNode broker, CuttingProxy proxy, Draw draw)
    {
        Func<Task> At(IReadOnlyList<ServedProcess> where, string line) => () => plug.StrikeAsync(where, line);
        Func<Task> Kill(string point, int most, params IReadOnlyList<ServedProcess> where) => At(where, $"{point} kill {point} {draw.Hit(most)}");
        ServedProcess[] platform = [nodes.First, nodes.Second];

        // What only a workbook comes to is armed from the start: there are few of them.
        plug.Begin(Kill(FailPoints.DocumentNoted, 1, platform));
        plug.Begin(Kill(FailPoints.DocumentTaken, 1, platform));
        plug.Begin(Kill(FailPoints.IntakeKept, 1, nodes.Intake));
        plug.Begin(Kill(FailPoints.IntakeCommitting, 1, nodes.Intake));
        plug.Begin(Kill(FailPoints.IntakeCommitted, 1, nodes.Intake));
        plug.Begin(draw.Shuffle(
            Kill(FailPoints.BatchLocked, 4, nodes.First), Kill(FailPoints.OutboxClaimed, 4, nodes.First),
            At([nodes.First], $"cut cut {FailPoints.BatchLocked} {draw.Hit(4)}")));
        plug.Begin(draw.Shuffle(
            Kill(FailPoints.BatchCommitted, 4, nodes.Second), Kill(FailPoints.OutboxPublished, 4, nodes.Second), Kill(FailPoints.OutboxDeleting, 4, nodes.Second)));
        // A lane of their own: a mail that was cut off is tried again when its claim has run out, after three quarters of a minute.
        plug.Begin(Kill(FailPoints.AttemptRecorded, 1, nodes.Notifications), Kill(FailPoints.AttemptMade, 1, nodes.Notifications));
        plug.Begin(
        [
            .. draw.Shuffle(Kill(FailPoints.ConsumerCommitting, 4, nodes.Notifications), Kill(FailPoints.ConsumerCommitted, 4, nodes.Notifications)),
            () => SlowAsync(plug, nodes.Notifications),
        ]);
        plug.Begin(draw.Shuffle(
            () => plug.KillAsync("the broker", broker.KillAsync, broker.StartAsync, Pause),
            () => plug.KillAsync("the database", server.KillAsync, server.RestartAsync, Pause),
            () => plug.KillAsync("the database, gently", server.RestartFastAsync, server.RestartAsync, Pause),
            () => CutAsync(plug, proxy),
            () => JumpAsync(plug, nodes)));
    }

    /// <summary>Each message takes Notifications a second and a half; the platform goes on meanwhile.</summary>
    private static async Task SlowAsync(Plug plug, ServedProcess notifications)
    {
        plug.Say("Notifications is slow");
        notifications.Arm($"slow hang {FailPoints.ConsumerCommitting} 1 1500");
        await plug.AfterActsAsync(20);
        notifications.Disarm("slow");
        plug.Say("Notifications is no longer slow");
    }

    private static Task CutAsync(Plug plug, CuttingProxy proxy) => plug.WhileDownAsync("connections are cut", async () =>
    {
        proxy.Cutting = true;
        await plug.AfterActsAsync(15);
        proxy.Cutting = false;
        plug.Say($"{proxy.Cuts} connections were cut");
    });

    /// <summary>A minute apart in one direction and in the other; then time stands still. Each for some acts.</summary>
    private static Task JumpAsync(Plug plug, FaultNodes nodes) => plug.WhileDownAsync("clocks jump", async () =>
    {
        foreach (var (first, others) in new[] { (60, -60), (-60, 60) })
        {
            nodes.First.Arm($"clock {first}");
            nodes.Second.Arm($"clock {others}");
            nodes.Notifications.Arm($"clock {others}");
            await plug.AfterActsAsync(15);
        }

        foreach (var process in nodes.All)
        {
            process.Arm($"clock still {TimeProvider.System.GetUtcNow():O}");
        }

        await plug.AfterActsAsync(15);
        foreach (var process in nodes.All)
        {
            process.Disarm("clock");
        }

        plug.Say("clocks are right");
    });

    /// <summary>
    /// Each mail has left; twice only where an attempt was cut off, with the same Message-ID and counted as repeated. One that was cut
    /// off twice is given up and says so.
    /// </summary>
    private async Task AssertMailsAsync(PrivateServer server, Plug plug)
    {
        async Task<long> CountAsync(string which) => await RoundDatabase.AskAsync(server.Databases.Owner!, $"select count(*) from notifications.sendings where channel = 'Mail' and ({which})");
        const string GivenUp = $"state = 'Dead' and last_error = '{Subscriber.CutOffTwice}'";
        var began = Stopwatch.GetTimestamp();
        await Waiting.UntilAsync(async () => await CountAsync($"state not in ('Sent', 'Dropped') and not ({GivenUp})") == 0, () => "every mail has left", Plug.Recovery);
        plug.Took("every mail had left", "after the round", began);
        var copies = smtp.MailsTo(server.County.MailedTo).CountBy(m => m.Headers["Message-ID"]).Select(c => c.Value).ToList();
        // One that had left when it was cut off may be dropped afterwards, because its visit has ended meanwhile.
        Assert.InRange(copies.Count, await CountAsync("state = 'Sent'"), await CountAsync($"state = 'Sent' or (state = 'Dropped' and attempts > 0) or {GivenUp}"));
        Assert.All(copies, n => Assert.InRange(n, 1, 2));
        Assert.InRange(copies.Count(n => n == 2), 0, await CountAsync("repeated"));
    }
}
