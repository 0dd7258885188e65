using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Definitions;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>A connection that is cut shows as a cancellation, which is not the end of the host.</summary>
public sealed class MigrationThatIsCutOff
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_GoesOn_WhenItIsWokenAgain()
    {
        var (cut, signal) = (new CutConnections(), new MigrationSignal());
        // It comes no further than to its first connection.
        var migrate = new MigrateCases(cut, null!, null!, null!, null!, null!, TimeProvider.System, signal, NullLogger<MigrateCases>.Instance);
        using var worker = new MigrationWorker(migrate, signal, TimeProvider.System, NullLogger<MigrationWorker>.Instance);
        await worker.StartAsync(Ct);
        await Waiting.UntilAsync(() => cut.Asked == 1, "it looks for migrations at the start");

        signal.Set();
        await Waiting.UntilAsync(() => cut.Asked >= 2, "it looks again after it was cut off");

        Assert.False(worker.ExecuteTask!.IsCompleted);
        await worker.StopAsync(Ct);
    }

    private sealed class CutConnections : IDbContextFactory<PlatformDb>
    {
        private int asked;

        public int Asked => Volatile.Read(ref asked);

        public PlatformDb CreateDbContext()
        {
            Interlocked.Increment(ref asked);
            throw new TaskCanceledException("by the test");
        }
    }
}
