using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>
/// Gives a department another 归口科室 from a day on, today at the earliest: what was filed before stays with whom it was
/// filed to (V3), the library's projects move along. Refusals: mapping-section, mapping-past, not-found,
/// right-manage-organisation.
/// </summary>
public sealed class MapSection(PlatformDb db, RegionClock clock, RegionJournal journal, MoveProjects projects)
{
    /// <param name="viewer">Who does it; null for the platform itself (demo, import).</param>
    public async Task<Outcome<Done>> RunAsync(Viewer? viewer, int regionId, long departmentId, long sectionId, DateOnly from, CancellationToken ct)
    {
        if (viewer is not null && (viewer.RegionId != regionId ? Refusal.NotFound() : viewer.May(Right.ManageOrganisation)) is { } refusal)
        {
            return refusal;
        }

        var bodies = await db.Organisations.Where(b => (b.Id == departmentId || b.Id == sectionId) && b.RegionId == regionId && b.ValidTo == null)
            .ToDictionaryAsync(b => b.Id, ct);
        if (bodies.GetValueOrDefault(departmentId)?.Kind is not (BodyKind.Department or BodyKind.Town))
        {
            return Refusal.NotFound();
        }

        if (bodies.GetValueOrDefault(sectionId)?.Kind is not BodyKind.Section)
        {
            return new Refusal("mapping-section") { Field = "sectionId" };
        }

        var today = clock.Today(regionId);
        if (from < today)
        {
            return new Refusal("mapping-past") { Field = "from" };
        }

        var current = await db.SectionMappings.FirstOrDefaultAsync(m => m.DepartmentId == departmentId && m.ValidTo == null, ct);
        if (current?.SectionId == sectionId)
        {
            return default(Done);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (current is not null)
        {
            // A mapping that has not begun yet is taken back whole rather than kept with an empty span.
            if (current.ValidFrom >= from)
            {
                db.SectionMappings.Remove(current);
            }
            else
            {
                current.ValidTo = from;
            }

            await db.SaveChangesAsync(ct);
        }

        db.SectionMappings.Add(new SectionMapping { RegionId = regionId, DepartmentId = departmentId, SectionId = sectionId, ValidFrom = from });
        await db.SaveChangesAsync(ct);
        if (from == today)
        {
            await projects.ToSectionAsync(regionId, departmentId, sectionId, ct);
        }

        await journal.AppendAsync(db, regionId, "section-mapped", Actors.Of(viewer, Roles.Administrator),
            Facts.Of(("department", departmentId), ("section", sectionId), ("from", from.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))), ct);
        await transaction.CommitAsync(ct);
        return default(Done);
    }
}
