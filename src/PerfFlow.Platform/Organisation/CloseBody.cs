using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>
/// Ends a body from today on; what it filed stays. Refused while something hangs on it: body-has-children,
/// body-has-tasks (count), body-has-people (count); also right-manage-organisation, not-found.
/// </summary>
public sealed class CloseBody(PlatformDb db, RegionClock clock, RegionJournal journal)
{
    public async Task<Outcome<Done>> RunAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.ManageOrganisation) is { } refusal)
        {
            return refusal;
        }

        var body = await db.Organisations.FirstOrDefaultAsync(b => b.Id == id && b.RegionId == viewer.RegionId && b.ValidTo == null, ct);
        if (body is null)
        {
            return Refusal.NotFound();
        }

        if (await db.Organisations.AnyAsync(b => b.ParentId == id && b.ValidTo == null, ct))
        {
            return Refusal.Conflict("body-has-children");
        }

        if (await db.Tasks.CountAsync(t => t.OrganisationId == id || t.UnitId == id, ct) is > 0 and var tasks)
        {
            return Refusal.Conflict("body-has-tasks", tasks);
        }

        var today = clock.Today(viewer.RegionId);
        if (await db.Memberships.CountAsync(m => m.OrganisationId == id && (m.ValidTo == null || m.ValidTo > today), ct) is > 0 and var people)
        {
            return Refusal.Conflict("body-has-people", people);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        body.ValidTo = today < body.ValidFrom ? body.ValidFrom : today;
        await db.SectionMappings.Where(m => m.DepartmentId == id && m.ValidTo == null)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.ValidTo, x => x.ValidFrom > today ? x.ValidFrom : today), ct);
        await db.SaveChangesAsync(ct);
        await journal.AppendAsync(db, viewer.RegionId, "body-closed", Actors.Of(viewer, Roles.Administrator),
            Facts.Of(("body", body.Id), ("code", body.Code)), ct);
        await transaction.CommitAsync(ct);
        return default(Done);
    }
}
