using System.CommandLine;
using System.Text.Json;
using Npgsql;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Demo;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Commands;

/// <summary><c>demo &lt;county&gt; [--port 5080] [--exit] [--json] [--purge]</c>: plays a county's year and leaves some of it open for visitors.</summary>
internal static class DemoCommand
{
    /// <summary>As of a process that SIGINT has ended.</summary>
    private const int Interrupted = 130;

    private static readonly string[] Visitors = ["clerk101", "clerk113", "dept104", "section1a", "section3a", "performance1", "budget", "leader", "admin"];

    public static Command Create()
    {
        var county = new Argument<string>("county") { Description = "qingtian" };
        var exit = new Option<bool>("--exit") { Description = "Stop after the play instead of serving" };
        var purge = new Option<bool>("--purge") { Description = "Remove closed demo generations, as the owner of the database" };
        var (port, json, data) = (HostOptions.Port(), HostOptions.Json(), HostOptions.Data());
        var command = new Command("demo", "Plays a county's year of budget performance management on demo data and serves it on 127.0.0.1") { county, port, exit, json, purge, data };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(county) != "qingtian")
            {
                await Console.Error.WriteLineAsync("The counties with a demo: qingtian");
                return 2;
            }

            using var logs = HostOptions.Logs();
            var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(data), logs, ct);
            await using var owned = cluster;
            if (parsed.GetValue(purge))
            {
                return await DemoPurge.RunAsync(databases, QingtianDemo.Content.RegionCode, logs.CreateLogger(nameof(DemoPurge)), ct);
            }

            await using var app = PlatformHost.Build(new HostSettings
            {
                Databases = databases,
                DataFolder = PrivateClusterFolder.Resolve(parsed.GetValue(data)),
                Url = $"http://127.0.0.1:{(parsed.GetValue(exit) ? 0 : parsed.GetValue(port))}",
            });
            await app.StartAsync(ct);
            // The host has taken Ctrl+C for itself: without its token the year would be played to the end first.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
            DemoRegion demo;
            try
            {
                demo = await new DemoPlay(app.Services, logs.CreateLogger<DemoPlay>()).RunAsync(QingtianDemo.Content, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await app.StopAsync(CancellationToken.None);
                await Console.Error.WriteLineAsync("演示未演完即已停止；下次启动从头演起。");
                return Interrupted;
            }

            var report = await ReportAsync(app, databases, demo, ct);
            await PrintAsync(report, demo, app.Urls.First(), parsed.GetValue(json), parsed.GetValue(exit));
            if (!parsed.GetValue(exit))
            {
                await app.WaitForShutdownAsync(ct);
            }
            else
            {
                await app.StopAsync(ct);
            }

            return report.Journal.Verified && report.Reminders.Duplicates == 0 ? 0 : 1;
        });
        return command;
    }

    private static async Task<DemoReport> ReportAsync(WebApplication app, Databases databases, DemoRegion demo, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(databases.Platform);
        var verification = await new JournalVerifier(source, app.Services.GetRequiredService<FeatureTables>()).RunAsync(null, ct);
        return await DemoReport.ReadAsync(databases.Owner ?? databases.Platform, demo.RegionId, verification, ct);
    }

    private static async Task PrintAsync(DemoReport report, DemoRegion demo, string address, bool json, bool exit)
    {
        if (json)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
            return;
        }

        await Console.Out.WriteLineAsync(
            $"""

            {demo.County.Name} 演示数据：目标申报 {report.Departments} 个部门，退回 {report.UnitsReturned} 家单位，终审通过 {report.GoalFilingsApproved} 项，
            其中工作簿报送 {report.FiledByWorkbook} 项；部门评价 {report.DepartmentEvaluations.Items} 项 {report.DepartmentEvaluations.AmountWan:#,0.##} 万元，
            抽评 {report.SpotChecks.Departments} 个部门 {report.SpotChecks.Items} 项 {report.SpotChecks.AmountWan:#,0.##} 万元，财政重点评价 {report.FinanceEvaluations.Items} 项 {report.FinanceEvaluations.AmountWan:#,0.##} 万元（良 {report.FinanceEvaluations.Good} 项）；
            重点监控 {report.KeyMonitored} 项；整改下达 {report.Rectifications.Ordered}、反馈 {report.Rectifications.Reported}、销号 {report.Rectifications.Closed} 件；收回 {report.Results.RecoveredWan:#,0.##} 万元，
            核减 10% {report.Results.Cut10Percent} 项，不安排 {report.Results.NotArranged} 项；提醒 {report.Reminders.Sent} 次；日志 {report.Journal.Lines} 行，校验{(report.Journal.Verified ? "通过" : "未通过")}。
            """);
        if (exit)
        {
            return;
        }

        await Console.Out.WriteLineAsync($"\n  {address}\n");
        foreach (var login in Visitors)
        {
            var person = demo.County.People.First(p => p.Login == login);
            var body = demo.County.Bodies.First(b => b.Code == person.BodyCode);
            await Console.Out.WriteLineAsync($"  {login,-14}{demo.PasswordOf(login),-24}{body.Name} {person.Role}");
        }

        await Console.Out.WriteLineAsync("\n这些口令只在本次演示有效，只能从本机登录。Ctrl+C 结束。");
    }
}
