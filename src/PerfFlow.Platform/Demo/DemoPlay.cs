using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Plays a county's year on its own clock: self-evaluations, evaluations and spot checks of the year before, monitoring,
/// goals of the next year, rectification and results; then a further notice whose items are left open for the visitor.
/// </summary>
public sealed partial class DemoPlay(IServiceProvider services, ILogger<DemoPlay> logger)
{
    /// <summary>Every third filing is typed into the page; the rest come as workbooks.</summary>
    private const int PageEvery = 3;

    /// <summary>A few units hand in after the due day.</summary>
    private const int LateEvery = 17;

    /// <summary>Papers that the bureau numbered before the year's first notice: that one is 青财绩效〔2023〕31号 in the county's report.</summary>
    private const int NumbersBefore = 30;

    /// <summary>Opens a new generation and plays it; returns it with the accounts' start passwords.</summary>
    public async Task<DemoRegion> RunAsync(DemoCounty county, CancellationToken ct)
    {
        LogStep("organisation and people");
        var opened = new DateOnly(2023, 3, 6);
        var demo = DemoRegion.Must(await DemoRegion.OpenAsync(services, county, DemoRegion.Morning(opened), ct), county.Name);
        var quiet = new DemoQuiet(services, demo.RegionId);
        var timeline = new DemoTimeline(quiet, LogDay);
        var first = county.Notices[0];
        DemoRegion.Must(
            await services.GetRequiredService<NumberLedger>().StartAfterAsync(await demo.AsAsync("performance1", ct), first.MarkWord, opened.Year, NumbersBefore, ct), "the ledger's start");
        new DemoYear(services, demo, timeline, (notice, projects, key, token) => IssueAsync(demo, notice, projects, key, token)).Plan();
        timeline.At(first.IssuedOn, async token =>
        {
            await demo.ImportFilingsAsync("2024年部门预算项目.xlsx", county.FirstRound, token);
            Plan(demo, timeline, await IssueAsync(demo, first, county.FirstRound, token), first, county.FirstRound);
        });
        await timeline.RunAsync(ct);

        var second = county.Notices[1];
        await quiet.MoveToAsync(DemoRegion.Morning(second.IssuedOn), ct);
        await demo.ImportFilingsAsync("2024年部门预算第二批项目.xlsx", county.SecondRound, ct);
        var secondId = await IssueAsync(demo, second, county.SecondRound, ct);
        await LeaveOpenAsync(demo, quiet, secondId, second, county.SecondRound, ct);
        return demo;
    }

    private Task<long> IssueAsync(DemoRegion demo, DemoNotice notice, IReadOnlyList<DemoFiling> filings, CancellationToken ct) =>
        IssueAsync(demo, notice, new RecipientChoice { Units = [.. filings.Select(f => demo.BodyId(f.UnitCode)).Distinct()] }, ct);

    private Task<long> IssueAsync(DemoRegion demo, DemoNotice notice, IReadOnlyList<string> projects, IReadOnlyList<string> key, CancellationToken ct) =>
        IssueAsync(demo, notice, new RecipientChoice { Projects = projects, Key = key }, ct);

    /// <summary>Draft, signature, number, issue: by the performance section and the leader.</summary>
    private async Task<long> IssueAsync(DemoRegion demo, DemoNotice notice, RecipientChoice recipients, CancellationToken ct)
    {
        LogStep(notice.Title);
        var (section, leader) = (await demo.AsAsync("performance1", ct), await demo.AsAsync("leader", ct));
        var draft = new NoticeDraft
        {
            Title = notice.Title, Grounds = notice.Grounds, Matters = notice.Matters, Demands = notice.Demands, Contact = notice.Contact, MarkWord = notice.MarkWord,
            Opens = notice.Opens, FiscalYear = notice.FiscalYear, Period = notice.Period, DueOn = notice.DueOn, Recipients = recipients,
        };
        var id = DemoRegion.Must(await services.GetRequiredService<CreateNotice>().RunAsync(section, draft, Id("create"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<SubmitNotice>().RunAsync(section, id, await VersionAsync(id, ct), "", Id("submit"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<SignNotice>().RunAsync(leader, id, await VersionAsync(id, ct), "", Id("sign"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<IssueNotice>().RunAsync(section, id, Id("issue"), ct), notice.Title);
        return id;

        Guid Id(string what) => CommandId.Of($"demo {demo.RegionId} {notice.IssuedOn:yyyyMMdd} {what}");
    }

    /// <summary>Every filing to its approval, day by day.</summary>
    private void Plan(DemoRegion demo, DemoTimeline timeline, long noticeId, DemoNotice notice, IReadOnlyList<DemoFiling> filings)
    {
        var filer = new DemoFiler(services, demo, noticeId);
        var calendar = services.GetRequiredService<ParameterStore>().Calendar(demo.RegionId);
        var span = calendar.WorkingDaysBetween(notice.IssuedOn, notice.DueOn);
        for (var n = 0; n < filings.Count; n++)
        {
            var filing = filings[n];
            // Copies come a day after what they copy, so that the check can know it.
            var first = filing.CopiedFrom is not null ? span : n % LateEvery == LateEvery - 1 ? span + 2 : 1 + (n % (span - 1));
            for (var round = 0; round < filing.Rounds.Count; round++)
            {
                var (r, byWorkbook) = (round, round == 0 && n % PageEvery != PageEvery - 1);
                var day = first + (round * 3);
                timeline.At(calendar.AddWorkingDays(notice.IssuedOn, day), token => filer.SubmitAsync(filing, r, byWorkbook, token));
                timeline.At(calendar.AddWorkingDays(notice.IssuedOn, day + 1), async token =>
                {
                    await filer.PassDepartmentAsync(filing, r, token);
                    await filer.ReviewAsync(filing, r, token);
                });
            }
        }
    }

    /// <summary>The second notice stops in the middle: drafts, submissions under review, returns, and units that have not begun.</summary>
    private async Task LeaveOpenAsync(DemoRegion demo, DemoQuiet quiet, long noticeId, DemoNotice notice, IReadOnlyList<DemoFiling> filings, CancellationToken ct)
    {
        var filer = new DemoFiler(services, demo, noticeId);
        var calendar = services.GetRequiredService<ParameterStore>().Calendar(demo.RegionId);
        await quiet.MoveToAsync(DemoRegion.Morning(calendar.AddWorkingDays(notice.IssuedOn, 2)), ct);
        // Two thirds of those that will be late have at least opened the notice; the rest are 未读.
        await EachAsync(n => n % 6 == 0 && n % 9 != 0, (filing, _, token) => filer.ReadAsync(filing, token));
        await EachAsync(n => n % 6 is not (0 or 1), (filing, n, token) => filer.SubmitAsync(filing, 0, n % 2 == 0, token));
        await EachAsync(n => n % 6 == 1, (filing, _, token) => filer.FillAsync(filing, 0, byWorkbook: false, token));
        await quiet.MoveToAsync(DemoRegion.Morning(calendar.AddWorkingDays(notice.IssuedOn, 3)), ct);
        await EachAsync(n => n % 6 is 3 or 4, (filing, _, token) => filer.PassDepartmentAsync(filing, 0, token));
        await EachAsync(n => n % 6 == 3 || (n % 6 == 4 && filings[n].IsReturned), (filing, _, token) => filer.ReviewAsync(filing, 0, token));
        await quiet.MoveToAsync(DemoRegion.Morning(calendar.AddWorkingDays(notice.DueOn, 1)), ct);

        Task EachAsync(Func<int, bool> which, Func<DemoFiling, int, CancellationToken, Task> act) =>
            Parallel.ForEachAsync(filings.Index().Where(f => which(f.Index)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (f, token) => await act(f.Item, f.Index, token));
    }

    private async Task<int> VersionAsync(long noticeId, CancellationToken ct)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct);
        return await db.Notices.Where(n => n.Id == noticeId).Select(n => n.Version).FirstAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Step}")]
    private partial void LogStep(string step);

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Day}, {Acts} acts in {Took}")]
    private partial void LogDay(DateOnly day, int acts, TimeSpan took);
}
