using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>A webhook with the name of the person whose messages it gets; without one it gets those of everybody.</summary>
public sealed record WebhookLine(Webhook Hook, string? Person);

/// <summary>
/// Calls to other systems, for administrators: they carry what the region's people are told. Refusals: right-manage-delivery,
/// webhook-person-unknown, notifications-away and those of <see cref="INotifications.AddWebhookAsync"/>.
/// </summary>
public sealed class Webhooks(NotificationsDoor door, IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    public async Task<Outcome<IReadOnlyList<WebhookLine>>> ListAsync(Viewer viewer, CancellationToken ct)
    {
        if (viewer.May(Right.ManageDelivery) is { } refusal)
        {
            return refusal;
        }

        var hooks = await door.AskAsync(service => service.WebhooksAsync(clock.Get(viewer.RegionId).Code, ct), ct);
        if (!hooks.Ok)
        {
            return hooks.Refusal!;
        }

        var ids = hooks.Value.Select(h => h.UserId).OfType<long>().ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var names = await db.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return hooks.Value.Select(h => new WebhookLine(h, h.UserId is { } id ? names.GetValueOrDefault(id) : null)).ToList();
    }

    /// <param name="viewer">The administrator.</param>
    /// <param name="url">An https address outside private networks.</param>
    /// <param name="userName">Sign-in name of the one person whose messages it gets; empty = of everybody.</param>
    /// <param name="kinds">Names of message types; empty = all.</param>
    /// <param name="ct">Ends with the request.</param>
    public async Task<Outcome<Webhook>> AddAsync(Viewer viewer, string url, string userName, IReadOnlyList<string> kinds, CancellationToken ct)
    {
        if (viewer.May(Right.ManageDelivery) is { } refusal)
        {
            return refusal;
        }

        long? person = null;
        if (userName.Trim() is { Length: > 0 } name)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            person = await db.Users.Where(u => u.RegionId == viewer.RegionId && u.UserName == name && !u.Retired).Select(u => (long?)u.Id).SingleOrDefaultAsync(ct);
            if (person is null)
            {
                return new Refusal("webhook-person-unknown", name) { Field = "userName" };
            }
        }

        var added = await door.TryAsync(service => service.AddWebhookAsync(clock.Get(viewer.RegionId).Code, new WebhookRequest(url.Trim(), person, kinds), ct), ct);
        return added.Ok || added.Refusal!.Field is not null ? added : added.Refusal with { Field = "url" };
    }

    public async Task<Outcome<Done>> RemoveAsync(Viewer viewer, long id, CancellationToken ct) =>
        viewer.May(Right.ManageDelivery) is { } refusal
            ? refusal
            : await door.TryAsync(service => service.RemoveWebhookAsync(clock.Get(viewer.RegionId).Code, id, ct), ct);
}
