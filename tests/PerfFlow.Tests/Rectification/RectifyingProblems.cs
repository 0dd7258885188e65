using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Rectification;

/// <summary>Order, response, review line by line, extension, refusal: the rectification of one project from end to end.</summary>
public sealed class RectifyingProblems(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task OneLineReturned_OtherStaysClosed_AllClosedEndsTheCase()
    {
        var id = await office.OrderedAsync();
        Assert.Equal(CaseStates.ToFill, (await office.StateAsync(id)).State);
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        await office.DecideAsync("culture", id, "Return", new ReturnedLine(2, "支付凭证没有附上"));

        var lines = await office.LinesAsync(id);
        Assert.Equal([LineVerdicts.Closed, LineVerdicts.Returned], lines.Select(l => l.Verdict));
        Assert.Equal("支付凭证没有附上", lines[1].Reason);
        Assert.Equal(CaseStates.Returned, (await office.StateAsync(id)).State);

        // The unit writes over both lines; the closed one stays as it was closed.
        await office.FileAsync("school", id, form => RectificationOffice.Answered(form.WithRows(
            RectificationForm.Lines, [.. form.Rows(RectificationForm.Lines).Select(r => r.With("measure", "改写的措施"))])) is var answered
            ? answered.WithRows(RectificationForm.Lines, [.. answered.Rows(RectificationForm.Lines).Select(r => r.With("measure", "改写的措施"))])
            : form);
        var sent = FilingCase.Read((await office.FilingAsync("school", id)).LastRound!);
        Assert.Equal(["已补齐资料并建立台账", "改写的措施"], sent.Rows(RectificationForm.Lines).Select(r => r["measure"]));

        await office.DecideAsync("education", id, "Approve");
        await office.DecideAsync("culture", id, "Approve");
        Assert.All(await office.LinesAsync(id), l => Assert.True(l.Closed));
        await office.DecideAsync("performance", id, "Approve");
        Assert.Equal(CaseStates.Approved, (await office.StateAsync(id)).State);
    }

    [Fact]
    public async Task ReturnOfTheCase_NeedsALineWithItsOwnReason()
    {
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        var culture = await office.AsAsync("culture");

        NoticeOffice.Refused("return-needs-line", await office.TryDecideAsync(culture, id, "Return"));
        NoticeOffice.Refused("line-needs-reason", await office.TryDecideAsync(culture, id, "Return", new ReturnedLine(1, "短")));
        NoticeOffice.Refused("line-unknown", await office.TryDecideAsync(culture, id, "Return", new ReturnedLine(3, "没有这个问题行")));
        NoticeOffice.Refused("lines-returned", await office.TryDecideAsync(culture, id, "Approve", new ReturnedLine(1, "资料仍不齐全")));
        Assert.All(await office.LinesAsync(id), l => Assert.Null(l.Verdict));
    }

    [Fact]
    public async Task PerformanceSection_ReopensALineThatTheSectionClosed()
    {
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        await office.DecideAsync("culture", id, "Approve");
        await office.DecideAsync("performance", id, "Return", new ReturnedLine(1, "台账与实际不符"));

        Assert.Equal([LineVerdicts.Returned, LineVerdicts.Closed], (await office.LinesAsync(id)).Select(l => l.Verdict));
        var filing = await office.FilingAsync("school", id);
        Assert.True(filing.Kind.Locks(filing.Prefilled, RectificationForm.Lines, "2"));
        Assert.False(filing.Kind.Locks(filing.Prefilled, RectificationForm.Lines, "1"));
    }

    [Theory]
    [InlineData("Grant", "2023-12-01")]
    [InlineData("Refuse", "2023-11-09")]
    public async Task ExtensionAnswered_KeepsWhatWasTyped(string outcome, string due)
    {
        var id = await office.OrderedAsync();
        await office.KeepAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("school", id, "AskExtension");
        Assert.Equal(CaseStates.Performance, (await office.StateAsync(id)).State);
        await office.DecideAsync("performance", id, outcome);

        var filing = await office.FilingAsync("school", id);
        Assert.Equal("总务处", filing.Form.Rows(RectificationForm.Lines)[0]["post"]);
        Assert.Equal(DateTimeOffset.Parse($"{due}T00:00:00+08:00", System.Globalization.CultureInfo.InvariantCulture), filing.Task!.DueAt);
        await office.FileAsync("school", id, f => f);
        Assert.Equal(CaseStates.Department, (await office.StateAsync(id)).State);
    }

    [Fact]
    public async Task RefusalDeclared_LeaderConfirms_OpensOneResult()
    {
        var id = await office.OrderedAsync();
        var performance = await office.AsAsync("performance");
        var declare = office.App.Get<DeclareRefusal>();
        NoticeOffice.Refused("reason-too-short", await declare.RunAsync(performance, id, "拒绝", office.Command(), Ct));
        NoticeOffice.Refused("right-order-rectification", await declare.RunAsync(await office.AsAsync("school"), id, "单位多次催办仍不整改反馈", office.Command(), Ct));
        NoticeOffice.Done(await declare.RunAsync(performance, id, "单位多次催办仍不整改反馈", office.Command(), Ct));
        NoticeOffice.Refused("unit-answered", await declare.RunAsync(performance, id, "单位多次催办仍不整改反馈", office.Command(), Ct));
        Assert.Equal(CaseStates.Leader, (await office.StateAsync(id)).State);

        // The page of the leader shows who declared it and why, and lets him decide though nothing was filed.
        using var leader = await office.SignedInAsync("leader");
        var page = await leader.PageAsync($"/reviews/{id}");
        Assert.Contains("单位多次催办仍不整改反馈", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("认定拒不整改", page.Body.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#decide"));

        var command = office.Command();
        NoticeOffice.Done(await office.TryDecideAsync(await office.AsAsync("leader"), id, "Approve", command));
        NoticeOffice.Done(await office.TryDecideAsync(await office.AsAsync("leader"), id, "Approve", command));
        Assert.Equal(CaseStates.NotRectified, (await office.StateAsync(id)).State);
        await using var db = office.App.Db();
        var result = await db.Cases.SingleAsync(c => c.OriginId == id, Ct);
        var proposal = (await office.FilingAsync("performance", result.Id)).Prefilled;
        Assert.Equal("rectification", proposal["result.source"]);
        Assert.Contains("资金支付进度偏慢", proposal["result.evidence"], StringComparison.Ordinal);
        Assert.Contains("单位多次催办仍不整改反馈", proposal["result.evidence"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotRectifiedByThePerformanceSection_LeaderSendsBack_UnitAnswersAgain()
    {
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        await office.DecideAsync("culture", id, "Approve");
        await office.DecideAsync("performance", id, "NotRectified");
        // All lines are closed: the leader says which are not.
        NoticeOffice.Refused("return-needs-line", await office.TryDecideAsync(await office.AsAsync("leader"), id, "Return"));
        await office.DecideAsync("leader", id, "Return", new ReturnedLine(2, "支付进度仍未达到要求"));
        Assert.Equal(CaseStates.Returned, (await office.StateAsync(id)).State);
        Assert.Equal([LineVerdicts.Closed, LineVerdicts.Returned], (await office.LinesAsync(id)).Select(l => l.Verdict));
    }

    [Fact]
    public async Task UnfinishedLine_NeedsReasonAndNewDate_LateNeedsAWord()
    {
        var id = await office.OrderedAsync();
        FormContent Undone(FormContent form) => RectificationOffice.Answered(form) is var all
            ? all.WithRows(RectificationForm.Lines, [.. all.Rows(RectificationForm.Lines).Select(r => r.With("state", RectificationForm.Undone))]).With("filedOn", "2023-11-20")
            : form;
        var refused = await office.TryFileAsync("school", id, Undone);
        NoticeOffice.Refused("checks-failed", refused);
        var filing = await office.FilingAsync("school", id);
        var report = await office.App.Get<FilingChecker>().RunAsync(filing, filing.Form, Ct);
        Assert.Equal(["ZG01", "ZG01", "ZG01", "ZG01", "ZG04"], report.Findings.Select(f => f.Code).Order(StringComparer.Ordinal));

        var unstamped = await office.FilingAsync("school", id);
        report = await office.App.Get<FilingChecker>().RunAsync(unstamped, RectificationOffice.Answered(unstamped.Form) with { Attachments = [] }, Ct);
        Assert.Contains(report.Errors, f => f.Code == "WZ01" && f.Variant == "attachment");
    }

    [Fact]
    public async Task SecondOrder_IsRefused_AlsoWhenBothPressAtOnce()
    {
        var performance = await office.AsAsync("performance");
        var both = await Task.WhenAll(office.TryOrderAsync(performance, office.Origin), office.TryOrderAsync(performance, office.Origin));
        Assert.Single(both, o => o.Ok);
        NoticeOffice.Refused("already-ordered", both.Single(o => !o.Ok));
        NoticeOffice.Refused("already-ordered", await office.TryOrderAsync(performance, office.Origin));
    }

    [Fact]
    public async Task OrderFromMonitoring_IsAlsoTheSections_AndWaitsInItsList()
    {
        var culture = await office.AsAsync("culture");
        NoticeOffice.Refused("right-order-rectification", await office.TryOrderAsync(culture, office.Origin));
        var monitored = await office.MonitoredAsync(office.County.HealthProject);
        var list = office.App.Get<RectificationList>();
        Assert.Equal([monitored], (await list.RunAsync(culture, null, null, Ct)).Pending.Select(p => p.CaseId));
        Assert.Empty((await list.RunAsync(await office.AsAsync("farmSection"), null, null, Ct)).Pending);
        Assert.False((await list.RunAsync(await office.AsAsync("health"), RectificationList.Pending, null, Ct)).SeesPending);

        NoticeOffice.Refused("problems-required", await office.TryOrderAsync(culture, monitored, []));
        var ordered = await office.TryOrderAsync(culture, monitored);
        NoticeOffice.Done(ordered);
        Assert.Empty((await list.RunAsync(culture, null, null, Ct)).Pending);
        await using var db = office.App.Db();
        var order = await db.RectificationOrders.SingleAsync(o => o.CaseId == ordered.Value, Ct);
        Assert.Equal(("monitoring", "青财绩效〔2023〕9号"), (order.Source, order.Number));
    }

    [Fact]
    public async Task Batch_TellsAnOutcomeForEachRow()
    {
        var first = await office.OrderedAsync();
        var monitored = await office.MonitoredAsync(office.County.HealthProject);
        var outcome = await office.App.Get<OrderRectification>().RunManyAsync(await office.AsAsync("performance"), [office.Origin, monitored, 987_654], null, "", office.Command(), Ct);
        Assert.Equal(["already-ordered", "problems-required", "not-found"], outcome.Value.Select(r => r.Case.Refusal?.Code));
        Assert.True(first > 0);
    }

    [Fact]
    public async Task ProblemsOfTheOriginsLastForm_GoOutWithABatch()
    {
        var report = Platform.Appraisals.FinanceEvaluation.Instance.Layout;
        var found = FormContent.Empty(report).With(Platform.Appraisals.ScoreTable.Total, "72.5").With(Platform.Appraisals.ScoreTable.Grade, "中").WithRows(
            Findings.Table, [new FormRow("1", new Dictionary<string, string>(StringComparer.Ordinal) { ["text"] = "项目管理台账缺失", ["demand"] = "建立台账" })]);
        var origin = await office.MonitoredAsync(office.County.HealthProject, found);
        var outcome = await office.App.Get<OrderRectification>().RunManyAsync(await office.AsAsync("performance"), [origin], null, "青财绩效〔2023〕10号", office.Command(), Ct);
        NoticeOffice.Done(outcome.Value[0].Case);
        var id = outcome.Value[0].Case.Value;
        Assert.Equal([("项目管理台账缺失", "建立台账")], (await office.LinesAsync(id)).Select(l => (l.Text, l.Demand)));
        var form = (await office.FilingAsync("health", id)).Form;
        Assert.Equal(("72.5", "中", "青财绩效〔2023〕10号", "2023-11-08"), (form["rectify.score"], form["rectify.grade"], form["rectify.orderNumber"], form["rectify.due"]));
    }

    [Theory]
    [InlineData("finance-evaluation", "校园卫生财政重点评价结果整改情况反馈书")]
    [InlineData("spot-check", "校园卫生绩效抽评结果整改情况反馈书")]
    [InlineData("monitoring", "校园卫生整改情况反馈书")]
    public void PrintedTitle_FollowsTheSource(string source, string title)
    {
        var form = FormContent.Empty(RectificationForm.Instance.Layout).With("rectify.source", source);
        var texts = new Platform.Ui.TextCatalogue(typeof(Platform.Ui.TextCatalogue).Assembly, strict: true).In(Platform.Ui.TextCatalogue.Chinese);
        Assert.Equal(title, texts[RectificationForm.Instance.TitleKey(form), "校园卫生"]);
    }
}
