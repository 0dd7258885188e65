using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Evaluations;

public sealed class FilingASelfEvaluation(PostgresServer postgres)
{
    /// <summary>Everything as planned but one quantity, one share of parents content, and what was spent.</summary>
    internal static readonly (string Path, string Text)[] Good =
    [
        ("spending[total].paid", "423"), ("spending[fiscal].paid", "423"),
        ("goal.actual", "配备驻校卫生专业技术人员42名，完成30000名学生健康体检并建档，监测覆盖率98.5%。"),
        ("indicators[1].actual", "42"), ("indicators[2].actual", "30000"), ("indicators[2].analysis", "两所学校迁址停课，体检延至下年一季度补做。"),
        ("indicators[3].actual", "100"), ("indicators[4].actual", "2024-09-08"), ("indicators[5].actual", "9.6"), ("indicators[6].actual", "98.5"),
        ("indicators[7].actual", "达成"), ("indicators[7].score", "9"), ("indicators[7].analysis", "档案系统与学籍系统对接仍需手工核对。"),
        ("indicators[8].actual", "91"),
        ("self.conclusion", "项目总体完成较好，自评得分与实际相符。"),
        ("filler", "陈某某"), ("phone", "0578-6800000"), ("head", "王某某"), ("filedOn", "2025-03-10"),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_FollowTheApprovedGoals_AndScoresAreThePlatforms_WhateverIsPosted()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        var blank = (await desk.FilingAsync()).Form;
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], blank.Rows("indicators").Select(r => r.Id));
        Assert.Equal((468m, 468m), (blank.Rows("spending")[0].Number("budget"), blank.Rows("spending")[1].Number("budget")));
        Assert.StartsWith("为全县中小学配备", blank["goal.annual"], StringComparison.Ordinal);

        var round = await desk.FileAsync(
        [
            .. Good,
            ("indicators[2].score", "10"), ("indicators[2].value", "1"), ("indicators[9].name", "另加一行"), ("spending[total].score", "10"), ("spending[total].rate", "100"),
            ("self.score", "100"), ("self.grade", "优"), ("goal.annual", "改过的目标"),
        ]);
        var form = FilingCase.Read(round);
        // 423/468 of 10; 30000/32400 of 10; 9 of 10 for the 定性 row; everything else full.
        Assert.Equal((9.04m, 90.38m), (form.Rows("spending")[0].Number("score"), form.Rows("spending")[0].Number("rate")));
        Assert.Equal((9.26m, "32400"), (form.Rows("indicators")[1].Number("score"), form.Rows("indicators")[1]["value"]));
        Assert.Equal((97.30m, "优"), (form.Number(SelfEvaluation.Score), form[SelfEvaluation.Grade]));
        Assert.Equal(8, form.Rows("indicators").Count);
        Assert.StartsWith("为全县中小学配备", form["goal.annual"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case_GoesThroughDepartmentAndSection_WithAReturnBetween_AndIsRated()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation, key: true);
        await desk.FileAsync(Good);
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", "Return", new CommentDraft("indicators[8].actual", "ZP02", "满意度请附问卷汇总。"));
        Assert.Equal(CaseStates.Returned, (await desk.StateAsync()).State);

        var again = await desk.FileAsync(("indicators[8].actual", "81"), ("indicators[8].analysis", "毕业年级家长对体检时间安排不满意。"));
        Assert.Equal((2, 96.30m), (again.Round, FilingCase.Read(again).Number(SelfEvaluation.Score)));
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", "Approve");
        var state = await desk.StateAsync();
        NoticeOffice.Done(await desk.Office.App.Get<DecideReview>().RunAsync(
            await desk.Office.County.AsAsync("performance"),
            new ReviewDecision { CaseId = desk.CaseId, Visit = state.Visit!.Value, CommandId = desk.Office.Command(), Outcome = "Approve", Text = "同意自评结果。", Reasons = [], Comments = [], Rating = 0 },
            Ct));
        Assert.Equal(CaseStates.Approved, (await desk.StateAsync()).State);

        await using var db = desk.Office.App.Db();
        var approved = await ApprovedForms.LastAsync(db, desk.Project.Id, SelfEvaluation.Instance, Ct);
        Assert.Equal(96.30m, approved!.Number(SelfEvaluation.Score));
    }

    [Fact]
    public async Task Checks_FindWhatASelfEvaluationMustNotSay()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.PaidAsync(423);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        var form = EvaluationDesk.Over((await desk.FilingAsync()).Form, Good);
        // 98.07 % of the indicators' points with 90.38 % of the budget spent: the red alert of domain.md §4.6.
        Assert.Equal(["ZP02", "ZP13"], await CodesAsync());

        await FindsAsync("ZP05", ("spending[total].paid", "430"), ("spending[fiscal].paid", "430"));
        await FindsAsync("ZP11", ("spending[carried].budget", "5"));
        await FindsAsync("ZP12", ("spending[total].paid", "500"), ("spending[fiscal].paid", "500"));
        await FindsAsync("QZ01", ("indicators[8].weight", "20"));
        await FindsAsync("ZP07", ("indicators[8].actual", "很高"));
        await FindsAsync("ZP07", ("indicators[4].actual", "按期"));
        await FindsAsync("ZP08", ("indicators[7].score", "7.5"));
        await FindsAsync("ZP08", ("indicators[7].actual", "部分达成"), ("indicators[7].score", "8"));
        await FindsAsync("ZP08", ("indicators[7].score", ""));
        await FindsAsync("ZP08", ("indicators[4].actual", "2024-10-08"), ("indicators[4].score", "9"), ("indicators[4].analysis", "采购流标一次，人员晚到岗近一个月。"));
        await FindsAsync("ZP09", ("indicators[2].analysis", "较忙"));
        await FindsAsync("ZP10", ("indicators[1].actual", "60"));
        await FindsAsync("ZP01", [.. Full]);
        await FindsAsync("ZP03", [.. Full, ("indicators[4].actual", "2024-09-10"), ("indicators[6].actual", "98"), ("indicators[8].actual", "90")]);
        await FindsAsync("WZ01", ("self.conclusion", ""));

        async Task FindsAsync(string code, params (string, string)[] change) => Assert.Contains(code, await CodesAsync(change));

        async Task<IReadOnlyList<string>> CodesAsync(params (string, string)[] change) =>
            [.. (await desk.CheckAsync(EvaluationDesk.Over(form, change))).Findings.Select(f => f.Code).Distinct(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("446", "")]
    [InlineData("445", "ZP13 self.score")]
    [InlineData("374.4", "ZP13 self.score")]
    [InlineData("374", "ZP13 self.score;ZP14 spending[total].paid")]
    public async Task PointsThatTheMoneyDoesNotBearOut_AreAlerts(string paid, string alerts)
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        var form = EvaluationDesk.Over((await desk.FilingAsync()).Form, [.. Good, .. Full, ("spending[total].paid", paid), ("spending[fiscal].paid", paid)]);
        var found = (await desk.CheckAsync(form)).Findings.Where(f => f.Code is "ZP13" or "ZP14").ToList();
        Assert.Equal(alerts, string.Join(';', found.Select(f => $"{f.Code} {f.Place}")));
        Assert.All(found, f => Assert.Equal(FindingLevel.Warning, f.Level));
    }

    [Fact]
    public async Task Alert_IsReadByTheFillerAndByTheReviewerWithTheWordGivenForIt()
    {
        const string Sentence = "红色预警：指标得分率98.07%高于预算执行率79.06%，相对超出5%以上。";
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        (string, string)[] slow = [.. Good, ("spending[total].paid", "370"), ("spending[fiscal].paid", "370")];
        await desk.KeepAsync(slow);
        var clerk = await desk.AsAsync("school");
        var page = (await clerk.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent;
        Assert.Contains(Sentence, page, StringComparison.Ordinal);
        Assert.Contains("请核实指标得分是否偏高", page, StringComparison.Ordinal);
        Assert.Contains("黄色预警：全年预算468万元，未执行98万元，占20.94%，超过20%。", page, StringComparison.Ordinal);

        await desk.FileAsync(slow);
        await desk.DecideAsync("education", "Approve");
        var culture = await desk.AsAsync("culture");
        Assert.Contains(Sentence, (await culture.PageAsync($"/reviews/{desk.CaseId}")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResultUnlikeTheMonitoringForecast_WantsAWord()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync(NoticeKinds.Monitoring);
        await desk.FileAsync([.. Monitoring.FilingAMonitoring.Good]);
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", "Approve");
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        var report = await desk.CheckAsync(EvaluationDesk.Over((await desk.FilingAsync()).Form, [.. Good, ("indicators[2].actual", "20000")]));
        Assert.Equal(["indicators[2].actual"], report.Findings.Where(f => f.Code == "ZP04").Select(f => f.Place));
    }

    [Fact]
    public async Task WithoutGoalsOnThePlatform_RowsAreTyped()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres, goals: false);
        await desk.IssueAsync(NoticeKinds.SelfEvaluation);
        Assert.Empty((await desk.FilingAsync()).Form.Rows("indicators"));
        var round = await desk.FileAsync(
        [
            .. Good.Where(g => !g.Path.StartsWith("indicators", StringComparison.Ordinal)), ("goal.annual", "配备驻校卫生专业技术人员42名，完成学生健康体检并建档，按季考核承接单位。"),
            .. Row("1", "11", "≥", "42", "42", "60"), .. Row("2", "31", "≥", "90", "45", "30"), ("indicators[2].analysis", "问卷回收率低，多数家长未参加评价。"),
        ]);
        var form = FilingCase.Read(round);
        Assert.Equal(("1", "3"), (form.Rows("indicators")[0]["level1"], form.Rows("indicators")[1]["level1"]));
        Assert.Equal((84.04m, "良"), (form.Number(SelfEvaluation.Score), form[SelfEvaluation.Grade]));

        static IEnumerable<(string, string)> Row(string id, string level2, string sign, string value, string actual, string weight) =>
        [
            ($"indicators[{id}].level2", level2), ($"indicators[{id}].name", $"指标{id}"), ($"indicators[{id}].operator", sign), ($"indicators[{id}].value", value),
            ($"indicators[{id}].actual", actual), ($"indicators[{id}].weight", weight),
        ];
    }

    [Fact]
    public void NoBudget_LeavesItsPointsToTheIndicators()
    {
        var form = FormContent.Of(SelfEvaluation.Instance.Layout,
        [
            new("spending[total].budget", "0"), new("spending[total].paid", "0"), new("indicators[1].operator", "≥"), new("indicators[1].value", "10"), new("indicators[1].actual", "9"), new("indicators[1].weight", "100"),
        ]);
        var computed = SelfEvaluation.Computed(form, Platform.Parameters.RegionParameters.Defaults);
        Assert.Equal(("", "", 90m, "优"), (computed.Rows("spending")[0]["points"], computed.Rows("spending")[0]["score"], computed.Number(SelfEvaluation.Score), computed[SelfEvaluation.Grade]));
    }

    private static (string Path, string Text)[] Full =>
        [("indicators[2].actual", "32400"), ("indicators[7].score", "10")];
}
