using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Organisation;

/// <summary>
/// Business time. Everything a clerk calls a date (due dates, rungs, visits, numbers) is read here; sign-in, retries
/// and logs follow <see cref="TimeProvider"/> and never a region's shift (design.md §7).
/// </summary>
public sealed class RegionClock(TimeProvider time, IDbContextFactory<PlatformDb> databases)
{
    /// <summary>China has one time zone and no summer time; the operating system's zone data is not needed for it.</summary>
    public static readonly TimeSpan ChinaOffset = TimeSpan.FromHours(8);

    private readonly ConcurrentDictionary<int, Region> regions = new();

    /// <summary>System time, UTC.</summary>
    public DateTimeOffset SystemNow => time.GetUtcNow();

    /// <summary>The region's business instant, UTC.</summary>
    public DateTimeOffset Now(int regionId) => time.GetUtcNow() + Get(regionId).Shift;

    /// <summary>The region's business date in China.</summary>
    public DateOnly Today(int regionId) => ChinaDate(Now(regionId));

    /// <summary>The date on a Chinese wall calendar at that instant.</summary>
    public static DateOnly ChinaDate(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(ChinaOffset).DateTime);

    /// <summary>The region as last read; it changes only by the demo's play and by opening a new generation.</summary>
    public Region Get(int regionId) => regions.GetOrAdd(regionId, Load);

    /// <summary>Forgets what was read, for the few acts that change a region.</summary>
    public void Forget(int regionId) => regions.TryRemove(regionId, out _);

    private Region Load(int regionId)
    {
        using var db = databases.CreateDbContext();
        return db.Regions.AsNoTracking().First(r => r.Id == regionId);
    }
}
