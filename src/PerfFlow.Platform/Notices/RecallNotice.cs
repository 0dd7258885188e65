using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// 撤回通知: no more is asked. Its number is voided and every case that has not ended is voided with the reason; what was
/// finally approved stays. FIN_PERF.
/// </summary>
public sealed class RecallNotice(
    IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock, RegionJournal journal, NumberLedger ledger)
{
    /// <summary>Asked again, it voids what is still open.</summary>
    public async Task<Outcome<BatchOutcome>> RunAsync(Viewer viewer, long noticeId, string reason, CancellationToken ct)
    {
        if (viewer.May(Right.ManageNotices) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new Refusal("notices-reason-required") { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var actor = NoticeActors.Performance(viewer);
        long own;
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            await db.Database.ExecuteSqlAsync($"select 1 from platform.notices where id = {noticeId} for update", ct);
            if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
            {
                return Refusal.NotFound();
            }

            own = notice.CaseId;
            if (state.Stage is not (NoticeStages.Issued or NoticeStages.Closed or NoticeStages.Recalled))
            {
                return NoticeSteps.WrongStage(state);
            }

            if (state.Stage != NoticeStages.Recalled)
            {
                db.NoticeRecalls.Add(new NoticeRecall { NoticeId = noticeId, Reason = reason.Trim(), At = clock.Now(notice.RegionId), ById = viewer.UserId });
                await db.SaveChangesAsync(ct);
                if (await db.DocumentNumbers.FirstOrDefaultAsync(n => n.NoticeId == noticeId && n.Status == "issued", ct) is { } number)
                {
                    await ledger.VoidAsync(db, number, reason.Trim(), actor, ct);
                }

                await journal.AppendAsync(
                    db, notice.RegionId, "NoticeRecalled", actor, Facts.Of(("notice", noticeId), ("reason", NoticeFacts.Hash(reason.Trim()))), ct);
                await transaction.CommitAsync(ct);
            }
        }

        var open = await db.Cases.AsNoTracking()
            .Where(c => (c.NoticeId == noticeId || c.Id == own) && (c.Status == InstanceStatus.Running || c.Status == InstanceStatus.Faulted))
            .Select(c => new { c.Id, c.UnitId, c.Revision }).ToListAsync(ct);
        var answers = await Task.WhenAll(open.ConvertAll(async c => (Case: c, Answer: await runner.RunAsync(new CaseCommand
        {
            Id = CommandId.Of($"recall {noticeId} {c.Id} {c.Revision}"),
            CaseId = c.Id,
            Act = new Act.Void(Facts.Empty),
            Actor = actor,
            Rows = [new FeatureRow(NoticeTables.Measures.Name, "void", reason.Trim(), null)],
        }, ct))));
        return new BatchOutcome(
            answers.Count(a => a.Answer.Ok && a.Case.Id != own),
            [.. answers.Where(a => !a.Answer.Ok).Select(a => new CaseRefusal(a.Case.Id, a.Case.UnitId, a.Answer.Refusal!))]);
    }
}
