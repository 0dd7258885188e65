using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>Somebody who may take a task: holds its role at its body today.</summary>
public sealed record Taker(long UserId, string Name);

/// <summary>An open task as the hand-over page shows it.</summary>
/// <param name="Task">The open visit.</param>
/// <param name="Body">The body that holds it.</param>
/// <param name="Holder">The one person it was handed to; null while it belongs to everybody of the body.</param>
/// <param name="Takers">Who may take it.</param>
public sealed record HandoverView(TaskRow Task, string Body, Taker? Holder, IReadOnlyList<Taker> Takers);

/// <summary>
/// 移交 (T12): an open task goes to one person of the body that holds it, or back to the whole body. Staff turnover
/// without it left items lying (和硕's report). By the head of the unit or the performance section, with a reason.
/// </summary>
public sealed class HandOverTask(IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock)
{
    private const int MinReason = 5;

    /// <summary>The open task of a case and who may take it: of a review nobody who filled the item. Refusals: not-found, right-reassign, visit-closed.</summary>
    public async Task<Outcome<HandoverView>> FindAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var task = await db.Tasks.AsNoTracking().VisibleTo(viewer).OrderByDescending(t => t.Visit).FirstOrDefaultAsync(t => t.CaseId == caseId, ct);
        if (task is null)
        {
            return await db.Cases.VisibleTo(viewer).AnyAsync(c => c.Id == caseId, ct) ? Refusal.Conflict("visit-closed") : Refusal.NotFound();
        }

        if (viewer.May(Right.Reassign, task) is { } refusal)
        {
            return refusal;
        }

        var today = clock.Today(task.RegionId);
        var takers = await Colleagues.At(db, task.Role, task.OrganisationId, today).Select(u => new { u.Id, u.Name })
            .OrderBy(u => u.Name).ThenBy(u => u.Id).ToListAsync(ct);

        // Who filled the item in may hold the reviewing role as well, and is yet no one to review it.
        if (task.Kind == "review")
        {
            var fillers = await Fillers.Of(db, caseId).ToListAsync(ct);
            takers.RemoveAll(t => fillers.Contains(t.Id));
        }

        var body = await db.Organisations.Where(o => o.Id == task.OrganisationId).Select(o => o.Name).FirstAsync(ct);
        var list = takers.ConvertAll(t => new Taker(t.Id, t.Name));
        return new HandoverView(task, body, list.Find(t => t.UserId == task.PersonId), list);
    }

    /// <param name="viewer">Who hands over.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="visit">The open visit that was shown.</param>
    /// <param name="to">The person who takes it; null gives it back to the whole body.</param>
    /// <param name="reason">Why; kept in the trail.</param>
    /// <param name="commandId">Answers once.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, int visit, long? to, string reason, Guid commandId, CancellationToken ct)
    {
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        var found = await FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var view = found.Value;
        if (view.Task.Visit != visit)
        {
            return Refusal.Conflict("visit-closed");
        }

        if (to is { } person && !view.Takers.Any(t => t.UserId == person))
        {
            return new Refusal("taker-without-role") { Field = "to" };
        }

        if (to == view.Task.PersonId)
        {
            return new Refusal("taker-has-it") { Field = "to" };
        }

        if (reason.Trim().Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        var role = viewer.Has(Roles.UnitHead, view.Task.UnitId) ? (Roles.UnitHead, view.Task.UnitId) : (Roles.Performance, viewer.At(Roles.Performance)[0]);
        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.Reassign(visit, to?.ToString(CultureInfo.InvariantCulture)),
                Actor = new Actor(viewer.UserId, role.Item1, role.Item2),
                Rows = [ActReason.Of("Reassign", reason.Trim())],
            },
            ct);
    }
}
