using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Inbox;

public sealed class InboxOverHttp(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"));
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task EachPost_SeesItsOwnTasks_AndTheBureauAllOfThem()
    {
        Assert.Equal(["校园卫生专业技术服务"], await TitlesAsync("education", "/api/tasks"));
        Assert.Empty(await TitlesAsync("culture", "/api/tasks"));
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("health", "/api/tasks?tab=returned"));
        Assert.Empty(await TitlesAsync("performance", "/api/tasks"));
        Assert.Equal(3, (await TitlesAsync("performance", "/api/tasks?scope=all")).Count);
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("performance", "/api/tasks?scope=all&tab=returned"));
        Assert.Equal(["高标准农田管护"], await TitlesAsync("performance", "/api/tasks?scope=all&text=农田"));

        // Asking for all is no right to see all.
        Assert.Equal(["校园卫生专业技术服务"], await TitlesAsync("education", "/api/tasks?scope=all"));
    }

    [Fact]
    public async Task Workbench_QuotesTheFirstCommentOfWhatCameBack()
    {
        using var clerk = await office.SignedInAsync("health");
        var page = await clerk.PageAsync("/");
        Assert.Contains("请写明可衡量的结果。", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("1件", page.QuerySelector("a.ncard[href='/tasks?tab=returned'] .v")?.TextContent.Trim());
    }

    [Fact]
    public async Task OverdueTab_CountsFromTheMomentTheDueDayEnds()
    {
        var about = await office.CaseAsync(office.County.FarmProject);
        office.App.Time.Set(about.DueAt!.Value.AddSeconds(-60));
        Assert.Empty(await TitlesAsync("farm", "/api/tasks?tab=overdue"));
        office.App.Time.Set(about.DueAt.Value.AddSeconds(60));
        Assert.Equal(["高标准农田管护"], await TitlesAsync("farm", "/api/tasks?tab=overdue"));
    }

    [Fact]
    public async Task Round_FollowsAFilingFromItsReturnToTheNextReview()
    {
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("health", "/api/tasks?round=2"));
        Assert.Empty(await TitlesAsync("culture", "/api/tasks?tab=resubmitted"));
        Assert.Equal(["校园卫生专业技术服务"], await TitlesAsync("education", "/api/tasks?round=1"));

        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("culture", "/api/tasks?tab=resubmitted"));
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("culture", "/api/tasks?round=2"));
        Assert.Empty(await TitlesAsync("culture", "/api/tasks?round=1"));

        await office.DecideAsync("culture", office.County.HealthProject, "Return", new CommentDraft("goal.annual", "XH01", "仍请写明可衡量的结果。"));
        Assert.Equal(["妇幼健康服务"], await TitlesAsync("health", "/api/tasks?round=3"));
        Assert.Empty(await TitlesAsync("health", "/api/tasks?round=2"));
    }

    [Fact]
    public async Task Done_ListsTheActsOfThePerson()
    {
        using var reviewer = await office.SignedInAsync("culture");
        var done = await reviewer.Http.GetFromJsonAsync<JsonElement>("/api/tasks/done", TestContext.Current.CancellationToken);
        var line = Assert.Single(done.GetProperty("lines").EnumerateArray());
        Assert.Equal(("Return", "returned"), (line.GetProperty("outcome").GetString(), line.GetProperty("state").GetString()));
        Assert.Contains("退回", (await reviewer.PageAsync("/tasks/done")).QuerySelector("table")?.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_FindsByNameUnitAndNumber_OnlyWhatTheViewerSees()
    {
        Assert.Equal(["妇幼健康服务"], await FoundAsync("culture", "妇幼"));
        Assert.Equal(["妇幼健康服务"], await FoundAsync("culture", "卫生健康局"));
        Assert.Equal(3, (await FoundAsync("performance", "〔2023〕1号")).Count);
        Assert.Equal(["高标准农田管护"], await FoundAsync("farm", "〔2023〕1号"));
        Assert.Empty(await FoundAsync("farm", "妇幼"));
        Assert.Empty(await FoundAsync("performance", "100%_"));
    }

    private async Task<List<string?>> TitlesAsync(string person, string address)
    {
        using var visitor = await office.SignedInAsync(person);
        var answer = await visitor.Http.GetFromJsonAsync<JsonElement>(address, TestContext.Current.CancellationToken);
        return [.. answer.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("title").GetString())];
    }

    private async Task<List<string?>> FoundAsync(string person, string text)
    {
        using var visitor = await office.SignedInAsync(person);
        var answer = await visitor.Http.GetFromJsonAsync<JsonElement>($"/api/search?q={Uri.EscapeDataString(text)}", TestContext.Current.CancellationToken);
        return [.. answer.GetProperty("cases").EnumerateArray().Select(t => t.GetProperty("project").GetString())];
    }
}
