using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Starts the bus anew when the broker can be reached and the bus has not come back to it by itself: MassTransit waits up to
/// 30 s between attempts. With this, all flows again within the minute of design.md §11.
/// </summary>
internal sealed partial class BusWatch(IBusControl bus, IReadOnlyList<(string Host, int Port)> nodes, TimeProvider time, ILogger<BusWatch> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>As long as a broker that answers may go unused.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        long? unused = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy || !await AnswersAsync(stoppingToken))
            {
                unused = null;
                continue;
            }

            unused ??= time.GetTimestamp();
            if (time.GetElapsedTime(unused.Value) >= Patience)
            {
                await RestartAsync(stoppingToken);
                unused = null;
            }
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

    private async Task RestartAsync(CancellationToken ct)
    {
        Restarting();
        await WithinAsync(StopLimit, bus.StopAsync, ct);
        await WithinAsync(StartLimit, token => bus.StartAsync(token), ct);
    }

    private async Task WithinAsync(TimeSpan most, Func<CancellationToken, Task> act, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, most, Timeout.InfiniteTimeSpan);
        try
        {
            await act(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // The next look finds the bus unhealthy and begins again.
            NotYet(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker answers and the bus is not connected to it; the bus is started anew")]
    private partial void Restarting();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus is not back yet")]
    private partial void NotYet(Exception failure);
}
