using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>What the list shows: what is unread before everything else, the rest page by page.</summary>
/// <param name="Unread">Newest first, at most 100; on the first page only.</param>
/// <param name="Rest">Read, or about a task that has ended.</param>
/// <param name="UnreadCount">All unread items of the person, whatever the filter.</param>
/// <param name="Next">Id to go on from; null at the end.</param>
public sealed record ItemList(IReadOnlyList<NotificationItem> Unread, IReadOnlyList<NotificationItem> Rest, int UnreadCount, long? Next);

/// <summary>A person's messages. Nobody reads another's: the user is the caller. Refusals: notifications-away, not-found.</summary>
public sealed class ReadItems(NotificationsDoor door)
{
    private const int PageSize = 20;
    private const int Chunk = 100;

    public Task<Outcome<ItemList>> RunAsync(long userId, bool unreadOnly, string? kind, long? before, CancellationToken ct) => door.AskAsync(
        async service =>
        {
            var unread = before is null ? await service.ListAsync(userId, new ItemQuery(UnreadOnly: true, Kind: kind, Size: Chunk), ct) : [];
            var count = await service.UnreadAsync(userId, ct);
            var rest = unreadOnly ? [] : await RestAsync(service, userId, kind, before, ct);
            // A task may end between the two lists; its message stands in the first then.
            return new ItemList(unread, [.. rest.Take(PageSize).Where(item => unread.All(each => each.Id != item.Id))], count, rest.Count > PageSize ? rest[PageSize - 1].Id : null);
        },
        ct);

    /// <summary>One item of the user; its path is where the reader goes on.</summary>
    public async Task<Outcome<NotificationItem>> FindAsync(long userId, long id, CancellationToken ct)
    {
        var found = await door.AskAsync(service => service.ListAsync(userId, new ItemQuery(Before: id + 1, Size: 1), ct), ct);
        return found.Then<NotificationItem>(items => items is [{ } item] && item.Id == id ? item : Refusal.NotFound());
    }

    /// <summary>Marks as read; all of them only when <paramref name="all"/> says so. Gives the number still unread.</summary>
    public async Task<Outcome<int>> MarkAsync(long userId, IReadOnlyList<long> ids, bool all, CancellationToken ct) =>
        ids.Count == 0 && !all
            ? new Refusal("notifications-none-ticked")
            : await door.AskAsync(service => service.MarkReadAsync(userId, all ? [] : ids, ct), ct);

    /// <summary>One more than a page of what is not unread, so that the caller sees whether there is a next one.</summary>
    private static async Task<List<NotificationItem>> RestAsync(INotifications service, long userId, string? kind, long? before, CancellationToken ct)
    {
        var rest = new List<NotificationItem>();
        while (true)
        {
            var chunk = await service.ListAsync(userId, new ItemQuery(before, Kind: kind, Size: Chunk), ct);
            rest.AddRange(chunk.Where(i => i.ReadAt is not null || i.Closed));
            if (rest.Count > PageSize || chunk.Count < Chunk)
            {
                return rest;
            }

            before = chunk[^1].Id;
        }
    }
}
