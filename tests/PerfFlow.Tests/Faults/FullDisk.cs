using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// The disk of the database is full while a round goes on: who acts is told "later" (503), nobody anything else, and when there
/// is room again all goes on without a hand. Nothing is lost, nothing done twice. Takes 40 s: two databases and a process.
/// </summary>
public sealed class FullDisk(PostgresServer postgres, ITestOutputHelper output)
{
    /// <summary>The cluster and its log take a part of it, the rest is ballast.</summary>
    private const int Megabytes = 600;

    private static readonly TimeSpan Full = TimeSpan.FromSeconds(5);

    [Fact]
    public Task DatabaseWithoutRoom_AnswersLater_AndGoesOnWhenThereIsRoom() => FaultRun.WithSeedsAsync(output, RunAsync);

    private async Task RunAsync(int seed)
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes);
        var undisturbed = UndisturbedRound.OutcomeAsync(postgres, FaultRun.Size);
        await using var server = await PrivateServer.StartAsync(FaultRun.Size, disk.Folder);
        await server.LeaveAsync();
        await using var process = new ServedProcess("the process", "platform,intake,notifications", Waiting.FreePorts(1)[0], server.Folder, FaultRun.Settings());
        await Waiting.UntilAsync(process.IsReadyAsync, () => $"the process is ready\n{process.Log}", Plug.Patience);
        await using var plug = new Plug(output.WriteLine);
        using var round = new FilingRound([process.Address], server.County, plug, seed);
        await round.SignInAsync();
        var notice = await round.IssueAsync();
        await FaultRun.SleepOverTwoRungsAsync(process, server, plug);

        plug.Begin(() => FillAsync(plug, disk, 10, untilTold: true), () => FillAsync(plug, disk, 60, untilTold: false));
        await round.FileAndReviewAsync(notice);
        await plug.FinishAsync();
        await FaultRun.AssertNothingLostAsync([process], server, round, plug, await undisturbed);
        plug.SaySlowest();
    }

    /// <summary>Somebody is told so: where an act is tried for half a minute before, that is when it is over.</summary>
    private static Task FillAsync(Plug plug, SmallDisk disk, int after, bool untilTold) => plug.WhileDownAsync("the disk fills up", async () =>
    {
        await plug.AfterActsAsync(after);
        disk.Fill();
        var (told, acts) = (plug.Later, plug.Acts);
        await Task.Delay(Full, TimeProvider.System, TestContext.Current.CancellationToken);
        if (untilTold)
        {
            await Waiting.UntilAsync(() => plug.Later > told, "somebody was told to come again", Plug.Patience);
        }

        disk.Clear();
        plug.Say($"there is room again; {plug.Acts - acts} acts went through, {plug.Later - told} answers were \"later\"");
    });
}
