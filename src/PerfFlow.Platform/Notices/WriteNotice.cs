using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>Opens a notice: its first draft, and the case that carries it through signing to the issue. FIN_PERF.</summary>
public sealed class CreateNotice(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock)
{
    /// <summary>The id of the new notice.</summary>
    public async Task<Outcome<long>> RunAsync(Viewer viewer, NoticeDraft draft, Guid command, CancellationToken ct)
    {
        if ((viewer.May(Right.ManageNotices) ?? draft.Check()) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var actor = NoticeActors.Performance(viewer);
        if (await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before)
        {
            return await db.Notices.Where(n => n.CaseId == before.CaseId).Select(n => n.Id).FirstAsync(ct);
        }

        var region = clock.Get(viewer.RegionId);
        var bureau = region.BureauId ?? actor.OrganisationId;
        var now = clock.Now(viewer.RegionId);
        var notice = new Notice
        {
            RegionId = viewer.RegionId,
            CaseId = (await runner.NewCaseIdsAsync(1, ct))[0],
            CreatedBy = viewer.UserId,
            CreatedAt = now,
            ChangedAt = now,
        };
        draft.CopyTo(notice, region.MarkWord, await db.Organisations.Where(b => b.Id == bureau).Select(b => b.Name).FirstAsync(ct));
        db.Notices.Add(notice);
        await db.SaveChangesAsync(ct);

        var started = await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = notice.CaseId,
            Act = new Act.Start(Facts.Empty),
            Actor = actor,
            Seed = new CaseSeed
            {
                DefinitionId = NoticeSteps.Definition,
                RegionId = viewer.RegionId,
                UnitId = bureau,
                DepartmentId = bureau,
                SectionId = bureau,
                ObjectId = notice.Id,
            },
        }, ct);
        if (started.Refusal is { } refused)
        {
            db.Notices.Remove(notice);
            await db.SaveChangesAsync(ct);
            return refused;
        }

        return notice.Id;
    }
}

/// <summary>Saves a draft while it is with its authors; a signed text is changed by an amendment. FIN_PERF.</summary>
public sealed class SaveNotice(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>The version that the draft has now.</summary>
    /// <param name="viewer">Who saves.</param>
    /// <param name="noticeId">The notice.</param>
    /// <param name="version">The version that was edited; another one means that somebody else saved meanwhile.</param>
    /// <param name="draft">The whole draft.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<int>> RunAsync(Viewer viewer, long noticeId, int version, NoticeDraft draft, CancellationToken ct)
    {
        if ((viewer.May(Right.ManageNotices) ?? draft.Check()) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // The runner locks the case to submit the notice: under this lock the stage cannot move between look and save.
        await db.Database.ExecuteSqlAsync($"select 1 from platform.cases where id = (select case_id from platform.notices where id = {noticeId}) for share", ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.Stage is not (NoticeStages.Draft or NoticeStages.Returned))
        {
            return Refusal.Conflict("notice-not-draft");
        }

        if (notice.Version != version)
        {
            return Refusal.Conflict("moved-on");
        }

        draft.CopyTo(notice, notice.MarkWord, notice.Signer);
        notice.Version++;
        notice.ChangedAt = clock.Now(notice.RegionId);
        try
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.Conflict("moved-on");
        }

        return notice.Version;
    }
}
