using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Puts deliveries that are due into sendings: one digest per person and hour, single mails and calls one by one.</summary>
internal sealed class Packing(IDbContextFactory<NotificationsDb> databases, IOptions<NotificationsOptions> options, TimeProvider time)
{
    private const int AtOnce = 200;

    private sealed record Reader(long UserId, string Address, string RegionCode);

    public async Task RunAsync(DeliveryChannel channel, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        await SinglesAsync(db, channel, now, ct);
        if (channel != DeliveryChannel.Mail)
        {
            return;
        }

        var readers = await db.Deliveries
            .Where(d => d.State == DeliveryState.Held && d.SendingId == null && d.Digest && d.NotBefore <= now)
            .GroupBy(d => new { d.UserId, d.Address, d.RegionCode })
            .OrderBy(g => g.Min(d => d.NotBefore)).ThenBy(g => g.Key.UserId).Take(AtOnce)
            .Select(g => new Reader(g.Key.UserId, g.Key.Address, g.Key.RegionCode)).ToListAsync(ct);
        foreach (var reader in readers)
        {
            await DigestAsync(db, reader, now, ct);
        }
    }

    private static async Task SinglesAsync(NotificationsDb db, DeliveryChannel channel, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var due = await db.Deliveries.FromSql($"""
            select * from notifications.deliveries
            where channel = {channel.ToString()} and state = 'Held' and sending_id is null and not digest and not_before <= {now}
            order by not_before limit {AtOnce} for update skip locked
            """).ToListAsync(ct);
        foreach (var delivery in due)
        {
            delivery.Sending = new Sending
            {
                Channel = delivery.Channel,
                UserId = delivery.UserId,
                RegionCode = delivery.RegionCode,
                Address = delivery.Address,
                WebhookId = delivery.WebhookId,
                Key = Guid.CreateVersion7(now),
                State = DeliveryState.Held,
                NotBefore = now,
                ChangedAt = now,
            };
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
    }

    /// <summary>
    /// The unique index on (person, hour) decides: who inserts the sending takes along everything held for the person, else
    /// the hour has had its digest and what is due waits for the next.
    /// </summary>
    private async Task DigestAsync(NotificationsDb db, Reader reader, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var sending = await db.Database.SqlQuery<long>($"""
            insert into notifications.sendings (channel, user_id, region_code, address, key, hour, state, not_before, changed_at)
            values ('Mail', {reader.UserId}, {reader.RegionCode}, {reader.Address}, {Guid.CreateVersion7(now)}, {Timing.HourOf(now)}, 'Held', {now}, {now})
            on conflict (user_id, hour) where hour is not null do nothing
            returning id as "Value"
            """).ToListAsync(ct);
        if (sending is [var id])
        {
            await db.Database.ExecuteSqlAsync($"""
                update notifications.deliveries set sending_id = {id}
                where user_id = {reader.UserId} and address = {reader.Address} and state = 'Held' and sending_id is null and digest
                """, ct);
        }
        else
        {
            var person = (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == reader.UserId, ct)).Settings(options.Value);
            var next = Timing.AfterQuiet(Timing.NextHour(now), person);
            await db.Database.ExecuteSqlAsync($"""
                update notifications.deliveries set not_before = {next}
                where user_id = {reader.UserId} and state = 'Held' and sending_id is null and digest and not_before <= {now}
                """, ct);
        }

        await transaction.CommitAsync(ct);
    }
}
