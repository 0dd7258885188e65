using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Puts another bus in the place of one that has not come back by itself to a broker that can be reached: MassTransit waits up
/// to 30 s between attempts, or for ever. With this, all flows again within the minute of design.md §11.
/// </summary>
internal sealed partial class BusWatch(BusLine line, IReadOnlyList<(string Host, int Port)> nodes, TimeProvider time, ILogger<BusWatch> log) : RepeatedWork(Look, time, log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>As long as a broker that answers may go unused.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private long? unused;

    protected override async Task TurnAsync(CancellationToken ct)
    {
        if (line.Bus.CheckHealth().Status == BusHealthStatus.Healthy || !await AnswersAsync(ct))
        {
            unused = null;
            return;
        }

        unused ??= time.GetTimestamp();
        if (time.GetElapsedTime(unused.Value) >= Patience)
        {
            Restarting();
            unused = null;
            await line.RenewAsync(ct);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        foreach (var (host, port) in nodes)
        {
            using var client = new TcpClient();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var timer = time.CreateTimer(_ => limit.Cancel(), null, Look, Timeout.InfiniteTimeSpan);
            try
            {
                await client.ConnectAsync(host, port, limit.Token);
                return true;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                continue;
            }
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker answers and the bus is not connected to it; the bus is started anew")]
    private partial void Restarting();
}
