using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Platform.Inbox;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Inbox;

/// <summary>The list among 60,000 tasks of 40 bodies, made as rows: what the query gives, compared with the plain reading of the same condition.</summary>
public sealed class ReadingTheInbox(PostgresServer postgres) : IAsyncLifetime
{
    private const int Region = 1;
    private PerfFlowApp app = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TaskScope Clerk => new(Region, 7, [new HeldPost("UNIT", 3), new HeldPost("FIN_SECTION", 5), new HeldPost("UNIT", 9)]);

    private TaskList List => app.Get<TaskList>();

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        await using var owner = new NpgsqlConnection(app.Database.OwnerConnectionString);
        await owner.OpenAsync(Ct);
        await using var fill = new NpgsqlCommand(
            """
            insert into platform.tasks (case_id, visit, region_id, definition, unit_id, department_id, section_id, object_id, node, kind, form, role, organisation_id, person_id,
                returned, round, opened_by, visit_opened_at, due_at)
            select n, 1 + n % 3, case when n % 50 = 0 then 2 else 1 end, 1, n % 40, n % 40, n % 4, n, case n % 2 when 0 then 'fill' else 'review' end, case n % 2 when 0 then 'fill' else 'review' end, 'x',
                case n % 2 when 0 then 'UNIT' else 'FIN_SECTION' end, n % 40, case when n % 97 = 0 then 7 when n % 89 = 0 then 8 end,
                n % 11 = 0, case when n % 2 = 0 then 1 when n % 21 = 0 then 3 when n % 15 = 0 then 2 else 0 end, 0, timestamptz '2023-10-01' + n % 500 * interval '1 hour', case when n % 13 <> 0 then timestamptz '2023-10-09' + n % 300 * interval '1 hour' end
            from generate_series(1, 60000) n
            """, owner);
        await fill.ExecuteNonQueryAsync(Ct);
        await using var analyze = new NpgsqlCommand("analyze platform.tasks", owner);
        await analyze.ExecuteNonQueryAsync(Ct);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData(TaskOrder.Due)]
    [InlineData(TaskOrder.DueLast)]
    [InlineData(TaskOrder.Arrived)]
    [InlineData(TaskOrder.ArrivedLast)]
    public async Task Pages_ForwardAndBack_AreTheWholeListWithoutGapOrRepeat(TaskOrder order)
    {
        var expected = await PlainAsync(order);
        var forward = new List<(long, int)>();
        var pages = new List<TaskPage>();
        TaskKey? from = null;
        do
        {
            var page = await List.PageAsync(Clerk, new TaskPageRequest(TaskFilter.None, order, 100, from), Ct);
            pages.Add(page);
            forward.AddRange(page.Items.Select(i => (i.CaseId, i.Visit)));
            from = page.HasNext ? page.Items[^1].KeyIn(order) : null;
        }
        while (from is not null);
        Assert.Equal(expected, forward);
        Assert.False(pages[0].HasPrevious);

        var back = await List.PageAsync(Clerk, new TaskPageRequest(TaskFilter.None, order, 100, pages[^1].Items[0].KeyIn(order), Backwards: true), Ct);
        Assert.Equal(pages[^2].Items, back.Items);
        Assert.True(back.HasNext);
        Assert.True(back.HasPrevious);
    }

    [Fact]
    public async Task Key_SurvivesTheAddress()
    {
        var page = await List.PageAsync(Clerk, new TaskPageRequest(TaskFilter.None, TaskOrder.Due, 1), Ct);
        var key = page.Items[0].KeyIn(TaskOrder.Due);
        Assert.Equal(key, TaskKey.Parse(key.ToString()));
        Assert.Equal(new TaskKey(null, 5, 2), TaskKey.Parse(".5.2"));
        Assert.Null(TaskKey.Parse("yesterday.5.2"));
        Assert.Null(TaskKey.Parse("99999999999999999999.5.2"));
        Assert.Null(TaskKey.Parse(null));
    }

    [Fact]
    public async Task Counts_AreExactBelowAThousand_AndStopThere()
    {
        var due = new DateTimeOffset(2023, 10, 12, 0, 0, 0, TimeSpan.Zero);
        TaskFilter[] filters =
        [
            TaskFilter.None, TaskFilter.None with { Returned = true }, TaskFilter.None with { DueTo = due }, TaskFilter.None with { Kind = "review" }, TaskFilter.None with { UnitId = 9 },
            TaskFilter.None with { Resubmitted = true }, TaskFilter.None with { Round = 1 }, TaskFilter.None with { Round = 2 }, TaskFilter.None with { Round = 3 }, TaskFilter.None,
        ];
        var (_, counts) = await List.ReadAsync(Clerk, new TaskPageRequest(TaskFilter.None), filters, Ct);
        await using var db = app.Db();
        var mine = db.Tasks.Where(t => t.RegionId == Region && (t.PersonId == 7
            || (t.PersonId == null && ((t.Role == "UNIT" && (t.OrganisationId == 3 || t.OrganisationId == 9)) || (t.Role == "FIN_SECTION" && t.OrganisationId == 5)))));
        Assert.Equal(
            [
                Math.Min(1000, await mine.CountAsync(Ct)), await mine.CountAsync(t => t.Returned, Ct), await mine.CountAsync(t => t.DueAt <= due, Ct), Math.Min(1000, await mine.CountAsync(t => t.Kind == "review", Ct)),
                await mine.CountAsync(t => t.UnitId == 9, Ct), await mine.CountAsync(t => t.Kind == "review" && t.Round >= 2, Ct), await mine.CountAsync(t => t.Round == 1, Ct),
                await mine.CountAsync(t => t.Round == 2, Ct), await mine.CountAsync(t => t.Round >= 3, Ct), Math.Min(1000, await mine.CountAsync(Ct)),
            ],
            counts);
        Assert.Equal(TaskList.CountedTo, await List.CountAsync(new TaskScope(Region, 7, [], Region: true), TaskFilter.None, Ct));
    }

    [Fact]
    public async Task FirstPageOfTheRegion_ReadsOnlyWhatItShows()
    {
        var everything = new TaskScope(Region, 7, [], Region: true);
        await List.ReadAsync(everything, new TaskPageRequest(TaskFilter.None), [TaskFilter.None], Ct);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            await List.ReadAsync(everything, new TaskPageRequest(TaskFilter.None), [TaskFilter.None, TaskFilter.None with { Returned = true }], Ct);
        }

        // Sorting 60,000 rows takes some 60 ms each; an index read takes 1. The bound leaves room for a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(0.8), $"{watch.Elapsed.TotalMilliseconds / 20} ms a page");
    }

    [Fact]
    public async Task ReassignedTask_LiesWithThePersonAndNoLongerWithThePost()
    {
        var colleague = new TaskScope(Region, 8, [new HeldPost("UNIT", 3)]);
        var page = await List.PageAsync(colleague, new TaskPageRequest(TaskFilter.None, TaskOrder.Due, 100), Ct);
        Assert.All(page.Items, t => Assert.True(t.PersonId == 8 || (t.PersonId is null && t.OrganisationId == 3)));
        Assert.Contains(page.Items, t => t.PersonId == 8);
    }

    private async Task<List<(long, int)>> PlainAsync(TaskOrder order)
    {
        var (column, way) = order switch
        {
            TaskOrder.Due => ("due_at", "asc nulls last"),
            TaskOrder.DueLast => ("due_at", "desc nulls first"),
            TaskOrder.Arrived => ("visit_opened_at", "asc"),
            _ => ("visit_opened_at", "desc"),
        };
        var rest = way.StartsWith("asc", StringComparison.Ordinal) ? "asc" : "desc";
        await using var connection = new NpgsqlConnection(app.Database.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            $"""
            select case_id, visit from platform.tasks
            where region_id = 1 and (person_id = 7 or person_id is null and (role = 'UNIT' and organisation_id in (3, 9) or role = 'FIN_SECTION' and organisation_id = 5))
            order by {column} {way}, case_id {rest}, visit {rest}
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new List<(long, int)>();
        while (await reader.ReadAsync(Ct))
        {
            rows.Add((reader.GetInt64(0), reader.GetInt32(1)));
        }

        return rows;
    }
}
