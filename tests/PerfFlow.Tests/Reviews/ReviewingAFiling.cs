using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

public sealed class ReviewingAFiling(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await ReviewOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task PlainPostOfThePage_ApprovesAndOpensTheNext()
    {
        await office.FileAsync("school", office.County.SchoolProject);
        await office.DecideAsync("education", office.County.SchoolProject, "Approve");
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var (school, health) = (await office.CaseAsync(office.County.SchoolProject), await office.CaseAsync(office.County.HealthProject));
        using var reviewer = await office.SignedInAsync("culture");
        using var approved = await reviewer.SubmitAsync($"/reviews/{school.CaseId}", $"/reviews/{school.CaseId}/approve", ("opinion", "同意申报。"), ("next", "1"));

        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        Assert.Equal($"/reviews/{health.CaseId}", approved.Headers.Location?.ToString());
        Assert.Equal(CaseStates.Approved, (await office.CaseAsync(office.County.SchoolProject)).State);
        await using var db = office.App.Db();
        Assert.Equal("同意申报。", (await db.Opinions.Where(o => o.CaseId == school.CaseId).OrderBy(o => o.Seq).LastAsync(Ct)).Text);
    }

    [Fact]
    public async Task ReturnWithoutReasonOrText_ComesBackWithWhatWasTyped()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        using var reviewer = await office.SignedInAsync("culture");
        using var refused = await reviewer.SubmitAsync($"/reviews/{about.CaseId}", $"/reviews/{about.CaseId}/return", ("said", "太短"), ("target", "Return"), ("due", "2023-10-18"), ("reasons", "TH02"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await Visitor.ReadAsync(refused);
        Assert.Equal("太短", page.QuerySelector("#f-said")?.TextContent);
        Assert.Contains("至少 10 个字", page.QuerySelector("#return-dialog .banner.bad")?.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#return-dialog[data-reopen]"));
        Assert.Equal(CaseStates.Section, (await office.CaseAsync(office.County.HealthProject)).State);
    }

    [Fact]
    public async Task CommentAddedWithoutScript_GoesAlongWithTheReturn_AndTheNextRoundShowsDifferenceAndAnswer()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        var address = $"/reviews/{about.CaseId}";
        using var reviewer = await office.SignedInAsync("culture");
        var page = await reviewer.PageAsync(address);
        var form = Assert.Single(page.Forms, f => f.GetAttribute("action") == $"{address}/approve");
        var fields = form.QuerySelectorAll("input[type=hidden]").OfType<AngleSharp.Html.Dom.IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        fields["newPlace"] = "indicators[6]";
        fields["newCode"] = "XH05";
        fields["newText"] = "请结合近三年实际监测数据核实覆盖率。";
        using var added = await reviewer.Http.PostAsync($"{address}/comments", new FormUrlEncodedContent(fields), Ct);
        Assert.Equal($"{address}#compose", added.Headers.Location?.ToString());

        page = await reviewer.PageAsync(address);
        Assert.Equal("请结合近三年实际监测数据核实覆盖率。", page.QuerySelector("#comment-1 textarea")?.TextContent);
        Assert.True(page.QuerySelector("#return-dialog input[value=TH03]")?.HasAttribute("checked"));
        using var returned = await reviewer.SubmitAsync(address, $"{address}/return", ("said", "请对照字段意见逐条修改后重报。"), ("target", "Return"), ("due", "2023-10-18"), ("reasons", "TH03"));
        Assert.Equal(HttpStatusCode.Redirect, returned.StatusCode);
        Assert.Equal(CaseStates.Returned, (await office.CaseAsync(office.County.HealthProject)).State);

        await office.FileAsync("health", office.County.HealthProject, f => ReviewOffice.Mended(Smaller(f)));
        page = await reviewer.PageAsync(address);
        Assert.Equal("较第1轮", page.QuerySelector(".diffhead b")?.TextContent);
        Assert.Contains("99", page.QuerySelector("#p-indicators-6-value.chg")?.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("tr.newrow"));
        Assert.NotNull(page.QuerySelector("tr.delrow"));
        Assert.Contains("已按实际情况核实", page.QuerySelector("#comment-1 .a")?.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecidedElsewhere_IsToldWithWhoAndWhen_AndKeepsNothingFromTheJournal()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        using var reviewer = await office.SignedInAsync("culture");
        var page = await reviewer.PageAsync($"/reviews/{about.CaseId}");
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        var fields = page.Forms.Single(f => f.GetAttribute("action")!.EndsWith("/approve", StringComparison.Ordinal))
            .QuerySelectorAll("input[type=hidden]").OfType<AngleSharp.Html.Dom.IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        using var late = await reviewer.Http.PostAsync($"/reviews/{about.CaseId}/approve", new FormUrlEncodedContent(fields), Ct);

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("周某某", (await Visitor.ReadAsync(late)).QuerySelector("[data-handled-text]")?.TextContent, StringComparison.Ordinal);
        using var alive = await reviewer.GetAsync($"/reviews/{about.CaseId}/alive?visit={about.Visit}");
        Assert.Equal(HttpStatusCode.Conflict, alive.StatusCode);
    }

    [Fact]
    public async Task UnitAndDepartment_ReadTheSamePageWithoutActs_OthersFindNothing()
    {
        await office.FileAsync("school", office.County.SchoolProject);
        var about = await office.CaseAsync(office.County.SchoolProject);
        foreach (var person in (string[])["school", "leader"])
        {
            using var reader = await office.SignedInAsync(person);
            var page = await reader.PageAsync($"/reviews/{about.CaseId}");
            Assert.Null(page.QuerySelector("#decide"));
            Assert.NotNull(page.QuerySelector("#p-indicators"));
        }

        using var stranger = await office.SignedInAsync("health");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/reviews/{about.CaseId}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/cases/{about.CaseId}")).StatusCode);
        using var clerk = await office.SignedInAsync("school");
        Assert.Equal($"/reviews/{about.CaseId}", (await clerk.GetAsync($"/cases/{about.CaseId}")).Headers.Location?.ToString());
    }

    [Fact]
    public async Task Notes_AreKeptPerReviewer_AndDieWithTheVisit()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var (about, keep) = (await office.CaseAsync(office.County.HealthProject), office.App.Get<KeepNotes>());
        var culture = await office.County.AsAsync("culture");
        var notes = new ReviewNotes("先记一笔", [new CommentDraft("goal.annual", "XH01", "请量化。")]);
        Assert.True((await keep.SaveAsync(culture, about.CaseId, about.Visit!.Value, notes, Ct)).Ok);
        Assert.True((await keep.SaveAsync(culture, about.CaseId, about.Visit.Value, notes with { Opinion = "再记一笔" }, Ct)).Ok);
        Assert.Equal("再记一笔", (await keep.ReadAsync(culture, about.CaseId, about.Visit.Value, Ct)).Notes.Opinion);
        Assert.Equal("task-not-yours", (await keep.SaveAsync(await office.County.AsAsync("performance"), about.CaseId, about.Visit.Value, notes, Ct)).Refusal?.Code);

        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        await using var db = office.App.Db();
        Assert.False(await db.ReviewDrafts.AnyAsync(Ct));
        Assert.Equal("visit-closed", (await keep.SaveAsync(culture, about.CaseId, about.Visit.Value, notes, Ct)).Refusal?.Code);
    }

    [Fact]
    public async Task BatchOverTheApi_ApprovesWhatIsClean_AndTellsWhyNotForTheRest()
    {
        // The other way round the school's filing would make the health bureau's look copied (XG03), with no explanation yet.
        await office.FileAsync("school", office.County.SchoolProject);
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        var (health, school) = (await office.CaseAsync(office.County.HealthProject), await office.CaseAsync(office.County.SchoolProject));
        using var reviewer = await office.SignedInAsync("culture");
        var tasks = await reviewer.Http.GetFromJsonAsync<JsonElement>("/api/tasks", Ct);
        Assert.Equal(health.CaseId, Assert.Single(tasks.GetProperty("tasks").EnumerateArray()).GetProperty("caseId").GetInt64());

        // The school's filing waits at its department, not at the section.
        var rows = new { rows = new[] { new { caseId = health.CaseId, visit = health.Visit }, new { caseId = school.CaseId, visit = school.Visit } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/reviews/approve") { Headers = { { "Idempotency-Key", "once" } }, Content = JsonContent.Create(rows) };
        await AntiforgeryAsync(reviewer, request);
        using var answer = await reviewer.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var outcomes = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).EnumerateArray().ToDictionary(o => o.GetProperty("caseId").GetInt64());
        Assert.True(outcomes[health.CaseId].GetProperty("approved").GetBoolean());
        Assert.Equal("task-not-yours", outcomes[school.CaseId].GetProperty("code").GetString());
        Assert.Equal(CaseStates.Approved, (await office.CaseAsync(office.County.HealthProject)).State);
    }

    [Fact]
    public async Task BatchWithDisputedAnswer_ShowsTheReasonBeforeTheAct()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"));
        await office.FileAsync("health", office.County.HealthProject, Smaller, answer: "disputed");
        var about = await office.CaseAsync(office.County.HealthProject);
        using var reviewer = await office.SignedInAsync("culture");
        using var preview = await reviewer.SubmitAsync("/tasks", "/tasks/approve", ("task", $"{about.CaseId}.{about.Visit}"), ("step", "preview"));

        Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
        Assert.Contains("有异议", (await Visitor.ReadAsync(preview)).QuerySelector("table")?.TextContent, StringComparison.Ordinal);
        Assert.Equal(CaseStates.Section, (await office.CaseAsync(office.County.HealthProject)).State);
    }

    [Fact]
    public async Task ApprovedFiling_IsReopenedOnlyWithAReason()
    {
        await office.FileAsync("health", office.County.HealthProject, Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        var about = await office.CaseAsync(office.County.HealthProject);
        using var bureau = await office.SignedInAsync("performance");
        using var refused = await bureau.SubmitAsync($"/reviews/{about.CaseId}", $"/reviews/{about.CaseId}/reopen", ("reason", "错了"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using var reopened = await bureau.SubmitAsync($"/reviews/{about.CaseId}", $"/reviews/{about.CaseId}/reopen", ("reason", "金额与预算批复不一致，需重新审核。"));
        Assert.Equal(HttpStatusCode.Redirect, reopened.StatusCode);
        Assert.Equal(CaseStates.Section, (await office.CaseAsync(office.County.HealthProject)).State);
    }

    // The health project's budget is 120, and its unit is the department itself.
    internal static Platform.Submissions.GoalFilingForm Smaller(Platform.Submissions.GoalFilingForm form) => form with
    {
        Annual = new Platform.Submissions.FundAmounts(120m, 120m, 0m),
        Costs = [new Platform.Submissions.CostRow("1", "妇幼健康服务费", 12m, "人", 9.6m, 115.2m, "上年合同价"), new Platform.Submissions.CostRow("2", "培训", null, "", null, 4.8m, "培训4期")],
    };

    // The API is called from a page's session here, so it carries the token that the page got.
    private static async Task AntiforgeryAsync(Visitor visitor, HttpRequestMessage request)
    {
        var page = await visitor.PageAsync("/tasks");
        request.Headers.Add("RequestVerificationToken", page.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value"));
    }
}
