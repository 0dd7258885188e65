using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.Servers;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PerfFlow.Tests.Reviews;

/// <summary>What scripts add to the review page.</summary>
public sealed class ReviewInTheBrowser(PostgresServer postgres, Browser browser)
{
    [Fact]
    public async Task CommentTypedAMomentAgo_GoesAlongWithAReturnByKeyboard()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        var page = await browser.OpenAsync(office.App.Address, 1440, 900);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", office.County.UserNameOf("culture"));
        await page.FillAsync("[name=password]", office.County.PasswordOf("culture"));
        await page.PressAsync("[name=password]", "Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        await page.GotoAsync($"/reviews/{about.CaseId}");
        await page.ClickAsync("[data-comment-at='indicators[6]']");
        await Expect(page.Locator("#new-text")).ToBeFocusedAsync();
        await Expect(page.Locator("#new-place")).ToHaveValueAsync("indicators[6]");
        await page.FillAsync("#new-text", "请核实监测覆盖率的依据。");
        await page.Keyboard.PressAsync("Alt+r");
        await Expect(page.Locator("#f-said")).ToBeFocusedAsync();
        await page.FillAsync("#f-said", "请对照字段意见逐条修改后重报。");
        await page.CheckAsync("#return-dialog input[value=TH02]");
        await page.ClickAsync("[data-put=f-due]");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync(url => url.EndsWith("/tasks", StringComparison.Ordinal));

        await using var db = office.App.Db();
        var comment = await db.Comments.SingleAsync(c => c.CaseId == about.CaseId, TestContext.Current.CancellationToken);
        Assert.Equal(("indicators[6]", "请核实监测覆盖率的依据。"), (comment.Place, comment.Text));
        Assert.Equal(CaseStates.Returned, (await office.CaseAsync(office.County.HealthProject)).State);
        await page.Context.CloseAsync();
    }
}
