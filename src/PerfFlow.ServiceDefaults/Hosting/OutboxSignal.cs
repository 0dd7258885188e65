using System.Threading.Channels;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>Wakes the outbox of this process after a commit; polling finds what another process left.</summary>
public sealed class OutboxSignal
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be new rows.</summary>
    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Returns when <see cref="Set"/> was called since the last return.</summary>
    public async Task WaitAsync(CancellationToken ct) => await channel.Reader.ReadAsync(ct);
}
