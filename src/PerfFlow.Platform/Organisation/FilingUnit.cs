using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Organisation;

/// <summary>A body that may file on a given day, with who reviews it. Made by a query that callers narrow further.</summary>
public sealed record FilingUnit
{
    public required long Id { get; init; }

    public required BodyKind Kind { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required long DepartmentId { get; init; }

    /// <summary>归口科室 of its department on that day; null when none is mapped, and then nothing can be asked of it.</summary>
    public long? SectionId { get; init; }
}

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
            select new FilingUnit
            {
                Id = body.Id,
                Kind = body.Kind,
                Code = body.Code,
                Name = body.Name,
                DepartmentId = body.DepartmentId!.Value,
                SectionId = section == null ? null : section.SectionId,
            };
    }
}
