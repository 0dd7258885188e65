using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;
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

        if (state.Stage is not (NoticeStages.Draft or NoticeStages.Returned))
        {
            return await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before ? before : NoticeSteps.WrongStage(state);
        }

        var recipients = await RecipientList.OfAsync(db, notice, clock.Today(notice.RegionId), ct);
        if (NoticeDraft.Unready(notice, recipients, parameters.Calendar(notice.RegionId), clock.Now(notice.RegionId)) is { } unready)
        {
            return unready;
        }

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
            return new Refusal("notices-reason-required") { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.Stage != NoticeStages.Signing)
        {
            return await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before ? before : NoticeSteps.WrongStage(state);
        }

        return await runner.RunAsync(new CaseCommand
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
            return new Refusal("notices-reason-required") { Field = "reason" };
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

/// <summary>办结: the due day has passed and the bureau closes the notice; cases that are still open go on. FIN_PERF.</summary>
public sealed class CloseNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner)
{
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long noticeId, Guid command, CancellationToken ct)
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

        if (state.Stage != NoticeStages.Issued || state.Visit is not { } visit)
        {
            return await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before ? before
                : state.Stage == NoticeStages.Issued ? Refusal.Conflict("notice-not-due", Show.FullDay(notice.DueOn)) : NoticeSteps.WrongStage(state);
        }

        return await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Complete(visit, Facts.Of(("outcome", NoticeSteps.Close))),
            Actor = NoticeActors.Performance(viewer),
        }, ct);
    }
}
