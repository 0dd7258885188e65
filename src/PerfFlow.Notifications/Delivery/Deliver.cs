using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfFlow.Notifications.Data;
using PerfFlow.Notifications.Templates;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications.Delivery;

/// <summary>Makes one item per recipient and what leaves the house of it, in the transaction that notes the message.</summary>
internal sealed class Deliver<TMessage>(IDbContextFactory<NotificationsDb> databases, MessageTexts texts, IOptions<NotificationsOptions> options, MailroomSignal mailroom, TimeProvider time)
    : OnceTogether<TMessage, NotificationsDb>(databases, time)
    where TMessage : Message
{
    private const string Insert =
        """
        with fresh as (
            insert into notifications.items
                (message_id, user_id, user_name, region_code, generation, kind, case_id, visit, revision, due_at, rung, of_visit, subject, body, path, at, created_at)
            select r.*, @now
            from unnest(@messages, @users, @names, @regions, @generations, @kinds, @cases, @visits, @revisions, @dues, @rungs, @ofVisits, @subjects, @bodies, @paths, @ats) r
            on conflict do nothing
            returning id, message_id, user_id, region_code)
        insert into notifications.deliveries (item_id, channel, user_id, region_code, address, webhook_id, state, digest, not_before, changed_at)
        select f.id, d.channel, f.user_id, f.region_code, d.address, nullif(d.webhook, 0), 'Held', d.digest, d.not_before, @now
        from fresh f join unnest(@toMessages, @toUsers, @toChannels, @toAddresses, @toWebhooks, @toDigests, @toTimes) d(message_id, user_id, channel, address, webhook, digest, not_before)
            on d.message_id = f.message_id and d.user_id = f.user_id
        """;

    private sealed record Told(TMessage Message, Letter Letter, Recipient Recipient, string Subject, string Body);

    private sealed record Outgoing(Guid MessageId, long UserId, DeliveryChannel Channel, string Address, long Webhook, bool Digest, DateTimeOffset NotBefore);

    protected override string Name => "deliver";

    protected override async Task HandleAsync(NotificationsDb db, IReadOnlyList<TMessage> messages)
    {
        var letters = (await VisitLog.CurrentAsync(db, messages)).ConvertAll(m => (Message: m, Letter: Letter.Of(m)));
        var ofVisits = letters.Where(l => l.Letter is { OfVisit: true, Case: not null }).Select(l => (l.Message.Region, l.Letter.Case!)).ToList();
        if (ofVisits.Count > 0)
        {
            var closed = await VisitLog.ClosedAsync(db, ofVisits, closing: false);
            letters.RemoveAll(l => l.Letter is { OfVisit: true, Case: { } of } && closed.Contains((of.Id, of.Visit)));
        }

        var told = letters.SelectMany(l => Write(l.Message, l.Letter)).ToList();
        if (told.Count == 0)
        {
            return;
        }

        var now = Time.GetUtcNow();
        var leaving = await LeavingAsync(db, told, now);
        await using var command = new NpgsqlCommand(Insert, (NpgsqlConnection)db.Database.GetDbConnection());
        var p = command.Parameters;
        p.AddWithValue("now", now);
        p.AddWithValue("messages", told.ConvertAll(t => t.Message.MessageId).ToArray());
        p.AddWithValue("users", told.ConvertAll(t => t.Recipient.Id).ToArray());
        p.AddWithValue("names", told.ConvertAll(t => t.Recipient.Name).ToArray());
        p.AddWithValue("regions", told.ConvertAll(t => t.Message.Region.Code).ToArray());
        p.AddWithValue("generations", told.ConvertAll(t => t.Message.Region.Generation).ToArray());
        p.AddWithValue("kinds", told.ConvertAll(t => t.Letter.Kind).ToArray());
        p.AddWithValue("cases", told.ConvertAll(t => t.Letter.Case?.Id).ToArray());
        p.AddWithValue("visits", told.ConvertAll(t => t.Letter.Case?.Visit).ToArray());
        p.AddWithValue("revisions", told.ConvertAll(t => t.Letter.Case?.Revision).ToArray());
        p.AddWithValue("dues", told.ConvertAll(t => t.Letter.About.Due?.ToUniversalTime()).ToArray());
        p.AddWithValue("rungs", told.ConvertAll(t => t.Letter.Rung).ToArray());
        p.AddWithValue("ofVisits", told.ConvertAll(t => t.Letter.OfVisit).ToArray());
        p.AddWithValue("subjects", told.ConvertAll(t => t.Subject).ToArray());
        p.AddWithValue("bodies", told.ConvertAll(t => t.Body).ToArray());
        p.AddWithValue("paths", told.ConvertAll(t => t.Letter.About.Path).ToArray());
        p.AddWithValue("ats", told.ConvertAll(t => t.Message.At.ToUniversalTime()).ToArray());
        p.AddWithValue("toMessages", leaving.ConvertAll(o => o.MessageId).ToArray());
        p.AddWithValue("toUsers", leaving.ConvertAll(o => o.UserId).ToArray());
        p.AddWithValue("toChannels", leaving.ConvertAll(o => o.Channel.ToString()).ToArray());
        p.AddWithValue("toAddresses", leaving.ConvertAll(o => o.Address).ToArray());
        p.AddWithValue("toWebhooks", leaving.ConvertAll(o => o.Webhook).ToArray());
        p.AddWithValue("toDigests", leaving.ConvertAll(o => o.Digest).ToArray());
        p.AddWithValue("toTimes", leaving.ConvertAll(o => o.NotBefore).ToArray());
        await command.ExecuteNonQueryAsync();
    }

    protected override void Committed() => mailroom.Set();

    /// <summary>One for each recipient, in his language.</summary>
    private IEnumerable<Told> Write(TMessage message, Letter letter)
    {
        var written = new Dictionary<string, (string Subject, string Body)>(StringComparer.Ordinal);
        foreach (var recipient in letter.Recipients.DistinctBy(r => r.Id))
        {
            if (!written.TryGetValue(recipient.Language, out var text))
            {
                written[recipient.Language] = text = (texts.Of(recipient.Language, letter.Template + ".subject", letter.Values), texts.Of(recipient.Language, letter.Template + ".body", letter.Values));
            }

            yield return new Told(message, letter, recipient, text.Subject, text.Body);
        }
    }

    private async Task<List<Outgoing>> LeavingAsync(NotificationsDb db, List<Told> told, DateTimeOffset now)
    {
        var regions = told.Select(t => t.Message.Region.Code).Distinct().ToArray();
        var hooks = await db.Webhooks.AsNoTracking().Where(h => regions.Contains(h.RegionCode)).ToListAsync();
        var mails = options.Value.Mail.Host.Length > 0;
        var leaving = new List<Outgoing>();
        if (hooks.Count == 0 && !mails)
        {
            return leaving;
        }

        var ids = told.Select(t => t.Recipient.Id).Distinct().ToArray();
        var people = await db.People.AsNoTracking().Where(p => ids.Contains(p.UserId)).ToDictionaryAsync(p => p.UserId);
        foreach (var (message, letter, recipient, _, _) in told)
        {
            var person = people.GetValueOrDefault(recipient.Id).Settings(options.Value);
            if (mails && person.Mail && !string.IsNullOrWhiteSpace(recipient.Address))
            {
                leaving.Add(new(message.MessageId, recipient.Id, DeliveryChannel.Mail, recipient.Address, 0, person.Digest, Timing.Earliest(now, person, letter.Urgent, person.Digest)));
            }

            leaving.AddRange(hooks
                .Where(h => h.RegionCode == message.Region.Code && (h.UserId is null || h.UserId == recipient.Id) && (h.Kinds.Length == 0 || h.Kinds.Contains(letter.Kind)))
                .Select(h => new Outgoing(
                    message.MessageId, recipient.Id, DeliveryChannel.Webhook, h.Url, h.Id, Digest: false, Timing.Earliest(now, person, letter.Urgent, digest: false))));
        }

        return leaving;
    }
}
