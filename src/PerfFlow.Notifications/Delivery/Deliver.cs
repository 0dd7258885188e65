using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NpgsqlTypes;
using Npgsql;
using PerfFlow.Notifications.Data;
using PerfFlow.Notifications.Templates;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Makes one item per recipient and what leaves the house of it, in the transaction that notes the message.</summary>
internal sealed class Deliver<TMessage>(NotificationsDb db, VisitLog visits, MessageTexts texts, IOptions<NotificationsOptions> options, MailroomSignal mailroom, TimeProvider time)
    : OnceConsumer<TMessage, NotificationsDb>(db, time)
    where TMessage : Message
{
    private const string Insert =
        """
        with fresh as (
            insert into notifications.items
                (message_id, user_id, user_name, region_code, generation, kind, case_id, visit, revision, due_at, rung, of_visit, subject, body, path, at, created_at)
            select @message, r.id, r.name, @region, @generation, @kind, @case, @visit, @revision, @due, @rung, @ofVisit, r.subject, r.body, @path, @at, @now
            from unnest(@users, @names, @subjects, @bodies) r(id, name, subject, body)
            on conflict do nothing
            returning id, user_id)
        insert into notifications.deliveries (item_id, channel, user_id, region_code, address, webhook_id, state, digest, not_before, changed_at)
        select f.id, d.channel, f.user_id, @region, d.address, nullif(d.webhook, 0), 'Held', d.digest, d.not_before, @now
        from fresh f join unnest(@toUsers, @toChannels, @toAddresses, @toWebhooks, @toDigests, @toTimes) d(user_id, channel, address, webhook, digest, not_before)
            on d.user_id = f.user_id
        """;

    private sealed record Outgoing(long UserId, DeliveryChannel Channel, string Address, long Webhook, bool Digest, DateTimeOffset NotBefore);

    protected override string Name => "deliver";

    protected override async ValueTask<bool> WantsAsync(TMessage message, CancellationToken ct) => await visits.IsCurrentAsync(message.Region, ct);

    protected override async Task HandleAsync(TMessage message, CancellationToken ct)
    {
        var letter = Letter.Of(message);
        if (letter is { OfVisit: true, Case: { } of } && await visits.IsClosedAsync(message.Region, of, closing: false, ct))
        {
            return;
        }

        var recipients = letter.Recipients.DistinctBy(r => r.Id).ToList();
        var now = Time.GetUtcNow();
        var leaving = await LeavingAsync(message.Region.Code, letter, recipients, now, ct);
        var written = recipients.Select(r => r.Language).Distinct(StringComparer.Ordinal)
            .ToDictionary(language => language, language => Write(letter, language), StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(Insert, (NpgsqlConnection)Db.Database.GetDbConnection());
        var p = command.Parameters;
        p.AddWithValue("message", message.MessageId);
        p.AddWithValue("region", message.Region.Code);
        p.AddWithValue("generation", message.Region.Generation);
        p.AddWithValue("kind", letter.Kind);
        p.Add(new("case", NpgsqlDbType.Bigint) { Value = (object?)letter.Case?.Id ?? DBNull.Value });
        p.Add(new("visit", NpgsqlDbType.Integer) { Value = (object?)letter.Case?.Visit ?? DBNull.Value });
        p.Add(new("revision", NpgsqlDbType.Integer) { Value = (object?)letter.Case?.Revision ?? DBNull.Value });
        p.Add(new("due", NpgsqlDbType.TimestampTz) { Value = (object?)letter.About.Due?.ToUniversalTime() ?? DBNull.Value });
        p.Add(new("rung", NpgsqlDbType.Text) { Value = (object?)letter.Rung ?? DBNull.Value });
        p.AddWithValue("ofVisit", letter.OfVisit);
        p.AddWithValue("path", letter.About.Path);
        p.AddWithValue("at", message.At.ToUniversalTime());
        p.AddWithValue("now", now);
        p.AddWithValue("users", recipients.Select(r => r.Id).ToArray());
        p.AddWithValue("names", recipients.Select(r => r.Name).ToArray());
        p.AddWithValue("subjects", recipients.Select(r => written[r.Language].Subject).ToArray());
        p.AddWithValue("bodies", recipients.Select(r => written[r.Language].Body).ToArray());
        p.AddWithValue("toUsers", leaving.Select(o => o.UserId).ToArray());
        p.AddWithValue("toChannels", leaving.Select(o => o.Channel.ToString()).ToArray());
        p.AddWithValue("toAddresses", leaving.Select(o => o.Address).ToArray());
        p.AddWithValue("toWebhooks", leaving.Select(o => o.Webhook).ToArray());
        p.AddWithValue("toDigests", leaving.Select(o => o.Digest).ToArray());
        p.AddWithValue("toTimes", leaving.Select(o => o.NotBefore).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    protected override void Committed() => mailroom.Set();

    private (string Subject, string Body) Write(Letter letter, string language) =>
        (texts.Of(language, letter.Template + ".subject", letter.Values), texts.Of(language, letter.Template + ".body", letter.Values));

    private async Task<List<Outgoing>> LeavingAsync(string region, Letter letter, List<Recipient> recipients, DateTimeOffset now, CancellationToken ct)
    {
        var hooks = await Db.Webhooks.AsNoTracking().Where(h => h.RegionCode == region).ToListAsync(ct);
        var mails = options.Value.Mail.Host.Length > 0;
        var leaving = new List<Outgoing>();
        if (hooks.Count == 0 && !mails)
        {
            return leaving;
        }

        var ids = recipients.ConvertAll(r => r.Id);
        var people = await Db.People.AsNoTracking().Where(p => ids.Contains(p.UserId)).ToDictionaryAsync(p => p.UserId, ct);
        foreach (var recipient in recipients)
        {
            var person = people.GetValueOrDefault(recipient.Id).Settings(options.Value);
            if (mails && person.Mail && !string.IsNullOrWhiteSpace(recipient.Address))
            {
                leaving.Add(new(recipient.Id, DeliveryChannel.Mail, recipient.Address, 0, person.Digest, Timing.Earliest(now, person, letter.Urgent, person.Digest)));
            }

            leaving.AddRange(hooks
                .Where(h => (h.UserId is null || h.UserId == recipient.Id) && (h.Kinds.Length == 0 || h.Kinds.Contains(letter.Kind)))
                .Select(h => new Outgoing(recipient.Id, DeliveryChannel.Webhook, h.Url, h.Id, Digest: false, Timing.Earliest(now, person, letter.Urgent, digest: false))));
        }

        return leaving;
    }
}
