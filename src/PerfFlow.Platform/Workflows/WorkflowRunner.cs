using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// The only way to act on a case. Commands that arrive together for different cases become one batch and one commit
/// (group commit): one <c>fsync</c> for many approvals. See README.md beside this file for where the time goes.
/// </summary>
public sealed partial class WorkflowRunner(
    RunnerDatabase database,
    DefinitionCatalog catalog,
    FeatureTables tables,
    RegionClock clock,
    Deadlines deadlines,
    OutboxSignal outbox,
    TimeProvider time,
    ILogger<WorkflowRunner> logger) : IHostedService, IAsyncDisposable
{
    private const int Writers = 4;
    private const int MaxBatch = 64;
    private const int MaxQueue = 20_000;

    /// <summary>How long a command waits for a database that does not answer, before its caller is told to try again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Queue<Pending> ready = new();
    private readonly Dictionary<long, Queue<Pending>?> active = [];
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(Writers) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stopping = new();
    private Task[] loops = [];
    private int queued;

    /// <summary>
    /// Decides one command and makes it durable. The answer comes after COMMIT; a refusal left nothing behind. Cancelling
    /// stops the waiting, not the command.
    /// </summary>
    public async Task<Outcome<CaseAnswer>> RunAsync(CaseCommand command, CancellationToken ct)
    {
        if (Volatile.Read(ref queued) >= MaxQueue)
        {
            return new Refusal("busy") { Kind = RefusalKind.Busy };
        }

        var pending = new Pending(command);
        Enqueue(pending);
        return await pending.Answer.Task.WaitAsync(ct);
    }

    /// <summary>
    /// The answer to a command that was accepted before: a use case asks when the state it reads no longer fits the
    /// command, so that a double click is told "done" and not "too late". Null when the id is unknown.
    /// </summary>
    public async Task<CaseAnswer?> RepeatedAsync(long userId, Guid commandId, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select case_id, seq from platform.commands where key = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = CommandId.Key(userId, commandId) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? CaseAnswer.Again(reader.GetInt64(0), reader.GetInt32(1)) : null;
    }

    /// <summary>Ids for cases that are about to be started; ids of refused starts are simply not used.</summary>
    public async Task<IReadOnlyList<long>> NewCaseIdsAsync(int count, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select nextval('platform.case_ids') from generate_series(1, $1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        var ids = new List<long>(count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        loops = [.. Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteLoopAsync, CancellationToken.None))];
        return Task.CompletedTask;
    }

    /// <summary>Commands already taken are finished; those still queued are told to try again.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops).WaitAsync(cancellationToken);
        lock (gate)
        {
            foreach (var pending in ready.Concat(active.Values.OfType<Queue<Pending>>().SelectMany(q => q)))
            {
                pending.Answer.TrySetResult(new Refusal("busy") { Kind = RefusalKind.Busy });
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Enqueue(Pending pending)
    {
        lock (gate)
        {
            queued++;
            if (active.TryGetValue(pending.Command.CaseId, out var waiting))
            {
                (waiting ?? (active[pending.Command.CaseId] = new Queue<Pending>()))!.Enqueue(pending);
                return;
            }

            active[pending.Command.CaseId] = null;
            ready.Enqueue(pending);
        }

        wake.Writer.TryWrite(true);
    }

    private List<Pending> Take()
    {
        var batch = new List<Pending>(MaxBatch);
        lock (gate)
        {
            while (batch.Count < MaxBatch && ready.TryDequeue(out var pending))
            {
                batch.Add(pending);
            }

            if (ready.Count > 0)
            {
                wake.Writer.TryWrite(true);
            }
        }

        return batch;
    }

    /// <summary>One command per case and batch: the next one for a case becomes ready when its case was decided.</summary>
    private void Release(List<Pending> batch)
    {
        lock (gate)
        {
            queued -= batch.Count;
            foreach (var pending in batch)
            {
                var caseId = pending.Command.CaseId;
                if (active[caseId] is { Count: > 0 } waiting)
                {
                    ready.Enqueue(waiting.Dequeue());
                }
                else
                {
                    active.Remove(caseId);
                }
            }

            if (ready.Count > 0)
            {
                wake.Writer.TryWrite(true);
            }
        }
    }

    private async Task WriteLoopAsync()
    {
        var writes = new CaseWrites(tables);
        try
        {
            while (true)
            {
                await wake.Reader.ReadAsync(stopping.Token);
                var batch = Take();
                if (batch.Count > 0)
                {
                    await ExecuteAsync(batch, writes);
                    Release(batch);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task ExecuteAsync(List<Pending> batch, CaseWrites writes)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await AttemptAsync(batch, writes);
                return;
            }
            catch (NpgsqlException e) when (ServiceDatabase.IsAway(e) && time.GetElapsedTime(since) < Patience && !stopping.IsCancellationRequested)
            {
                // The connection or the answer to COMMIT was lost. The next attempt reads the command ids first, so what
                // was committed is answered and only the missing is repeated.
                LogRetry(e, batch.Count);
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, CancellationToken.None);
            }
            catch (PostgresException e) when (batch.Count == 1 && e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "commands_pkey" })
            {
                // The same id on another node at the same moment, with a case id of its own, as when two follow one event: no lock
                // was common to both. The other has committed, so the next attempt reads its answer.
            }
            catch (Exception e) when (batch.Count == 1 || ServiceDatabase.IsAway(e))
            {
                foreach (var pending in batch)
                {
                    Fail(pending, e);
                }

                return;
            }
            catch (Exception)
            {
                // A statement or a decision failed and nothing of the batch was kept. Alone, each command shows whether it is
                // the culprit.
                foreach (var pending in batch)
                {
                    await ExecuteAsync([pending], writes);
                }

                return;
            }
        }
    }

    private async Task AttemptAsync(List<Pending> batch, CaseWrites writes)
    {
        writes.Clear();
        await using var connection = await database.Source.OpenConnectionAsync();
        var work = new CaseBatch(batch, new CaseBatch.Context(catalog, clock, deadlines, time), writes);
        try
        {
            await work.ReadAsync(connection);
            await FailPoints.HereAsync(FailPoints.BatchLocked, connection);
            work.Decide();
            await work.WriteAsync(connection);
            await FailPoints.HereAsync(FailPoints.BatchCommitted, connection);
        }
        catch when (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await work.RollbackAsync(connection);
            throw;
        }

        work.Answer();
        if (work.WroteMessages)
        {
            outbox.Set();
        }
    }

    private void Fail(Pending pending, Exception e)
    {
        if (e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "cases_target" or "cases_pkey" or "rectification_orders_origin" })
        {
            pending.Answer.TrySetResult(Refusal.Conflict("case-exists"));
            return;
        }

        if (e is UnusableDefinitionException damaged)
        {
            pending.Answer.TrySetResult(damaged.Refusal);
            return;
        }

        if (ServiceDatabase.IsAway(e))
        {
            LogUnreachable(e);
            pending.Answer.TrySetResult(new Refusal("busy") { Kind = RefusalKind.Busy });
            return;
        }

        LogFault(e, pending.Command.Act.Name, pending.Command.CaseId);
        pending.Answer.TrySetException(e);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database connection was lost under {Count} commands; repeating those not yet committed")]
    private partial void LogRetry(Exception e, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database could not be reached")]
    private partial void LogUnreachable(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Act} on case {CaseId} failed")]
    private partial void LogFault(Exception e, string act, long caseId);

    /// <summary>A command and whoever waits for its answer.</summary>
    internal sealed class Pending(CaseCommand command)
    {
        public CaseCommand Command => command;

        public TaskCompletionSource<Outcome<CaseAnswer>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
