using Microsoft.Playwright;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>Pages as a person sees them, wide and narrow, into artifacts/screens; checked with axe and for sideways scrolling.</summary>
internal static class Screens
{
    private static readonly (int Width, int Height)[] Sizes = [(1440, 900), (390, 844)];

    /// <summary>Signs in and looks at each page in both widths.</summary>
    internal static async Task LookAsync(Browser browser, Uri address, string userName, string password, params IEnumerable<(string Path, string Name)> shots)
    {
        var page = await browser.OpenAsync(address, 1440, 900);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", userName);
        await page.FillAsync("[name=password]", password);
        await page.PressAsync("[name=password]", "Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        foreach (var (path, name) in shots)
        {
            foreach (var (width, height) in Sizes)
            {
                await page.SetViewportSizeAsync(width, height);
                // An address that differs only in its fragment would not be loaded again.
                await page.GotoAsync("about:blank");
                var answer = await page.GotoAsync(path);
                Assert.True(answer is null or { Ok: true }, $"{path} answers {answer?.Status}");
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await Browser.ScreenshotAsync(page, $"{name}-{width}");
                Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width}");
                await Accessibility.AssertNoSeriousAxeFindingsAsync(page);
            }
        }

        await page.Context.CloseAsync();
    }
}
