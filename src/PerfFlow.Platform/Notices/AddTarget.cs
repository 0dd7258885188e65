using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// 增加填报对象: a project that came after the issue gets its case, while the notice allows it and its due day has not
/// passed. The unit's own people, or FIN_PERF at any time for any unit.
/// </summary>
public sealed class AddTarget(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock)
{
    /// <summary>The new case.</summary>
    public async Task<Outcome<long>> RunAsync(Viewer viewer, long noticeId, long projectId, Guid command, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var project = await db.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == projectId && p.RegionId == viewer.RegionId, ct);
        if (project is null || await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state) || state.IssuedAt is null)
        {
            return Refusal.NotFound();
        }

        var manages = viewer.May(Right.ManageNotices) is null;
        if (!manages && viewer.May(Right.Fill, project) is { } refusal)
        {
            return refusal;
        }

        if (await runner.RepeatedAsync(viewer.UserId, command, ct) is { } before)
        {
            return before.CaseId;
        }

        if (state.Stage != NoticeStages.Issued)
        {
            return NoticeSteps.WrongStage(state);
        }

        var now = clock.Now(notice.RegionId);
        if (!manages && !notice.UnitsMayAdd)
        {
            return Refusal.Forbidden("targets-closed");
        }

        if (notice.DueAt is not { } due || due <= now)
        {
            return Refusal.Conflict("notice-due-past", Show.FullDay(notice.DueOn));
        }

        if (project.FiscalYear != notice.FiscalYear)
        {
            return new Refusal("target-other-year", notice.FiscalYear);
        }

        var today = clock.Today(notice.RegionId);
        var section = (await RecipientList.SectionsAsync(db, notice.RegionId, today, ct)).GetValueOrDefault(project.DepartmentId);
        if (section == 0)
        {
            return new Refusal("unit-without-section");
        }

        var target = new NoticeTarget
        {
            NoticeId = noticeId,
            FreezeId = command,
            UnitId = project.UnitId,
            DepartmentId = project.DepartmentId,
            SectionId = section,
            ObjectId = project.Id,
            AddedBy = viewer.UserId,
        };
        db.NoticeTargets.Add(target);
        await db.SaveChangesAsync(ct);
        var start = TargetCases.Start(notice, target, (await runner.NewCaseIdsAsync(1, ct))[0], due, isKey: false);
        var answer = await runner.RunAsync(new CaseCommand
        {
            Id = command,
            CaseId = start.CaseId,
            Act = new Act.Start(start.Input),
            Actor = manages ? NoticeActors.Performance(viewer) : new Actor(viewer.UserId, viewer.Has(Roles.Unit, project.UnitId) ? Roles.Unit : Roles.UnitHead, project.UnitId),
            Seed = start.Seed,
        }, ct);
        if (!answer.Ok)
        {
            db.NoticeTargets.Remove(target);
            await db.SaveChangesAsync(ct);
        }

        return answer.Then<long>(a => a.CaseId);
    }
}
