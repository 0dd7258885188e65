using Microsoft.Extensions.Logging;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// What is asked for all the time and seldom changes: kept in memory and read again beside those who ask, so that none of them
/// waits for the database. A node whose database is away goes on with what it knows.
/// </summary>
/// <param name="maxAge">Within what time a change made at another node is known; one made here, after <see cref="RefreshAsync"/>.</param>
public abstract class KeptReading<T>(TimeSpan maxAge, TimeProvider time, ILogger log) : RepeatedWork(maxAge / 2, time, log)
    where T : class
{
    private readonly SemaphoreSlim turn = new(1);
    private volatile T? known;

    /// <summary>What was read last. It is there before the first request; a command that starts no host waits for it here, once.</summary>
    protected T Known => known ?? RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Reads it; <paramref name="before"/> is what was known so far.</summary>
    protected abstract Task<T> ReadAsync(T? before, CancellationToken ct);

    /// <summary>Reads it now: after the commit of a change, or where a decision must not be founded on an older reading.</summary>
    public async Task<T> RefreshAsync(CancellationToken ct)
    {
        // One after the other: a reading that began before a commit must not end up in the place of the one after it.
        await turn.WaitAsync(ct);
        try
        {
            return known = await ReadAsync(known, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected sealed override Task TurnAsync(CancellationToken ct) => RefreshAsync(ct);
}
