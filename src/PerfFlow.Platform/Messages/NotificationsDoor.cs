using System.Net.Sockets;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>
/// The one way to Notifications for pages: when that service is away the answer is a refusal
/// (<c>notifications-away</c>), so that a page says so instead of failing.
/// </summary>
public sealed class NotificationsDoor(INotifications notifications)
{
    /// <summary>What is asked, or the refusal that Notifications is away.</summary>
    public async Task<Outcome<T>> AskAsync<T>(Func<INotifications, Task<T>> ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return await TryAsync(async service => (Outcome<T>)await ask(service), ct);
    }

    /// <summary>The same for what Notifications itself may refuse.</summary>
    public async Task<Outcome<T>> TryAsync<T>(Func<INotifications, Task<Outcome<T>>> ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        try
        {
            return await ask(notifications);
        }
        catch (Exception e) when (IsAway(e, ct))
        {
            return new Refusal("notifications-away") { Kind = RefusalKind.Busy };
        }
    }

    /// <summary>The other side could not be reached or did not answer in time; the caller itself did not give up.</summary>
    internal static bool IsAway(Exception e, CancellationToken ct) =>
        !ct.IsCancellationRequested && (e is HttpRequestException or SocketException or TimeoutException or OperationCanceledException || ServiceDatabase.IsAway(e));
}
