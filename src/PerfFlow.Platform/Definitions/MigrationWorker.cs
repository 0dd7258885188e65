using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Definitions;

/// <summary>A migration was asked for at this node; those of others look every few seconds.</summary>
public sealed class MigrationSignal : WakeSignal;

/// <summary>Carries migrations on, whichever node they were asked for at.</summary>
public sealed class MigrationWorker(MigrateCases migrate, MigrationSignal signal, TimeProvider time, ILogger<MigrationWorker> logger)
    : RepeatedWork(TimeSpan.FromSeconds(5), time, logger, signal)
{
    protected override Task TurnAsync(CancellationToken ct) => migrate.WorkAsync(null, ct);
}
