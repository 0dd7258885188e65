using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Demo;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Demo;

/// <summary>The county's year, played as a visitor of the demo gets it.</summary>
public sealed class DemoRoundTests(PostgresServer postgres, Browser browser)
{
    [Fact]
    public async Task Qingtian_year_gives_the_county_s_figures_and_every_guarantee_holds()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);

        var demo = await new DemoPlay(app.Services, NullLogger<DemoPlay>.Instance).RunAsync(QingtianDemo.Content, CancellationToken.None);

        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        var verification = await new JournalVerifier(source, app.Get<FeatureTables>()).RunAsync(null, CancellationToken.None);
        var report = await DemoReport.ReadAsync(app.Database.OwnerConnectionString, demo.RegionId, verification, CancellationToken.None);
        Assert.Equal((101, 71, 101), (report.Departments, report.UnitsReturned, report.GoalFilingsApproved));
        Assert.True(report.FiledByWorkbook >= 60, $"{report.FiledByWorkbook} by workbook");
        Assert.True(report.OpenItems >= 24, $"{report.OpenItems} open items");
        Assert.Equal(new DemoReport.EvaluationFigures(75, 50_000), report.DepartmentEvaluations);
        Assert.Equal(new DemoReport.SpotCheckFigures(217, 11, 35_800), report.SpotChecks);
        Assert.Equal(new DemoReport.FinanceFigures(9, 29_100, 9), report.FinanceEvaluations);
        Assert.Equal(38, report.KeyMonitored);
        Assert.Equal(new DemoReport.ResultFigures(1_197, 1, 1), report.Results);
        Assert.InRange(report.Rectifications.Ordered, 30, 80);
        Assert.InRange(report.Rectifications.Reported, report.Rectifications.Closed, report.Rectifications.Ordered - 1);
        Assert.InRange(report.Rectifications.Closed, report.Rectifications.Ordered / 2, report.Rectifications.Ordered - 4);
        Assert.True(report.Reminders.Sent > 0);
        Assert.Equal(0, report.Reminders.Duplicates);
        Assert.True(report.Journal.Verified);
        await Guarantees.AssertHoldAsync(app);
        await LookAtTheYearAsync(app, demo);
    }

    /// <summary>Every kind of page that the year fills, for the bureau and for a unit, also on paper.</summary>
    private async Task LookAtTheYearAsync(PerfFlowApp app, DemoRegion demo)
    {
        await using var db = app.Db();
        var links = (await db.Cases.Where(c => c.RegionId == demo.RegionId && (c.NoticeId != null || c.OriginId != null)).GroupBy(c => c.Definition)
            .Select(g => new { Definition = g.Key, Case = g.Max(c => c.Id) }).ToListAsync(TestContext.Current.CancellationToken))
            .ConvertAll(l => (Name: app.Get<DefinitionCatalog>().Get(l.Definition).DefinitionId, l.Case));
        Assert.Equal(8, links.Count);
        var notice = await db.Notices.Where(n => n.RegionId == demo.RegionId).MaxAsync(n => n.Id, TestContext.Current.CancellationToken);
        await Screens.LookAsync(browser, app.Address, "performance1", demo.PasswordOf("performance1"),
        [
            ("/", "year-workbench"), ("/tasks", "year-inbox"), ("/notices", "year-notices"), ($"/notices/{notice}", "year-notice"), ($"/notices/{notice}/matrix", "year-matrix"),
            ("/department-evaluations", "year-departments"), ("/spot-checks", "year-spot-checks"), ("/finance-evaluations", "year-finance"), ("/rectifications", "year-rectifications"), ("/results", "year-results"),
            .. links.Select(l => ($"/reviews/{l.Case}", $"year-{l.Name}")),
            .. links.Select(l => ($"/filings/{l.Case}", $"year-{l.Name}-read")),
            .. links.Select(l => ($"/filings/{l.Case}/print", $"year-{l.Name}-paper")),
        ]);
        await Screens.LookAsync(browser, app.Address, "clerk101", demo.PasswordOf("clerk101"),
            ("/", "year-unit"), ("/filings", "year-filings"), ("/tasks", "year-unit-inbox"), ("/notices", "year-unit-notices"), ("/rectifications", "year-unit-rectifications"), ("/results", "year-unit-results"));
    }

    [Fact]
    public async Task A_county_that_is_no_demo_is_refused()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        await SmallCounty.CreateAsync(app, demo: false);

        var refused = await DemoRegion.OpenAsync(app.Services, QingtianDemo.Content, app.Time.GetUtcNow(), CancellationToken.None);

        Assert.Equal("region-not-demo", refused.Refusal?.Code);
    }

    /// <summary>Everything of the closed generation goes, in all three services; the open one keeps what it has.</summary>
    [Fact]
    public async Task Purge_removes_the_closed_generation_everywhere_and_leaves_the_open_one()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        var old = DemoRegion.Must(await DemoRegion.OpenAsync(app.Services, QingtianDemo.Content, DemoRegion.Morning(new DateOnly(2023, 9, 1)), TestContext.Current.CancellationToken), "old");
        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        await using (var told = source.CreateCommand(
            """
            insert into intake.files (id, region, generation, name, kind, sha256, size, stored_at) values (gen_random_uuid(), $1, 1, 'a', 'csv', repeat('0', 64), 1, $2), (gen_random_uuid(), $1, 2, 'b', 'csv', repeat('1', 64), 1, $2);
            """))
        {
            told.Parameters.Add(new() { Value = old.County.RegionCode });
            told.Parameters.Add(new() { Value = app.Time.GetUtcNow() });
            await told.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using (var items = source.CreateCommand(
            """
            insert into notifications.items (message_id, user_id, user_name, region_code, generation, kind, case_id, visit, of_visit, subject, body, path, at, created_at)
            select gen_random_uuid(), 1, '', $1, g, 'NoticeIssued', g, 1, true, '', '', '/', $2, $2 from generate_series(1, 2) g
            """))
        {
            items.Parameters.Add(new() { Value = old.County.RegionCode });
            items.Parameters.Add(new() { Value = app.Time.GetUtcNow() });
            await items.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var young = DemoRegion.Must(await DemoRegion.OpenAsync(app.Services, QingtianDemo.Content, DemoRegion.Morning(new DateOnly(2023, 9, 1)), TestContext.Current.CancellationToken), "young");

        Assert.Equal(0, await DemoPurge.RunAsync(
            new PerfFlow.Platform.Data.Databases { Owner = app.Database.OwnerConnectionString, Platform = "", Intake = "", Notifications = "" }, old.County.RegionCode, NullLogger.Instance, TestContext.Current.CancellationToken));

        async Task<long> CountAsync(string sql) => (long)(await source.CreateCommand(sql).ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(0, await CountAsync($"select (select count(*) from platform.users where region_id = {old.RegionId}) + (select count(*) from platform.organisations where region_id = {old.RegionId})"));
        Assert.NotEqual(0, await CountAsync($"select count(*) from platform.memberships m join platform.users u on u.id = m.user_id where u.region_id = {young.RegionId}"));
        Assert.Equal(2, await CountAsync("select generation::bigint from intake.files"));
        Assert.Equal(2, await CountAsync("select generation::bigint from notifications.items"));
        var verification = await new JournalVerifier(source, app.Get<FeatureTables>()).RunAsync(null, TestContext.Current.CancellationToken);
        Assert.True(verification.Verified);
    }
}
