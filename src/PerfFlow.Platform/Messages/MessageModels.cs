using System.Globalization;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>The list of messages as shown.</summary>
public sealed record NotificationsModel(ItemList List, bool UnreadOnly, string? Kind, long? Before, IReadOnlyList<Choice> Kinds)
{
    public bool Empty => List.Unread.Count + List.Rest.Count == 0;

    public bool Filtered => UnreadOnly || Kind is not null;

    /// <summary>The same list from another place on; null = from the top.</summary>
    public string Address(long? before)
    {
        var query = QueryString.Empty;
        query = UnreadOnly ? query.Add("show", "unread") : query;
        query = Kind is null ? query : query.Add("kind", Kind);
        query = before is { } id ? query.Add("before", id.ToString(CultureInfo.InvariantCulture)) : query;
        return "/notifications" + query.ToUriComponent();
    }
}

/// <summary>接收设置 as shown.</summary>
/// <param name="Form">As saved, or as typed when it came back.</param>
/// <param name="Address">The mail address of the account; null = there is none, so no mail.</param>
/// <param name="Hooks">Null for everybody but administrators.</param>
public sealed record DeliverySettingsModel(SettingsForm Form, string? Address, IReadOnlyList<WebhookLine>? Hooks)
{
    public FormErrors Errors { get; init; } = FormErrors.None;

    public HookForm? RefusedHook { get; init; }

    /// <summary>The webhook just added, with its secret, which is shown this once.</summary>
    public Webhook? Added { get; init; }
}

/// <summary>As posted.</summary>
public sealed record SettingsForm
{
    public bool Mail { get; init; }

    public bool Digest { get; init; }

    public string? QuietFrom { get; init; }

    public string? QuietTo { get; init; }

    internal static SettingsForm Of(PersonSettings settings) => new()
    {
        Mail = settings.Mail,
        Digest = settings.Digest,
        QuietFrom = settings.QuietFrom?.ToString("HH:mm", CultureInfo.InvariantCulture),
        QuietTo = settings.QuietTo?.ToString("HH:mm", CultureInfo.InvariantCulture),
    };

    /// <summary>Refused with <c>time-unread</c> at the field that is no time of day.</summary>
    internal Outcome<PersonSettings> Read()
    {
        if (!TryTime(QuietFrom, out var from))
        {
            return new Refusal("time-unread") { Field = "quietFrom" };
        }

        return TryTime(QuietTo, out var to)
            ? new PersonSettings(Mail, Digest, from, to)
            : new Refusal("time-unread") { Field = "quietTo" };
    }

    private static bool TryTime(string? text, out TimeOnly? time)
    {
        time = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var ok = TimeOnly.TryParseExact(text.Trim().Replace('：', ':'), (string[])["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var read);
        time = read;
        return ok;
    }
}

/// <summary>As posted.</summary>
public sealed record HookForm
{
    public string? Url { get; init; }

    public string? UserName { get; init; }

    public string[]? Kinds { get; init; }
}

/// <summary>未送达消息 as shown.</summary>
/// <param name="Now">System time, from which the age is told.</param>
public sealed record UndeliveredModel(UndeliveredList List, DateTimeOffset Now)
{
    public int Total => List.Letters.Count + List.Messages.Count;

    public string Age(DateTimeOffset at, Texts texts) => (Now - at) switch
    {
        { TotalHours: < 1 } young => texts["undelivered.age.minutes", Math.Max(1, (int)young.TotalMinutes)],
        { TotalDays: < 1 } today => texts["undelivered.age.hours", (int)today.TotalHours],
        var old => texts["undelivered.age.days", (int)old.TotalDays],
    };

    /// <summary>What a row of an outbox tells, as people call it; a name that the pages do not know stays as it is.</summary>
    public static string TypeName(string type, Texts texts)
    {
        var name = type.StartsWith("case:", StringComparison.Ordinal) ? type["case:".Length..] : type;
        return MessageCatalog.Types.ContainsKey(name) || name == Reminders.ReminderPump.RowType ? texts[$"undelivered.type.{name}"] : name;
    }
}
