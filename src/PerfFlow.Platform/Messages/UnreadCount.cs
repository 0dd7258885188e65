using System.Collections.Concurrent;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>
/// The number in the bell. It stands on every page, so no page waits for it: where Notifications does not answer at once, the
/// last known number is shown and for a few seconds nobody asks again.
/// </summary>
public sealed class UnreadCount(INotifications notifications, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, int> known = new();
    private long awaySince;

    /// <summary>Unread items of a user whose task, if any, is still open.</summary>
    public async Task<int> OfAsync(long userId, CancellationToken ct)
    {
        var away = Interlocked.Read(ref awaySince);
        if (away != 0 && time.GetElapsedTime(away) < Pause)
        {
            return known.GetValueOrDefault(userId);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var count = await notifications.UnreadAsync(userId, both.Token);
            Interlocked.Exchange(ref awaySince, 0);
            return known[userId] = count;
        }
        catch (Exception e) when (NotificationsDoor.IsAway(e, ct))
        {
            Interlocked.Exchange(ref awaySince, time.GetTimestamp());
            return known.GetValueOrDefault(userId);
        }
    }
}
