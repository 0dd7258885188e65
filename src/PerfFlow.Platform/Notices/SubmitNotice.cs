using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>送签: the draft goes to the leader as it is in this version. FIN_PERF.</summary>
public sealed class SubmitNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock, ParameterStore parameters)
{
    /// <param name="viewer">Who submits.</param>
    /// <param name="noticeId">The notice.</param>
    /// <param name="version">The version that was read; one saved meanwhile refuses.</param>
    /// <param name="said">A word to the leader; may be empty.</param>
    /// <param name="command">Answers once.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long noticeId, int version, string said, Guid command, CancellationToken ct)
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

        if (state.Stage is NoticeStages.Draft or NoticeStages.Returned)
        {
            var recipients = await RecipientList.OfAsync(db, notice, clock.Today(notice.RegionId), ct);
            if (NoticeDraft.Unready(notice, recipients, parameters.Calendar(notice.RegionId), clock.Now(notice.RegionId)) is { } unready)
            {
                return unready;
            }
        }

        // A repeat of this command finds the visit closed; the runner knows its id and answers as before.
        return await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Complete(state.Visit ?? 0, Facts.Of(("outcome", NoticeSteps.Submit), ("version", version))),
            Actor = NoticeActors.Performance(viewer),
            Guards = [new Guard("notices", notice.Id, version)],
            Rows = said.Length > 0 ? [new FeatureRow(NoticeTables.Opinions.Name, NoticeSteps.Submit, said)] : [],
        }, ct);
    }
}

/// <summary>退回修改: the leader sends the draft back with a reason. FIN_LEADER.</summary>
public sealed class ReturnNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner)
{
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long noticeId, string reason, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.SignNotices) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new Refusal("reason-required") { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state)
            ? Refusal.NotFound()
            : state.Stage != NoticeStages.Signing
            ? NoticeSteps.WrongStage(state)
            : await runner.RunAsync(new CaseCommand
            {
                Id = command,
                CaseId = notice.CaseId,
                Act = new Act.Complete(state.Visit ?? 0, Facts.Of(("outcome", NoticeSteps.Return))),
                Actor = NoticeActors.Leader(viewer),
                Rows = [new FeatureRow(NoticeTables.Opinions.Name, NoticeSteps.Return, reason.Trim())],
            }, ct);
    }
}

/// <summary>作废: a notice that was not issued is given up; its number, if it has one, is voided with it. FIN_PERF.</summary>
public sealed class DiscardNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, NumberLedger ledger)
{
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long noticeId, string reason, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.ManageNotices) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new Refusal("reason-required") { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.IssuedAt is not null)
        {
            return NoticeSteps.WrongStage(state);
        }

        var actor = NoticeActors.Performance(viewer);
        var answer = await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Void(Facts.Empty),
            Actor = actor,
            Rows = [new FeatureRow(NoticeTables.Opinions.Name, "Void", reason.Trim())],
        }, ct);
        if (answer.Ok)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await db.DocumentNumbers.FirstOrDefaultAsync(n => n.NoticeId == notice.Id && n.Status == "issued", ct) is { } number)
            {
                await ledger.VoidAsync(db, number, reason.Trim(), actor, ct);
                await transaction.CommitAsync(ct);
            }
        }

        return answer;
    }
}
