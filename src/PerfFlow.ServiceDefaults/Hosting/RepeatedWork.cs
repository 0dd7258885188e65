using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Work that is done at the start and again after every <paramref name="pause"/>, on every node. A turn that fails is told and
/// the next one tries again: the host ends the whole process when a background service throws, and neither a database that is
/// away nor one row that cannot be worked on is worth that.
/// </summary>
public abstract partial class RepeatedWork(TimeSpan pause, TimeProvider time, ILogger log) : BackgroundService
{
    /// <summary>Does what there is to do now.</summary>
    protected abstract Task TurnAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pause, time);
        do
        {
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure, GetType().Name, pause);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed; the next turn is in {Pause}")]
    private partial void LogFailed(Exception failure, string work, TimeSpan pause);
}
