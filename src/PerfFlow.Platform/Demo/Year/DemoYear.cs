using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>Issues a notice to a list of projects, some of them key projects; the answer is its id.</summary>
internal delegate Task<long> IssueDemoNotice(DemoNotice notice, IReadOnlyList<string> projects, IReadOnlyList<string> key, CancellationToken ct);

/// <summary>
/// The county's year 2023 but for the goals of 2024: every notice on its day, and everything that follows from it. What the
/// report counts of each link is in <see cref="DemoReport"/>.
/// </summary>
internal sealed class DemoYear(IServiceProvider services, DemoRegion demo, DemoTimeline timeline, IssueDemoNotice issue)
{
    private static readonly DateOnly Ordered = new(2023, 11, 2);

    private readonly DemoDesk desk = new(services, demo);
    private readonly DemoCounty county = demo.County;
    private IReadOnlyDictionary<string, long> spotChecks = new Dictionary<string, long>(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, long> financeEvaluations = new Dictionary<string, long>(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, long> monitorings = new Dictionary<string, long>(StringComparer.Ordinal);

    public void Plan()
    {
        On(NoticeKinds.SelfEvaluation, async (notice, ct) =>
        {
            await demo.ImportAsync(
                "2022年项目支出决算.xlsx", county.Evaluated.Select(p => (YearProject.FiscalYear, p.Code, p.Name, p.UnitCode, p.Amount)), county.Evaluated.Select(p => (p.Code, new DateOnly(2022, 12, 31), p.Paid)), ct);
            await demo.ImportAsync("2023年部门预算项目.xlsx", county.Monitored.Select(p => (MonitoredProject.FiscalYear, p.Code, p.Name, p.UnitCode, p.Amount)), [], ct);
            var chosen = SelfEvaluationPlay.Chosen(county.Evaluated);
            await new SelfEvaluationPlay(desk, timeline, await IssueAsync(notice, chosen, ct), notice).PlanAsync(chosen, ct);
        });
        On(NoticeKinds.DepartmentEvaluation, async (notice, ct) =>
        {
            var projects = Of(YearGroup.Department);
            await new DepartmentEvaluationPlay(desk, timeline, await IssueAsync(notice, projects, ct)).PlanAsync(projects, ct);
        });
        On(NoticeKinds.SpotCheck, async (notice, ct) =>
        {
            var projects = Of(YearGroup.Spot);
            spotChecks = await new SpotCheckPlay(desk, timeline, await IssueAsync(notice, projects, ct)).PlanAsync(projects, ct);
        });
        On(NoticeKinds.FinanceEvaluation, async (notice, ct) =>
        {
            var projects = Of(YearGroup.Finance);
            financeEvaluations = await new FinanceEvaluationPlay(desk, timeline, await IssueAsync(notice, projects, ct)).PlanAsync(projects, ct);
        });
        On(NoticeKinds.Monitoring, async (notice, ct) =>
        {
            var id = await issue(notice, [.. county.Monitored.Select(p => p.Code)], [.. county.Monitored.Where(p => p.Key).Select(p => p.Code)], ct);
            var end = new DateOnly(2023, 9, 30);
            timeline.At(new DateOnly(2023, 10, 7), async token =>
            {
                await demo.ImportAsync("2023年9月支付进度.xlsx", [], county.Monitored.Select(p => (p.Code, end, p.Paid)), token);
                monitorings = await new MonitoringPlay(desk, timeline, id).PlanAsync(county.Monitored, token);
            });
        });
        timeline.At(Ordered, ct => new RectificationPlay(desk, timeline).OrderAsync([.. county.Monitored.Select(p => (p, monitorings[p.Code]))], ct));
        timeline.At(Ordered, _ =>
        {
            PlanResults();
            return Task.CompletedTask;
        });
    }

    private void PlanResults()
    {
        var results = new ResultPlay(desk, timeline);
        foreach (var project in county.Monitored.Where(p => p.Recovered > 0))
        {
            results.PlanRecovery(project, monitorings[project.Code], new DateOnly(2023, 11, 6));
        }

        // Against what the filing of the next year's goals asked for, or the year before it.
        var later = new DateOnly(2023, 11, 20);
        var (health, overtime) = (county.FirstRound.First(f => f.Project.Name == "校园卫生专业技术服务"), county.FirstRound.First(f => f.Project.Name == "规上企业加班追产补贴"));
        results.Plan(
            financeEvaluations[Of(YearGroup.Finance).First(FinanceEvaluationPlay.IsHealth).Code], "result.health", later,
            [("result.kind", "ratio"), ("result.targetYear", "2024"), ("result.before", FormValue.Write(health.LastYear!.Budget)), ("result.percent", "10")]);
        results.Plan(
            financeEvaluations[Of(YearGroup.Finance).First(FinanceEvaluationPlay.IsOvertime).Code], "result.overtime", later,
            [("result.kind", "cancel"), ("result.targetYear", "2024"), ("result.before", FormValue.Write(overtime.Project.Amount))]);
        results.Plan(spotChecks.Values.Min(), "result.circular", new DateOnly(2023, 11, 27), [("result.kind", "circular"), ("result.targetYear", "2024")], booked: false);
    }

    private void On(string opens, Func<DemoNotice, CancellationToken, Task> play)
    {
        var notice = county.YearNotices[opens];
        timeline.At(notice.IssuedOn, ct => play(notice, ct));
    }

    private Task<long> IssueAsync(DemoNotice notice, IEnumerable<YearProject> projects, CancellationToken ct) => issue(notice, [.. projects.Select(p => p.Code)], [], ct);

    private IReadOnlyList<YearProject> Of(YearGroup group) => [.. county.Evaluated.Where(p => p.Group == group)];
}
