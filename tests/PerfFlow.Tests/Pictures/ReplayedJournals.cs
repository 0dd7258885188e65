using Npgsql;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Appraisals;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.SpotChecks;
using Xunit;

namespace PerfFlow.Tests.Pictures;

/// <summary>A journal that is played again leaves open what the tables say is open.</summary>
public sealed class ReplayedJournals(PostgresServer postgres)
{
    [Fact]
    public async Task EveryCaseOfARectification_StandsWhereItsTablesSay()
    {
        await using var office = await RectificationOffice.OpenAsync(postgres);
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        await AssertStandAsync(office.App.Database.OwnerConnectionString, office.App.Get<DefinitionCatalog>(), atLeast: 5);
    }

    [Fact]
    public async Task EveryCaseOfASpotCheck_StandsWhereItsTablesSay()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "spot-check");
        await desk.FileAsync("school", CheckingOnTheSpot.Evidenced, "evidence");
        await desk.FileAsync("culture", CheckingOnTheSpot.ScoredAgain);
        await desk.DecidedAsync("performance", "Approve");
        await AssertStandAsync(desk.App.Database.OwnerConnectionString, desk.App.Get<DefinitionCatalog>(), atLeast: 5);
    }

    /// <summary>Over all cases of a database: tasks, timers and waits are the open visits that the replay leaves.</summary>
    private static async Task AssertStandAsync(string owner, DefinitionCatalog catalog, int atLeast)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        var cases = new List<(long Id, int Definition, int[] Open)>();
        await using (var command = source.CreateCommand(
            """
            select c.id, c.definition, array(
                select visit from platform.tasks t where t.case_id = c.id union select visit from platform.timers m where m.case_id = c.id
                union select visit from platform.waits w where w.case_id = c.id order by 1)
            from platform.cases c order by c.id
            """))
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                cases.Add((reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<int[]>(2)));
            }
        }

        Assert.True(cases.Count >= atLeast, $"{cases.Count} cases");
        foreach (var (id, definition, open) in cases)
        {
            var lines = new List<JournalEntry>();
            await using var command = source.CreateCommand($"select seq, at, act, visit, outcome, line from platform.journal where case_id = {id} order by seq");
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                lines.Add(new JournalEntry(
                    reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<byte[]>(5)));
            }

            var replayed = CaseReplay.Run(catalog.Get(definition), lines, catalog.Get);
            Assert.True(replayed.Ok, $"case {id}, line {replayed.Refusal?.Args[0]}");
            Assert.Equal(open, replayed.Value[^1].Open.Select(visit => visit.Visit));
        }
    }
}
