using Npgsql;
using NpgsqlTypes;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// The outbox of one service, registered with its schema as service key. The service's migration makes the tables:
/// <code>
/// create table s.outbox (
///     id bigint generated always as identity primary key, message_id uuid not null, type text not null,
///     body text not null, created_at timestamptz not null, claimed_until timestamptz,
///     attempts int not null default 0, last_error text, dead boolean not null default false);
/// create table s.consumed (
///     consumer text not null, message_id uuid not null, at timestamptz not null, primary key (consumer, message_id));
/// </code>
/// </summary>
public sealed class Outbox(string schema, NpgsqlDataSource source, TimeProvider time, OutboxSignal signal)
{
    /// <summary>How many failures of its own make a row dead.</summary>
    public const int MaxAttempts = 10;

    /// <summary>How long a claim holds; a dispatcher that died is replaced after it, well within a minute.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromSeconds(20);

    public string Schema => schema;

    /// <summary>Inserts any number of rows at once; arguments by <see cref="Parameters"/>, in this order.</summary>
    public static string InsertSql(string schema) =>
        $"insert into {schema}.outbox (message_id, type, body, created_at) select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])";

    /// <summary>The four positional array parameters of <see cref="InsertSql"/>.</summary>
    public static IEnumerable<NpgsqlParameter> Parameters(IReadOnlyCollection<OutboxRow> rows) =>
    [
        new() { Value = rows.Select(r => r.MessageId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        new() { Value = rows.Select(r => r.Type).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new() { Value = rows.Select(r => r.Body).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new() { Value = rows.Select(r => r.CreatedAt).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
    ];

    /// <summary>Writes messages on a connection with an open transaction, for code that uses no EF.</summary>
    public async Task AddAsync(NpgsqlConnection connection, IReadOnlyCollection<Message> messages, CancellationToken ct)
    {
        if (messages.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(InsertSql(schema), connection);
        command.Parameters.AddRange(Parameters([.. messages.Select(m => OutboxRow.Of(m, time.GetUtcNow()))]).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>True while any live row is left: the region is not quiet yet.</summary>
    public async Task<bool> HasWorkAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select exists (select from {schema}.outbox where not dead)");
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The rows that were given up, oldest first, at most 200.</summary>
    public async Task<IReadOnlyList<DeadMessage>> DeadAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"select id, message_id, type, created_at, attempts, coalesce(last_error, '') from {schema}.outbox where dead order by id limit 200");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<DeadMessage>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(new(schema, reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), await reader.GetFieldValueAsync<DateTimeOffset>(3, ct), reader.GetInt32(4), reader.GetString(5)));
        }

        return found;
    }

    /// <summary>Takes a dead row up again with all its attempts; false when it is not (any longer) dead.</summary>
    public async Task<bool> ResendAsync(long id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"update {schema}.outbox set dead = false, attempts = 0, claimed_until = null where id = $1 and dead");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        var done = await command.ExecuteNonQueryAsync(ct) == 1;
        signal.Set();
        return done;
    }

    /// <summary>Frees every claim: at start all rows left are published again, whoever claimed them; readers ignore what they had.</summary>
    internal Task ReleaseAllAsync(CancellationToken ct) =>
        ExecuteAsync($"update {schema}.outbox set claimed_until = null where claimed_until is not null and not dead and attempts = 0", [], ct);

    /// <summary>Claims up to <paramref name="limit"/> rows, oldest first, except those this process has in flight.</summary>
    internal async Task<IReadOnlyList<OutboxRow>> ClaimAsync(int limit, long[] inFlight, CancellationToken ct)
    {
        // Ids as an array, not a join: after a vacuum the emptied table counts as empty, and a join would read its whole index.
        await using var command = source.CreateCommand($"""
            update {schema}.outbox set claimed_until = $1
            where id = any(array(
                select id from {schema}.outbox
                where not dead and (claimed_until is null or claimed_until <= $2) and not id = any($3)
                order by id limit $4 for update skip locked))
            returning id, message_id, type, body, attempts
            """);
        var now = time.GetUtcNow();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + Claim });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = inFlight });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<OutboxRow>(limit);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(OutboxRow.Claimed(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4)));
        }

        rows.Sort((a, b) => a.Id.CompareTo(b.Id));
        return rows;
    }

    internal Task DeleteAsync(long[] ids, CancellationToken ct) =>
        ExecuteAsync($"delete from {schema}.outbox where id = any($1)", [new NpgsqlParameter<long[]> { TypedValue = ids }], ct);

    /// <summary>Puts rows back; <paramref name="own"/> says that the rows themselves failed, which counts towards death.</summary>
    internal Task PutBackAsync(List<OutboxRow> rows, string error, bool own, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var attempts = rows.ConvertAll(r => r.Attempts + (own ? 1 : 0));
        var next = attempts.Select(n => now + TimeSpan.FromSeconds(own ? Math.Min(300, 1 << Math.Min(n, 9)) : 2));
        return ExecuteAsync(
            $"""
            update {schema}.outbox o set claimed_until = r.next, attempts = r.attempts, last_error = $4, dead = r.attempts >= $5
            from unnest($1::bigint[], $2::int[], $3::timestamptz[]) r(id, attempts, next) where o.id = r.id
            """,
            [
                new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.Id)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. attempts] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. next] },
                new NpgsqlParameter<string> { TypedValue = Short(error) },
                new NpgsqlParameter<int> { TypedValue = MaxAttempts },
            ],
            ct);
    }

    /// <summary>Keeps a message that a consumer of this service refused to the end.</summary>
    internal Task KeepDeadAsync(Guid messageId, string type, string body, string error, CancellationToken ct) =>
        ExecuteAsync(
            $"insert into {schema}.outbox (message_id, type, body, created_at, attempts, last_error, dead) values ($1, $2, $3, $4, $5, $6, true)",
            [
                new NpgsqlParameter<Guid> { TypedValue = messageId },
                new NpgsqlParameter<string> { TypedValue = type },
                new NpgsqlParameter<string> { TypedValue = body },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
                new NpgsqlParameter<int> { TypedValue = MaxAttempts },
                new NpgsqlParameter<string> { TypedValue = Short(error) },
            ],
            ct);

    /// <summary>Forgets what was consumed before <paramref name="before"/>; older repeats cannot come any more.</summary>
    internal Task ForgetConsumedAsync(DateTimeOffset before, CancellationToken ct) =>
        ExecuteAsync($"delete from {schema}.consumed where at < $1", [new NpgsqlParameter<DateTimeOffset> { TypedValue = before }], ct);

    private static string Short(string error) => error.Length > 500 ? error[..500] : error;

    private async Task ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>A message that was given up.</summary>
/// <param name="Schema">Whose outbox it lies in.</param>
/// <param name="Attempts">Failures of its own.</param>
public sealed record DeadMessage(string Schema, long Id, Guid MessageId, string Type, DateTimeOffset CreatedAt, int Attempts, string LastError);
