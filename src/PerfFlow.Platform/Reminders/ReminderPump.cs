using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Reminders;

/// <summary>
/// Sends the rungs of the reminder ladder that have come. Firing is one transaction: the row of <c>reminders</c> is the
/// right to send, the message goes to the outbox, the task gets its next rung. A rung that another node holds is skipped;
/// of several missed while nothing ran only the newest is sent.
/// </summary>
public sealed class ReminderPump(
    RunnerDatabase database, Deadlines deadlines, RegionClock clock, OutboxSignal outbox, TimeProvider time, ILogger<ReminderPump> logger) : RepeatedWork(TimeSpan.FromSeconds(1), time, logger)
{
    /// <summary>Type of the outbox row; the expansion of the outbox makes the message of it.</summary>
    public const string RowType = "reminder";

    /// <summary>
    /// The tasks with a rung that has come at <c>$1</c>. By the region's own clock no index can end the search: without the latest of
    /// all clocks it would read every rung ahead, each second.
    /// </summary>
    internal const string Find =
        """
        select t.case_id, t.visit, t.region_id, t.due_at, t.next_rung_at, t.notice_id from platform.tasks t join platform.regions r on r.id = t.region_id
        where not r.closed and t.next_rung_at <= $1 + r.shift and t.next_rung_at <= $1 + (select max(shift) from platform.regions where not closed)
        order by t.next_rung_at limit 500 for update of t skip locked
        """;

    private const int BatchSize = 500;

    /// <summary>Transactions at a time while there is more than one batch: one waits for the disk, the others work.</summary>
    private const int Lanes = 3;

    protected override Task TurnAsync(CancellationToken ct) => DrainAsync(ct);

    /// <summary>Fires until nothing more has come; returns how many tasks were looked at. Rows that one lane holds the others skip.</summary>
    public async Task<int> DrainAsync(CancellationToken ct)
    {
        var first = await FireDueAsync(ct);
        return first < BatchSize ? first : first + (await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync(ct)))).Sum();
    }

    /// <summary>Fires one batch of what has come by each open region's clock; returns how many tasks were looked at.</summary>
    public async Task<int> FireDueAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var due = await FindAsync(connection, ct);
        if (due.Count == 0)
        {
            return 0;
        }

        var sent = await InsertAsync(connection, due, ct);
        await WriteAsync(connection, due, sent, ct);
        await FailPoints.HereAsync(FailPoints.RemindersCommitting, connection);
        await transaction.CommitAsync(ct);
        await FailPoints.HereAsync(FailPoints.RemindersCommitted);
        if (sent.Count > 0)
        {
            outbox.Set();
        }

        return due.Count;
    }

    private async Task<int> LaneAsync(CancellationToken ct)
    {
        var looked = 0;
        for (var n = BatchSize; n == BatchSize; looked += n)
        {
            n = await FireDueAsync(ct);
        }

        return looked;
    }

    private sealed record Due(long CaseId, int Visit, int RegionId, DateTimeOffset DueAt, DateTimeOffset Noted, short? Newest, (short Rung, DateTimeOffset At)? Next)
    {
        public Guid MessageId { get; } = CommandId.Of($"reminder {CaseId} {Visit} {DueAt.ToUnixTimeMilliseconds()} {Newest}");
    }

    private async Task<List<Due>> FindAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand(Find, connection) { Parameters = { new() { Value = time.GetUtcNow() } } };
        var found = new List<(long CaseId, int Visit, int RegionId, DateTimeOffset DueAt, DateTimeOffset Noted, long? Notice)>();
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                found.Add((
                    reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4), reader.IsDBNull(5) ? null : reader.GetInt64(5)));
            }
        }

        await deadlines.LearnAsync(found.Select(f => f.Notice).OfType<long>(), ct);
        return found.ConvertAll(f =>
        {
            var (region, now) = (clock.Get(f.RegionId), clock.Now(f.RegionId));
            return new Due(f.CaseId, f.Visit, f.RegionId, f.DueAt, f.Noted, deadlines.NewestRung(region, f.Notice, f.DueAt, f.Noted, now), deadlines.NextRung(region, f.Notice, f.DueAt, now));
        });
    }

    /// <summary>The rows that were not there yet: only they are sent.</summary>
    private async Task<HashSet<Guid>> InsertAsync(NpgsqlConnection connection, List<Due> due, CancellationToken ct)
    {
        var fire = due.Where(d => d.Newest is not null).ToList();
        await using var insert = new NpgsqlCommand(
            """
            insert into platform.reminders (case_id, visit, due_at, rung, at, message_id)
            select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::smallint[], $5::timestamptz[], $6::uuid[])
            on conflict do nothing returning message_id
            """, connection)
        {
            Parameters =
            {
                Of(NpgsqlDbType.Bigint, fire.ConvertAll(d => d.CaseId)),
                Of(NpgsqlDbType.Integer, fire.ConvertAll(d => d.Visit)),
                Of(NpgsqlDbType.TimestampTz, fire.ConvertAll(d => d.DueAt)),
                Of(NpgsqlDbType.Smallint, fire.ConvertAll(d => d.Newest!.Value)),
                Of(NpgsqlDbType.TimestampTz, fire.ConvertAll(d => clock.Now(d.RegionId))),
                Of(NpgsqlDbType.Uuid, fire.ConvertAll(d => d.MessageId)),
            },
        };
        var sent = new HashSet<Guid>();
        await using var reader = await insert.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            sent.Add(reader.GetGuid(0));
        }

        return sent;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<Due> due, HashSet<Guid> sent, CancellationToken ct)
    {
        var rows = due.Where(d => sent.Contains(d.MessageId)).ToList();
        await using var write = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Outbox.InsertSql("platform"))
                {
                    Parameters =
                    {
                        Of(NpgsqlDbType.Uuid, rows.ConvertAll(d => d.MessageId)),
                        Of(NpgsqlDbType.Text, rows.ConvertAll(_ => RowType)),
                        Of(NpgsqlDbType.Text, rows.ConvertAll(Body)),
                        Of(NpgsqlDbType.TimestampTz, rows.ConvertAll(_ => time.GetUtcNow())),
                    },
                },
                new("""
                    update platform.tasks t set rung = u.rung, next_rung_at = u.next
                    from unnest($1::bigint[], $2::int[], $3::smallint[], $4::timestamptz[]) as u(case_id, visit, rung, next)
                    where t.case_id = u.case_id and t.visit = u.visit
                    """)
                {
                    Parameters =
                    {
                        Of(NpgsqlDbType.Bigint, due.ConvertAll(d => d.CaseId)),
                        Of(NpgsqlDbType.Integer, due.ConvertAll(d => d.Visit)),
                        Of(NpgsqlDbType.Smallint, due.ConvertAll(d => d.Next?.Rung)),
                        Of(NpgsqlDbType.TimestampTz, due.ConvertAll(d => d.Next?.At)),
                    },
                },
            },
        };
        await write.ExecuteNonQueryAsync(ct);
    }

    private string Body(Due due) => JsonSerializer.Serialize(new ReminderDue(due.RegionId, due.CaseId, due.Visit, due.DueAt, due.Newest!.Value, clock.Now(due.RegionId)), JsonSerializerOptions.Web);

    private static NpgsqlParameter Of<T>(NpgsqlDbType type, List<T> values) =>
        new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>A rung that has come, as its outbox row holds it.</summary>
internal sealed record ReminderDue(int Region, long Case, int Visit, DateTimeOffset Due, short Rung, DateTimeOffset At);
