using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>Reads a filing for its pages. Who may not see it is told that it does not exist.</summary>
public sealed class FilingPageReader(
    FilingCases filings, FilingChecker checker, IDbContextFactory<PlatformDb> databases, RegionClock clock, ParameterStore parameters, ReadTrail trail, DefinitionCatalog catalog,
    SecurityLog log, TimeProvider time)
{
    /// <param name="viewer">Who asks.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="typed">What was just sent and not taken; shown in place of the draft.</param>
    public async Task<Outcome<FilingModel>> RunAsync(Viewer viewer, long caseId, FilingPost? typed, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var filing = found.Value;
        await log.ViewedAsync(viewer, filing.Case, "detail", filing.Named, ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        var state = await db.CaseStates.AsNoTracking().FirstAsync(s => s.CaseId == caseId, ct);
        var editable = filing.Task is { Kind: "fill" } task && viewer.MayDecide(task, filledIt: false) is null;
        var own = viewer.May(Right.SeeDraft, filing.Case) is null;
        var sent = typed?.For(filing);
        // What the platform knows now stands on the page at once, not only after the next save.
        var form = sent?.Form ?? (editable ? filing.Kind.Settle(filing.Form, filing.Prefilled, filing) : filing.Form);
        var due = filing.Task?.DueAt;
        var related = await RelatedCases.OfAsync(db, viewer, filing.Case, catalog, ct);
        return new FilingModel
        {
            Filing = filing,
            State = state,
            Form = form,
            Report = editable ? await checker.RunAsync(filing, form, ct) : null,
            Answers = sent?.Answers ?? filing.DraftAnswers,
            Return = await ReturnAsync(db, filing, ct),
            LastYear = await LastYearAsync(db, filing, ct),
            Trail = editable ? [] : await trail.RunAsync(filing, ct),
            Signers = editable ? [] : await ReadSigners.LinesAsync(db, viewer, filing, ct),
            Related = related,
            FollowUps = Results.FollowUps.Of(viewer, filing, related),
            Lines = await Rectification.LineVerdicts.OfAsync(db, caseId, ct),
            Notice = await NoticeAsync(db, filing.Case.NoticeId, ct),
            Holder = filing.Task is { } open ? await db.Organisations.Where(o => o.Id == open.OrganisationId).Select(o => o.Name).FirstOrDefaultAsync(ct) : null,
            Due = due is { } at ? Show.DueDay(at) : null,
            DaysLeft = due is { } on ? parameters.Calendar(filing.Case.RegionId).WorkingDaysLeft(clock.Now(filing.Case.RegionId), on) : 0,
            ProposedDue = parameters.Calendar(filing.Case.RegionId).AddWorkingDays(clock.Today(filing.Case.RegionId), filing.Parameters.Get(ParameterRegister.NodeLimit)),
            Editable = editable,
            Reviewable = filing.Task is { Kind: "review" } review && viewer.MayDecide(review, filing.FilledByReader) is null,
            Own = own,
            WhyNotHandOver = filing.Task is { } held ? viewer.May(Right.Reassign, held) : Refusal.Conflict("visit-closed"),
            WhyNotWithdraw = WithdrawFiling.Why(viewer, filing),
            Command = Guid.CreateVersion7(time.GetUtcNow()),
        };
    }

    private static async Task<ReturnNote?> ReturnAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        if (filing.Returns is not [.., var last])
        {
            return null;
        }

        var line = await db.Journal.AsNoTracking().Where(j => j.CaseId == last.CaseId && j.Seq == last.Seq).Select(j => new { j.OrganisationId, j.At }).FirstAsync(ct);
        var by = await db.Organisations.Where(o => o.Id == line.OrganisationId).Select(o => o.Name).FirstOrDefaultAsync(ct);
        return new ReturnNote(last, by ?? "", line.At);
    }

    private static async Task<LastYearMoney?> LastYearAsync(PlatformDb db, FilingCase filing, CancellationToken ct)
    {
        var before = await LastYears.ProjectAsync(db, filing.Project, ct);
        return before is null ? null : new LastYearMoney(before.Adjusted, before.Paid);
    }

    /// <summary>The number of a notice, or its title where it has none.</summary>
    internal static async Task<string> NoticeAsync(PlatformDb db, long? noticeId, CancellationToken ct)
    {
        var number = (await db.NoticeStates.AsNoTracking().FirstOrDefaultAsync(n => n.NoticeId == noticeId, ct))?.Number;
        return number ?? await db.Notices.Where(n => n.Id == noticeId).Select(n => n.Title).FirstOrDefaultAsync(ct) ?? "";
    }
}
