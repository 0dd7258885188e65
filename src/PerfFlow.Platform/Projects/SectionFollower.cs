using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Projects;

/// <summary>
/// A change of 归口 may be entered ahead of its day. When a region's business date reaches it, the library's projects
/// change hands; every node looks, and a second look changes nothing.
/// </summary>
internal sealed class SectionFollower(IDbContextFactory<PlatformDb> databases, RegionClock clock, TimeProvider time, ILogger<SectionFollower> log) : RepeatedWork(TimeSpan.FromMinutes(5), time, log)
{
    protected override Task TurnAsync(CancellationToken ct) => RunAsync(ct);

    /// <summary>Moves what is not where it belongs today; returns how many projects moved.</summary>
    internal async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var moved = 0;
        var now = time.GetUtcNow();
        foreach (var region in await db.Regions.Where(r => !r.Closed).Select(r => r.Id).ToListAsync(ct))
        {
            var today = clock.Today(region);
            moved += await db.Database.ExecuteSqlAsync(
                $"""
                update platform.projects p set section_id = m.section_id, changed_at = {now}
                from platform.section_mappings m
                where p.region_id = {region} and m.department_id = p.department_id and p.section_id <> m.section_id
                  and m.valid_from <= {today} and (m.valid_to is null or m.valid_to > {today})
                """, ct);
        }

        return moved;
    }
}
