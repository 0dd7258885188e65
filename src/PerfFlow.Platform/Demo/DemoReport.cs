using System.Text.Json.Serialization;
using Npgsql;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>What the round came to, counted by SQL from the live cases of one generation.</summary>
public sealed record DemoReport
{
    public required long Departments { get; init; }

    public required long UnitsReturned { get; init; }

    public required long GoalFilingsApproved { get; init; }

    public required long FiledByWorkbook { get; init; }

    public required ReminderFigures Reminders { get; init; }

    public required JournalFigures Journal { get; init; }

    /// <summary>Open items that are left for the visitor.</summary>
    public required long OpenItems { get; init; }

    /// <param name="Sent">Rungs that were sent.</param>
    /// <param name="Duplicates">In-app items beyond one per person and (visit, due, rung).</param>
    public sealed record ReminderFigures(long Sent, long Duplicates);

    /// <param name="Lines">Lines of the trail.</param>
    /// <param name="Verified">The whole trail was recomputed and holds.</param>
    public sealed record JournalFigures(long Lines, bool Verified);

    /// <param name="owner">The owner's connection: only it may look into two services' schemas at once.</param>
    /// <param name="regionId">The generation that was played.</param>
    /// <param name="verification">The verification of the whole trail.</param>
    /// <param name="ct">Stops the counting.</param>
    public static async Task<DemoReport> ReadAsync(string owner, int regionId, JournalReport verification, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var command = source.CreateCommand(
            """
            with round as (
                select c.* from platform.cases c
                where c.region_id = $1 and c.notice_id = (select min(id) from platform.notices where region_id = $1)
            )
            select
                (select count(distinct department_id) from round),
                -- 退回单位数: units with at least one return by finance (domain.md §3.0)
                (select count(distinct r.unit_id) from round r join platform.journal j on j.case_id = r.id
                    where j.act = 'Complete' and j.outcome like 'Return%' and j.role like 'FIN%'),
                (select count(*) from round r where r.status = $2
                    and (select j.outcome from platform.journal j where j.case_id = r.id order by j.seq desc limit 1) = 'Approve'),
                (select count(distinct r.id) from round r join platform.rounds s on s.case_id = r.id where s.source = 'workbook'),
                (select count(*) from platform.reminders m join platform.cases c on c.id = m.case_id where c.region_id = $1),
                (select coalesce(sum(n - 1), 0)::bigint from (
                    select count(*) n from notifications.items i join platform.cases c on c.id = i.case_id
                    where c.region_id = $1 and i.rung is not null group by i.case_id, i.visit, i.due_at, i.rung, i.user_id) d),
                (select count(*) from platform.tasks t where t.region_id = $1 and t.notice_id is not null)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = regionId });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)Engine.Instances.InstanceStatus.Finished });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new DemoReport
        {
            Departments = reader.GetInt64(0),
            UnitsReturned = reader.GetInt64(1),
            GoalFilingsApproved = reader.GetInt64(2),
            FiledByWorkbook = reader.GetInt64(3),
            Reminders = new ReminderFigures(reader.GetInt64(4), reader.GetInt64(5)),
            Journal = new JournalFigures(verification.Lines, verification.Verified),
            OpenItems = reader.GetInt64(6),
        };
    }
}
