using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Base of every consumer: a message has its effect once, however often it comes. The note (consumer, message id) is
/// written in the transaction of the effect; a repeat finds the note and does nothing.
/// </summary>
/// <param name="db">Context of the service; its default schema holds <c>consumed</c>.</param>
public abstract class OnceConsumer<TMessage, TContext>(TContext db, TimeProvider time) : IConsumer<TMessage>
    where TMessage : Message
    where TContext : DbContext
{
    protected TContext Db => db;

    protected TimeProvider Time => time;

    /// <summary>Notes are kept under this name; it outlives a renamed class only when it is overridden.</summary>
    protected virtual string Name => GetType().Name;

    /// <summary>
    /// The effect, inside the transaction; what it adds to <see cref="Db"/> is saved afterwards. Nothing that cannot be
    /// rolled back belongs here.
    /// </summary>
    protected abstract Task HandleAsync(TMessage message, CancellationToken ct);

    /// <summary>False drops the message for good, e.g. because its region's generation is closed or a later revision was seen.</summary>
    protected virtual ValueTask<bool> WantsAsync(TMessage message, CancellationToken ct) => new(true);

    /// <summary>After the commit: wake what waits for the effect.</summary>
    protected virtual void Committed()
    {
    }

    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var ct = context.CancellationToken;
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            if ((await ConsumedNotes.WriteAsync(db, Name, [context.Message.MessageId], time.GetUtcNow(), ct)).Count == 1 && await WantsAsync(context.Message, ct))
            {
                await HandleAsync(context.Message, ct);
                await db.SaveChangesAsync(ct);
            }

            await FailPoints.HereAsync(FailPoints.ConsumerCommitting, (NpgsqlConnection)db.Database.GetDbConnection());
            await transaction.CommitAsync(ct);
        }

        await FailPoints.HereAsync(FailPoints.ConsumerCommitted);
        Committed();
    }
}
