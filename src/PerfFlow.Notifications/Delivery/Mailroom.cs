using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfFlow.Notifications.Channels;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Something may be due to leave the house.</summary>
internal sealed class MailroomSignal : WakeSignal;

/// <summary>
/// Sends what leaves the house. Each attempt is recorded before it is made and its end after it; an attempt whose end is
/// missing when its claim runs out was cut off by a crash, and is made once more under the same key. There is one for each
/// channel: a receiver that does not answer its calls holds up no mail.
/// </summary>
internal sealed partial class Mailroom(
    DeliveryChannel channel, IDbContextFactory<NotificationsDb> databases, Packing packing, MailChannel mail, WebhookChannel webhook, WebhookSecrets secrets, IOptions<NotificationsOptions> options,
    OutboxSignal outbox, MailroomSignal signal, TimeProvider time, ILogger<Mailroom> log)
    : RepeatedWork(TimeSpan.FromSeconds(1), time, log, signal)
{
    private const int AtOnce = 16;
    private const string CutOff = "Two attempts were cut off.";

    // Longer than any attempt may take, short enough to be over within the minute after a crash.
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(25);

    protected override async Task TurnAsync(CancellationToken ct)
    {
        while (await SendDueAsync(ct) == AtOnce)
        {
        }
    }

    private async Task<int> SendDueAsync(CancellationToken ct)
    {
        await packing.RunAsync(channel, ct);
        var claimed = await ClaimAsync(ct);
        // What has begun is finished even when the process is asked to stop: its end has to be recorded.
        await Task.WhenAll(claimed.Select(AttemptAsync));
        return claimed.Count;
    }

    /// <summary>Records the attempts that are about to be made; gives their ids.</summary>
    private async Task<List<long>> ClaimAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = time.GetUtcNow();
        var due = await db.Sendings.FromSql($"""
            select * from notifications.sendings
            where channel = {channel.ToString()} and ((state = 'Held' and not_before <= {now}) or (state = 'Sending' and claimed_until <= {now}))
            order by not_before limit {AtOnce} for update skip locked
            """).Include(s => s.Deliveries.Where(d => d.State == DeliveryState.Held || d.State == DeliveryState.Sending)).ThenInclude(d => d.Item).ToListAsync(ct);
        foreach (var sending in due)
        {
            var cutOff = sending.State == DeliveryState.Sending;
            if (cutOff && sending.Repeated)
            {
                End(db, sending, DeliveryState.Dead, CutOff, now);
                continue;
            }

            foreach (var late in sending.Deliveries.Where(d => IsTooLate(d.Item, now)))
            {
                (late.State, late.ChangedAt) = (DeliveryState.Dropped, now);
                db.Add(OutboxRow.Of(Report.Of(late, now), now));
            }

            if (!Live(sending).Any())
            {
                (sending.State, sending.ChangedAt) = (DeliveryState.Dropped, now);
                continue;
            }

            sending.Repeated |= cutOff;
            sending.Attempts++;
            sending.ClaimedUntil = now + Claim;
            Move(sending, DeliveryState.Sending, sending.LastError, now);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        outbox.Set();
        return [.. due.Where(s => s.State == DeliveryState.Sending).Select(s => s.Id)];
    }

    private async Task AttemptAsync(long id)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        var sending = await db.Sendings
            .Include(s => s.Deliveries.Where(d => d.State == DeliveryState.Sending).OrderBy(d => d.Id)).ThenInclude(d => d.Item)
            .SingleAsync(s => s.Id == id);
        await FailPoints.HereAsync(FailPoints.AttemptRecorded);
        using var limit = new CancellationTokenSource(AttemptLimit, time);
        var result = await SendAsync(db, sending, limit.Token);
        await FailPoints.HereAsync(FailPoints.AttemptMade);

        var now = time.GetUtcNow();
        sending.ClaimedUntil = null;
        if (result.Error is null)
        {
            End(db, sending, DeliveryState.Sent, null, now);
        }
        else if (result.Permanent || sending.Attempts >= options.Value.MaxAttempts)
        {
            End(db, sending, DeliveryState.Dead, result.Error, now);
            GivenUp(sending.Channel, sending.UserId, result.Error);
        }
        else
        {
            var person = (await db.People.FindAsync(sending.UserId)).Settings(options.Value);
            sending.NotBefore = Timing.AfterQuiet(now + Timing.Backoff(sending.Attempts, options.Value.FirstRetrySeconds), person);
            Move(sending, DeliveryState.Held, result.Error, now);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        outbox.Set();
    }

    private async Task<SendResult> SendAsync(NotificationsDb db, Sending sending, CancellationToken ct)
    {
        if (sending.Channel == DeliveryChannel.Mail)
        {
            return await mail.SendAsync(sending, [.. sending.Deliveries.Select(d => d.Item)], ct);
        }

        var hook = await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(h => h.Id == sending.WebhookId, ct);
        if (hook is null)
        {
            return SendResult.Failed("The webhook was removed.", permanent: true);
        }

        try
        {
            return secrets.Open(hook) is { } secret
                ? await webhook.SendAsync(sending, secret, sending.Deliveries[0].Item, ct)
                : SendResult.Failed("The secret of this webhook was sealed with another key (PERFFLOW_KEY); make the webhook anew.", permanent: true);
        }
        catch (NpgsqlException away)
        {
            return SendResult.Failed($"The keys of the secrets could not be read. {away.Message}");
        }
    }

    /// <summary>
    /// The visit has ended, or a reminder that was to come before the due instant would come after it. What the region's
    /// clock says now follows from what it said when the item was made.
    /// </summary>
    private static bool IsTooLate(Item item, DateTimeOffset now) =>
        item.Closed || (item.Kind == nameof(DeadlineApproaching) && item.DueAt <= now + (item.At - item.CreatedAt));

    private static IEnumerable<ChannelDelivery> Live(Sending sending) => sending.Deliveries.Where(d => d.State != DeliveryState.Dropped);

    /// <summary>A final state, which the Platform is told.</summary>
    private static void End(NotificationsDb db, Sending sending, DeliveryState state, string? error, DateTimeOffset now)
    {
        Move(sending, state, error, now);
        foreach (var delivery in Live(sending))
        {
            db.Add(OutboxRow.Of(Report.Of(delivery, now), now));
        }
    }

    private static void Move(Sending sending, DeliveryState state, string? error, DateTimeOffset now)
    {
        (sending.State, sending.LastError, sending.ChangedAt) = (state, Short(error), now);
        foreach (var delivery in Live(sending))
        {
            delivery.Attempts = sending.Attempts;
            delivery.Repeated = sending.Repeated;
            (delivery.State, delivery.LastError, delivery.ChangedAt) = (state, Short(error), now);
        }
    }

    private static string? Short(string? error) => error is { Length: > 500 } ? error[..500] : error;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Channel} to user {UserId} is given up: {Reason}")]
    private partial void GivenUp(DeliveryChannel channel, long userId, string reason);
}
