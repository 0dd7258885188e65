using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Signers;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>A bureau with more people than one reads: whom to ask is searched for, with script and without.</summary>
public sealed class FindingPeople(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private readonly Dictionary<string, long> people = new(StringComparer.Ordinal);
    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        var county = office.County;
        await office.FileAsync("health", county.HealthProject, ReviewingAFiling.Smaller);
        caseId = (await office.CaseAsync(county.HealthProject)).CaseId;
        await using var scope = office.App.Scope();
        var (create, grant) = (scope.ServiceProvider.GetRequiredService<CreateAccount>(), scope.ServiceProvider.GetRequiredService<GrantRole>());
        foreach (var (name, i) in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张".Select((c, i) => ($"{c}大某", i)))
        {
            var made = await create.RunAsync(null, new NewAccount(county.RegionId, $"many-{i}", name, Demo: true), Ct);
            NoticeOffice.Done(await grant.RunAsync(null, county.RegionId, new RoleInput(made.Value.UserId, county.Bureau.Id, i % 2 == 0 ? Roles.Budget : Roles.Treasury, new DateOnly(2020, 1, 1)), Ct));
            people[name] = made.Value.UserId;
        }
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task WithoutScript_TheButtonFinds_AndWhatWasTypedAndTickedStays()
    {
        using var culture = await office.SignedInAsync("culture");
        var page = await culture.PageAsync(Together("ask"));
        Assert.Equal(PeopleFound.Most, Names(page).Count);
        Assert.Contains("找到 26 人，列出前 20 人", page.QuerySelector("#people-found")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("徐某某", Names(page));

        // Enter in the box presses the first button of the form, and that is the search.
        Assert.Equal($"{Together("ask")}/find", page.QuerySelector("form#verb button:not([type=button])")!.GetAttribute("formaction"));
        using var answer = await FindAsync(culture, page, ("people", Id("钱大某")), ("reason", "请核对国库数据。"), ("find", "张 国库"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var next = await Visitor.ReadAsync(answer);
        Assert.Equal(["钱大某", "张大某"], Names(next));
        Assert.Equal(Id("钱大某"), Assert.Single(next.QuerySelectorAll("input[name=people][checked]")).GetAttribute("value"));
        Assert.Equal(("请核对国库数据。", "张 国库"), (next.QuerySelector("#f-reason")!.TextContent, next.QuerySelector("#f-find")!.GetAttribute("value")));
        using var nobody = await FindAsync(culture, page, ("find", "<b>无此人"));
        Assert.Contains("没有找到“<b>无此人”", (await Visitor.ReadAsync(nobody)).QuerySelector("#people-found")!.TextContent, StringComparison.Ordinal);

        // What stands in the search box decides nothing.
        using var done = await culture.SubmitAsync(
            Together("ask"), Together("ask"), ("people", Id("钱大某")), ("reason", "请核对国库数据。"), ("find", "张"), ("visit", Visit(page)));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        using var asked = await office.SignedInAsync("culture");
        var signers = await asked.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/signers", Ct);
        Assert.Contains(signers.GetProperty("signers").EnumerateArray(), s => s.GetProperty("name").GetString() == "钱大某");
    }

    [Fact]
    public async Task Api_FindsByNameBodyAndPost_AmongThoseOneMayAskAlone()
    {
        using var culture = await office.SignedInAsync("culture");
        async Task<List<string?>> AskAsync(string words) =>
            [.. (await culture.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/signers?find={Uri.EscapeDataString(words)}", Ct)).GetProperty("mayAsk").EnumerateArray().Select(p => p.GetProperty("name").GetString())];
        Assert.Equal(["张大某"], await AskAsync("张"));
        Assert.Equal(["张大某"], await AskAsync("  国库  张大  "));
        Assert.Equal(26, (await AskAsync("青田县财政局")).Count);
        Assert.Equal(26, (await AskAsync(" ")).Count);
        // The clerk who filed it, and another unit's, are nobody to ask, however they are looked for.
        Assert.Empty(await AskAsync("李某某"));
        Assert.Empty(await AskAsync("赵某某"));
    }

    /// <summary>A browser types, ticks and goes on by keys alone, wide and narrow: 10 s, as every look at pages in a browser.</summary>
    [Fact]
    public async Task WithScript_TypingFinds_AndKeysAreEnough()
    {
        var page = await browser.OpenAsync(office.App.Address, 390, 844);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", office.County.UserNameOf("culture"));
        await page.FillAsync("[name=password]", office.County.PasswordOf("culture"));
        await page.PressAsync("[name=password]", "Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        await page.GotoAsync(Together("copy"));
        await page.FocusAsync("#f-find");
        await page.Keyboard.TypeAsync("张大");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#people-found .pick').length === 1");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        Assert.True(await page.IsCheckedAsync("#people-found [name=people]"));
        await page.FocusAsync("#f-find");
        await page.FillAsync("#f-find", "许大");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#people-found .pick').length === 2");
        Assert.Equal(Id("张大某"), await page.InputValueAsync("#people-found .pick:first-child [name=people]:checked"));
        await Browser.ScreenshotAsync(page, "people-found-390");
        await page.Context.CloseAsync();

        await Screens.LookAsync(browser, office.App.Address, office.County.UserNameOf("culture"), office.County.PasswordOf("culture"), (Together("sign"), "people"));
    }

    /// <summary>Presses the search button of the page.</summary>
    private async Task<HttpResponseMessage> FindAsync(Visitor who, IDocument page, params (string Name, string Value)[] values)
    {
        var fields = page.QuerySelectorAll("form#verb input[type=hidden]").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }

        return await who.Http.PostAsync($"{Together("ask")}/find", new FormUrlEncodedContent(fields), Ct);
    }

    private static List<string> Names(IDocument page) => [.. page.QuerySelectorAll("#people-found .pick").Select(p => p.TextContent.Trim().Split('（')[0])];

    private string Together(string verb) => $"/cases/{caseId}/together/{verb}";

    private string Id(string name) => people[name].ToString(CultureInfo.InvariantCulture);

    private static string Visit(IDocument page) => page.QuerySelector("input[name=visit]")!.GetAttribute("value")!;
}
