using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>The clerk's page as plain posts: what works without scripts works with them.</summary>
public sealed class FillingInAFiling(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_KnowsTheProject_AndListsWhatIsMissing()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var list = await clerk.PageAsync("/filings");
        Assert.Contains(desk.Office.County.SchoolProject.Name, list.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
        Assert.Single(list.QuerySelectorAll("tbody tr"));
        var page = await clerk.PageAsync(desk.Page);
        Assert.Contains(desk.Office.County.SchoolProject.Code, page.QuerySelector("#s-facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("468", page.GetElementById("f-funds.annual.total")!.GetAttribute("value"));
        Assert.NotEmpty(page.QuerySelectorAll("#checks .chk[data-code=WZ01]"));
        Assert.Equal("true", page.QuerySelector("#filing-submit button")!.GetAttribute("aria-disabled"));
        Assert.Contains("还不能送审", page.QuerySelector("#filing-submit .why")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Autosave_KeepsWhatCannotBeRead_AndTellsTheNextVersion()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var post = await desk.PostOfAsync(clerk, GoalFilingForm.Empty);
        post["funds.annual.fiscal"] = "四百来万";
        post["project.code"] = "冒充的代码";
        post["attachments[00000000000000000000000000000001].name"] = "别人的文件.pdf";
        using var saved = await desk.SendAsync(clerk, "draft", post, autosave: true);
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.Equal("1", saved.Headers.GetValues("X-Draft-Version").Single());
        var form = GoalFiling.Read((await desk.DraftAsync())!.Form);
        Assert.Equal(desk.Office.County.SchoolProject.Code, form.ProjectCode);
        Assert.Empty(form.Attachments);
        var page = await clerk.PageAsync(desk.Page);
        Assert.Equal("四百来万", page.GetElementById("f-funds.annual.fiscal")!.GetAttribute("value"));
        Assert.NotNull(page.QuerySelector("#checks .chk[data-code=SJ03]"));
    }

    [Fact]
    public async Task SecondWindow_IsToldThatItIsTooLate_UnlessItSaysTheSame()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var (one, other) = (await desk.PostOfAsync(clerk, desk.Good), await desk.PostOfAsync(clerk, desk.Good with { Plan = "另一窗口写的实施计划。" }));
        using var first = await desk.SendAsync(clerk, "draft", one, autosave: true);
        using var same = await desk.SendAsync(clerk, "draft", one, autosave: true);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, same.StatusCode));
        using var late = await desk.SendAsync(clerk, "draft", other, autosave: true);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.NotEmpty((await FilingDesk.JsonAsync<JsonElement>(late)).GetProperty("text").GetString()!);
        using var button = await desk.SendAsync(clerk, "draft", other);
        Assert.Equal(HttpStatusCode.Conflict, button.StatusCode);
        var again = await Visitor.ReadAsync(button);
        Assert.Equal("另一窗口写的实施计划。", again.GetElementById("f-plan")!.TextContent);
        Assert.Equal(desk.Good.Plan, GoalFiling.Read((await desk.DraftAsync())!.Form).Plan);
    }

    [Fact]
    public async Task Submission_IsRefusedWithFindings_AcceptedWhenMended_AndAnsweredOnce()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var bad = await desk.PostOfAsync(clerk, desk.Good with { Phone = "", Annual = new FundAmounts(468m, 400m, 0m) });
        using var refused = await desk.SendAsync(clerk, "submit", bad);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await Visitor.ReadAsync(refused);
        Assert.Contains("SD01", page.QuerySelectorAll("#checks .chk").Select(c => c.GetAttribute("data-code")));
        Assert.Contains("WZ01", page.QuerySelectorAll("#checks .chk").Select(c => c.GetAttribute("data-code")));
        Assert.Equal("400", page.GetElementById("f-funds.annual.fiscal")!.GetAttribute("value"));

        var good = await desk.PostOfAsync(clerk, desk.Good);
        using var first = await desk.SendAsync(clerk, "submit", good);
        using var second = await desk.SendAsync(clerk, "submit", good);
        Assert.True(first.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(first));
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        var state = await desk.StateAsync();
        Assert.Equal((CaseStates.Department, 1), (state.State, state.Rounds));
        Assert.Null(await desk.DraftAsync());
        Assert.Contains("待部门审核", (await clerk.PageAsync(desk.Page)).QuerySelector(".stamp")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(desk.Good.AnnualGoal, (await clerk.PageAsync($"{desk.Page}/print")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ButtonsWithoutScript_AddAndRemoveRows()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        using var added = await desk.SendAsync(clerk, "draft?add=indicators", await desk.PostOfAsync(clerk, desk.Good));
        Assert.Equal($"{desk.Page}?add=indicators#f-indicators", added.Headers.Location!.ToString());
        var page = await clerk.PageAsync($"{desk.Page}?add=indicators");
        Assert.NotNull(page.GetElementById("f-indicators[9].name"));
        using var removed = await desk.SendAsync(clerk, "draft?remove=indicators[3]", await desk.PostOfAsync(clerk, desk.Good));
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.DoesNotContain("3", GoalFiling.Read((await desk.DraftAsync())!.Form).Indicators.Select(r => r.Id));
    }

    [Fact]
    public async Task Return_OpensWhatWasFlagged_AndEachCommentWantsAnAnswer()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        await desk.SubmitAsync(clerk, desk.Good);
        await desk.ReturnAsync(
            new CommentDraft("goal.annual", "XH01", "请写明监测覆盖的学校数。"), new CommentDraft("indicators[6].value", null, "请附上年实际值。"), new CommentDraft("plan", null, "请写明考核办法。"));

        var page = await clerk.PageAsync(desk.Page);
        Assert.Contains("意见 3 条，已答复 0 条", page.QuerySelector("#filing-banner")!.TextContent, StringComparison.Ordinal);
        Assert.True(page.GetElementById("s-goal")!.HasAttribute("open"));
        Assert.False(page.GetElementById("s-filler")!.HasAttribute("open"));
        Assert.NotNull(page.QuerySelector("#comment-2 a[href='#f-indicators[6].value']"));
        Assert.NotNull(page.QuerySelector("#s-indicators a.anc[href='#comment-2']"));

        var mended = desk.Good with { AnnualGoal = desk.Good.AnnualGoal + "监测覆盖全县36所学校。" };
        var post = await desk.PostOfAsync(clerk, mended);
        (post["answers[1].kind"], post["answers[2].kind"], post["answers[2].text"]) = ("changed", "explained", "上年监测覆盖率为九成七。");
        using var refused = await desk.SendAsync(clerk, "submit", post);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await Visitor.ReadAsync(refused);
        Assert.Contains("请写明考核办法", again.QuerySelector(".banner.bad")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("上年监测覆盖率为九成七。", again.QuerySelector("input[name='answers[2].text']")!.GetAttribute("value"));

        var compared = await clerk.PageAsync($"{desk.Page}/compare");
        Assert.Contains("监测覆盖全县36所学校", string.Concat(compared.QuerySelectorAll("ins").Select(i => i.TextContent)), StringComparison.Ordinal);

        await desk.SubmitAsync(clerk, mended, ("answers[1].kind", "changed"), ("answers[2].kind", "explained"), ("answers[2].text", "上年监测覆盖率为九成七。"), ("answers[3].kind", "disputed"), ("answers[3].text", "考核办法已在合同中约定。"));
        await using var db = desk.Office.App.Db();
        var answers = await db.Answers.AsNoTracking().Where(a => a.CaseId == desk.CaseId).OrderBy(a => a.Number).ToListAsync(Ct);
        Assert.Equal([(1, "changed"), (2, "explained"), (3, "disputed")], answers.Select(a => (a.Number, a.Kind)));
        var read = await clerk.PageAsync(desk.Page);
        Assert.Contains("考核办法已在合同中约定", read.QuerySelector("#comment-3")!.TextContent, StringComparison.Ordinal);
        var rounds = await clerk.PageAsync($"{desk.Page}/compare?from=1&to=2");
        Assert.Contains("请写明监测覆盖的学校数", rounds.QuerySelector("table")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Withdrawal_BringsTheContentBack_UntilTheNextStepHasLooked()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        await desk.SubmitAsync(clerk, desk.Good);
        using var back = await clerk.SubmitAsync(desk.Page, $"{desk.Page}/withdraw");
        Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
        Assert.Equal(CaseStates.Withdrawn, (await desk.StateAsync()).State);
        Assert.Equal(desk.Good.AnnualGoal, (await clerk.PageAsync(desk.Page)).GetElementById("f-goal.annual")!.TextContent);

        await desk.SubmitAsync(clerk, desk.Good);
        var reviewer = await desk.Office.County.AsAsync("education");
        await desk.Office.App.Get<OpenReview>().RunAsync(reviewer, (await desk.Office.App.Get<FilingCases>().FindAsync(reviewer, desk.CaseId, Ct)).Value, Ct);
        var page = await clerk.PageAsync(desk.Page);
        Assert.DoesNotContain(page.Forms, f => f.GetAttribute("action") == $"{desk.Page}/withdraw");
        Assert.Contains("下一环节已经打开", page.QuerySelector(".pf-bar .why")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherUnits_LearnNothing_ReviewersReadWithoutTheDraft()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        using var saved = await desk.SendAsync(clerk, "draft", await desk.PostOfAsync(clerk, desk.Good));
        var stranger = await desk.AsAsync("health");
        foreach (var address in (string[])[desk.Page, $"{desk.Page}/compare", $"{desk.Page}/print", $"{desk.Page}/checks", $"{desk.Page}/alive?visit=1", $"/api/filings/{desk.CaseId}", $"/api/filings/{desk.CaseId}/checks"])
        {
            using var answer = await stranger.GetAsync(address);
            Assert.Equal((address, HttpStatusCode.NotFound), (address, answer.StatusCode));
        }

        using var kept = await stranger.Http.PutAsJsonAsync($"/api/filings/{desk.CaseId}/draft", new { visit = 1, version = 1, fields = new Dictionary<string, string>(StringComparer.Ordinal) }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, kept.StatusCode);
        Assert.DoesNotContain(desk.Office.County.SchoolProject.Name, (await stranger.PageAsync("/filings")).Body!.TextContent, StringComparison.Ordinal);

        var reviewer = await desk.AsAsync("education");
        var read = await reviewer.PageAsync(desk.Page);
        Assert.DoesNotContain(read.Forms, f => f.Id == "filing");
        Assert.DoesNotContain(desk.Good.AnnualGoal, read.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("草稿", read.QuerySelector(".stamp")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_SavesChecksAndSubmits_OncePerKey()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var clerk = await desk.AsAsync("school");
        var api = $"/api/filings/{desk.CaseId}";
        var filing = await clerk.Http.GetFromJsonAsync<JsonElement>(api, Ct);
        var visit = filing.GetProperty("visit").GetInt32();
        var fields = GoalFilingText.ToFields(desk.Good).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        using var saved = await clerk.Http.PutAsJsonAsync($"{api}/draft", new { visit, version = 0, fields }, Ct);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.True((await clerk.Http.GetFromJsonAsync<JsonElement>($"{api}/checks", Ct)).GetProperty("canSubmit").GetBoolean());

        var answers = new List<JsonElement>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/submit") { Content = JsonContent.Create(new { visit, version = 1 }) };
            request.Headers.Add("Idempotency-Key", "school-round-1");
            using var answer = await clerk.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answers.Add(await FilingDesk.JsonAsync<JsonElement>(answer));
        }

        Assert.Equal([false, true], answers.Select(a => a.GetProperty("repeated").GetBoolean()));
        Assert.Equal(1, (await desk.StateAsync()).Rounds);
        using var withdrawn = await clerk.Http.PostAsync($"{api}/withdraw", null, Ct);
        Assert.Equal(HttpStatusCode.OK, withdrawn.StatusCode);
    }
}
