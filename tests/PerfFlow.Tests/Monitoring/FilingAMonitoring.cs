using PerfFlow.Platform.Monitoring;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Evaluations;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Monitoring;

public sealed class FilingAMonitoring(PostgresServer postgres)
{
    /// <summary>Behind with the health checks, the rest on its way.</summary>
    public static IReadOnlyList<(string Path, string Text)> Good { get; } =
    [
        ("progress[total].paid", "210"), ("progress[general].paid", "210"), ("progress[total].forecast", "440"), ("progress[general].forecast", "440"),
        ("goal.progress", "人员全部到岗，体检完成五成，监测按季开展。"),
        .. On("1", "42", "42"), .. On("2", "15000", "30000", "possible"), ("indicators[2].causes", "人员、其他"), ("indicators[2].reason", "两所学校迁址停课，体检延后。"), ("indicators[2].remark", "协调县医院四季度加开体检专场。"),
        .. On("3", "100", "100"), .. On("4", "2024-09-08", "2024-09-08"), .. On("5", "9.6", "9.6"), .. On("6", "97", "98"), .. On("7", "部分达成", "达成"), .. On("8", "90", "90"),
        ("filler", "陈某某"), ("phone", "0578-6800000"), ("head", "王某某"), ("filedOn", "2023-10-16"),
    ];

    [Fact]
    public async Task KeyProject_GoesUpToThePerformanceSection_WithAReturnBetween_AndItsConclusionIsTheOutcome()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.Monitoring, key: true);
        var first = FilingCase.Read(await desk.FileAsync([.. Good, ("progress[total].rate", "99"), ("monitor.kind", "simple"), ("indicators[1].value", "1")]));
        Assert.Equal((44.87m, "key", "42", "staff;other"), (first.Rows("progress")[0].Number("rate"), first[MonitoringForm.Weight], first.Rows("indicators")[0]["value"], first.Rows("indicators")[1]["causes"]));

        await desk.DecideAsync("education", "Return", new CommentDraft("indicators[2].remark", null, "请写明体检专场的时间。"));
        var second = await desk.FileAsync(("indicators[2].remark", "县医院11月5日、12日加开两次体检专场。"));
        Assert.Equal(2, second.Round);
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", "Approve");
        await desk.DecideAsync("performance", "Rectify");
        var state = await desk.StateAsync();
        Assert.Null(state.Visit);

        var clerk = await desk.AsAsync("school");
        var page = await clerk.PageAsync($"/filings/{desk.CaseId}");
        Assert.Contains("需整改", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("重点监控", page.Body.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Approve")]
    [InlineData("Adjust")]
    [InlineData("Rectify")]
    public async Task OrdinaryProject_EndsWithTheSectionsConclusion(string conclusion)
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres, goals: false);
        await desk.IssueAsync(NoticeKinds.Monitoring);
        var round = FilingCase.Read(await desk.FileAsync(
        [
            .. Good.Where(g => !g.Path.StartsWith("indicators", StringComparison.Ordinal)), ("goal.annual", "配备驻校卫生专业技术人员42名，完成学生健康体检并建档。"),
            .. On("1", "42", "42"), ("indicators[1].level2", "11"), ("indicators[1].name", "配备技术人员"), ("indicators[1].operator", ">="), ("indicators[1].value", "42"), ("indicators[1].unit", "人"),
        ]));
        Assert.Equal(("simple", "≥", "1"), (round[MonitoringForm.Weight], round.Rows("indicators")[0]["operator"], round.Rows("indicators")[0]["level1"]));
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", conclusion);
        Assert.Null((await desk.StateAsync()).Visit);
    }

    [Fact]
    public async Task Checks_HoldMoneyAndForecastsAgainstEachOther()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.Monitoring);
        var form = EvaluationDesk.Over((await desk.FilingAsync()).Form, [.. Good]);
        Assert.Empty((await desk.CheckAsync(form)).Findings);

        await FindsAsync("JK01", "progress[total].paid", ("progress[total].paid", "500"));
        await FindsAsync("JK02", "progress[total].forecast", ("progress[total].forecast", "200"));
        await FindsAsync("JK03", "indicators[1].current", ("indicators[1].current", "多数到岗"));
        await FindsAsync("JK03", "indicators[7].forecast", ("indicators[7].forecast", "80"));
        await FindsAsync("JK03", "indicators[4].current", ("indicators[4].current", "3"));
        await FindsAsync("JK04", "indicators[2].causes", ("indicators[2].causes", ""));
        await FindsAsync("JK04", "indicators[2].reason", ("indicators[2].reason", "停课"));
        await FindsAsync("JK04", "indicators[6].causes", ("indicators[6].forecast", "90"));
        await FindsAsync("JK05", "indicators[2].remark", ("indicators[2].remark", ""));
        await FindsAsync("JK06", "progress[total].paid", ("progress[general].paid", "200"));
        await FindsAsync("JK07", "progress[total].forecast", ("progress[total].forecast", "480"));
        await FindsAsync("JK08", "indicators[6].likelihood", ("indicators[6].forecast", "90"));
        await FindsAsync("JK09", "problems[1].demand", ("problems[1].text", "体检进度偏慢"), ("problems[1].rectify", "yes"));
        await FindsAsync("WZ01", "problems[1].rectify", ("problems[1].text", "体检进度偏慢"));
        await FindsAsync("SJ03", "indicators[2].causes", ("indicators[2].causes", "天气"));

        async Task FindsAsync(string code, string place, params (string, string)[] change) =>
            Assert.Contains((code, place), (await desk.CheckAsync(EvaluationDesk.Over(form, change))).Findings.Select(f => (f.Code, f.Place)));
    }

    [Theory]
    [InlineData("5,8", "2024-06-10", 5)]
    [InlineData("5,8", "2024-09-20", 8)]
    [InlineData("9", "2024-09-28", 9)]
    [InlineData("9", "2024-10-15", 9)]
    [InlineData("5,8", "2024-04-10", 4)]
    [InlineData("5,8", "2025-01-10", 8)]
    [InlineData("12", "2025-01-10", 12)]
    public void Period_IsTheRoundThatIsDue(string rounds, string due, int months) =>
        Assert.Equal(months, MonitoringForm.MonthsBy(DateOnly.Parse(due, System.Globalization.CultureInfo.InvariantCulture), 2024, new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["monitor.rounds"] = rounds })));

    [Theory]
    [InlineData("经费;人员", "funds;staff")]
    [InlineData("其他、制度保障", "rules;other")]
    [InlineData("equipment", "equipment")]
    [InlineData("天气", null)]
    public void Causes_AreReadFromWordsAndCodes(string text, string? codes) => Assert.Equal(codes, DeviationCauses.Read(text));

    private static IEnumerable<(string, string)> On(string id, string current, string forecast, string likelihood = "certain") =>
        [($"indicators[{id}].current", current), ($"indicators[{id}].forecast", forecast), ($"indicators[{id}].likelihood", likelihood)];
}
