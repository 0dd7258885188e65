using System.Text.Json;
using Npgsql;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Workflows;

/// <summary>The pumps look every second, and what is ahead may be a million rows: they read none of it.</summary>
public sealed class LookingNoFurtherAhead(PostgresServer postgres)
{
    private const int Ahead = 20_000;

    private static readonly DateTimeOffset Now = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pumps_ReadWhatIsDueByTheLatestClock_AndNothingBeyondIt()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres, now: Now);
        var (behind, ahead) = (await SmallCounty.CreateAsync(app), await SmallCounty.CreateAsync(app, "331124"));
        await using (var connection = new NpgsqlConnection(app.Database.OwnerConnectionString))
        {
            await connection.OpenAsync(Ct);
            // One region's clock is two days ahead. A day from now something is due for it alone; all else is due after two days and more.
            await using var fill = new NpgsqlCommand(
                $"""
                update platform.regions set shift = interval '2 days' where id = {ahead.RegionId};
                insert into platform.timers (case_id, visit, name, region_id, due_at)
                select n, 1, 'test', {behind.RegionId} + (n % 2) * ({ahead.RegionId} - {behind.RegionId}), timestamptz '{Now:O}' + case when n < 2 then interval '1 day' else interval '3 days' + n * interval '1 minute' end
                from generate_series(0, {Ahead}) n;
                insert into platform.tasks (
                    case_id, visit, region_id, definition, unit_id, department_id, section_id, object_id, node, kind, form, role, organisation_id, returned, opened_by, visit_opened_at, due_at, next_rung_at)
                select case_id, 1, region_id, 1, 1, 1, 1, 1, 'test', 'act', '', 'FIN_PERF', 1, false, 0, timestamptz '{Now:O}', due_at, due_at from platform.timers;
                analyze platform.timers, platform.tasks, platform.regions
                """, connection);
            await fill.ExecuteNonQueryAsync(Ct);
        }

        var source = app.Get<RunnerDatabase>().Source;
        foreach (var sql in new[] { TimerPump.Find, ReminderPump.Find })
        {
            Assert.Equal(2, Read(await PlanAsync(source, sql)));
        }
    }

    private static async Task<JsonElement> PlanAsync(NpgsqlDataSource source, string sql)
    {
        await using var explain = source.CreateCommand($"explain (analyze, timing off, format json) {sql}");
        explain.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = Now });
        using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync(Ct))!);
        return plan.RootElement[0].GetProperty("Plan").Clone();
    }

    /// <summary>The rows of timers or tasks that were looked at, those that were then left aside among them.</summary>
    private static double Read(JsonElement node)
    {
        var own = node.TryGetProperty("Relation Name", out var table) && table.GetString() is "timers" or "tasks" ? Of("Actual Rows") + Of("Rows Removed by Filter") + Of("Rows Removed by Index Recheck") : 0;
        return own + (node.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().Sum(Read) : 0);

        double Of(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() * node.GetProperty("Actual Loops").GetDouble() : 0;
    }
}
