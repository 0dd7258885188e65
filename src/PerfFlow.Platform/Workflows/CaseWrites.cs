using System.Text;
using Npgsql;
using NpgsqlTypes;
using static NpgsqlTypes.NpgsqlDbType;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Everything that one batch writes, gathered while its commands are decided and sent in one round trip. A writer keeps its
/// own from batch to batch.
/// </summary>
/// <remarks>
/// What looks for rows says <c>= any($1)</c> beside the join. Right after a vacuum an emptied table counts as empty however fast
/// it fills again, and a plan made then would join by reading its whole index; with the array it can only look up the keys.
/// </remarks>
internal sealed class CaseWrites(FeatureTables tables)
{
    private readonly Dictionary<string, RowSet> features = new(StringComparer.Ordinal);

    /// <summary>For the members of one journal line after the other.</summary>
    public CborWriter Line { get; } = new();

    public RowSet CaseInserts { get; } = new(
        """
        insert into platform.cases (id, definition, region_id, notice_id, origin_id, unit_id, department_id, section_id, object_id,
            status, revision, head_seq, head_hash, state, rounds, started_at, ended_at)
        select * from unnest($1::bigint[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::smallint[], $11::int[], $12::int[], $13::bytea[], $14::bytea[], $15::int[], $16::timestamptz[], $17::timestamptz[])
        """,
        Bigint, Integer, Integer, Bigint, Bigint, Bigint, Bigint, Bigint, Bigint, Smallint, Integer, Integer, Bytea, Bytea, Integer, TimestampTz, TimestampTz);

    public RowSet CaseUpdates { get; } = new(
        """
        update platform.cases c set status = u.status, revision = u.revision, head_seq = u.seq, head_hash = u.hash, state = u.state, rounds = u.rounds, ended_at = u.ended
        from unnest($1::bigint[], $2::smallint[], $3::int[], $4::int[], $5::bytea[], $6::bytea[], $7::int[], $8::timestamptz[])
            as u(id, status, revision, seq, hash, state, rounds, ended)
        where c.id = any($1) and c.id = u.id
        """,
        Bigint, Smallint, Integer, Integer, Bytea, Bytea, Integer, TimestampTz);

    /// <summary>Another version of the definition, for the case and all its open tasks; rare, so it is no column of the update above.</summary>
    public RowSet CaseDefinitions { get; } = new(
        """
        with moved as (select * from unnest($1::bigint[], $2::int[]) as u(id, definition)),
            tasks as (update platform.tasks t set definition = u.definition from moved u where t.case_id = any($1) and t.case_id = u.id)
        update platform.cases c set definition = u.definition from moved u where c.id = any($1) and c.id = u.id
        """,
        Bigint, Integer);

    public RowSet TaskNodes { get; } = new(
        "update platform.tasks t set node = u.node from unnest($1::bigint[], $2::int[], $3::text[]) as u(case_id, visit, node) where t.case_id = any($1) and t.case_id = u.case_id and t.visit = u.visit",
        Bigint, Integer, Text);

    public RowSet TaskDeletes { get; } = new(
        "delete from platform.tasks t using unnest($1::bigint[], $2::int[]) as d(case_id, visit) where t.case_id = any($1) and t.case_id = d.case_id and t.visit = d.visit",
        Bigint, Integer);

    public RowSet TaskInserts { get; } = new(
        """
        insert into platform.tasks (case_id, visit, region_id, notice_id, definition, unit_id, department_id, section_id, object_id, node, kind, form,
            role, organisation_id, returned, round, opened_by, visit_opened_at, due_at, due_calendar, rung, next_rung_at)
        select * from unnest($1::bigint[], $2::int[], $3::int[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::boolean[], $16::int[], $17::int[], $18::timestamptz[],
            $19::timestamptz[], $20::text[], $21::smallint[], $22::timestamptz[])
        """,
        Bigint, Integer, Integer, Bigint, Integer, Bigint, Bigint, Bigint, Bigint, Text, Text, Text, Text, Bigint, NpgsqlDbType.Boolean, Integer, Integer, TimestampTz, TimestampTz,
        Text, Smallint, TimestampTz);

    public RowSet TaskPersons { get; } = new(
        """
        update platform.tasks t set person_id = u.person, opened_at = null
        from unnest($1::bigint[], $2::int[], $3::bigint[]) as u(case_id, visit, person) where t.case_id = any($1) and t.case_id = u.case_id and t.visit = u.visit
        """,
        Bigint, Integer, Bigint);

    public RowSet TaskDues { get; } = new(
        """
        update platform.tasks t set due_at = u.due, due_calendar = null, rung = u.rung, next_rung_at = u.next
        from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::smallint[], $5::timestamptz[]) as u(case_id, visit, due, rung, next)
        where t.case_id = any($1) and t.case_id = u.case_id and t.visit = u.visit
        """,
        Bigint, Integer, TimestampTz, Smallint, TimestampTz);

    public RowSet TimerDeletes { get; } = new(
        """
        delete from platform.timers t using unnest($1::bigint[], $2::int[], $3::text[]) as d(case_id, visit, name)
        where t.case_id = any($1) and t.case_id = d.case_id and t.visit = d.visit and t.name = d.name
        """,
        Bigint, Integer, Text);

    public RowSet TimerInserts { get; } = new(
        """
        insert into platform.timers (case_id, visit, name, region_id, due_at)
        select * from unnest($1::bigint[], $2::int[], $3::text[], $4::int[], $5::timestamptz[])
        """,
        Bigint, Integer, Text, Integer, TimestampTz);

    public RowSet WaitDeletes { get; } = new(
        "delete from platform.waits w using unnest($1::bigint[], $2::int[]) as d(case_id, visit) where w.case_id = any($1) and w.case_id = d.case_id and w.visit = d.visit",
        Bigint, Integer);

    public RowSet WaitInserts { get; } = new(
        "insert into platform.waits (event, correlation, case_id, visit) select * from unnest($1::text[], $2::text[], $3::bigint[], $4::int[])",
        Text, Text, Bigint, Integer);

    public RowSet Participants { get; } = new(
        """
        insert into platform.participants (case_id, step, number, node, ord, place, state, visit, person_id, role, organisation_id, weight, added_by, outcome, changed_at)
        select * from unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::int[], $6::smallint[], $7::smallint[], $8::int[], $9::bigint[], $10::text[], $11::bigint[],
            $12::int[], $13::int[], $14::text[], $15::timestamptz[])
        on conflict (case_id, step, number) do update set node = excluded.node, state = excluded.state, visit = excluded.visit, person_id = excluded.person_id, role = excluded.role,
            organisation_id = excluded.organisation_id, outcome = excluded.outcome, changed_at = excluded.changed_at
        """,
        Bigint, Integer, Integer, Text, Integer, Smallint, Smallint, Integer, Bigint, Text, Bigint, Integer, Integer, Text, TimestampTz);

    public RowSet Journal { get; } = new(
        """
        insert into platform.journal (case_id, seq, line, hash, visit, node, act, outcome, role, organisation_id, actor_id, at, recorded_at, visit_opened_at)
        select * from unnest($1::bigint[], $2::int[], $3::bytea[], $4::bytea[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],
            $11::bigint[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[])
        """,
        Bigint, Integer, Bytea, Bytea, Integer, Text, Text, Text, Text, Bigint, Bigint, TimestampTz, TimestampTz, TimestampTz);

    public RowSet Outbox { get; } = new(
        """
        insert into platform.outbox (message_id, type, body, created_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
        """,
        Uuid, Text, Text, TimestampTz);

    public RowSet Commands { get; } = new(
        """
        insert into platform.commands (key, content, case_id, seq, day)
        select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::date[])
        """,
        Uuid, Uuid, Bigint, Integer, Date);

    public bool Any => Journal.Count > 0;

    /// <summary>Adds a feature's row under the journal line that brought it.</summary>
    public void AddFeatureRow(long caseId, int seq, int n, FeatureRow row)
    {
        if (!features.TryGetValue(row.Table, out var set))
        {
            set = features[row.Table] = NewSet(tables[row.Table]);
        }

        var cells = new Cell[row.Values.Count + 3];
        (cells[0], cells[1], cells[2]) = (caseId, seq, n);
        for (var i = 0; i < row.Values.Count; i++)
        {
            cells[i + 3] = Cell.Of(row.Values[i]);
        }

        set.Add(cells);
    }

    /// <summary>Ready for the next batch.</summary>
    public void Clear()
    {
        foreach (var set in Sets())
        {
            set.Clear();
        }
    }

    /// <summary>All statements in the order that keys ask for: cases first, what hangs on them after, COMMIT last.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        foreach (var set in Sets())
        {
            set.AppendTo(batch);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
    }

    private RowSet[] Sets() =>
    [
        CaseInserts, CaseUpdates, CaseDefinitions, TaskNodes, TaskDeletes, TaskInserts, TaskPersons, TaskDues, TimerDeletes, TimerInserts, WaitDeletes, WaitInserts, Participants,
        .. features.Values, Journal, Outbox, Commands,
    ];

    private static RowSet NewSet(FeatureTable table)
    {
        var sql = new StringBuilder(table.Ends is { } ends ? $"with ended as ({ends}) " : "").Append($"insert into platform.{table.Name} (case_id, seq, n");
        foreach (var column in table.Columns)
        {
            sql.Append(", ").Append(column.Name);
        }

        sql.Append(") select * from unnest($1::bigint[], $2::int[], $3::int[]");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            sql.Append(System.Globalization.CultureInfo.InvariantCulture, $", ${i + 4}::{Column.SqlName(table.Columns[i].Type)}[]");
        }

        return new RowSet(sql.Append(')').ToString(), [Bigint, Integer, Integer, .. table.Columns.Select(c => c.Type)]);
    }
}
