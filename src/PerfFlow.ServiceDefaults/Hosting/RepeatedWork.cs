using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Work that is done at the start and again after every <paramref name="pause"/>, on every node, and at once when
/// <paramref name="wake"/> is set; a wake that comes during a turn is followed by another turn. A turn that fails is told and the
/// next one tries again: the host ends the whole process when a background service throws, and neither a database that is away
/// nor one row that cannot be worked on is worth that. Nor is a cancellation, unless the host itself is ending: a connection that
/// is cut shows as one, too.
/// </summary>
public abstract partial class RepeatedWork(TimeSpan pause, TimeProvider time, ILogger log, WakeSignal? wake = null) : BackgroundService
{
    private readonly WakeSignal wake = wake ?? new();

    /// <summary>Does what there is to do now, all of it: where it is done in parts, the last of them.</summary>
    protected abstract Task TurnAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pause, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        while (true)
        {
            var woken = wake.Next;
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure, GetType().Name, pause);
            }

            // A tick outlives the wakes before it: woken all the time or never, there is a turn in every pause.
            await Task.WhenAny(tick, woken);
            if (tick.IsCompleted)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed; the next turn is in {Pause}")]
    private partial void LogFailed(Exception failure, string work, TimeSpan pause);
}
