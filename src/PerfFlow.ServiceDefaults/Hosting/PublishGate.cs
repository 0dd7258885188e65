using MassTransit;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Through which every message of this process goes to the bus. A broker that dies while messages are on their way to it holds
/// two locks shut as long as any is: MassTransit ends a channel only after the sends of that channel, whose confirmations
/// RabbitMQ.Client fails only after the channel has ended (8.4 and 7.1); and a publish that finds the 128 places of the
/// client's socket queue full waits there while it holds what the closing of its channel needs. So at most half of that queue is
/// used, the first that gets no answer ends all that are on their way, and then one goes alone until the broker confirms it.
/// </summary>
internal sealed class PublishGate(TimeProvider time) : IDisposable
{
    private const int Width = 64;

    /// <summary>As long as the broker may take to confirm one message.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Nothing is on its way for so long after a failure: time in which the connection can end and begin anew.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim places = new(Width, Width);
    private Spell current = new(TimeSpan.Zero);

    /// <summary>Ends when <paramref name="publish"/> has; throws what it throws, or the cancellation when the broker does not answer.</summary>
    public async Task PassAsync(Func<CancellationToken, Task> publish, CancellationToken ct)
    {
        var spell = Volatile.Read(ref current);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, spell.Ended);
        await places.WaitAsync(end.Token);
        try
        {
            if (!await spell.WasFirstAsync(() => AnsweredAsync(publish, end), time, end.Token))
            {
                await AnsweredAsync(publish, end);
            }
        }
        catch (Exception failure) when (failure is not MessageReturnedException && !ct.IsCancellationRequested)
        {
            if (Interlocked.CompareExchange(ref current, new(Rest), spell) == spell)
            {
                await spell.EndAsync();
            }

            throw;
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();

    private async Task AnsweredAsync(Func<CancellationToken, Task> publish, CancellationTokenSource end)
    {
        // Disposed with waiting: a callback that has begun must not find its source gone.
        await using var limit = time.CreateTimer(_ => end.Cancel(), null, Limit, Timeout.InfiniteTimeSpan);
        // A transport that was stopped under the call may not listen to its token.
        await publish(end.Token).WaitAsync(end.Token);
    }

    /// <summary>The time from one failure to the next.</summary>
    private sealed class Spell(TimeSpan rest)
    {
        private readonly CancellationTokenSource ended = new();
        private readonly SemaphoreSlim alone = new(1, 1);
        private volatile bool answered;

        public CancellationToken Ended => ended.Token;

        public Task EndAsync() => ended.CancelAsync();

        /// <summary>Until the broker has answered one, each goes alone; false when it has and <paramref name="publish"/> was not called.</summary>
        public async Task<bool> WasFirstAsync(Func<Task> publish, TimeProvider time, CancellationToken ct)
        {
            if (answered)
            {
                return false;
            }

            await alone.WaitAsync(ct);
            try
            {
                if (answered)
                {
                    return false;
                }

                await Task.Delay(rest, time, ct);
                await publish();
                answered = true;
                return true;
            }
            catch (MessageReturnedException)
            {
                answered = true;
                throw;
            }
            finally
            {
                alone.Release();
            }
        }
    }
}
