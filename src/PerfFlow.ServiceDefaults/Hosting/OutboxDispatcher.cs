using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Logging;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Carries the rows of one outbox to the bus, at least once and in no order. Two loops: the turns claim rows and hand them
/// to the bus without a transaction, the other deletes what has arrived and puts back what has not. Neither waits for a
/// single message, so a slow reader does not hold up the others.
/// </summary>
internal sealed partial class OutboxDispatcher(
    Outbox outbox, OutboxExpansion? expansion, BusLine line, PublishGate gate, Arrivals arrivals, OutboxSignal signal, TimeProvider time, ILogger<OutboxDispatcher> log)
    : RepeatedWork(Poll, time, log, signal)
{
    private const int BatchSize = 250;
    private const int MaxInFlight = 2000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, bool> inFlight = new();
    private readonly Channel<(OutboxRow Row, Failure? Failure)> ended = Channel.CreateUnbounded<(OutboxRow, Failure?)>();
    private Task underway = Task.CompletedTask;
    private bool open;

    private sealed record Failure(string Reason, bool Own);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(base.ExecuteAsync(stoppingToken), SettleLoopAsync(stoppingToken));

    protected override async Task TurnAsync(CancellationToken ct)
    {
        if (!open)
        {
            await OpenAsync(ct);
            open = true;
        }

        while (await PublishBatchAsync(ct) == BatchSize)
        {
        }
    }

    private async Task OpenAsync(CancellationToken ct)
    {
        await outbox.ReleaseAllAsync(ct);
        // Until every queue of this process is bound, a message would reach only those that are.
        while (await line.Bus.WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(3)) != BusHealthStatus.Healthy)
        {
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>How many rows were claimed; none while too many are on their way, whose end is then a wake.</summary>
    private async Task<int> PublishBatchAsync(CancellationToken ct)
    {
        if (inFlight.Count >= MaxInFlight)
        {
            return 0;
        }

        var rows = await outbox.ClaimAsync(BatchSize, [.. inFlight.Keys], ct);
        foreach (var row in rows)
        {
            inFlight[row.Id] = true;
        }

        try
        {
            if (rows.Count > 0)
            {
                await FailPoints.HereAsync(FailPoints.OutboxClaimed);
            }

            // One batch is on its way at a time, the next is made ready meanwhile; on the in-memory bus it is on its way when it has been enqueued.
            var messages = await ReadAsync(rows, ct);
            await underway;
            underway = Task.WhenAll(messages.ConvertAll(m => PublishAsync(m.Row, m.Message, ct)));
            return rows.Count;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // Nobody would claim again what this process has in flight.
            foreach (var row in rows)
            {
                End(row, new(failure.Message, Own: false));
            }

            throw;
        }
    }

    /// <summary>The rows that have something to tell; the others are ended here.</summary>
    private async Task<List<(OutboxRow Row, Message Message)>> ReadAsync(IReadOnlyList<OutboxRow> rows, CancellationToken ct)
    {
        var known = new List<(OutboxRow, Message)>(rows.Count);
        var terse = new List<OutboxRow>();
        foreach (var row in rows)
        {
            try
            {
                if (row.Read() is { } message)
                {
                    known.Add((row, message));
                }
                else
                {
                    terse.Add(row);
                }
            }
            catch (JsonException unreadable)
            {
                End(row, new(unreadable.Message, Own: true));
            }
        }

        if (terse.Count > 0)
        {
            await ExpandAsync(terse, known, ct);
        }

        return known;
    }

    private async Task ExpandAsync(List<OutboxRow> rows, List<(OutboxRow, Message)> known, CancellationToken ct)
    {
        IReadOnlyDictionary<long, Message?> messages;
        try
        {
            messages = expansion is null ? new Dictionary<long, Message?>() : await expansion(rows, ct);
        }
        catch (Exception) when (rows.Count > 1 && !ct.IsCancellationRequested)
        {
            // One bad row must not take the others of its batch along.
            foreach (var row in rows)
            {
                await ExpandAsync([row], known, ct);
            }

            return;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            End(rows[0], new(failure.Message, Own: failure is not DbException and not InvalidOperationException { InnerException: DbException }));
            return;
        }

        foreach (var row in rows)
        {
            if (!messages.TryGetValue(row.Id, out var message))
            {
                End(row, new($"Nothing makes a message of {row.Type}.", Own: true));
            }
            else if (message is null)
            {
                End(row, null);
            }
            else
            {
                known.Add((row, message));
            }
        }
    }

    private async Task PublishAsync(OutboxRow row, Message message, CancellationToken ct)
    {
        var arrival = arrivals.Expect(row.MessageId, message.GetType());
        try
        {
            await gate.PassAsync(end => line.Bus.Publish(message, message.GetType(), context => context.MessageId = row.MessageId, end), ct);
            await FailPoints.HereAsync(FailPoints.OutboxPublished);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // The broker is away, slow, or knows no queue for it yet: never the row's fault, so it never dies of it.
            arrivals.Abandon(row.MessageId);
            End(row, new(failure.Message, Own: false));
            return;
        }

        if (arrival.IsCompletedSuccessfully && arrival.Result is null)
        {
            End(row, null);
            return;
        }

        _ = arrival.ContinueWith(
            done => End(row, done.Result is { } reason ? new(reason, Own: true) : null),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void End(OutboxRow row, Failure? failure) => ended.Writer.TryWrite((row, failure));

    private async Task SettleLoopAsync(CancellationToken ct)
    {
        while (await ended.Reader.WaitToReadAsync(ct))
        {
            var batch = new List<(OutboxRow Row, Failure? Failure)>();
            while (batch.Count < BatchSize && ended.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            var full = inFlight.Count >= MaxInFlight;
            await InsistAsync(token => SettleAsync(batch, token), ct);
            foreach (var (row, _) in batch)
            {
                inFlight.TryRemove(row.Id, out _);
            }

            if (full)
            {
                signal.Set();
            }
        }
    }

    private async Task SettleAsync(List<(OutboxRow Row, Failure? Failure)> batch, CancellationToken ct)
    {
        var arrived = batch.Where(e => e.Failure is null).Select(e => e.Row.Id).ToArray();
        if (arrived.Length > 0)
        {
            await FailPoints.HereAsync(FailPoints.OutboxDeleting);
            await outbox.DeleteAsync(arrived, ct);
        }

        foreach (var group in batch.Where(e => e.Failure is not null).GroupBy(e => e.Failure!))
        {
            var rows = group.Select(e => e.Row).ToList();
            NotArrived(rows.Count, rows[0].Type, rows[0].MessageId, group.Key.Reason);
            await outbox.PutBackAsync(rows, group.Key.Reason, group.Key.Own, ct);
        }
    }

    /// <summary>Repeats until it works: the database may be away, the rows wait.</summary>
    private async Task InsistAsync(Func<CancellationToken, Task> act, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await act(ct);
                return;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                DatabaseAway(outbox.Schema, failure);
                await Task.Delay(Poll, time, ct);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox of {Schema} does not reach its database; it tries again")]
    private partial void DatabaseAway(string schema, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} messages have not arrived, among them {Type} {MessageId}: {Reason}")]
    private partial void NotArrived(int count, string type, Guid messageId, string reason);
}
