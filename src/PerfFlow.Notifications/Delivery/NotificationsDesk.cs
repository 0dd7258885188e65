using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PerfFlow.Notifications.Channels;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Answers the Platform, in the same process or through <see cref="NotificationsApi"/>.</summary>
internal sealed class NotificationsDesk(
    IDbContextFactory<NotificationsDb> databases, [FromKeyedServices(NotificationsDb.Schema)] Outbox outbox, WebhookGuard guard, WebhookSecrets secrets, MailroomSignal mailroom, IOptions<NotificationsOptions> options, TimeProvider time) : INotifications
{
    private const int Longest = 200;

    public async Task<int> UnreadAsync(long userId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Items.CountAsync(i => i.UserId == userId && i.ReadAt == null && !i.Closed, ct);
    }

    public async Task<IReadOnlyList<NotificationItem>> ListAsync(long userId, ItemQuery query, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var items = db.Items.Where(i => i.UserId == userId);
        items = query.Before is { } before ? items.Where(i => i.Id < before) : items;
        items = query.UnreadOnly ? items.Where(i => i.ReadAt == null && !i.Closed) : items;
        items = query.Kind is { Length: > 0 } kind ? items.Where(i => i.Kind == kind) : items;
        return await items.OrderByDescending(i => i.Id).Take(Math.Clamp(query.Size, 1, 100))
            .Select(i => new NotificationItem(i.Id, i.Kind, i.Subject, i.Body, i.Path, i.At, i.ReadAt, i.Closed, i.CaseId, i.Visit))
            .ToListAsync(ct);
    }

    public async Task<int> MarkReadAsync(long userId, IReadOnlyList<long> ids, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var unread = db.Items.Where(i => i.UserId == userId && i.ReadAt == null);
        DateTimeOffset? now = time.GetUtcNow();
        await (ids.Count == 0 ? unread : unread.Where(i => ids.Contains(i.Id))).ExecuteUpdateAsync(set => set.SetProperty(i => i.ReadAt, now), ct);
        return await unread.CountAsync(i => !i.Closed, ct);
    }

    public async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(long caseId, int? visit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var items = await db.Items.AsNoTracking().Where(i => i.CaseId == caseId && (visit == null || i.Visit == visit))
            .OrderByDescending(i => i.Id).Take(Longest).Include(i => i.Deliveries).ToListAsync(ct);
        return [.. items.SelectMany(Records).Take(Longest)];
    }

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string region, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var dead = await Dead(db, region).AsNoTracking().OrderByDescending(s => s.Id).Take(Longest)
            .Include(s => s.Deliveries.Where(d => d.State == DeliveryState.Dead)).ThenInclude(d => d.Item).ToListAsync(ct);
        return [.. dead.Select(s => new DeadLetter(
            s.Id, s.Channel, s.Deliveries[0].Item.UserName, s.Address, [.. s.Deliveries.Select(d => d.Item.Subject)], s.Attempts, s.Repeated, s.ChangedAt, s.LastError ?? ""))];
    }

    public async Task<Outcome<Done>> ResendAsync(string region, long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = time.GetUtcNow();
        var found = await Dead(db, region).Where(s => s.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.State, DeliveryState.Held).SetProperty(s => s.Attempts, 0).SetProperty(s => s.Repeated, false)
                .SetProperty(s => s.NotBefore, now).SetProperty(s => s.ChangedAt, now),
            ct);
        if (found == 0)
        {
            return Refusal.Conflict("dead-letter-gone");
        }

        await db.Deliveries.Where(d => d.SendingId == id && d.State == DeliveryState.Dead)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Held).SetProperty(d => d.ChangedAt, now), ct);
        await transaction.CommitAsync(ct);
        mailroom.Set();
        return default(Done);
    }

    public Task<IReadOnlyList<DeadMessage>> DeadMessagesAsync(CancellationToken ct) => outbox.DeadAsync(ct);

    public async Task<Outcome<Done>> ResendMessageAsync(long id, CancellationToken ct) =>
        await outbox.ResendAsync(id, ct) ? default(Done) : Refusal.Conflict("dead-letter-gone");

    public async Task<PersonSettings> SettingsAsync(long userId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == userId, ct)).Settings(options.Value);
    }

    public async Task<Outcome<PersonSettings>> SaveSettingsAsync(long userId, PersonSettings settings, CancellationToken ct)
    {
        if (settings.QuietFrom.HasValue != settings.QuietTo.HasValue || (settings.QuietFrom is { } from && from == settings.QuietTo))
        {
            return new Refusal("quiet-hours-incomplete");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into notifications.people as p (user_id, mail, digest, quiet_from, quiet_to)
            values ({userId}, {settings.Mail}, {settings.Digest}, {settings.QuietFrom}, {settings.QuietTo})
            on conflict (user_id) do update set mail = excluded.mail, digest = excluded.digest, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
            """, ct);
        return settings;
    }

    public async Task<IReadOnlyList<Webhook>> WebhooksAsync(string region, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Webhooks.Where(h => h.RegionCode == region).OrderBy(h => h.Id)
            .Select(h => new Webhook(h.Id, h.Url, h.UserId, h.Kinds, null)).ToListAsync(ct);
    }

    public async Task<Outcome<Webhook>> AddWebhookAsync(string region, WebhookRequest request, CancellationToken ct)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url))
        {
            return new Refusal("webhook-not-https");
        }

        if (guard.Objection(url) is { } objection)
        {
            return new Refusal(objection);
        }

        if (request.Kinds.Any(kind => !MessageCatalog.Types.ContainsKey(kind)))
        {
            return new Refusal("webhook-unknown-kind");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var secret = RandomNumberGenerator.GetBytes(32);
        var hook = new Hook
        {
            RegionCode = region,
            Url = url.AbsoluteUri,
            UserId = request.UserId,
            Kinds = [.. request.Kinds],
            Sealed = secrets.Seal(secret),
            CreatedAt = time.GetUtcNow(),
        };
        db.Add(hook);
        await db.SaveChangesAsync(ct);
        return new Webhook(hook.Id, hook.Url, hook.UserId, hook.Kinds, Convert.ToHexStringLower(secret));
    }

    public async Task<Outcome<Done>> RemoveWebhookAsync(string region, long id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Webhooks.Where(h => h.RegionCode == region && h.Id == id).ExecuteDeleteAsync(ct) == 0)
        {
            return Refusal.NotFound("webhook-gone");
        }

        var now = time.GetUtcNow();
        await db.Deliveries.Where(d => d.WebhookId == id && d.State == DeliveryState.Held)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Dropped).SetProperty(d => d.ChangedAt, now), ct);
        await transaction.CommitAsync(ct);
        return default(Done);
    }

    private static IQueryable<Sending> Dead(NotificationsDb db, string region) =>
        db.Sendings.Where(s => s.RegionCode == region && s.State == DeliveryState.Dead && s.Deliveries.Any(d => d.State == DeliveryState.Dead));

    private static IEnumerable<DeliveryRecord> Records(Item item)
    {
        yield return new(
            item.UserId, item.UserName, item.Kind, item.Subject, item.Rung, item.Visit, DeliveryChannel.InApp, DeliveryState.Sent,
            1, false, item.At, item.CreatedAt, item.ReadAt, null);
        foreach (var delivery in item.Deliveries.OrderBy(d => d.Id))
        {
            yield return new(
                item.UserId, item.UserName, item.Kind, item.Subject, item.Rung, item.Visit, delivery.Channel, delivery.State,
                delivery.Attempts, delivery.Repeated, item.At, delivery.ChangedAt, null, delivery.LastError);
        }
    }
}
