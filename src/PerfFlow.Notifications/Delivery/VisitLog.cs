using Microsoft.EntityFrameworkCore;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>What messages have told about generations and visits, so that those that come late are recognised. Works in the caller's transaction.</summary>
internal sealed class VisitLog(NotificationsDb db)
{
    /// <summary>False when a later generation of the region has been heard of.</summary>
    public async Task<bool> IsCurrentAsync(RegionRef region, CancellationToken ct)
    {
        var known = await db.Database.SqlQuery<int>($"select generation as \"Value\" from notifications.regions where code = {region.Code}").ToListAsync(ct);
        if (known is [var generation] && generation >= region.Generation)
        {
            return generation == region.Generation;
        }

        await db.Database.ExecuteSqlAsync($"""
            insert into notifications.regions as r (code, generation) values ({region.Code}, {region.Generation})
            on conflict (code) do update set generation = greatest(r.generation, excluded.generation)
            """, ct);
        // What is held for the closed generation has nobody to go to any more.
        await db.Database.ExecuteSqlAsync($"""
            update notifications.deliveries d set state = 'Dropped' from notifications.items i
            where i.id = d.item_id and i.region_code = {region.Code} and i.generation < {region.Generation} and d.state = 'Held'
            """, ct);
        return true;
    }

    /// <summary>
    /// Notes the visit and locks it until the transaction ends, so that opening and closing, which may come in either
    /// order and at the same time, do not miss each other. True when it is closed.
    /// </summary>
    public async Task<bool> IsClosedAsync(RegionRef region, CaseRef of, bool closing, CancellationToken ct) =>
        (await db.Database.SqlQuery<bool>($"""
            insert into notifications.visits as v (case_id, visit, revision, closed, region_code, generation) values ({of.Id}, {of.Visit}, {of.Revision}, {closing}, {region.Code}, {region.Generation})
            on conflict (case_id, visit) do update set revision = greatest(v.revision, excluded.revision), closed = v.closed or excluded.closed
            returning closed as "Value"
            """).ToListAsync(ct))[0];
}
