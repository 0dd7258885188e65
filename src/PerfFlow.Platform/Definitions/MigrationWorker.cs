namespace PerfFlow.Platform.Definitions;

/// <summary>Wakes the worker of this node; those of others look every few seconds.</summary>
public sealed class MigrationSignal : IDisposable
{
    private readonly SemaphoreSlim wake = new(0);

    public void Set() => wake.Release();

    internal Task WaitAsync(TimeSpan atMost, CancellationToken ct) => wake.WaitAsync(atMost, ct);

    public void Dispose() => wake.Dispose();
}

/// <summary>Carries migrations on, whichever node they were asked for at.</summary>
public sealed partial class MigrationWorker(MigrateCases migrate, MigrationSignal signal, ILogger<MigrationWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await migrate.WorkAsync(null, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogTryAgain(e);
                }

                await signal.WaitAsync(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A migration of cases was interrupted; it goes on in a few seconds")]
    private partial void LogTryAgain(Exception e);
}
