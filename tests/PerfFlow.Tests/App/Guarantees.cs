using Npgsql;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Workflows;
using Xunit;

namespace PerfFlow.Tests.App;

/// <summary>design.md §11, asked of the database over all cases: what holds always, after a play or after a fault.</summary>
public static class Guarantees
{
    private static readonly (string What, string Sql)[] Questions =
    [
        ("one decision per task visit", "select count(*) from (select 1 from platform.journal where act = 'Complete' group by case_id, visit having count(*) > 1) x"),
        ("every accepted command has its line", "select count(*) from platform.commands c left join platform.journal j on j.case_id = c.case_id and j.seq = c.seq where j.case_id is null"),
        ("no line without its predecessor", "select count(*) from (select case_id from platform.journal group by case_id having max(seq) <> count(*)) x"),
        ("one reminder per rung", "select count(*) from (select 1 from platform.reminders group by case_id, visit, due_at, rung having count(*) > 1) x"),
        ("document numbers have no gaps", "select count(*) from (select region_id, word, year from platform.document_numbers n group by region_id, word, year having max(seq) - min(seq) + 1 <> count(*) or (min(seq) <> 1 and not exists (select from platform.journal j where j.case_id = -n.region_id and j.act = 'NumberStart'))) x"),
        ("an ended case has no task", "select count(*) from platform.tasks t join platform.cases c on c.id = t.case_id where c.status <> 0"),
        ("a round per accepted submission", "select count(*) from platform.journal j join platform.cases c on c.id = j.case_id and c.notice_id is not null where j.outcome = 'Submit' and not exists (select from platform.rounds r where r.case_id = j.case_id and r.seq = j.seq)"),
        ("document numbers have no repeats", "select count(*) from (select region_id, word, year, seq from platform.document_numbers group by region_id, word, year, seq having count(*) > 1) x"),
        ("rounds are numbered without gaps", "select count(*) from (select case_id from platform.rounds group by case_id, form_code having max(round) <> count(*) or min(round) <> 1) x"),
        ("a reminder is sent while its visit is open", "select count(*) from platform.reminders r join platform.journal j on j.case_id = r.case_id and j.visit = r.visit and j.act = 'Complete' where j.at + {apart} < r.at"),
        ("one item per rung and person", "select count(*) from (select 1 from notifications.items where rung is not null group by case_id, visit, due_at, rung, user_id having count(*) > 1) x"),
        ("no item twice", "select count(*) from (select 1 from notifications.items group by message_id, user_id having count(*) > 1) x"),
        ("a draft goes with its submission", "select count(*) from platform.drafts d where exists (select from platform.rounds r where r.case_id = d.case_id and d.visit <= r.visit)"),
        ("notes go with their visit", "select count(*) from platform.review_drafts d left join platform.tasks t on t.case_id = d.case_id and t.visit = d.visit where t.case_id is null"),
        ("nothing dead in the outbox", "select count(*) from platform.outbox where dead"),
        ("nothing dead in the outbox of Intake", "select count(*) from intake.outbox where dead"),
        ("nothing dead in the outbox of Notifications", "select count(*) from notifications.outbox where dead"),
    ];

    /// <summary>Fails with the name of the first promise that does not hold.</summary>
    public static Task AssertHoldAsync(PerfFlowApp app) => AssertHoldAsync(app.Database.OwnerConnectionString, app.Get<DefinitionCatalog>(), app.Get<FeatureTables>());

    /// <summary>The same of a database whose processes are not ours.</summary>
    /// <param name="owner">Connection string of the owner.</param>
    /// <param name="catalog">The definitions of the cases.</param>
    /// <param name="tables">What acts brought rows into.</param>
    /// <param name="clocksApart">How far the clocks of the nodes were apart: by so much an instant may seem to come before its cause.</param>
    public static async Task AssertHoldAsync(string owner, DefinitionCatalog catalog, FeatureTables tables, TimeSpan clocksApart = default)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        foreach (var (what, sql) in Questions)
        {
            await using var command = source.CreateCommand(sql.Replace("{apart}", $"interval '{clocksApart.TotalSeconds:0} seconds'", StringComparison.Ordinal));
            var broken = (long)(await command.ExecuteScalarAsync())!;
            Assert.True(broken == 0, $"{what}: {broken} times not");
        }

        await AssertInboxEqualsStateAsync(catalog, source);
        await AssertTrailAsync(source, tables);
    }

    /// <summary>The journal verifies: lines, heads, rows and days.</summary>
    public static async Task AssertTrailAsync(PerfFlowApp app)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        await AssertTrailAsync(source, app.Get<FeatureTables>());
    }

    private static async Task AssertTrailAsync(NpgsqlDataSource source, FeatureTables tables)
    {
        var report = await new JournalVerifier(source, tables).RunAsync(null, CancellationToken.None);
        Assert.True(report.Verified, string.Join("; ", report.Breaks));
    }

    /// <summary>The open visits inside every case's state are exactly the rows of the inbox.</summary>
    private static async Task AssertInboxEqualsStateAsync(DefinitionCatalog catalog, NpgsqlDataSource source)
    {
        var inbox = new HashSet<(long, int)>();
        await using (var tasks = source.CreateCommand("select case_id, visit from platform.tasks"))
        {
            await using var reader = await tasks.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                inbox.Add((reader.GetInt64(0), reader.GetInt32(1)));
            }
        }

        var state = new HashSet<(long, int)>();
        await using var cases = source.CreateCommand("select id, definition, state from platform.cases");
        await using var rows = await cases.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            WorkflowDefinition definition = catalog.Get(rows.GetInt32(1));
            var instance = InstanceCodec.Read(definition, rows.GetFieldValue<byte[]>(2));
            // Only human steps have a row in the inbox; a timer's visit is in the timers.
            state.UnionWith(instance.OpenVisits.Where(v => definition.HumanSteps.Any(s => s.ActivityId == v.ActivityId)).Select(v => (rows.GetInt64(0), v.Visit)));
        }

        Assert.Equal(state.Order(), inbox.Order());
    }
}
