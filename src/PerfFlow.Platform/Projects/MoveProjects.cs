using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Projects;

/// <summary>Keeps the library beside the organisation: who looks after a project is who looks after its department today.</summary>
public sealed class MoveProjects(PlatformDb db, TimeProvider time)
{
    /// <summary>In the caller's transaction.</summary>
    internal Task<int> ToSectionAsync(int regionId, long departmentId, long sectionId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return db.Projects.Where(p => p.RegionId == regionId && p.DepartmentId == departmentId && p.SectionId != sectionId)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.SectionId, sectionId).SetProperty(x => x.ChangedAt, now), ct);
    }
}
