using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Plays a county's round of goal filings on its own clock: the notice, workbooks and pages, returns with reasons,
/// reminders to the late, approvals; then a further notice whose items are left open for the visitor.
/// </summary>
public sealed partial class DemoPlay(IServiceProvider services, ILogger<DemoPlay> logger)
{
    /// <summary>Every third filing is typed into the page; the rest come as workbooks.</summary>
    private const int PageEvery = 3;

    /// <summary>A few units hand in after the due day.</summary>
    private const int LateEvery = 17;

    /// <summary>Opens a new generation and plays it; returns it with the accounts' start passwords.</summary>
    public async Task<DemoRegion> RunAsync(DemoCounty county, CancellationToken ct)
    {
        var notice = county.Notices[0];
        LogStep("organisation and people");
        var demo = DemoRegion.Must(await DemoRegion.OpenAsync(services, county, DemoRegion.Morning(notice.IssuedOn), ct), county.Name);
        await demo.ImportProjectsAsync(county.FirstRound, ct);
        var quiet = new DemoQuiet(services, demo.RegionId);
        var noticeId = await IssueAsync(demo, notice, county.FirstRound, ct);
        await PlayAsync(demo, quiet, noticeId, notice, county.FirstRound, ct);

        var second = county.Notices[1];
        await quiet.MoveToAsync(DemoRegion.Morning(second.IssuedOn), ct);
        await demo.ImportProjectsAsync(county.SecondRound, ct);
        var secondId = await IssueAsync(demo, second, county.SecondRound, ct);
        await LeaveOpenAsync(demo, quiet, secondId, second, county.SecondRound, ct);
        return demo;
    }

    /// <summary>Draft, signature, number, issue: by the performance section and the leader.</summary>
    private async Task<long> IssueAsync(DemoRegion demo, DemoNotice notice, IReadOnlyList<DemoFiling> filings, CancellationToken ct)
    {
        LogStep(notice.Title);
        var (section, leader) = (await demo.AsAsync("performance1", ct), await demo.AsAsync("leader", ct));
        var draft = new NoticeDraft
        {
            Title = notice.Title, Grounds = notice.Grounds, Matters = notice.Matters, Demands = notice.Demands, Contact = notice.Contact, MarkWord = notice.MarkWord,
            FiscalYear = filings[0].Project.FiscalYear, DueOn = notice.DueOn, Recipients = new RecipientChoice { Units = [.. filings.Select(f => demo.BodyId(f.UnitCode)).Distinct()] },
        };
        var id = DemoRegion.Must(await services.GetRequiredService<CreateNotice>().RunAsync(section, draft, Id("create"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<SubmitNotice>().RunAsync(section, id, await VersionAsync(id, ct), "", Id("submit"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<SignNotice>().RunAsync(leader, id, await VersionAsync(id, ct), "", Id("sign"), ct), notice.Title);
        DemoRegion.Must(await services.GetRequiredService<IssueNotice>().RunAsync(section, id, Id("issue"), ct), notice.Title);
        return id;

        Guid Id(string what) => CommandId.Of($"demo {demo.RegionId} {notice.IssuedOn:yyyyMMdd} {what}");
    }

    /// <summary>Every filing to its approval, day by day.</summary>
    private async Task PlayAsync(DemoRegion demo, DemoQuiet quiet, long noticeId, DemoNotice notice, IReadOnlyList<DemoFiling> filings, CancellationToken ct)
    {
        var filer = new DemoFiler(services, demo, noticeId);
        var calendar = services.GetRequiredService<ParameterStore>().Calendar(demo.RegionId);
        var span = calendar.WorkingDaysBetween(notice.IssuedOn, notice.DueOn);
        var schedule = new SortedDictionary<DateOnly, List<Func<CancellationToken, Task>>>();
        for (var n = 0; n < filings.Count; n++)
        {
            var filing = filings[n];
            // Copies come a day after what they copy, so that the check can know it.
            var first = filing.CopiedFrom is not null ? span : n % LateEvery == LateEvery - 1 ? span + 2 : 1 + (n % (span - 1));
            for (var round = 0; round < filing.Rounds.Count; round++)
            {
                var (r, byWorkbook) = (round, round == 0 && n % PageEvery != PageEvery - 1);
                var day = first + (round * 3);
                At(day, token => filer.SubmitAsync(filing, r, byWorkbook, token));
                At(day + 1, async token =>
                {
                    await filer.PassDepartmentAsync(filing, r, token);
                    await filer.ReviewAsync(filing, r, token);
                });
            }
        }

        foreach (var (day, acts) in schedule)
        {
            await quiet.MoveToAsync(DemoRegion.Morning(day), ct);
            LogDay(day, acts.Count);
            await Parallel.ForEachAsync(acts, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (act, token) => await act(token));
        }

        await quiet.SettleAsync(ct);

        void At(int workingDays, Func<CancellationToken, Task> act)
        {
            var day = calendar.AddWorkingDays(notice.IssuedOn, workingDays);
            (schedule.TryGetValue(day, out var acts) ? acts : schedule[day] = []).Add(act);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Demo: {Day}, {Acts} acts")]
    private partial void LogDay(DateOnly day, int acts);
}
