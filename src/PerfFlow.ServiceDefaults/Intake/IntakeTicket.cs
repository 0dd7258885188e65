using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Intake;

/// <summary>What a ticket allows, once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntakeAct>))]
public enum IntakeAct
{
    /// <summary>Hand in a file.</summary>
    Upload,

    /// <summary>Fetch the file named.</summary>
    Download,

    /// <summary>Fetch what was read out of the document named.</summary>
    Read,

    /// <summary>Have a workbook written: blank, prefilled, or the document named with its bad cells marked.</summary>
    Workbook,

    /// <summary>See or take files of the unit that lie in the drop folder.</summary>
    Drops,
}

/// <summary>On whose behalf the Platform speaks to Intake, after <c>Access</c> has allowed it.</summary>
/// <param name="Region">Region and generation.</param>
/// <param name="Now">Business time of the region.</param>
/// <param name="User">User id of the Platform.</param>
/// <param name="Unit">Unit that the file belongs to.</param>
/// <param name="Notice">Notice that it answers.</param>
/// <param name="Language">Of the sentences in the answer.</param>
public sealed record IntakeSender(
    RegionRef Region, DateTimeOffset Now, long User, long? Unit = null, long? Notice = null, string Language = "zh-CN");

/// <summary>
/// The Platform's word that one act is allowed. It is all that Intake believes: who the user is and what they may see
/// was decided before.
/// </summary>
/// <param name="Id">Of an upload: the id of the document that comes of it, so that a repeated upload gives the same document.</param>
/// <param name="Act">What it allows.</param>
/// <param name="Sender">On whose behalf.</param>
/// <param name="Expires">System time; at most <see cref="IntakeTickets.Lifetime"/> after issue.</param>
/// <param name="Subject">The file or document meant, where the act has one.</param>
/// <param name="Layout">The layout to read an upload by; null for an attachment.</param>
/// <param name="UnitCode">Code of the unit whose dropped files are meant.</param>
public sealed record IntakeTicket(
    Guid Id, IntakeAct Act, IntakeSender Sender, DateTimeOffset Expires, Guid? Subject = null, string? Layout = null, string? UnitCode = null);

/// <summary>Issues and checks tickets: HMAC-SHA256 over their JSON with a key that Platform and Intake share.</summary>
public sealed class IntakeTickets(byte[] key, TimeProvider time)
{
    /// <summary>Setting with the shared key: at least 32 bytes in base64. Without it the key is fresh, for one process only.</summary>
    public const string KeySetting = "Intake:TicketKey";

    /// <summary>How long a ticket is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // the clocks of two machines are never quite equal
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>A ticket of full lifetime as it travels in the <c>Authorization</c> header, after the word <c>Ticket</c>.</summary>
    public string Issue(Guid id, IntakeAct act, IntakeSender sender, Guid? subject = null, string? layout = null, string? unitCode = null) =>
        Sign(new IntakeTicket(id, act, sender, time.GetUtcNow() + Lifetime, subject, layout, unitCode));

    /// <summary>The ticket, or null: forged, for another act or subject, expired, or valid for longer than any honest one.</summary>
    public IntakeTicket? Check(string? token, IntakeAct act, Guid? subject = null)
    {
        if (token?.Split('.') is not [var body, var mark])
        {
            return null;
        }

        try
        {
            var signed = Encoding.ASCII.GetBytes(body);
            if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), Base64Url.DecodeFromChars(mark)))
            {
                return null;
            }

            var ticket = JsonSerializer.Deserialize<IntakeTicket>(Base64Url.DecodeFromChars(body), JsonSerializerOptions.Web);
            var now = time.GetUtcNow();
            return ticket is not null && ticket.Act == act && ticket.Subject == subject
                && ticket.Expires > now && ticket.Expires <= now + Lifetime + ClockSkew
                ? ticket
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The shared key of the settings, or a fresh one.</summary>
    public static IntakeTickets Of(IConfiguration configuration, TimeProvider time)
    {
        if (configuration[KeySetting] is not { Length: > 0 } text)
        {
            return new IntakeTickets(RandomNumberGenerator.GetBytes(32), time);
        }

        var shared = Convert.FromBase64String(text);
        return shared.Length >= 32
            ? new IntakeTickets(shared, time)
            : throw new InvalidOperationException($"{KeySetting} has {shared.Length} bytes; at least 32 are needed.");
    }

    internal string Sign(IntakeTicket ticket)
    {
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(ticket, JsonSerializerOptions.Web));
        return body + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(body)));
    }
}
