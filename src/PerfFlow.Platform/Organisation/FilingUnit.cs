using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Organisation;

/// <summary>A body that may file on a given day, with who reviews it.</summary>
/// <param name="SectionId">归口科室 of its department on that day; null when none is mapped, and then nothing can be asked of it.</param>
public sealed record FilingUnit(long Id, BodyKind Kind, string Code, string Name, long DepartmentId, long? SectionId);

/// <summary>Questions about the tree that other features ask.</summary>
public static class FilingUnits
{
    /// <summary>Units, departments (as their 本级) and towns that exist on the day, by code; section by the mapping of that day (V3).</summary>
    public static IQueryable<FilingUnit> FilingUnitsOn(this PlatformDb db, int regionId, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(db);
        return
            from body in db.Organisations
            where body.RegionId == regionId && body.DepartmentId != null
                && body.ValidFrom <= day && (body.ValidTo == null || body.ValidTo > day)
            join mapping in db.SectionMappings.Where(m => m.ValidFrom <= day && (m.ValidTo == null || m.ValidTo > day))
                on body.DepartmentId equals mapping.DepartmentId into mapped
            from section in mapped.DefaultIfEmpty()
            orderby body.Code
            select new FilingUnit(body.Id, body.Kind, body.Code, body.Name, body.DepartmentId!.Value, section == null ? null : section.SectionId);
    }
}
