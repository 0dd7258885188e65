using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using PerfFlow.Notifications.Channels;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Notifications;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// Another system that a county tells everything, by a webhook. It is not the best of servers: of five calls it answers one with
/// 503 and hangs up on one that it has taken, and takes the repeat. It keeps what it was told, to be held against what the
/// county's people were told.
/// </summary>
internal sealed class Subscriber : IAsyncDisposable
{
    /// <summary>What the product says when it gives up, because a third attempt might be a third copy.</summary>
    public const string CutOffTwice = "Two attempts were cut off.";

    // What went out before somebody had registered the webhook was told to nobody; the round had not begun.
    private const string Told =
        """
        select i.kind, i.closed, i.user_id, i.case_id, d.state, s.key, s.attempts, s.repeated, s.last_error, (r.message_id is not null) as reported
        from notifications.items i left join platform.cases c on c.id = i.case_id
        left join notifications.deliveries d on d.item_id = i.id and d.channel = 'Webhook' left join notifications.sendings s on s.id = d.sending_id
        left join platform.deliveries r on r.message_id = i.message_id and r.recipient_id = i.user_id and r.channel = 'Webhook'
        where i.case_id is null or c.notice_id is not null
        """;

    private const string UnderWay = "select count(*) from notifications.deliveries where channel = 'Webhook' and state not in ('Sent', 'Dropped', 'Dead')";

    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> sentAgain = new(StringComparer.Ordinal);
    private PatientClient? administrator;
    private WebhookReceiver receiver = null!;
    private byte[] secret = [];

    private Subscriber()
    {
    }

    private sealed record Event(string Kind, bool Closed, long UserId, long? CaseId, string? State, string? Key, int Attempts, bool Repeated, string? Error, bool Reported)
    {
        public override string ToString() => $"{Kind} to {UserId} of case {CaseId} under {Key}: {State} after {Attempts} attempts, repeated {Repeated}, {Error}";
    }

    /// <summary>Lets a process call it, at any hour: when the tests run is not when the county sleeps.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Notifications__Webhook__Allowed__0"] = "localhost",
        ["Notifications__Webhook__TrustedCertificates"] = receiver.Authority,
        ["Notifications__FirstRetrySeconds"] = "1",
        ["Notifications__QuietFrom"] = "00:00",
        ["Notifications__QuietTo"] = "00:00",
    };

    public static async Task<Subscriber> StartAsync()
    {
        var subscriber = new Subscriber();
        subscriber.receiver = await WebhookReceiver.StartAsync(subscriber.Answer);
        return subscriber;
    }

    /// <summary>The administrator adds the webhook, for all that anybody is told.</summary>
    public async Task RegisterAsync(Uri node, Person person, Plug plug)
    {
        administrator = new PatientClient(node, person, plug);
        await administrator.SignInAsync();
        var hook = await administrator.ActAsync("/api/webhooks", CommandId.Of($"round {receiver.Url}"), new { url = receiver.Url });
        secret = Convert.FromHexString(hook.GetProperty("secret").GetString()!);
    }

    /// <summary>
    /// Whatever the people of the round were told has been told to it too, unless its visit has ended first; what was cut off twice is
    /// listed as given up and arrives when the administrator sends it again. What came twice came under the same key and is counted as an
    /// attempt; what it took twice was cut off and says so. Nothing was told that nobody was told, and every call is signed. The Platform
    /// knows how each ended.
    /// </summary>
    public async Task AssertToldAsync(string owner, Plug plug)
    {
        var events = await EndedAsync(owner, plug);
        var dead = events.Where(e => e.State == "Dead").ToList();
        None(dead.Where(e => e.Error != CutOffTwice), "were given up");
        if (dead.Count > 0)
        {
            await SendAgainAsync(dead, plug);
            events = await EndedAsync(owner, plug);
        }

        var calls = receiver.Calls.ToLookup(c => c.Headers["Idempotency-Key"], StringComparer.Ordinal);

        Assert.NotEmpty(events);
        None(events.Where(e => e.State is null), "have no call");
        None(events.Where(e => e.State == "Dropped" && !e.Closed), "were dropped although their visit is open");
        None(events.Where(e => e.State == "Dead"), "were given up and sent again and have not arrived");
        None(events.Where(e => e.State == "Sent" && !calls[e.Key!].Any(c => c.Answer == 200)), "are said to have arrived and have not");
        // Sending again counts its attempts from the start.
        var counted = events.Where(e => e.Key is not null && !sentAgain.Contains(e.Key)).ToList();
        None(counted.Where(e => calls[e.Key!].Count() > e.Attempts), "came more often than they were sent");
        None(counted.Where(e => calls[e.Key!].Count(c => c.Answer == 200) > (e.Repeated ? 2 : 1)), "were taken more than once");

        var byKey = events.Where(e => e.Key is not null).ToDictionary(e => e.Key!, StringComparer.Ordinal);
        var strangers = calls.Where(c => !byKey.ContainsKey(c.Key)).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(0, strangers.Count - await CountOthersAsync(owner, strangers));
        foreach (var call in receiver.Calls)
        {
            Assert.Equal("sha256=" + WebhookChannel.Sign(secret, call.Headers["X-PerfFlow-Timestamp"], call.Body), call.Headers["X-PerfFlow-Signature"]);
            var body = JsonElement.Parse(call.Body);
            var key = body.GetProperty("id").GetString()!;
            Assert.Equal(key, call.Headers["Idempotency-Key"]);
            if (byKey.TryGetValue(key, out var told))
            {
                Assert.Equal((told.Kind, told.UserId), (body.GetProperty("kind").GetString(), body.GetProperty("recipient").GetProperty("id").GetInt64()));
                Assert.Equal(told.CaseId, body.TryGetProperty("case", out var of) ? of.GetProperty("id").GetInt64() : null);
            }
        }

        plug.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{events.Count} calls of the round: {string.Join(", ", events.GroupBy(e => e.State).Select(s => $"{s.Count()} {s.Key}"))}, {events.Count(e => e.Repeated)} cut off, {sentAgain.Count} sent again by hand, {calls.Count(c => c.Count() > 1)} came more than once"));
    }

    public ValueTask DisposeAsync()
    {
        administrator?.Dispose();
        return receiver.DisposeAsync();
    }

    /// <summary>What was told, once every call has ended and the Platform knows how.</summary>
    private static async Task<List<Event>> EndedAsync(string owner, Plug plug)
    {
        var began = Stopwatch.GetTimestamp();
        await Waiting.UntilAsync(async () => await RoundDatabase.AskAsync(owner, UnderWay) == 0, () => "every call has ended", Plug.Recovery);
        plug.Took("every call had ended", "after the round", began);
        List<Event> events = [];
        await Waiting.UntilAsync(async () => (events = await EventsAsync(owner)).TrueForAll(e => e.Reported), () => $"the Platform knows how each ended; not of\n{Some(events.Where(e => !e.Reported))}", Plug.Recovery);
        return events;
    }

    /// <summary>The administrator finds all that was given up on his list, and sends it again.</summary>
    private async Task SendAgainAsync(List<Event> dead, Plug plug)
    {
        var letters = (await administrator!.ReadAsync("/api/undelivered")).GetProperty("letters").EnumerateArray().Where(l => l.GetProperty("channel").GetString() == "Webhook").Select(l => l.GetProperty("id").GetInt64()).ToArray();
        var answer = await administrator.ActAsync("/api/undelivered/resend", CommandId.Of($"round resend {sentAgain.Count}"), new { letters });
        Assert.Equal(letters.Length, answer.GetProperty("done").GetInt32());
        sentAgain.UnionWith(dead.Select(e => e.Key!));
        plug.Say($"{letters.Length} calls that were given up are sent again");
    }

    private static void None(IEnumerable<Event> wrong, string what)
    {
        var found = wrong.ToList();
        Assert.True(found.Count == 0, $"{found.Count} calls {what}:\n{Some(found)}");
    }

    private static string Some(IEnumerable<Event> events) => string.Join('\n', events.Take(10));

    /// <summary>How many of the keys belong to something that was told before the round or beside it.</summary>
    private static Task<long> CountOthersAsync(string owner, IEnumerable<string> keys) => RoundDatabase.AskAsync(
        owner, $"select count(*) from notifications.sendings where channel = 'Webhook' and key = any('{{{string.Join(',', keys)}}}'::uuid[])");

    private static async Task<List<Event>> EventsAsync(string owner)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(Told, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var events = new List<Event>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var sent = !reader.IsDBNull(5);
            events.Add(new(
                reader.GetString(0), reader.GetBoolean(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                sent ? reader.GetGuid(5).ToString() : null, sent ? reader.GetInt32(6) : 0, sent && reader.GetBoolean(7), sent && !reader.IsDBNull(8) ? reader.GetString(8) : null, reader.GetBoolean(9)));
        }

        return events;
    }

    private int Answer(string key)
    {
        lock (known)
        {
            return known.Add(key) ? (known.Count % 5) switch { 1 => 503, 3 => WebhookReceiver.HangUp, _ => 200 } : 200;
        }
    }
}
