using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.ServiceDefaults.Notifications;

/// <summary>What a ticket lets its bearer ask.</summary>
public enum TicketRight
{
    /// <summary>The user's own items and settings.</summary>
    Own,

    /// <summary>The deliveries of one case; the subject is its id.</summary>
    Case,

    /// <summary>Dead letters and webhooks of one region; the subject is its code.</summary>
    Operate,
}

/// <param name="UserId">On whose behalf; the Platform has authenticated them.</param>
/// <param name="Subject">What <paramref name="Right"/> is about; empty for <see cref="TicketRight.Own"/>.</param>
public sealed record NotificationsTicket(long UserId, TicketRight Right, string Subject);

/// <summary>Issues and checks the tickets between Platform and Notifications: HMAC-SHA256 with a key that both have from <c>Notifications:TicketKey</c> (base64, 32 bytes or more).</summary>
public sealed class NotificationsTickets(byte[] key, TimeProvider time)
{
    public const string KeySetting = "Notifications:TicketKey";

    public const string Header = "X-PerfFlow-Ticket";

    /// <summary>How long a ticket is good; an honest one is never good for longer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Null when no key is configured.</summary>
    public static NotificationsTickets? FromSetting(string? base64, TimeProvider time)
    {
        if (string.IsNullOrWhiteSpace(base64))
        {
            return null;
        }

        var key = Convert.FromBase64String(base64);
        return key.Length >= 32 ? new(key, time) : throw new InvalidOperationException($"{KeySetting} is shorter than 32 bytes.");
    }

    public string Issue(NotificationsTicket ticket)
    {
        var expires = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        var text = string.Create(CultureInfo.InvariantCulture, $"{ticket.UserId}.{ticket.Right}.{ticket.Subject}.{expires}");
        return text + "." + Mac(text);
    }

    /// <summary>The ticket, or null: forged, expired, or good for longer than any honest one.</summary>
    public NotificationsTicket? Read(string? text)
    {
        var parts = (text ?? "").Split('.');
        if (parts is not [var user, var right, var subject, var expires, var mac]
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(Mac(text![..text!.LastIndexOf('.')])))
            || !long.TryParse(user, CultureInfo.InvariantCulture, out var userId)
            || !Enum.TryParse<TicketRight>(right, out var granted)
            || !long.TryParse(expires, CultureInfo.InvariantCulture, out var end))
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(end) - time.GetUtcNow();
        return left > TimeSpan.Zero && left <= Lifetime ? new(userId, granted, subject) : null;
    }

    private string Mac(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
