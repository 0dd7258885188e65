using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Notifications;

/// <summary>
/// What the Platform asks of Notifications. In one process it is answered directly, else over HTTP with a ticket
/// (<see cref="NotificationsClient"/>). The caller has decided by its own access policy that the user may ask.
/// </summary>
public interface INotifications
{
    /// <summary>Unread items of a user whose task, if any, is still open.</summary>
    Task<int> UnreadAsync(long userId, CancellationToken ct);

    /// <summary>A page of a user's items, newest first.</summary>
    Task<IReadOnlyList<NotificationItem>> ListAsync(long userId, ItemQuery query, CancellationToken ct);

    /// <summary>Marks these items of the user as read, all of them when <paramref name="ids"/> is empty; gives the number still unread.</summary>
    Task<int> MarkReadAsync(long userId, IReadOnlyList<long> ids, CancellationToken ct);

    /// <summary>How each message about a case reached each person, newest first, at most 200; with <paramref name="visit"/> only that visit's.</summary>
    Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(long caseId, int? visit, CancellationToken ct);

    /// <summary>What was given up in a region (its code), newest first, at most 200.</summary>
    Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string region, CancellationToken ct);

    /// <summary>Sends a dead letter again with all its attempts. Refused with <c>dead-letter-gone</c> when it is not (any longer) dead.</summary>
    Task<Outcome<Done>> ResendAsync(string region, long id, CancellationToken ct);

    /// <summary>Messages between the services that Notifications could not handle or hand on, of all regions; the Platform's own are in its <see cref="Outbox"/>.</summary>
    Task<IReadOnlyList<DeadMessage>> DeadMessagesAsync(CancellationToken ct);

    /// <summary>Takes up such a message again. Refused with <c>dead-letter-gone</c>.</summary>
    Task<Outcome<Done>> ResendMessageAsync(long id, CancellationToken ct);

    Task<PersonSettings> SettingsAsync(long userId, CancellationToken ct);

    /// <summary>Refused with <c>quiet-hours-incomplete</c> when only one end is given, or both are the same.</summary>
    Task<Outcome<PersonSettings>> SaveSettingsAsync(long userId, PersonSettings settings, CancellationToken ct);

    /// <summary>The webhooks of a region, without their secrets.</summary>
    Task<IReadOnlyList<Webhook>> WebhooksAsync(string region, CancellationToken ct);

    /// <summary>
    /// Adds a webhook; the answer holds its secret, which is not shown again. Refused: <c>webhook-not-https</c>,
    /// <c>webhook-private-address</c>, <c>webhook-unknown-kind</c>. Administrators only.
    /// </summary>
    Task<Outcome<Webhook>> AddWebhookAsync(string region, WebhookRequest request, CancellationToken ct);

    /// <summary>Removes a webhook; what it still holds is dropped. Refused with <c>webhook-gone</c>.</summary>
    Task<Outcome<Done>> RemoveWebhookAsync(string region, long id, CancellationToken ct);
}

/// <param name="Before">Id of the last item of the page before; null = the first page.</param>
/// <param name="UnreadOnly">Only what <see cref="INotifications.UnreadAsync"/> counts.</param>
/// <param name="Kind">Name of a message type; null = all.</param>
/// <param name="Size">1 to 100.</param>
public sealed record ItemQuery(long? Before = null, bool UnreadOnly = false, string? Kind = null, int Size = 20);

/// <summary>One line behind the bell.</summary>
/// <param name="Kind">Name of the message type, e.g. <c>SubmissionReturned</c>.</param>
/// <param name="Path">Where the reader goes on.</param>
/// <param name="At">Business time.</param>
/// <param name="ReadAt">System time; null = unread.</param>
/// <param name="Closed">The task that it is about has ended since.</param>
public sealed record NotificationItem(
    long Id, string Kind, string Subject, string Body, string Path, DateTimeOffset At, DateTimeOffset? ReadAt, bool Closed, long? CaseId, int? Visit);

/// <summary>One message to one person over one channel.</summary>
/// <param name="Rung">Of the ladder; null for what is no reminder.</param>
/// <param name="At">Business time of what is told.</param>
/// <param name="ChangedAt">System time of the last change of <paramref name="State"/>.</param>
/// <param name="Repeated">An attempt was cut off and repeated under the same id.</param>
/// <param name="ReadAt">In-app only, system time.</param>
public sealed record DeliveryRecord(
    long RecipientId, string Recipient, string Kind, string Subject, string? Rung, int? Visit, DeliveryChannel Channel, DeliveryState State,
    int Attempts, bool Repeated, DateTimeOffset At, DateTimeOffset ChangedAt, DateTimeOffset? ReadAt, string? Error);

/// <summary>A mail or call that was given up.</summary>
/// <param name="Address">Mail address or URL.</param>
/// <param name="Subjects">What was in it.</param>
public sealed record DeadLetter(
    long Id, DeliveryChannel Channel, string Recipient, string Address, IReadOnlyList<string> Subjects, int Attempts, bool Repeated, DateTimeOffset At, string Error);

/// <summary>How a person wants to be told; the bell is always on.</summary>
/// <param name="Mail">False = no mail.</param>
/// <param name="Digest">Mails are gathered into one per hour; false = one mail per message, at once.</param>
/// <param name="QuietFrom">Nothing leaves from then …</param>
/// <param name="QuietTo">… to then, Asia/Shanghai; the same day or over midnight. Null with <paramref name="QuietFrom"/> = never quiet.</param>
public sealed record PersonSettings(bool Mail, bool Digest, TimeOnly? QuietFrom, TimeOnly? QuietTo);

/// <param name="UserId">Only messages to this person; null = to anybody of the region.</param>
/// <param name="Kinds">Names of message types; empty = all.</param>
public sealed record WebhookRequest(string Url, long? UserId, IReadOnlyList<string> Kinds);

/// <param name="Secret">Key of the HMAC, as hexadecimal; only in the answer to <see cref="INotifications.AddWebhookAsync"/>.</param>
public sealed record Webhook(long Id, string Url, long? UserId, IReadOnlyList<string> Kinds, string? Secret);
