using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Operations;

/// <summary>事项查询: three cases of one notice, one returned, one under review, one not yet filed.</summary>
public sealed class FindingCases(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private const string School = "校园卫生专业技术服务", Health = "妇幼健康服务", Farm = "高标准农田管护";

    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"));
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task EachCondition_NarrowsTheList_AndAllHoldTogether()
    {
        var id = (await office.CaseAsync(office.County.HealthProject)).CaseId;
        Assert.Equal([Health], await FoundAsync("performance", $"number={id}"));
        Assert.Equal(3, (await FoundAsync("performance", "number=〔2023〕1号")).Count);
        Assert.Equal([School], await FoundAsync("performance", "unit=实验小学"));
        Assert.Equal([Farm], await FoundAsync("performance", "object=农田"));
        Assert.Equal([Health], await FoundAsync("performance", "state=returned"));
        Assert.Equal([School], await FoundAsync("performance", "state=department"));
        Assert.Equal([School], await FoundAsync("performance", "holder=教育局"));
        Assert.Equal([Health], await FoundAsync("performance", "text=可衡量的结果"));
        Assert.Empty(await FoundAsync("performance", "text=可衡量的结果&unit=实验小学"));
        Assert.Empty(await FoundAsync("performance", "days=3"));
        office.App.Time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(3, (await FoundAsync("performance", "days=3")).Count);
        Assert.Empty(await FoundAsync("performance", "object=100%_"));
    }

    [Fact]
    public async Task Viewer_FindsWhatHeSees_AndUnitsAreRefused()
    {
        Assert.Equal([Farm], await FoundAsync("farmSection", ""));
        using var clerk = await office.SignedInAsync("school");
        using var refused = await clerk.GetAsync("/api/cases");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var page = await clerk.GetAsync("/cases");
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
    }

    [Fact]
    public async Task ConfidentialProject_IsNotFound()
    {
        await using (var db = office.App.Db())
        {
            var project = await db.Projects.FindAsync([office.County.FarmProject.Id], Ct);
            db.Entry(project!).Property(p => p.Confidential).CurrentValue = true;
            await db.SaveChangesAsync(Ct);
        }

        Assert.DoesNotContain(Farm, await FoundAsync("performance", ""));
        Assert.Empty(await FoundAsync("performance", "object=农田"));
    }

    [Fact]
    public async Task Pages_FollowTheNumberBothWays()
    {
        var search = office.App.Get<Platform.Operations.SearchCases>();
        var viewer = await office.County.AsAsync("performance");
        var all = (await search.RunAsync(viewer, Platform.Operations.CaseQuery.All, Ct)).Value;
        Assert.Equal((3, null, null), (all.Count, all.Previous, all.Next));
        var rest = (await search.RunAsync(viewer, Platform.Operations.CaseQuery.All with { After = all.Lines[0].CaseId }, Ct)).Value;
        Assert.Equal(all.Lines.Skip(1).Select(l => l.CaseId), rest.Lines.Select(l => l.CaseId));
        Assert.Equal(rest.Lines[0].CaseId, rest.Previous);
        var back = (await search.RunAsync(viewer, Platform.Operations.CaseQuery.All with { Before = rest.Previous }, Ct)).Value;
        Assert.Equal([all.Lines[0].CaseId], back.Lines.Select(l => l.CaseId));
        Assert.Equal(back.Lines[0].CaseId, back.Next);
    }

    [Fact]
    public async Task Page_ReadsWellWideAndNarrow() => await Screens.LookAsync(
        browser, office.App.Address, office.County.UserNameOf("performance"), office.County.PasswordOf("performance"),
        ("/cases", "cases"), ("/cases?holder=%E6%95%99%E8%82%B2&days=3", "cases-none"));

    private async Task<List<string?>> FoundAsync(string person, string conditions)
    {
        using var visitor = await office.SignedInAsync(person);
        var answer = await visitor.Http.GetFromJsonAsync<JsonElement>($"/api/cases?{conditions}", Ct);
        return [.. answer.GetProperty("lines").EnumerateArray().Select(t => t.GetProperty("project").GetString())];
    }
}
