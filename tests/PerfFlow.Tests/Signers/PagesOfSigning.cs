using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>加签, 委派, 抄送, 退回到, 取回 as plain form posts, and what review page, explanation, picture and trail say of them.</summary>
public sealed class PagesOfSigning(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        await office.DecideAsync("education", office.County.SchoolProject, "Approve");
        caseId = (await office.CaseAsync(office.County.SchoolProject)).CaseId;
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task WithoutScript_ASignerIsAdded_TakenOut_AndTheDecisionTakenBack()
    {
        using var culture = await office.SignedInAsync("culture");
        var review = await culture.PageAsync($"/reviews/{caseId}");
        Assert.Equal(["sign", "ask", "copy", "return"], review.QuerySelectorAll(".pf-bar .menu a").Select(a => a.GetAttribute("href")!.Split('/')[^1]).Where(v => v != "hand-over"));

        var page = await culture.PageAsync(Together("sign"));
        Assert.Equal(["林某某", "徐某某"], page.QuerySelectorAll("input[name=people]").Select(i => i.ParentElement!.TextContent.Trim().Split('（')[0]));
        using var empty = await culture.SubmitAsync(Together("sign"), Together("sign"), ("place", "After"), ("reason", "请一并把关。"), ("visit", Visit(page)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
        Assert.Equal("请一并把关。", (await Visitor.ReadAsync(empty)).QuerySelector("#f-reason")?.TextContent);

        using var added = await culture.SubmitAsync(Together("sign"), Together("sign"), ("place", "After"), ("people", Id("performance")), ("reason", "请一并把关。"), ("visit", Visit(page)));
        Assert.Equal($"/reviews/{caseId}", added.Headers.Location?.ToString());
        review = await culture.PageAsync($"/reviews/{caseId}");
        Assert.Equal(["办理中", "等待"], review.QuerySelectorAll(".signers tbody tr").Select(r => r.QuerySelector("[data-label=状态]")!.TextContent.Trim()));

        // Who signs afterwards does so in a post of their own, and that is told beforehand.
        var then = (await culture.PageAsync($"/cases/{caseId}/explain")).QuerySelector("[data-outcome=Approve]")!.TextContent;
        Assert.Contains("由青田县财政局的绩效科办理（林某某）", then, StringComparison.Ordinal);
        using var approved = await culture.SubmitAsync($"/reviews/{caseId}", $"/reviews/{caseId}/approve", ("opinion", "同意。"), ("visit", Visit(page)));
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        using var performance = await office.SignedInAsync("performance");
        var explained = (await performance.PageAsync($"/cases/{caseId}/explain")).Body!.TextContent;
        Assert.Contains("周某某请您后加签", explained, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await performance.GetAsync($"/cases/{caseId}/picture")).StatusCode);

        var back = await culture.PageAsync(Together("take-back"));
        using var taken = await culture.SubmitAsync(Together("take-back"), Together("take-back"), ("reason", "漏看了附件。"), ("visit", Visit(back)));
        Assert.Equal($"/reviews/{caseId}", taken.Headers.Location?.ToString());
        var step = (await culture.PageAsync($"/reviews/{caseId}")).QuerySelector("input[name=step]")!.GetAttribute("value")!;
        using var unsaid = await culture.SubmitAsync($"/reviews/{caseId}", Together("remove"), ("step", step), ("number", "2"), ("reason-2", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsaid.StatusCode);
        using var removed = await culture.SubmitAsync($"/reviews/{caseId}", Together("remove"), ("step", step), ("number", "2"), ("reason-2", "出差，不再加签。"));
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);

        var trail = (await culture.PageAsync($"/reviews/{caseId}?tab=trail")).Body!.TextContent;
        foreach (var words in (string[])["教科文股 后加签：林某某", "教科文股 取回", "教科文股 减签：林某某"])
        {
            Assert.Contains(words, trail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Copies_AreListed_AndStrangersSeeNothing()
    {
        using var culture = await office.SignedInAsync("culture");
        var page = await culture.PageAsync(Together("copy"));
        using var copied = await culture.SubmitAsync(Together("copy"), Together("copy"), ("people", Id("leader")), ("reason", "供了解。"), ("visit", Visit(page)));
        Assert.Equal(HttpStatusCode.Redirect, copied.StatusCode);

        using var leader = await office.SignedInAsync("leader");
        Assert.Contains("校园卫生专业技术服务", (await leader.PageAsync("/tasks/copies")).QuerySelector("table")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await leader.GetAsync(Together("sign"))).StatusCode);
        using var stranger = await office.SignedInAsync("farmSection");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(Together("sign"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await culture.GetAsync(Together("nothing"))).StatusCode);
    }

    /// <summary>Wide and narrow, with axe: 20 s, as every look at pages in a browser.</summary>
    [Fact]
    public async Task Pages_ReadWellWideAndNarrow()
    {
        using (var culture = await office.SignedInAsync("culture"))
        {
            var page = await culture.PageAsync(Together("copy"));
            using var copied = await culture.SubmitAsync(Together("copy"), Together("copy"), ("people", Id("leader")), ("reason", "供了解。"), ("visit", Visit(page)));
            using var added = await culture.SubmitAsync(Together("sign"), Together("sign"), ("place", "After"), ("people", Id("performance")), ("reason", "请一并把关。"), ("visit", Visit(page)));
        }

        var county = office.County;
        await Screens.LookAsync(
            browser, office.App.Address, county.UserNameOf("culture"), county.PasswordOf("culture"),
            [(Together("sign"), "together-sign"), (Together("ask"), "together-ask"), (Together("return"), "together-return"), (Together("copy"), "together-copy"), ($"/reviews/{caseId}", "together-review"), ($"/cases/{caseId}/explain", "together-explain"), ($"/filings/{caseId}/print", "together-paper")]);
        await Screens.LookAsync(browser, office.App.Address, county.UserNameOf("leader"), county.PasswordOf("leader"), [("/tasks/copies", "copies")]);
    }

    private string Together(string verb) => $"/cases/{caseId}/together/{verb}";

    private string Id(string person) => office.County.IdOf(person).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Visit(IDocument page) => page.QuerySelector("input[name=visit]")!.GetAttribute("value")!;
}
