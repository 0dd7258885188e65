using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Pictures;

/// <summary>Pictures in a real browser: wide, narrow, by key and on paper.</summary>
public sealed partial class ScreensOfPictures(PostgresServer postgres, Browser browser)
{
    [Fact]
    public async Task Pictures_ReadWellWideAndNarrow_StepByKey_AndPrintOnOnePage()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        var project = office.County.SchoolProject;
        await office.FileAsync("school", project);
        office.App.Time.Set(NoticeOffice.Monday.AddDays(2));
        await office.DecideAsync("education", project, "Return");
        await office.FileAsync("school", project);
        var id = (await office.CaseAsync(project)).CaseId;
        var notice = (await office.Office.StateAsync(office.Notice)).CaseId;
        var (user, password) = (office.County.UserNameOf("performance"), office.County.PasswordOf("performance"));
        await Screens.LookAsync(browser, office.App.Address, user, password,
            ($"/cases/{id}/picture", "picture"), ($"/cases/{id}/picture?line=3", "picture-line"), ($"/cases/{notice}/picture", "picture-of-notice"),
            ($"/notices/{office.Notice}/picture", "picture-heat"), ($"/reviews/{id}?tab=trail", "picture-trail"));

        var page = await browser.OpenAsync(office.App.Address, 1440, 900);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", user);
        await page.FillAsync("[name=password]", password);
        await page.PressAsync("[name=password]", "Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));

        await page.GotoAsync($"/cases/{id}/picture?line=2");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForURLAsync(url => url.EndsWith("line=3", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.WaitForURLAsync(url => url.EndsWith("line=2", StringComparison.Ordinal));
        Assert.True(await page.IsVisibleAsync("svg.drawing g.step.current"));
        Assert.True((await page.Locator(".picture-list").BoundingBoxAsync())!.Width <= 1);

        // Both pictures fit one sheet of A4, lying.
        foreach (var path in (string[])[$"/cases/{id}/picture", $"/notices/{office.Notice}/picture"])
        {
            await page.GotoAsync(path);
            var pdf = System.Text.Encoding.Latin1.GetString(await page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true }));
            Assert.Single(Sheets().Matches(pdf));
            var box = Box().Match(pdf);
            Assert.True(double.Parse(box.Groups["width"].Value, System.Globalization.CultureInfo.InvariantCulture) > double.Parse(box.Groups["height"].Value, System.Globalization.CultureInfo.InvariantCulture), "upright");
        }

        // In the trail the picture comes when it is opened.
        await page.GotoAsync($"/reviews/{id}?tab=trail");
        await page.ClickAsync("details:has(.picture-sheet) > summary");
        await page.WaitForSelectorAsync(".picture-sheet svg.drawing");
        await page.SetViewportSizeAsync(390, 844);
        Assert.False(await page.IsVisibleAsync(".picture-sheet svg.drawing"));
        Assert.True(await page.IsVisibleAsync(".picture-list li.current"));
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)", RegexOptions.None, 1000)]
    private static partial Regex Sheets();

    [GeneratedRegex(@"/MediaBox\s*\[0 0 (?<width>[\d.]+) (?<height>[\d.]+)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Box();
}
