using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Projects;

namespace PerfFlow.Platform.Submissions;

/// <summary>The same project in the year before.</summary>
public static class LastYears
{
    /// <summary>Its row in last year's library; null where it is new.</summary>
    public static Task<Project?> ProjectAsync(PlatformDb db, Project project, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(project);
        return db.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.RegionId == project.RegionId && p.FiscalYear == project.FiscalYear - 1 && p.Code == project.Code, ct);
    }
}
