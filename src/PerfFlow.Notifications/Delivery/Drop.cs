using Microsoft.EntityFrameworkCore;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>The visit is over: what is still held for it is dropped, and the bell no longer counts it.</summary>
internal sealed class Drop(NotificationsDb db, VisitLog visits, TimeProvider time) : OnceConsumer<TaskClosed, NotificationsDb>(db, time)
{
    protected override string Name => "drop";

    protected override async ValueTask<bool> WantsAsync(TaskClosed message, CancellationToken ct) => await visits.IsCurrentAsync(message.Region, ct);

    protected override async Task HandleAsync(TaskClosed message, CancellationToken ct)
    {
        await visits.IsClosedAsync(message.Region, message.Case, closing: true, ct);
        var (id, visit) = (message.Case.Id, message.Case.Visit);
        var items = Db.Items.Where(i => i.CaseId == id && i.Visit == visit && i.OfVisit);
        await items.ExecuteUpdateAsync(set => set.SetProperty(i => i.Closed, true), ct);
        var now = Time.GetUtcNow();
        // An attempt under way is not called back; should it fail, the mailroom sees that the item is closed.
        var held = await Db.Deliveries.FromSql($"""
            select d.* from notifications.deliveries d join notifications.items i on i.id = d.item_id
            where i.case_id = {id} and i.visit = {visit} and i.of_visit and d.state in ('Held', 'Dead') for update of d
            """).Include(d => d.Item).ToListAsync(ct);
        foreach (var delivery in held)
        {
            delivery.State = DeliveryState.Dropped;
            delivery.ChangedAt = now;
            Db.Add(OutboxRow.Of(Report.Of(delivery, now), now));
        }
    }
}
