using System.Runtime.ExceptionServices;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// As <see cref="OnceConsumer{TMessage,TContext}"/>, for messages that come in thousands: those that are at hand at the same
/// time have their effects in one transaction, each once. Where that fails, each is taken alone, so that only the culprit
/// fails. Register it as a singleton and read by <see cref="TogetherConsumer{TMessage,TEffect}"/>.
/// </summary>
public abstract class OnceTogether<TMessage, TContext> : ITogether<TMessage>
    where TMessage : Message
    where TContext : DbContext
{
    private const int Workers = 4;
    private const int Most = 64;

    private readonly IDbContextFactory<TContext> databases;
    private readonly Gathering<TMessage, Exception?> gathering;

    /// <param name="databases">Of the service; the default schema of its context holds <c>consumed</c>.</param>
    /// <param name="time">System time.</param>
    protected OnceTogether(IDbContextFactory<TContext> databases, TimeProvider time)
    {
        (this.databases, Time) = (databases, time);
        gathering = new(Workers, Most, HaveAllAsync);
    }

    protected TimeProvider Time { get; }

    /// <summary>Notes are kept under this name.</summary>
    protected abstract string Name { get; }

    /// <summary>
    /// The effects of messages that had none yet, inside the transaction; what it adds to <paramref name="db"/> is saved afterwards.
    /// It locks rows in an order of their keys: several such transactions are under way at a time.
    /// </summary>
    protected abstract Task HandleAsync(TContext db, IReadOnlyList<TMessage> messages);

    /// <summary>After the commit: wake what waits for the effects.</summary>
    protected virtual void Committed()
    {
    }

    public async Task HaveAsync(TMessage message, CancellationToken ct)
    {
        if (await gathering.AskAsync(message).WaitAsync(ct) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async Task<IReadOnlyList<Exception?>> HaveAllAsync(IReadOnlyList<TMessage> messages)
    {
        try
        {
            await TransactAsync(messages);
            return new Exception?[messages.Count];
        }
        catch (Exception) when (messages.Count > 1)
        {
            var failures = new Exception?[messages.Count];
            for (var i = 0; i < failures.Length; i++)
            {
                failures[i] = (await HaveAllAsync([messages[i]]))[0];
            }

            return failures;
        }
        catch (Exception failure)
        {
            return [failure];
        }
    }

    private async Task TransactAsync(IReadOnlyList<TMessage> messages)
    {
        await using (var db = await databases.CreateDbContextAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var noted = await ConsumedNotes.WriteAsync(db, Name, [.. messages.Select(m => m.MessageId)], Time.GetUtcNow(), CancellationToken.None);
            var fresh = messages.DistinctBy(m => m.MessageId).Where(m => noted.Contains(m.MessageId)).ToList();
            if (fresh.Count > 0)
            {
                await HandleAsync(db, fresh);
                await db.SaveChangesAsync();
            }

            await FailPoints.HereAsync(FailPoints.ConsumerCommitting, (NpgsqlConnection)db.Database.GetDbConnection());
            await transaction.CommitAsync();
        }

        await FailPoints.HereAsync(FailPoints.ConsumerCommitted);
        Committed();
    }
}

/// <summary>What <see cref="TogetherConsumer{TMessage,TEffect}"/> hands its messages to.</summary>
public interface ITogether<in TMessage>
{
    /// <summary>Ends when the effect is committed, by this message or by an earlier copy of it.</summary>
    Task HaveAsync(TMessage message, CancellationToken ct);
}

/// <summary>The consumer of an <see cref="OnceTogether{TMessage,TContext}"/>.</summary>
public sealed class TogetherConsumer<TMessage, TEffect>(TEffect effect) : IConsumer<TMessage>
    where TMessage : Message
    where TEffect : class, ITogether<TMessage>
{
    public Task Consume(ConsumeContext<TMessage> context) => effect.HaveAsync(context.Message, context.CancellationToken);
}
