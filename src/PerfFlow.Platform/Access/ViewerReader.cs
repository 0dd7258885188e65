using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Access;

/// <summary>Finds out who somebody is today, by their region's business date.</summary>
public sealed class ViewerReader(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>The viewer of an account, for jobs and previews; null when there is none or its region is closed.</summary>
    public async Task<Viewer?> FindAsync(long userId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var user = await db.Users.AsNoTracking().Where(u => u.Id == userId && !u.Retired)
            .Select(u => new { u.Name, u.RegionId }).FirstOrDefaultAsync(ct);
        return user is null ? null : await ReadAsync(db, userId, user.Name, user.RegionId, ct);
    }

    internal async Task<Viewer?> ReadAsync(PlatformDb db, long userId, string name, int regionId, CancellationToken ct)
    {
        var today = clock.Today(regionId);
        // Who is away at the person's posts comes with the region: no further round trip for what is rarely there.
        var region = await db.Regions.AsNoTracking().Where(r => r.Id == regionId)
            .Select(r => new
            {
                r.Name,
                r.Closed,
                Away = db.Delegations
                    .Where(d => d.RegionId == r.Id && d.EndedAt == null && d.FromDay <= today && d.ToDay >= today)
                    .Where(d => db.Memberships.Any(m => m.UserId == userId && m.OrganisationId == d.OrganisationId && m.Role == d.Role && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today)))
                    .Join(db.Users, d => d.PersonId, u => u.Id, (d, u) => new { d.Id, d.Version, d.PersonId, u.Name, d.DeputyId, d.Role, d.OrganisationId })
                    .ToList(),
            }).FirstAsync(ct);
        if (region.Closed)
        {
            return null;
        }

        var posts = await db.Memberships
            .Where(m => m.UserId == userId && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .Join(
                db.Organisations.Where(b => b.RegionId == regionId && b.ValidFrom <= today && (b.ValidTo == null || b.ValidTo > today)),
                m => m.OrganisationId,
                b => b.Id,
                (m, b) => new { m.Role, b.Id, b.Kind, b.Code, b.Name })
            .OrderBy(p => p.Code).ThenBy(p => p.Role)
            .ToListAsync(ct);
        return new Viewer(userId, name, regionId, region.Name, today, posts.ConvertAll(p => new Post(p.Role, p.Id, p.Kind, p.Code, p.Name)))
        {
            StandsInFor = StandIns.Of(userId, region.Away.ConvertAll(d => new StandInStep(d.Id, d.Version, d.PersonId, d.Name, d.DeputyId, d.Role, d.OrganisationId))),
        };
    }
}
