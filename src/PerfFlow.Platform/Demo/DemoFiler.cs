using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Demo;

/// <summary>What one unit and its reviewers do with one filing of the demo, through the use cases that pages and API call.</summary>
internal sealed class DemoFiler(IServiceProvider services, DemoRegion demo, long noticeId)
{
    private readonly IDbContextFactory<PlatformDb> databases = services.GetRequiredService<IDbContextFactory<PlatformDb>>();
    private readonly ConcurrentDictionary<string, long> cases = new(StringComparer.Ordinal);

    /// <summary>The unit fills the given round, by workbook through intake or on the page, and submits it.</summary>
    public async Task SubmitAsync(DemoFiling filing, int round, bool byWorkbook, CancellationToken ct)
    {
        await FillAsync(filing, round, byWorkbook, ct);
        var (viewer, found) = await FindAsync(filing, "clerk" + filing.UnitCode, ct);
        DemoRegion.Must(
            await services.GetRequiredService<SubmitFiling>().RunAsync(viewer, new Submission(found.Case.Id, found.Task!.Visit, found.Draft!.Version, Id(filing, "submit", round)), ct),
            $"submitting {filing.Project.Name}");
    }

    /// <summary>The unit opens the notice (已读).</summary>
    public async Task ReadAsync(DemoFiling filing, CancellationToken ct)
    {
        var viewer = await demo.AsAsync("clerk" + filing.UnitCode, ct);
        var read = services.GetRequiredService<ReadNotice>();
        await read.MarkAsync(viewer, DemoRegion.Must(await read.RunAsync(viewer, noticeId, ct), $"reading the notice at {filing.UnitCode}"), ct);
    }

    /// <summary>The same without submitting: a draft is left.</summary>
    public async Task FillAsync(DemoFiling filing, int round, bool byWorkbook, CancellationToken ct)
    {
        var clerk = "clerk" + filing.UnitCode;
        if (round == 0)
        {
            await ReadAsync(filing, ct);
        }

        var (viewer, found) = await FindAsync(filing, clerk, ct);
        var form = filing.Rounds[round].Form with { FiledOn = services.GetRequiredService<RegionClock>().Today(demo.RegionId) };
        if (byWorkbook)
        {
            await SendAsync(filing, round, form, ct);
            (viewer, found) = await FindAsync(filing, clerk, ct);
        }

        var said = round == 0 ? [] : filing.Rounds[round - 1].Return?.Comments ?? [];
        var open = found.OpenComments.ToList();
        var answers = open.Select((c, n) => (c.Number, Answer: n < said.Count ? new AnswerDraft(said[n].Disputed ? "disputed" : "changed", said[n].Answer) : new AnswerDraft("changed", "")))
            .ToDictionary(a => a.Number, a => a.Answer);
        // The clerk looks at what came of the workbook and adds what it does not hold: estimate, plan, head.
        DemoRegion.Must(
            await services.GetRequiredService<SaveDraft>().RunAsync(viewer, new DraftToSave(found.Case.Id, found.Task!.Visit, found.Draft?.Version ?? 0, GoalFiling.Write(form), answers), ct),
            $"drafting {filing.Project.Name}");
    }

    /// <summary>The department passes it on, where the unit is not itself the department.</summary>
    public async Task PassDepartmentAsync(DemoFiling filing, int round, CancellationToken ct)
    {
        if (filing.UnitCode != filing.DepartmentCode)
        {
            await DecideAsync(filing, "dept" + filing.DepartmentCode, round, DecideReview.Approve, null, ct);
        }
    }

    /// <summary>The section returns the round for what the content says is wrong with it, or approves.</summary>
    public Task ReviewAsync(DemoFiling filing, int round, CancellationToken ct) =>
        DecideAsync(filing, $"section{filing.SectionCode[^1]}a", round, filing.Rounds[round].Return is null ? DecideReview.Approve : "Return", filing.Rounds[round].Return, ct);

    private async Task DecideAsync(DemoFiling filing, string login, int round, string outcome, DemoReturn? because, CancellationToken ct)
    {
        var (viewer, found) = await FindAsync(filing, login, ct);
        await services.GetRequiredService<OpenReview>().RunAsync(viewer, found, ct);
        var calendar = services.GetRequiredService<ParameterStore>().Calendar(demo.RegionId);
        var today = services.GetRequiredService<RegionClock>().Today(demo.RegionId);
        DemoRegion.Must(
            await services.GetRequiredService<DecideReview>().RunAsync(
                viewer,
                new ReviewDecision
                {
                    CaseId = found.Case.Id, Visit = found.Task!.Visit, CommandId = Id(filing, login, round), Outcome = outcome, Text = because?.Text ?? "",
                    Reasons = because?.Reasons ?? [], Due = because is null ? null : calendar.AddWorkingDays(today, 5),
                    Comments = [.. (because?.Comments ?? []).Select(c => new CommentDraft(c.Place, c.Code, c.Text))],
                },
                ct),
            $"{login} deciding {filing.Project.Name}");
    }

    private async Task SendAsync(DemoFiling filing, int round, GoalFilingForm form, CancellationToken ct) =>
        await new DemoIntake(services, demo).SendAsync(
            await demo.AsAsync("clerk" + filing.UnitCode, ct), noticeId, filing.UnitCode, GoalWorkbook.Columns, [GoalFiling.Write(form)],
            Id(filing, "workbook", round), $"{filing.Project.Name}.xlsx", ct);

    private async Task<(Access.Viewer Viewer, FilingCase Filing)> FindAsync(DemoFiling filing, string login, CancellationToken ct)
    {
        var viewer = await demo.AsAsync(login, ct);
        if (!cases.TryGetValue(filing.Project.Code, out var caseId))
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            caseId = cases[filing.Project.Code] = await db.Cases.Where(c => c.NoticeId == noticeId && db.Projects.Any(p => p.Id == c.ObjectId && p.Code == filing.Project.Code)).Select(c => c.Id).FirstAsync(ct);
        }

        return (viewer, DemoRegion.Must(await services.GetRequiredService<FilingCases>().FindAsync(viewer, caseId, ct), filing.Project.Name));
    }

    private Guid Id(DemoFiling filing, string what, int round) => CommandId.Of($"demo {demo.RegionId} {noticeId} {filing.Project.Code} {what} {round}");
}
