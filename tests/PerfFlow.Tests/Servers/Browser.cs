using Microsoft.Playwright;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>Debian's Chromium under Playwright, headless; one process, a fresh profile per page.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _browser = new(StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A page with cookies of its own, in Chinese and in Chinese time; dispose the context (<c>page.Context</c>) when done.
    /// Relative addresses are taken from <paramref name="baseAddress"/>. Skips the test where Chromium is missing.
    /// </summary>
    public async Task<IPage> OpenAsync(Uri baseAddress, int width = 1366, int height = 768)
    {
        Assert.SkipUnless(File.Exists(Executable), "Chromium is not installed (Debian: chromium).");
        var (_, browser) = await _browser.Value;
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = baseAddress.ToString(),
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            ViewportSize = new() { Width = width, Height = height },
            IgnoreHTTPSErrors = true,
        });
        return await context.NewPageAsync();
    }

    /// <summary>Takes a picture of the whole page into <c>artifacts/screens/&lt;name&gt;.png</c>; returns its path.</summary>
    public static async Task<string> ScreenshotAsync(IPage page, string name)
    {
        var path = Path.Combine(Repository.Artifacts("screens"), name + ".png");
        await page.ScreenshotAsync(new() { Path = path, FullPage = true });
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (driver, browser) = await _browser.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments }));
    }
}
