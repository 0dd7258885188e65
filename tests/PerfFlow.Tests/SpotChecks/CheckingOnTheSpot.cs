using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Tests.Appraisals;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.SpotChecks;

/// <summary>抽评: the school proves its scores, the section scores again, the performance section feeds it back; one objection, or silence.</summary>
public sealed class CheckingOnTheSpot(PostgresServer postgres) : IAsyncLifetime
{
    private const string SecretReason = "台账缺少签收记录";

    private AppraisalDesk desk = null!;

    public async ValueTask InitializeAsync() => desk = await AppraisalDesk.OpenAsync(postgres, "spot-check");

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task EvidenceReturnedAndObjectionTaken_KeepsTheSelfScoreBesideTheSettledOne()
    {
        await desk.FileAsync("school", Evidenced, "evidence");
        await desk.DecidedAsync("culture", "Return");
        Assert.Equal(CaseStates.Returned, (await desk.StateAsync()).State);
        await desk.FileAsync("school", Evidenced, "evidence");
        await desk.FileAsync("culture", ScoredAgain);
        await desk.DecidedAsync("performance", "Return");
        await desk.FileAsync("culture", ScoredAgain);
        await desk.DecidedAsync("performance", "Approve");

        await desk.FileAsync("school", form => Row(form, SpotCheckObjection.Table, 1, r => r.With("asked", "38").With("said", "签收记录已补充。")), "evidence");
        NoticeOffice.Refused("task-not-yours", await desk.DecideAsync("school", "Accept"));
        await desk.SaveAsync("performance", form => Row(form, SpotCheckSettlement.Table, 0, r => r.With("taken", "no")));
        Assert.Equal(["CP08"], await desk.FoundAsync("performance"));
        await desk.FileAsync("performance", form => Row(form, SpotCheckSettlement.Table, 0, r => r.With("taken", "yes").With("final", "37").With("reason", "补充材料属实。")));

        var line = Assert.Single((await ListAsync("performance")).Lines);
        Assert.Equal((95m, "优", 87m, "良", -8m, true, true), (line.Self, line.SelfGrade, line.Spot, line.SpotGrade, line.Difference, line.Final, line.Objected));
        var rounds = (await desk.SeenByAsync("performance")).AllRounds;
        Assert.Equal(95, FilingCase.Read(rounds[^1]).Number(SpotFields.Self));
        Assert.Equal(80, FilingCase.Read(rounds[^1]).Number(SpotFields.Total));
        await using var db = desk.App.Db();
        var findings = await Findings.OfAsync(db, desk.CaseId, TestContext.Current.CancellationToken);
        Assert.Equal((87m, "良", "补充签收记录。"), (findings.Score, findings.Grade, Assert.Single(findings.Problems).Demand));
    }

    [Fact]
    public async Task UnitThatSaysNothing_HasAcceptedWhenThePeriodIsOver()
    {
        await FedBackAsync();
        Assert.Equal(CaseStates.ToFill, (await desk.StateAsync()).State);
        using (var school = await desk.SignedInAsync("school"))
        {
            Assert.Contains("截至 2023-10-16（含当日）未提异议的，视为无异议", (await school.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent, StringComparison.Ordinal);
        }

        await desk.PassAsync(8);

        var state = await desk.StateAsync();
        Assert.Equal((CaseStates.Approved, null), (state.State, state.Visit));
        NoticeOffice.Refused("visit-closed", await desk.DecideAsync("school", "Accept"));
        var trail = await desk.App.Get<ReadTrail>().RunAsync(await desk.SeenByAsync("school"), TestContext.Current.CancellationToken);
        Assert.Single(trail, l => l.Silence);
        using var later = await desk.SignedInAsync("school");
        Assert.Contains("逾期未提异议，视为无异议", (await later.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent, StringComparison.Ordinal);
        Assert.True(Assert.Single((await ListAsync("performance")).Lines).Final);
    }

    [Fact]
    public async Task UnitThatAccepts_EndsIt()
    {
        await FedBackAsync();
        await desk.DecidedAsync("school", "Accept");
        await desk.PassAsync(8);

        Assert.Equal(CaseStates.Approved, (await desk.StateAsync()).State);
        using var school = await desk.SignedInAsync("school");
        var page = (await school.PageAsync($"/filings/{desk.CaseId}")).Body!.TextContent;
        Assert.Contains("无异议", page, StringComparison.Ordinal);
        Assert.DoesNotContain("逾期未提异议", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpotScore_IsSeenByUnitAndDepartmentOnlyAfterTheFeedback()
    {
        await desk.FileAsync("school", Evidenced, "evidence");
        await desk.FileAsync("culture", ScoredAgain);
        await HiddenAsync();
        await desk.DecidedAsync("performance", "Return");
        await HiddenAsync();
        await desk.FileAsync("culture", ScoredAgain);
        await HiddenAsync();

        await desk.DecidedAsync("performance", "Approve");
        using var school = await desk.SignedInAsync("school");
        var page = await school.PageAsync($"/filings/{desk.CaseId}");
        Assert.Contains(SecretReason, page.Body!.TextContent, StringComparison.Ordinal);

        async Task HiddenAsync()
        {
            foreach (var person in (string[])["school", "education"])
            {
                Assert.DoesNotContain((await desk.SeenByAsync(person)).AllRounds, r => r.FormCode == SpotCheckScore.Instance.Code);
                using var visitor = await desk.SignedInAsync(person);
                foreach (var door in (string[])["/filings/{0}", "/filings/{0}/print", "/filings/{0}/compare", "/reviews/{0}", "/reviews/{0}?tab=trail", "/api/filings/{0}", "/api/reviews/{0}"])
                {
                    using var answer = await visitor.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, door, desk.CaseId));
                    var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                    Assert.DoesNotContain(SecretReason, text, StringComparison.Ordinal);
                    Assert.DoesNotContain("材料不足以支持得分", text, StringComparison.Ordinal);
                }

                foreach (var list in (string[])["/spot-checks", "/spot-checks/export.csv", "/spot-checks/export.xlsx", "/api/spot-checks"])
                {
                    using var refused = await visitor.GetAsync(list);
                    Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
                }
            }
        }
    }

    [Fact]
    public async Task SectionReturnsFromItsScoringPage_WithAReason()
    {
        await desk.FileAsync("school", Evidenced, "evidence");
        using var culture = await desk.SignedInAsync("culture");
        using (var refused = await culture.SubmitAsync($"/filings/{desk.CaseId}", $"/filings/{desk.CaseId}/send-back", ("reasons", "TH02"), ("said", "太短"), ("due", "2023-10-18")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("太短", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using var sent = await culture.SubmitAsync($"/filings/{desk.CaseId}", $"/filings/{desk.CaseId}/send-back", ("reasons", "TH02"), ("said", "缺少签收记录，请补充原始台账。"), ("due", "2023-10-18"));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal(CaseStates.Returned, (await desk.StateAsync()).State);
    }

    [Fact]
    public async Task Checks_AskForReasonsAndPointsInRange()
    {
        await desk.SaveAsync("school", form => Evidenced(form) is var typed ? typed.WithRows(SpotCheckEvidence.Table, [typed.Rows(SpotCheckEvidence.Table)[0].With("self", "99")]) : form);
        Assert.Equal(["CP01", "WZ01"], await desk.FoundAsync("school"));
        await desk.FileAsync("school", Evidenced, "evidence");
        await desk.SaveAsync("culture", form => Row(Row(form, SpotCheckScore.Table, 0, r => r.With("score", "61")), SpotCheckScore.Table, 1, r => r.With("score", "20")));
        Assert.Equal(["CP02", "CP03"], await desk.FoundAsync("culture"));
        await desk.FileAsync("culture", ScoredAgain);
        await desk.DecidedAsync("performance", "Approve");
        await desk.SaveAsync("school", form => Row(form, SpotCheckObjection.Table, 0, r => r.With("asked", "70")));
        Assert.Equal(["CP04", "CP05", "CP06", "WZ01"], await desk.FoundAsync("school"));
    }

    [Fact]
    public async Task ListOfTheSample_ComparesGradesAndExports()
    {
        await FedBackAsync();
        var second = await AppraisalDesk.StartAsync(desk.Office, "spot-check", desk.CaseId, desk.County.HealthProject);
        var list = await ListAsync("performance");
        Assert.Equal(2, list.Lines.Count);
        Assert.Equal((1, 1, 0), (list.Comparison.Count, list.Comparison.Lowered, list.Comparison.Raised));
        Assert.Equal([100, 0, 0, 0], list.Comparison.Self.Shares);
        Assert.Empty((await ListAsync("farmSection")).Lines);

        using var performance = await desk.SignedInAsync("performance");
        var page = await performance.PageAsync("/spot-checks?year=&department=");
        Assert.Contains($"/reviews/{second}", page.Body!.InnerHtml, StringComparison.Ordinal);
        using var csv = await performance.GetAsync("/spot-checks/export.csv?year=2024");
        Assert.Contains("1,青田县教育局,青田县实验小学,校园卫生专业技术服务,95,优,80,良,-15,未定稿", await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var xlsx = await performance.GetAsync("/spot-checks/export.xlsx?year=2024");
        Assert.Equal(HttpStatusCode.OK, xlsx.StatusCode);
        var json = await performance.Http.GetFromJsonAsync<JsonElement>("/api/spot-checks?year=2024", TestContext.Current.CancellationToken);
        Assert.Equal(2, json.GetProperty("lines").GetArrayLength());
    }

    private async Task FedBackAsync()
    {
        await desk.FileAsync("school", Evidenced, "evidence");
        await desk.FileAsync("culture", ScoredAgain);
        await desk.DecidedAsync("performance", "Approve");
    }

    private async Task<SpotCheckList> ListAsync(string person) =>
        (await desk.App.Get<ReadSpotChecks>().RunAsync(await desk.County.AsAsync(person), 2024, TestContext.Current.CancellationToken)).Value;

    /// <summary>Two indicators that the unit gave itself 58 and 37 points.</summary>
    internal static FormContent Evidenced(FormContent form) => form.WithRows(
        SpotCheckEvidence.Table,
        [
            New("1", ("name", "体检人数"), ("weight", "60"), ("self", "58"), ("material", "体检登记册第1—40页。")),
            New("2", ("name", "家长满意度"), ("weight", "40"), ("self", "37"), ("material", "问卷汇总表。")),
        ]);

    /// <summary>50 and 30 points.</summary>
    internal static FormContent ScoredAgain(FormContent form) => Row(
        Row(form.WithRows("problems", [New("1", ("text", "台账不全。"), ("demand", "补充签收记录。"))]), SpotCheckScore.Table, 0, r => r.With("score", "50").With("reason", SecretReason)), SpotCheckScore.Table, 1, r => r.With("score", "30").With("reason", "样本量不足。"));

    internal static FormContent Row(FormContent form, string table, int at, Func<FormRow, FormRow> change) =>
        form.WithRows(table, [.. form.Rows(table).Select((r, i) => i == at ? change(r) : r)]);

    private static FormRow New(string id, params (string Column, string Text)[] cells) => new(id, cells.ToDictionary(c => c.Column, c => c.Text, StringComparer.Ordinal));
}
