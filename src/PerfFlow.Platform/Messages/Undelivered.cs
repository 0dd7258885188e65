using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>What was given up and waits for a hand.</summary>
/// <param name="Letters">Mails and calls of the viewer's region that no longer leave by themselves.</param>
/// <param name="Messages">Messages between the services, of all regions: of the Platform, Intake and Notifications.</param>
/// <param name="Unseen">Schemas of services that could not be asked.</param>
public sealed record UndeliveredList(IReadOnlyList<DeadLetter> Letters, IReadOnlyList<DeadMessage> Messages, IReadOnlyList<string> Unseen);

/// <summary>A message between the services by the outbox it lies in.</summary>
public sealed record DeadRef(string Schema, long Id);

/// <param name="Done">Taken up again.</param>
/// <param name="Gone">No longer dead, or not there: somebody else was first.</param>
public sealed record ResendOutcome(int Done, int Gone);

/// <summary>未送达消息, for administrators. Refusals: right-manage-delivery, undelivered-none-ticked, notifications-away.</summary>
public sealed class Undelivered(IServiceProvider services, NotificationsDoor door, RegionClock clock)
{
    private const string Intake = "intake";
    private const string Notifications = "notifications";

    public async Task<Outcome<UndeliveredList>> ListAsync(Viewer viewer, CancellationToken ct)
    {
        if (viewer.May(Right.ManageDelivery) is { } refusal)
        {
            return refusal;
        }

        var unseen = new List<string>();
        var messages = new List<DeadMessage>();
        foreach (var schema in (string[])[PlatformDb.Schema, Intake])
        {
            if (services.GetKeyedService<Outbox>(schema) is { } outbox)
            {
                messages.AddRange(await outbox.DeadAsync(ct));
            }
            else
            {
                unseen.Add(schema);
            }
        }

        var letters = await door.AskAsync(service => service.DeadLettersAsync(clock.Get(viewer.RegionId).Code, ct), ct);
        var others = await door.AskAsync(service => service.DeadMessagesAsync(ct), ct);
        if (!letters.Ok || !others.Ok)
        {
            unseen.Add(Notifications);
        }

        messages.AddRange(others.Ok ? others.Value : []);
        return new UndeliveredList(letters.Ok ? letters.Value : [], [.. messages.OrderByDescending(m => m.CreatedAt)], unseen);
    }

    /// <summary>Sends the named ones again with all their attempts, each on its own.</summary>
    public async Task<Outcome<ResendOutcome>> ResendAsync(Viewer viewer, IReadOnlyList<long> letters, IReadOnlyList<DeadRef> messages, CancellationToken ct)
    {
        if (viewer.May(Right.ManageDelivery) is { } refusal)
        {
            return refusal;
        }

        if (letters.Count + messages.Count == 0)
        {
            return new Refusal("undelivered-none-ticked");
        }

        var done = 0;
        foreach (var letter in letters)
        {
            var sent = await door.TryAsync(service => service.ResendAsync(clock.Get(viewer.RegionId).Code, letter, ct), ct);
            if (sent.Refusal is { Kind: RefusalKind.Busy } away)
            {
                return away;
            }

            done += sent.Ok ? 1 : 0;
        }

        foreach (var message in messages)
        {
            var sent = await ResendAsync(message, ct);
            if (sent.Refusal is { Kind: RefusalKind.Busy } away)
            {
                return away;
            }

            done += sent.Ok ? 1 : 0;
        }

        return new ResendOutcome(done, letters.Count + messages.Count - done);
    }

    private async Task<Outcome<Done>> ResendAsync(DeadRef message, CancellationToken ct)
    {
        if (message.Schema == Notifications)
        {
            return await door.TryAsync(service => service.ResendMessageAsync(message.Id, ct), ct);
        }

        return message.Schema is PlatformDb.Schema or Intake && services.GetKeyedService<Outbox>(message.Schema) is { } outbox && await outbox.ResendAsync(message.Id, ct)
            ? default(Done)
            : Refusal.Conflict("dead-letter-gone");
    }
}
