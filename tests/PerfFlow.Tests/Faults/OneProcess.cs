using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// The same with everything in one process and messages in memory, which forgets them when it dies, on its own database, which it
/// starts again itself. Takes a minute.
/// </summary>
public sealed class OneProcess(PostgresServer postgres, ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    [Fact]
    public Task StruckWhereMessagesAreInMemory_LosesNothing() => FaultRun.WithSeedsAsync(output, RunAsync);

    private async Task RunAsync(int seed)
    {
        var undisturbed = UndisturbedRound.OutcomeAsync(postgres, FaultRun.Size);
        await using var subscriber = await Subscriber.StartAsync();
        await using var server = await PrivateServer.StartAsync(FaultRun.Size);
        await server.LeaveAsync();
        await using var process = new ServedProcess("the process", "platform,intake,notifications", Waiting.FreePorts(1)[0], server.Folder, FaultRun.Settings(subscriber));
        await Waiting.UntilAsync(process.IsReadyAsync, () => $"the process is ready\n{process.Log}", Plug.Patience);
        await using var plug = new Plug(output.WriteLine);
        using var round = new FilingRound([process.Address], server.County, plug, seed);
        await round.SignInAsync();
        await subscriber.RegisterAsync(process.Address, server.County.Administrator, plug);
        var notice = await round.IssueAsync();
        await FaultRun.SleepOverTwoRungsAsync(process, server, plug);

        var draw = new Draw(seed);
        Func<Task> Kill(string point, int most) => () => plug.StrikeAsync([process], $"{point} kill {point} {draw.Hit(most)}");
        plug.Begin(draw.Shuffle(
            Kill(FailPoints.OutboxPublished, 5),
            Kill(FailPoints.OutboxDeleting, 5),
            Kill(FailPoints.ConsumerCommitting, 4),
            Kill(FailPoints.ConsumerCommitted, 4),
            Kill(FailPoints.BatchCommitted, 4),
            () => plug.StrikeAsync([process], $"cut cut {FailPoints.ConsumerCommitting} {draw.Hit(4)}"),
            () => plug.KillAsync("the database", server.KillAsync, server.RestartAsync, Pause)));
        await round.FileAndReviewAsync(notice);
        plug.Say("the round is over");
        await plug.FinishAsync();
        await FaultRun.AssertNothingLostAsync([process], server, round, plug, await undisturbed);
        await subscriber.AssertToldAsync(server.Databases.Owner!, plug);
        plug.SaySlowest();
    }
}
