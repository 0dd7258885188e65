using System.Net;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>认可 or 坚持 of an answer that disputes a comment: given on the page, recorded by the decision, read in the trail.</summary>
public sealed class JudgingDisputedAnswers(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"), new CommentDraft("indicators[6]", "XH05", "请核实覆盖率。"));
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller, answer: "disputed");
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task AcceptedAndUpheldOnThePage_GoWithTheReturn_AndTheUpheldOneIsAskedAgain()
    {
        var about = await office.CaseAsync(office.County.HealthProject);
        var address = $"/reviews/{about.CaseId}";
        using var reviewer = await office.SignedInAsync("culture");
        await PressAsync(reviewer, address, "accept", "1");
        await PressAsync(reviewer, address, "insist", "2");
        var page = await reviewer.PageAsync(address);
        Assert.Contains("认可，随审核送达", page.QuerySelector("#comment-1")?.TextContent, StringComparison.Ordinal);
        Assert.Contains("坚持，随退回送达", page.QuerySelector("#comment-2")?.TextContent, StringComparison.Ordinal);

        using var returned = await reviewer.SubmitAsync(address, $"{address}/return", ("said", "请对照坚持的意见修改后重报。"), ("target", "Return"), ("due", "2023-10-18"), ("reasons", "TH03"));
        Assert.Equal(HttpStatusCode.Redirect, returned.StatusCode);
        Assert.Equal([(1, Verdicts.Accepted), (2, Verdicts.Upheld)], await VerdictsAsync(about.CaseId));
        await using (var db = office.App.Db())
        {
            var again = Assert.Single(await db.Comments.Where(c => c.CaseId == about.CaseId && c.Round == 2).ToListAsync(Ct));
            Assert.Equal((3, "indicators[6]", "XH05", "请核实覆盖率。"), (again.Number, again.Place, again.Code, again.Text));
        }

        using var clerk = await office.SignedInAsync("health");
        var trail = (await clerk.PageAsync($"{address}?tab=trail")).QuerySelector("table")?.TextContent;
        Assert.Contains("认可意见1的答复。坚持意见2。", trail, StringComparison.Ordinal);
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task Approval_AcceptsWhatIsStillDisputed_ButNotWhatIsUpheld()
    {
        var about = await office.CaseAsync(office.County.HealthProject);
        NoticeOffice.Refused("verdict-upheld", await DecideAsync(about, [new(2, Verdicts.Upheld)]));
        NoticeOffice.Refused("verdict-not-disputed", await DecideAsync(about, [new(9, Verdicts.Accepted)]));

        NoticeOffice.Done(await DecideAsync(about, []));
        Assert.Equal([(1, Verdicts.Accepted), (2, Verdicts.Accepted)], await VerdictsAsync(about.CaseId));
        Assert.Equal(CaseStates.Approved, (await office.CaseAsync(office.County.HealthProject)).State);
    }

    [Fact]
    public async Task DepartmentOnTheWay_LeavesTheSectionsDisputeToTheSection()
    {
        var project = office.County.SchoolProject;
        await office.FileAsync("school", project);
        await office.DecideAsync("education", project, DecideReview.Approve);
        await office.DecideAsync("culture", project, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"));
        await office.FileAsync("school", project, answer: "disputed");
        await office.DecideAsync("education", project, DecideReview.Approve);

        var about = await office.CaseAsync(project);
        Assert.Empty(await VerdictsAsync(about.CaseId));
        Assert.Equal("batch-disputed", (await office.App.Get<ApproveBatch>().EligibleAsync(await office.County.AsAsync("culture"), about.CaseId, about.Visit!.Value, Ct))?.Code);
        NoticeOffice.Done(await DecideAsync(about, []));
        Assert.Equal([(1, Verdicts.Accepted)], await VerdictsAsync(about.CaseId));
    }

    private async Task<ServiceDefaults.Outcome<Platform.Workflows.CaseAnswer>> DecideAsync(CaseStateRow about, IReadOnlyList<CommentVerdict> verdicts) =>
        await office.App.Get<DecideReview>().RunAsync(
            await office.County.AsAsync("culture"),
            new ReviewDecision { CaseId = about.CaseId, Visit = about.Visit!.Value, CommandId = office.Office.Command(), Outcome = DecideReview.Approve, Verdicts = verdicts },
            Ct);

    private async Task<List<(int, string)>> VerdictsAsync(long caseId)
    {
        await using var db = office.App.Db();
        return [.. (await db.Verdicts.Where(v => v.CaseId == caseId).OrderBy(v => v.Number).ToListAsync(Ct)).Select(v => (v.Number, v.Verdict))];
    }

    /// <summary>A button of the page without script: the whole form is posted to the button's address.</summary>
    private static async Task PressAsync(Visitor reviewer, string address, string button, string number)
    {
        var page = await reviewer.PageAsync(address);
        var form = page.Forms.Single(f => f.GetAttribute("action") == $"{address}/approve");
        Assert.NotNull(form.QuerySelector($"button[name={button}][value='{number}']"));
        var fields = form.QuerySelectorAll("input[type=hidden], textarea[name=text]")
            .Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i is AngleSharp.Html.Dom.IHtmlInputElement input ? input.Value : i.TextContent)).Append(KeyValuePair.Create(button, number));
        using var posted = await reviewer.Http.PostAsync($"{address}/comments", new FormUrlEncodedContent(fields), Ct);
        Assert.Equal(HttpStatusCode.Redirect, posted.StatusCode);
    }
}
