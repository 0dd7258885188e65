using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>What messages have told about generations and visits, so that those that come late are recognised. Works in the caller's transaction.</summary>
internal static class VisitLog
{
    /// <summary>Of the messages those whose generation is the latest that their region has been heard of in.</summary>
    public static async Task<List<TMessage>> CurrentAsync<TMessage>(NotificationsDb db, IReadOnlyList<TMessage> messages)
        where TMessage : Message
    {
        var current = new HashSet<RegionRef>();
        foreach (var region in messages.Select(m => m.Region).Distinct().OrderBy(r => r.Code, StringComparer.Ordinal).ThenBy(r => r.Generation))
        {
            if (await IsCurrentAsync(db, region))
            {
                current.RemoveWhere(r => r.Code == region.Code);
                current.Add(region);
            }
        }

        return [.. messages.Where(m => current.Contains(m.Region))];
    }

    /// <summary>
    /// Notes the visits and locks them until the transaction ends, in the order of their keys, so that opening and closing, which may
    /// come in either order and at the same time, do not miss each other. Gives those that are closed.
    /// </summary>
    public static async Task<HashSet<(long Case, int Visit)>> ClosedAsync(NotificationsDb db, IEnumerable<(RegionRef Region, CaseRef Case)> visits, bool closing)
    {
        var rows = visits.GroupBy(v => (v.Case.Id, v.Case.Visit)).Select(g => (g.Key, Revision: g.Max(v => v.Case.Revision), g.First().Region)).ToList();
        await using var command = new NpgsqlCommand(
            """
            insert into notifications.visits as v (case_id, visit, revision, closed, region_code, generation)
            select n.case_id, n.visit, n.revision, $6, n.region, n.generation
            from unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::int[]) n(case_id, visit, revision, region, generation) order by n.case_id, n.visit
            on conflict (case_id, visit) do update set revision = greatest(v.revision, excluded.revision), closed = v.closed or excluded.closed
            returning case_id, visit, closed
            """,
            (NpgsqlConnection)db.Database.GetDbConnection());
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.Key.Id)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(r => r.Key.Visit)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(r => r.Revision)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(r => r.Region.Code)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(r => r.Region.Generation)] });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = closing });
        var closed = new HashSet<(long, int)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (reader.GetBoolean(2))
            {
                closed.Add((reader.GetInt64(0), reader.GetInt32(1)));
            }
        }

        return closed;
    }

    /// <summary>False when a later generation of the region has been heard of.</summary>
    private static async Task<bool> IsCurrentAsync(NotificationsDb db, RegionRef region)
    {
        var known = await db.Database.SqlQuery<int>($"select generation as \"Value\" from notifications.regions where code = {region.Code}").ToListAsync();
        if (known is [var generation] && generation >= region.Generation)
        {
            return generation == region.Generation;
        }

        await db.Database.ExecuteSqlAsync($"""
            insert into notifications.regions as r (code, generation) values ({region.Code}, {region.Generation})
            on conflict (code) do update set generation = greatest(r.generation, excluded.generation)
            """);
        // What is held for the closed generation has nobody to go to any more.
        await db.Database.ExecuteSqlAsync($"""
            update notifications.deliveries d set state = 'Dropped' from notifications.items i
            where i.id = d.item_id and i.region_code = {region.Code} and i.generation < {region.Generation} and d.state = 'Held'
            """);
        return true;
    }
}
