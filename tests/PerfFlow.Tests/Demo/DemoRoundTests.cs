using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Platform.Demo;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Demo;

/// <summary>The county's round, played as a visitor of the demo gets it.</summary>
public sealed class DemoRoundTests(PostgresServer postgres)
{
    [Fact]
    public async Task Qingtian_round_gives_the_county_s_figures_and_every_guarantee_holds()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);

        var demo = await new DemoPlay(app.Services, NullLogger<DemoPlay>.Instance).RunAsync(QingtianDemo.Content, CancellationToken.None);

        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        var verification = await new JournalVerifier(source, app.Get<FeatureTables>()).RunAsync(null, CancellationToken.None);
        var report = await DemoReport.ReadAsync(app.Database.OwnerConnectionString, demo.RegionId, verification, CancellationToken.None);
        Assert.Equal((101, 71, 101), (report.Departments, report.UnitsReturned, report.GoalFilingsApproved));
        Assert.True(report.FiledByWorkbook >= 60, $"{report.FiledByWorkbook} by workbook");
        Assert.True(report.OpenItems >= 24, $"{report.OpenItems} open items");
        Assert.True(report.Reminders.Sent > 0);
        Assert.Equal(0, report.Reminders.Duplicates);
        Assert.True(report.Journal.Verified);
        await Guarantees.AssertHoldAsync(app);
    }

    [Fact]
    public async Task A_county_that_is_no_demo_is_refused()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        await SmallCounty.CreateAsync(app, demo: false);

        var refused = await DemoRegion.OpenAsync(app.Services, QingtianDemo.Content, app.Time.GetUtcNow(), CancellationToken.None);

        Assert.Equal("region-not-demo", refused.Refusal?.Code);
    }
}
