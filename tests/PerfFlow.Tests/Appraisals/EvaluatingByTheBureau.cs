using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Appraisals;

/// <summary>财政重点评价: plan, commission, draft, opinion of the department, final result.</summary>
public sealed class EvaluatingByTheBureau(PostgresServer postgres) : IAsyncLifetime
{
    private const string Finding = "考核结果未与付款挂钩。";

    private AppraisalDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await AppraisalDesk.OpenAsync(postgres, "finance-evaluation");

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task ObjectionOfTheDepartment_IsAnsweredBeforeTheResultStands()
    {
        await DraftedAsync(planReturned: true);
        await desk.SaveAsync("education", form => Stance(form, "object", ""));
        Assert.Equal(["PJ06"], await desk.FoundAsync("education"));
        await desk.FileAsync("education", form => Stance(form, "object", "合同已约定按考核付款。"));

        await desk.SaveAsync("performance", form => Replied(form, "no", ""), "report");
        Assert.Equal(["PJ08"], await desk.FoundAsync("performance"));
        await desk.FileAsync("performance", form => Replied(form, "no", "合同未附考核表。"), "report");
        await desk.DecidedAsync("leader", "Return");
        await desk.FileAsync("performance", form => Replied(form, "yes", ""), "report");
        await desk.DecidedAsync("leader", "Approve");

        var last = FilingCase.Read((await desk.SeenByAsync("education")).AllRounds[^1]);
        Assert.Equal(CaseStates.Approved, (await desk.StateAsync()).State);
        Assert.Equal((88, "良", "合同已约定按考核付款。"), (last.Number(ScoreTable.Total), last[ScoreTable.Grade], Assert.Single(last.Rows("replies"))["said"]));
        await using var db = desk.App.Db();
        var findings = await Findings.OfAsync(db, desk.CaseId, TestContext.Current.CancellationToken);
        Assert.Equal((88m, "良", Finding), (findings.Score, findings.Grade, Assert.Single(findings.Problems).Text));
    }

    [Fact]
    public async Task DepartmentThatSaysNothing_AgreesWhenThePeriodIsOver()
    {
        await DraftedAsync();
        using (var education = await desk.SignedInAsync("education"))
        {
            Assert.Contains("截至 2023-10-23（含当日）未回复意见的，视为无意见", (await education.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent, StringComparison.Ordinal);
        }

        await desk.PassAsync(15);
        Assert.Equal("final", (await desk.StateAsync()).Node);
        await desk.FileAsync("performance", form => form, "report");
        await desk.DecidedAsync("leader", "Approve");

        using var later = await desk.SignedInAsync("education");
        var page = (await later.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent;
        Assert.Contains("逾期未回复意见，视为无意见", page, StringComparison.Ordinal);
        Assert.Empty(FilingCase.Read((await desk.SeenByAsync("education")).AllRounds[^1]).Rows("replies"));
    }

    [Fact]
    public async Task DraftFindings_AreTheBureausUntilTheyGoOut()
    {
        await desk.FileAsync("performance", Planned);
        await HiddenAsync("民生工程，社会关注度高。");
        await desk.DecidedAsync("leader", "Approve");
        await desk.FileAsync("performance", form => Commissioned(form, "青田某某会计师事务所"));
        await HiddenAsync("青田某某会计师事务所");
        await desk.SaveAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
        await HiddenAsync(Finding);
        await desk.FileAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
        using (var education = await desk.SignedInAsync("education"))
        {
            Assert.Contains(Finding, (await education.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent, StringComparison.Ordinal);
        }

        await desk.DecidedAsync("education", "Accept");
        await desk.FileAsync("performance", form => form.With("appraisal.conclusion", "最终结论待审定"), "report");
        await HiddenAsync("最终结论待审定");

        async Task HiddenAsync(string words)
        {
            foreach (var person in (string[])["school", "education"])
            {
                using var visitor = await desk.SignedInAsync(person);
                foreach (var door in (string[])["/filings/{0}", "/filings/{0}/print", "/reviews/{0}", "/api/filings/{0}", "/api/reviews/{0}"])
                {
                    using var answer = await visitor.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, door, desk.CaseId));
                    Assert.DoesNotContain(words, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task PlanAndCommission_AreChecked()
    {
        await desk.SaveAsync("performance", form => Planned(form).With("finance.livelihood", ""));
        Assert.Equal(["PJ03"], await desk.FoundAsync("performance"));
        await desk.FileAsync("performance", Planned);
        await desk.DecidedAsync("leader", "Approve");
        await desk.SaveAsync("performance", form => Commissioned(form, "").With("agency.independent", ""));
        Assert.Equal(["PJ04", "PJ05"], await desk.FoundAsync("performance"));
    }

    [Fact]
    public async Task PolicyWithoutAScore_IsNotGraded()
    {
        await desk.FileAsync("performance", form => Planned(form).With("finance.object", "policy"));
        await desk.DecidedAsync("leader", "Approve");
        await desk.FileAsync("performance", form => Commissioned(form, "青田某某会计师事务所"));
        await desk.SaveAsync("performance", form => EvaluatingByTheDepartment.Said(form).With(ScoreTable.Undetermined, "true"), "report");
        Assert.Equal(["PJ09"], await desk.FoundAsync("performance"));
        await desk.FileAsync("performance", form => form.With("appraisal.basis", "政策实施不满一年。"), "report");
        await desk.DecidedAsync("education", "Accept");
        await desk.FileAsync("performance", form => form, "report");
        await desk.DecidedAsync("leader", "Approve");

        var list = (await desk.App.Get<ReadFinanceEvaluations>().RunAsync(await desk.County.AsAsync("leader"), 2024, TestContext.Current.CancellationToken)).Value;
        var line = Assert.Single(list.Lines);
        Assert.Equal((null, "不定等次", "policy", 468m, true), (line.Score, line.Grade, line.Object, line.Amount, line.Final));
        using var performance = await desk.SignedInAsync("performance");
        Assert.Contains("不定等次", (await performance.PageAsync("/finance-evaluations?year=")).Body!.TextContent, StringComparison.Ordinal);
        using var csv = await performance.GetAsync("/finance-evaluations/export.csv?year=2024");
        Assert.Contains("1,校园卫生专业技术服务,青田县教育局,青田县实验小学,政策,委托第三方机构,青田某某会计师事务所,468", await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var json = await performance.Http.GetFromJsonAsync<JsonElement>("/api/finance-evaluations?year=2024", TestContext.Current.CancellationToken);
        Assert.Equal("不定等次", json.GetProperty("lines")[0].GetProperty("grade").GetString());
        using var education = await desk.SignedInAsync("education");
        using var refused = await education.GetAsync("/finance-evaluations");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task DraftedAsync(bool planReturned = false)
    {
        await desk.FileAsync("performance", Planned);
        if (planReturned)
        {
            await desk.DecidedAsync("leader", "Return");
            await desk.FileAsync("performance", Planned);
        }

        await desk.DecidedAsync("leader", "Approve");
        await desk.FileAsync("performance", form => Commissioned(form, "青田某某会计师事务所"));
        await desk.FileAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
    }

    internal static FormContent Planned(FormContent form) =>
        form.With("finance.organised", "agency").With("finance.livelihood", "true").With("finance.grounds", "民生工程，社会关注度高。").With("finance.method", "比较法、公众评判法。");

    internal static FormContent Commissioned(FormContent form, string agency) => form.With("agency.name", agency).With("agency.procurement", "青采购〔2023〕18号").With("agency.fee", "8.5")
        .With("agency.deadline", "2023-12-20").With("agency.independent", "true").With("agency.team", "组长一名，成员三名。").With("agency.statement", "三年内未承接该单位业务。");

    internal static FormContent Stance(FormContent form, string stance, string said) =>
        form.WithRows("opinions", [.. form.Rows("opinions").Select(r => r.With("stance", stance).With("said", said))]);

    private static FormContent Replied(FormContent form, string taken, string reason) =>
        form.WithRows("replies", [.. form.Rows("replies").Select(r => r.With("taken", taken).With("reason", reason))]);
}
