using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Faults;

namespace PerfFlow.Platform.Notices;

/// <summary>What an issue did.</summary>
/// <param name="Number">发文字号.</param>
/// <param name="Cases">How many cases it opened.</param>
public sealed record IssuedNotice(string Number, int Cases);

/// <summary>
/// 编号下发: gives the signed notice its number and opens one case per frozen target, all in the transaction of the act.
/// A refused try keeps the number for the next. FIN_PERF.
/// </summary>
public sealed class IssueNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock, NumberLedger ledger)
{
    public async Task<Outcome<IssuedNotice>> RunAsync(Viewer viewer, long noticeId, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.ManageNotices) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.Stage != NoticeStages.Signed)
        {
            return state.IssuedAt is not null && (await runner.RepeatedAsync(viewer.UserId, command, ct))?.CaseId == notice.CaseId
                ? new IssuedNotice(state.Number!, await db.Cases.CountAsync(c => c.NoticeId == noticeId, ct))
                : NoticeSteps.WrongStage(state);
        }

        if (notice.DueAt is not { } due || due <= clock.Now(notice.RegionId))
        {
            return new Refusal("notice-due-past", Show.FullDay(notice.DueOn));
        }

        var signature = await db.NoticeSignatures.AsNoTracking().Where(s => s.NoticeId == noticeId).OrderByDescending(s => s.Seq).FirstAsync(ct);
        var targets = await db.NoticeTargets.AsNoTracking().Where(t => t.NoticeId == noticeId && t.FreezeId == signature.FreezeId).OrderBy(t => t.Id).ToListAsync(ct);
        if (targets.Count != signature.Targets || !SignNotice.Fingerprint(targets).AsSpan().SequenceEqual(signature.TargetsSha))
        {
            throw new InvalidOperationException($"The targets of notice {noticeId} are not those that were signed.");
        }

        var actor = NoticeActors.Performance(viewer);
        var number = await ledger.GiveAsync(notice, actor, ct);
        await FailPoints.HereAsync(FailPoints.NoticeNumbered);
        var caseIds = await runner.NewCaseIdsAsync(targets.Count, ct);
        var starts = new Dictionary<long, CaseStart>(targets.Count);
        var key = await TargetCases.KeyAsync(db, notice, ct);
        for (var i = 0; i < targets.Count; i++)
        {
            starts.Add(targets[i].Id, TargetCases.Start(notice, targets[i], caseIds[i], due, key.Contains(targets[i].ObjectId)));
        }

        var answer = await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Complete(
                state.Visit ?? 0,
                Facts.Of(("outcome", NoticeSteps.Issue), ("opens", notice.Opens), ("due", due), ("number", number.Number.ToString()), ("targets", targets.ConvertAll(t => t.Id)))),
            Actor = actor,
            Guards = [new Guard("notices", notice.Id, notice.Version)],
            Starts = starts,
        }, ct);
        return answer.Then<IssuedNotice>(_ => new IssuedNotice(number.Number.ToString(), targets.Count));
    }
}

/// <summary>How the case of a target begins; the same for the issue and for a target added later.</summary>
internal static class TargetCases
{
    /// <summary>The department's step is left out where the unit is the department itself (domain.md §3.0 T5).</summary>
    public static CaseStart Start(Notice notice, NoticeTarget target, long caseId, DateTimeOffset due, bool isKey) => new(
        caseId,
        new CaseSeed
        {
            DefinitionId = notice.Opens,
            RegionId = notice.RegionId,
            NoticeId = notice.Id,
            UnitId = target.UnitId,
            DepartmentId = target.DepartmentId,
            SectionId = target.SectionId,
            ObjectId = target.ObjectId,
        },
        Facts.Of(
            ("due", due),
            ("needsDepartment", target.UnitId != target.DepartmentId),
            ("needsPerformanceReview", notice.PerformanceReviews || isKey)));

    /// <summary>The key projects (重点) of the notice: 绩效科 reviews them as well.</summary>
    public static async Task<HashSet<long>> KeyAsync(PlatformDb db, Notice notice, CancellationToken ct)
    {
        var codes = RecipientChoice.Read(notice.Recipients).Key;
        return codes.Count == 0 ? [] : [.. await db.Projects.Where(p => p.RegionId == notice.RegionId && p.FiscalYear == notice.FiscalYear && codes.Contains(p.Code)).Select(p => p.Id).ToListAsync(ct)];
    }
}
