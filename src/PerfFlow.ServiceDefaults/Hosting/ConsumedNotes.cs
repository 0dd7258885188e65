using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>Which messages a consumer has had: one row per consumer and message, written in the transaction of the effect.</summary>
internal static class ConsumedNotes
{
    /// <summary>Writes the notes that are missing and gives the messages they are of: those that had no effect yet, each once.</summary>
    /// <param name="db">In a transaction; its default schema holds <c>consumed</c>.</param>
    /// <param name="consumer">Under whose name.</param>
    /// <param name="messages">Several such transactions may be under way: each locks the notes in the order of their ids.</param>
    /// <param name="at">Now, by which old notes are forgotten.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<IReadOnlySet<Guid>> WriteAsync(DbContext db, string consumer, Guid[] messages, DateTimeOffset at, CancellationToken ct)
    {
        var transaction = (NpgsqlTransaction)(db.Database.CurrentTransaction ?? throw new InvalidOperationException("A note is written in the transaction of its effect.")).GetDbTransaction();
        var schema = db.Model.GetDefaultSchema() ?? throw new InvalidOperationException($"{db.GetType().Name} has no default schema.");
        await using var command = new NpgsqlCommand(
            $"insert into {schema}.consumed (consumer, message_id, at) select $1, m.id, $3 from unnest($2::uuid[]) m(id) order by m.id on conflict do nothing returning message_id",
            transaction.Connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = messages });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        var noted = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            noted.Add(reader.GetGuid(0));
        }

        return noted;
    }
}

/// <summary>Forgets notes when no repeat of their messages can come any more.</summary>
internal sealed class ConsumedSweep(Outbox outbox, TimeProvider time, ILogger<ConsumedSweep> log) : RepeatedWork(TimeSpan.FromHours(1), time, log)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    protected override Task TurnAsync(CancellationToken ct) => outbox.ForgetConsumedAsync(time.GetUtcNow() - Remembered, ct);
}
