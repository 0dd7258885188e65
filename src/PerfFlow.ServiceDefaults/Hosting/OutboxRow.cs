using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Makes the messages of rows that hold only ids (their type is not in <see cref="MessageCatalog.Types"/>): names, addresses
/// and texts are looked up when the row is published, for a whole batch at once and outside any transaction. Register one
/// with the schema as service key. The answer has an entry per row id; null says that nobody has to be told, and the row
/// is deleted; a row without an entry has failed.
/// </summary>
public delegate Task<IReadOnlyDictionary<long, Message?>> OutboxExpansion(IReadOnlyList<OutboxRow> rows, CancellationToken ct);

/// <summary>A message that is not yet known to have arrived: a row of <c>&lt;schema&gt;.outbox</c>, written in the transaction of what it tells.</summary>
public sealed class OutboxRow
{
    public long Id { get; private set; }

    public Guid MessageId { get; private set; }

    /// <summary>A name of <see cref="MessageCatalog.Types"/>, or one that the service's <see cref="OutboxExpansion"/> knows.</summary>
    public string Type { get; private set; } = "";

    /// <summary>The message as JSON, or what the expansion needs.</summary>
    public string Body { get; private set; } = "";

    /// <summary>System time, as all instants of the outbox.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Until then some dispatcher is at work on it, or it waits for its next attempt.</summary>
    public DateTimeOffset? ClaimedUntil { get; private set; }

    /// <summary>Failures that were the row's own, not the broker's.</summary>
    public int Attempts { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>Given up; only <see cref="Outbox.ResendAsync"/> takes it up again.</summary>
    public bool Dead { get; private set; }

    /// <summary>The row of <paramref name="message"/>; <paramref name="now"/> is system time.</summary>
    public static OutboxRow Of(Message message, DateTimeOffset now) => new()
    {
        MessageId = message.MessageId,
        Type = message.GetType().Name,
        Body = JsonSerializer.Serialize(message, message.GetType(), MessageCatalog.Json),
        CreatedAt = now,
    };

    /// <summary>The message again, or null when <see cref="Type"/> is none of the catalogue.</summary>
    public Message? Read() => MessageCatalog.Types.TryGetValue(Type, out var type)
        ? (Message?)JsonSerializer.Deserialize(Body, type, MessageCatalog.Json)
        : null;

    /// <summary>Maps the table in the context's default schema, for services that add rows with EF.</summary>
    public static void Map(ModelBuilder builder) => builder.Entity<OutboxRow>(row =>
    {
        row.ToTable("outbox");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).UseIdentityAlwaysColumn();
    });

    internal static OutboxRow Claimed(long id, Guid messageId, string type, string body, int attempts) =>
        new() { Id = id, MessageId = messageId, Type = type, Body = body, Attempts = attempts };
}
