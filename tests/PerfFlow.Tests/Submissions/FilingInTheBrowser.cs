using Microsoft.Playwright;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>The clerk's page with its scripts: paste from Excel, autosave, live sums and checks; and how it looks.</summary>
public sealed class FilingInTheBrowser(PostgresServer postgres, Browser browser)
{
    private const string Paste = """
        (rows) => {
          const data = new DataTransfer();
          data.setData('text/plain', rows);
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """;

    [Fact]
    public async Task RowsFromExcel_AreSaved_CheckedAndAddedUp()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var page = await SignInAsync(desk, "school", 1440, 900);
        await page.GotoAsync(desk.Page);
        await page.FocusAsync("[name='indicators[1].level1']");
        await page.EvaluateAsync(Paste, "产出指标\t数量指标\t配备技术人员\t>=\t42\t人\t30\n产出\t质量\t持证上岗率\t＝\t100\t%\t15\n效益指标\t社会效益指标\t监测覆盖率\t≥\t98\t%\t30\n满意度指标\t服务对象满意度指标\t家长满意度\t≥\t90\t%\t10\n");
        Assert.Equal("85", await page.InnerTextAsync("#grid-indicators tfoot td.num b"));
        Assert.Contains("差 5 分", await page.InnerTextAsync("#note-weight"), StringComparison.Ordinal);
        await page.FillAsync("[name='indicators[2].weight']", "20");
        await page.WaitForFunctionAsync("() => document.querySelector('[name=version]').value >= 1 && !document.querySelector('#checks [data-code=QZ01]')");
        var form = GoalFiling.Read((await desk.DraftAsync())!.Form);
        Assert.Equal([("1", "11"), ("1", "12"), ("2", "22"), ("3", "31")], form.Indicators.Select(r => (r.Level1!, r.Level2!)));
        Assert.Equal(["≥", "＝", "≥", "≥"], form.Indicators.Select(r => Platform.Indicators.IndicatorOperators.Symbol(r.Operator!.Value)));
        await page.FillAsync("#f-plan", "先采购，后到岗，每学期考核。");
        await page.Keyboard.PressAsync("Control+s");
        await page.WaitForFunctionAsync("() => document.querySelector('[data-saved-text]').textContent.includes('已自动保存')");
        await Waiting.UntilAsync(async () => GoalFiling.Read((await desk.DraftAsync())!.Form).Plan.Length > 0, () => "the plan is saved");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Explanation_BeingTyped_OutlivesTheRefresh_AndFreesTheWay()
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var page = await SignInAsync(desk, "school", 1440, 900);
        var clerk = await desk.AsAsync("school");
        using (await desk.SendAsync(clerk, "draft", await desk.PostOfAsync(clerk, SampleFiling.WithRow("6", r => r with { Value = "100" }) with { Indicators = [.. desk.Good.Indicators.Select(r => r.Id == "8" ? r with { Value = "100" } : r)] })))
        {
        }

        await page.GotoAsync(desk.Page);
        var words = page.Locator("#checks textarea").First;
        await words.ClickAsync();
        await page.Keyboard.TypeAsync("上年调查结果为百分之百，有问卷。", new() { Delay = 80 });
        await page.WaitForFunctionAsync("() => document.querySelector('[data-saved-text]').textContent.includes('已自动保存')");
        Assert.Equal("上年调查结果为百分之百，有问卷。", await words.InputValueAsync());
        await page.FocusAsync("#f-basis");
        await page.WaitForSelectorAsync("#filing-submit a.btn-go");
        await page.ClickAsync("#filing-submit a.btn-go");
        await page.ClickAsync("#send button[data-confirm]");
        await page.WaitForSelectorAsync(".stamp");
        Assert.Contains("待部门审核", await page.InnerTextAsync(".stamp"), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(1440, 900, "wide")]
    [InlineData(390, 844, "phone")]
    public async Task Pages_LookAsDrawn(int width, int height, string name)
    {
        await using var desk = await FilingDesk.OpenAsync(postgres);
        var page = await SignInAsync(desk, "school", width, height);
        await PictureAsync(page, "/filings", $"filings-{name}");
        await PictureAsync(page, desk.Page, $"filing-new-{name}");
        await PictureAsync(page, $"/filings/import?notice={desk.NoticeId}", $"filing-import-{name}");
        var clerk = await desk.AsAsync("school");
        await desk.SubmitAsync(clerk, desk.Good);
        await PictureAsync(page, desk.Page, $"filing-read-{name}");
        await desk.ReturnAsync(
            new CommentDraft("goal.annual", "XH01", "“常见病监测”无法考核，请写明监测覆盖的学校数。"),
            new CommentDraft("indicators[6].value", "KX03", "较上年高，请附依据或按上年标准填报。"), new CommentDraft("indicators[7]", null, "请用可核对的标准表示。"));
        var mended = desk.Good with { Annual = new FundAmounts(468m, 460m, 0m), AnnualGoal = desk.Good.AnnualGoal + "监测覆盖全县36所学校。", Indicators = [.. desk.Good.Indicators.Select(r => r.Id == "2" ? r with { Weight = 6 } : r.Id == "8" ? r with { Value = "100" } : r)] };
        var post = await desk.PostOfAsync(clerk, mended);
        post["answers[1].kind"] = "changed";
        using (await desk.SendAsync(clerk, "draft", post))
        {
        }

        await PictureAsync(page, desk.Page, $"filing-returned-{name}");
        await PictureAsync(page, $"{desk.Page}/compare", $"filing-compare-{name}");
        await PictureAsync(page, $"{desk.Page}/print", $"filing-print-{name}");
        await page.Context.CloseAsync();
    }

    private static async Task PictureAsync(IPage page, string address, string name)
    {
        await page.GotoAsync(address);
        await Browser.ScreenshotAsync(page, name);
        var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 0, $"{name} is {overflow} pixels wider than its window.");
        await Accessibility.AssertNoSeriousAxeFindingsAsync(page);
    }

    private async Task<IPage> SignInAsync(FilingDesk desk, string person, int width, int height)
    {
        var page = await browser.OpenAsync(desk.Office.App.Address, width, height);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", desk.Office.County.UserNameOf(person));
        await page.FillAsync("[name=password]", desk.Office.County.PasswordOf(person));
        await page.ClickAsync("form[action='/sign-in'] button.btn-go, form[action='/sign-in'] button");
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        return page;
    }
}
