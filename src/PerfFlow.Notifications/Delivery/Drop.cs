using Microsoft.EntityFrameworkCore;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>The visit is over: what is still held for it is dropped, and the bell no longer counts it.</summary>
internal sealed class Drop(IDbContextFactory<NotificationsDb> databases, TimeProvider time) : OnceTogether<TaskClosed, NotificationsDb>(databases, time)
{
    protected override string Name => "drop";

    protected override async Task HandleAsync(NotificationsDb db, IReadOnlyList<TaskClosed> messages)
    {
        var current = await VisitLog.CurrentAsync(db, messages);
        if (current.Count == 0)
        {
            return;
        }

        await VisitLog.ClosedAsync(db, current.Select(m => (m.Region, m.Case)), closing: true);
        var (cases, visits) = (current.Select(m => m.Case.Id).ToArray(), current.Select(m => m.Case.Visit).ToArray());
        await db.Database.ExecuteSqlAsync($"""
            update notifications.items i set closed = true
            from (select distinct * from unnest({cases}, {visits}) v(case_id, visit)) v where i.case_id = v.case_id and i.visit = v.visit and i.of_visit
            """);
        var now = Time.GetUtcNow();
        // An attempt under way is not called back; should it fail, the mailroom sees that the item is closed.
        var held = await db.Deliveries.FromSql($"""
            select d.* from notifications.deliveries d join notifications.items i on i.id = d.item_id
            where (i.case_id, i.visit) in (select * from unnest({cases}, {visits})) and i.of_visit and d.state in ('Held', 'Dead') for update of d
            """).Include(d => d.Item).ToListAsync();
        foreach (var delivery in held)
        {
            delivery.State = DeliveryState.Dropped;
            delivery.ChangedAt = now;
            db.Add(OutboxRow.Of(Report.Of(delivery, now), now));
        }
    }
}
