using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PerfFlow.Platform.Ui;
using Xunit;
using HttpResults = Microsoft.AspNetCore.Http.Results;

namespace PerfFlow.Tests.Ui;

/// <summary>The small scripts in a real browser: ticking, pasting, autosave, dialogs, keys.</summary>
public sealed class PageScripts : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly List<string> saved = [];
    private int answer = StatusCodes.Status204NoContent;
    private WebApplication app = null!;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is not installed.");
        app = await UiHost.StartAsync(Map, inMemory: false);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task ShiftClick_TicksTheRowsBetween_AndTheBarAddsUp()
    {
        var page = await OpenAsync("/list");
        Assert.False(await page.IsVisibleAsync("[data-batch]"));
        await page.Locator("[data-tick]").Nth(0).ClickAsync();
        await page.Locator("[data-tick]").Nth(3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        Assert.Equal("4 件，1,006.00 万元，2 个单位，3 可 1 不可", await page.InnerTextAsync("#sum"));
        await page.ClickAsync("[data-batch-clear]");
        Assert.False(await page.IsVisibleAsync("[data-batch]"));
    }

    [Fact]
    public async Task SingleLetters_MoveAndTick_ButNotInsideInputs()
    {
        var page = await OpenAsync("/list");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        Assert.True(await page.Locator("[data-tick]").Nth(1).IsCheckedAsync());
        await page.FocusAsync("#text");
        await page.Keyboard.TypeAsync("jx/");
        Assert.Equal("jx/", await page.InputValueAsync("#text"));
        Assert.Equal(1, await page.Locator("[data-tick]:checked").CountAsync());
    }

    [Fact]
    public async Task ExcelPaste_FillsRows_AddsMissingOnes_AndTotalsFollow()
    {
        var page = await OpenAsync("/grid");
        await page.FocusAsync("[name='rows[1].name']");
        await page.EvaluateAsync("""
            () => {
              const data = new DataTransfer();
              data.setData('text/plain', '甲\t1,020\t20\n"乙\n乙"\t5\t30\r\n丙\t7\t10\n');
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """);
        Assert.Equal(4, await page.Locator("tr[data-grid-row]").CountAsync());
        Assert.Equal("1,020", await page.InputValueAsync("[name='rows[1].value']"));
        Assert.Equal("丙", await page.InputValueAsync("[name='rows[3].name']"));
        Assert.Equal("70", await page.InnerTextAsync("[data-sum]"));
        Assert.Equal("应为 90，差 20", await page.InnerTextAsync("#note"));
    }

    [Fact]
    public async Task Change_IsSavedAfterASecond_AndConflictSwitchesTheButtonsOff()
    {
        var page = await OpenAsync("/grid");
        await page.FillAsync("[name='rows[0].name']", "新的指标");
        await page.WaitForFunctionAsync("() => document.querySelector('[data-saved-text]').textContent.startsWith('已存')");
        Assert.Contains(saved, s => s == "新的指标");

        answer = StatusCodes.Status409Conflict;
        await page.FillAsync("[name='rows[0].name']", "再改");
        await page.WaitForSelectorAsync("[data-handled]:not([hidden])");
        Assert.Equal("吴某某已于 09:46 通过。", await page.InnerTextAsync("[data-handled-text]"));
        Assert.Equal("true", await page.GetAttributeAsync("#submit", "aria-disabled"));
        Assert.Equal("再改", await page.InputValueAsync("[name='rows[0].name']"));
    }

    [Fact]
    public async Task ServerGone_ShowsTheBanner_AndKeepsTheText()
    {
        var page = await OpenAsync("/grid");
        await page.RouteAsync("**/draft", route => route.AbortAsync());
        await page.FillAsync("[name='rows[0].name']", "没有网络");
        await page.WaitForSelectorAsync("[data-connection]:not([hidden])");
        Assert.Equal("没有网络", await page.InputValueAsync("[name='rows[0].name']"));
        await page.UnrouteAsync("**/draft");
        await page.WaitForSelectorAsync("[data-connection]", new() { State = WaitForSelectorState.Hidden });
        Assert.Contains("没有网络", saved);
    }

    [Fact]
    public async Task Dialog_TakesTheFocus_GivesItBack_AndOpensWithoutScriptToo()
    {
        var page = await OpenAsync("/grid");
        await page.Keyboard.PressAsync("Alt+r");
        Assert.True(await page.IsVisibleAsync("#return"));
        await FocusAsync(page, "why");
        await page.Keyboard.PressAsync("Escape");
        Assert.False(await page.IsVisibleAsync("#return"));
        await FocusAsync(page, "opener");

        await using var plain = await browser!.NewContextAsync(new() { JavaScriptEnabled = false });
        var still = await plain.NewPageAsync();
        await still.GotoAsync(app.Urls.Single() + "/grid");
        await still.ClickAsync("#opener");
        Assert.True(await still.IsVisibleAsync("#return"));
    }

    /// <summary>A dialog gives the focus back with its close event, which comes after the key.</summary>
    private static async Task FocusAsync(IPage page, string id) => await page.WaitForFunctionAsync("id => document.activeElement.id === id", id);

    private async Task<IPage> OpenAsync(string path)
    {
        var page = await browser!.NewPageAsync();
        page.PageError += (_, error) => Assert.Fail(error);
        await page.GotoAsync(app.Urls.Single() + path);
        return page;
    }

    private void Map(WebApplication routes)
    {
        routes.MapGet("/list", (AssetUrls urls) => Html(urls, List));
        routes.MapGet("/grid", (AssetUrls urls) => Html(urls, Grid));
        routes.MapPost("/draft", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            saved.Add(form["rows[0].name"].ToString());
            return answer == StatusCodes.Status204NoContent ? HttpResults.NoContent() : HttpResults.Json(new { text = "吴某某已于 09:46 通过。" }, statusCode: answer);
        });
    }

    private static IResult Html(AssetUrls urls, string body)
    {
        string[] sheets = ["lib/tabler.min.css", "css/tokens.css", "css/base.css", "css/overlay.css"];
        string[] scripts = ["js/pages.js", "js/dialogs.js", "js/keys.js", "js/rows.js", "js/grid.js", "js/autosave.js", "js/connection.js"];
        var head = string.Concat(sheets.Select(s => $"<link rel='stylesheet' href='{urls[s]}'>")) + string.Concat(scripts.Select(s => $"<script src='{urls[s]}' defer></script>"));
        return HttpResults.Content($"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>t</title>{head}</head><body class='pf'>{body}</body></html>", "text/html");
    }

    private static readonly string List = "<input id='text'><table data-rows><thead><tr><th><input type='checkbox' data-tick-all></th></tr></thead><tbody>"
        + string.Concat(Enumerable.Range(0, 5).Select(i => $"<tr data-row data-amount='{250 + i}' data-unit='{i % 2}' {(i == 0 ? "" : "data-eligible='1'")}><td><input type='checkbox' data-tick><a href='#r{i}' data-open>事项</a></td></tr>"))
        + "</tbody></table><div data-batch><span id='sum' data-text='{n} 件，{sum} 万元，{units} 个单位，{ok} 可 {no} 不可'></span><a href='#' data-batch-clear>清除</a></div>";

    private static string Row(string i) => $"<tr data-grid-row><td><input class='gin' name='rows[{i}].name'></td><td><input class='gin' name='rows[{i}].value'></td><td><input class='gin' name='rows[{i}].weight' data-col='weight' value='10'></td></tr>";

    private static readonly string Grid = "<form id='f' data-autosave='/draft'><table data-grid data-grid-new='new'><tbody>" + Row("0") + Row("1")
        + "</tbody><tfoot><tr><td data-sum='weight' data-sum-want='90' data-sum-note='note'></td><td id='note' data-short='应为 {want}，差 {gap}' data-over='多 {gap}'></td></tr></tfoot></table></form>"
        + "<template id='new'>" + Row("__i__") + "</template><span data-saved data-saving='正在存' data-done='已存 {0}' data-failed='没存上 {0}'><span data-saved-text></span></span>"
        + "<div data-handled hidden><b data-handled-text></b></div><div data-connection hidden><span data-connection-try data-text='第 {0} 次'></span></div>"
        + "<div class='pf-bar'><button id='submit' type='button'>送审</button><a id='opener' class='btn' role='button' href='#return' data-dialog='return' data-key='alt+r'>退回</a></div>"
        + "<dialog class='dlg' id='return'><form method='post' action='/x'><textarea id='why' data-first></textarea><a href='#' data-dialog-close>取消</a></form></dialog>";
}
