using Microsoft.Playwright;
using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>
/// Notice, filing, review sheet and feedback form as Chromium prints them on A4: so many pages, nothing wider than the paper,
/// and every row, card and paragraph whole in the text of the pages.
/// </summary>
public sealed class PrintingOnPaper(PostgresServer postgres, Browser browser)
{
    // What must not be cut: rows and timeline entries stand on one page each; a long cell or card may go on on the next.
    private const string Pieces = """
        () => [...document.querySelectorAll('main tr, main .kv > dd, main .tl > li, main .chk, main h1, main h2, main h3')]
          .filter(e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden')
          .map(e => { const c = e.cloneNode(true); c.querySelectorAll('.no-print, .act, .btn, [hidden], .ti, svg').forEach(x => x.remove());
            return [e.matches('tr, li, .chk, h1, h2, h3') && e.getBoundingClientRect().height < 850 ? 'whole' : 'all', c.textContent.replace(/\s+/g, '')]; })
          .filter(p => p[1].length)
        """;

    private const string TooWide = """
        () => [...document.querySelectorAll('main :is(table, dl, p, h1, h2, h3, td, dd)')].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
          .map(e => e.tagName + ' ' + e.className + ' ' + e.textContent.trim().slice(0, 40))
        """;

    [Fact]
    public async Task FeedbackForm_OfTwoProblemsStandsOnTwoPages_AndItsReviewOnThree()
    {
        await using var office = await RectificationOffice.OpenAsync(postgres);
        var id = await office.OrderedAsync();
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await office.DecideAsync("education", id, "Approve");
        await office.DecideAsync("culture", id, "Return", new ReturnedLine(2, "支付凭证没有附上"));
        await office.FileAsync("school", id, RectificationOffice.Answered);
        await using var paper = await PaperAsync(office.Reviews, "performance");
        Assert.Equal(2, await paper.PagesAsync($"/filings/{id}/print", "feedback"));
        Assert.InRange(await paper.PagesAsync($"/reviews/{id}", "feedback-review"), 2, 3);
    }

    [Fact]
    public async Task LongFeedbackForm_GoesOnFromPageToPageWithoutLosingAWord()
    {
        await using var office = await RectificationOffice.OpenAsync(postgres);
        var ordered = await office.TryOrderAsync(await office.AsAsync("performance"), office.Origin, [.. Enumerable.Range(1, 9).Select(n => new FoundProblem($"第{n}个问题：" + Long(n, 4), Long(n + 20, 3)))]);
        await office.FileAsync("school", ordered.Value, f => RectificationOffice.Answered(f) is var all
            ? all.WithRows(RectificationForm.Lines, [.. all.Rows(RectificationForm.Lines).Select((r, n) => r.With("measure", Long(n + 40, 12)).With("post", $"第{n}科室").With("deadline", $"2023-10-{n + 10}").With("evidence", $"第{n}份台账"))]) : f);
        await using var paper = await PaperAsync(office.Reviews, "school");
        Assert.InRange(await paper.PagesAsync($"/filings/{ordered.Value}/print", "feedback-long"), 5, 8);
    }

    [Fact]
    public async Task NoticeGoalFilingAndReviewSheet_KeepTheirRowsWhole()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        var county = office.County;
        await office.FileAsync("school", county.SchoolProject, f => f with
        {
            Costs = [.. Enumerable.Range(1, 40).Select(n => new CostRow(FormValue.Write(n), $"第{n}项测算", 1, "项", f.Annual.Total / 40, f.Annual.Total / 40, Long(n, 1)))],
        });
        await office.DecideAsync("education", county.SchoolProject, "Approve");
        var about = await office.CaseAsync(county.SchoolProject);
        await using var paper = await PaperAsync(office, "culture");
        Assert.Equal(1, await paper.PagesAsync($"/notices/{office.Notice}/sheet", "notice"));
        Assert.InRange(await paper.PagesAsync($"/filings/{about.CaseId}/print", "goal"), 3, 4);
        Assert.InRange(await paper.PagesAsync($"/reviews/{about.CaseId}", "goal-review"), 4, 6);
    }

    // Sentences that differ, so that a page holds the text of one row and of no other.
    private static string Long(int n, int sentences) => string.Concat(Enumerable.Range(1, sentences).Select(i => $"已按要求核对{n}年第{i}批{n * i}份台账和凭证，逐项补齐验收、支付、考核资料并落实专人保管。"));

    private async Task<PaperDesk> PaperAsync(ReviewOffice office, string person)
    {
        var page = await browser.OpenAsync(office.App.Address);
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=userName]", office.County.UserNameOf(person));
        await page.FillAsync("[name=password]", office.County.PasswordOf(person));
        await page.PressAsync("[name=password]", "Enter");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return new PaperDesk(page);
    }

    private sealed class PaperDesk(IPage page) : IAsyncDisposable
    {
        // 174 mm between the margins at 96 dpi.
        private const int PaperWidth = 658;

        /// <summary>Prints an address, checks that nothing is lost, and says on how many pages it stands.</summary>
        public async Task<int> PagesAsync(string path, string name)
        {
            await page.SetViewportSizeAsync(PaperWidth, 971);
            await page.EmulateMediaAsync(new() { Media = Media.Print });
            var answer = await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            Assert.True(answer!.Ok, $"{path} answers {answer.Status}");
            Assert.Empty(await page.EvaluateAsync<string[]>(TooWide));
            var pieces = await page.EvaluateAsync<string[][]>(Pieces);
            var file = await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true, PrintBackground = true, Path = Path.Combine(Repository.Artifacts("screens"), $"paper-{name}.pdf") });
            var pages = Paper.PagesOf(file);
            var all = string.Concat(pages);
            var lost = pieces.Where(p => p[0] == "whole" ? !pages.Any(text => Paper.Holds(text, p[1])) : !Paper.Holds(all, p[1])).Select(p => string.Join(' ', p)).ToList();
            Assert.DoesNotContain("", pages);
            Assert.True(lost.Count == 0, $"{path}: {lost.Count} of {pieces.Length} pieces are cut: {string.Join(" | ", lost.Take(4))}\n{string.Join("\n--\n", pages.Select(t => t[..Math.Min(300, t.Length)]))}");
            return pages.Count;
        }

        public async ValueTask DisposeAsync() => await page.Context.CloseAsync();
    }
}
