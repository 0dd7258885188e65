using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// The bus of this process. It lives in a container of its own, so that it can be thrown away: a bus of MassTransit 8.4 whose
/// broker was killed twice in a row may wait for its old channels for ever, and started again it waits for them still. A new
/// one shares nothing with it. What the old one holds goes with its connection, and the broker delivers it again.
/// </summary>
/// <param name="make">Builds the container with the bus and all its queues.</param>
/// <param name="waits">The start waits until every queue stands; else the bus is connected when the broker is there.</param>
internal sealed partial class BusLine(Func<ServiceProvider> make, bool waits, TimeProvider time, ILogger<BusLine> log) : IHostedService, IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    private ServiceProvider life = make();

    /// <summary>The bus of now; ask anew for every message.</summary>
    public IBusControl Bus => Volatile.Read(ref life).GetRequiredService<IBusControl>();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = Bus.StartAsync(cancellationToken);
        if (waits)
        {
            await started;
        }
        else
        {
            _ = started.ContinueWith(failed => NotYet(failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(life, StopLimit + StopLimit, cancellationToken);

    /// <summary>Ends the bus and starts another one; whatever the old one waits for.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        await EndAsync(life, StopLimit, ct);
        Volatile.Write(ref life, make());
        await WithinAsync(StartLimit, token => Bus.StartAsync(token), ct);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Bus.CheckHealth().Status == BusHealthStatus.Healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    public async ValueTask DisposeAsync() => await WithinAsync(StopLimit, _ => life.DisposeAsync().AsTask(), CancellationToken.None);

    /// <summary>A bus that does not stop in time is cut off and left to itself: disposing of it would wait as long.</summary>
    private async Task EndAsync(ServiceProvider old, TimeSpan limit, CancellationToken ct)
    {
        var life = old.GetRequiredService<BusLife>();
        life.End();
        if (await WithinAsync(limit, old.GetRequiredService<IBusControl>().StopAsync, ct))
        {
            await WithinAsync(limit, _ => old.DisposeAsync().AsTask(), ct);
        }
        else
        {
            life.Cut();
        }
    }

    private async Task<bool> WithinAsync(TimeSpan most, Func<CancellationToken, Task> act, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, most, Timeout.InfiniteTimeSpan);
        try
        {
            await act(limit.Token).WaitAsync(limit.Token);
            return true;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            NotYet(failure);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus does not start or stop in time")]
    private partial void NotYet(Exception failure);
}
