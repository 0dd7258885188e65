using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;
using PerfFlow.Notifications.Data;
using PerfFlow.Notifications.Templates;

namespace PerfFlow.Notifications.Channels;

/// <summary>Sends one mail, a digest when there is more than one item.</summary>
internal sealed class MailChannel(IOptions<NotificationsOptions> options, MessageTexts texts)
{
    private const string Language = "zh-CN";

    public async Task<SendResult> SendAsync(Sending sending, IReadOnlyList<Item> items, CancellationToken ct)
    {
        var mail = options.Value.Mail;
        try
        {
            using var message = new MailMessage(new MailAddress(mail.From, mail.FromName, Encoding.UTF8), new MailAddress(sending.Address))
            {
                Subject = Subject(items),
                SubjectEncoding = Encoding.UTF8,
                Body = Body(items),
                BodyEncoding = Encoding.UTF8,
            };
            message.Headers.Add("Message-ID", $"<{sending.Key:N}@{message.From!.Host}>");
            message.Headers.Add("Auto-Submitted", "auto-generated");
            using var client = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.Tls };
            if (mail.User is { Length: > 0 })
            {
                client.Credentials = new NetworkCredential(mail.User, mail.Password);
            }

            await client.SendMailAsync(message, ct);
            return SendResult.Taken;
        }
        catch (SmtpException refused)
        {
            // 5yz is the server's last word (RFC 5321 §4.2.1); everything else may pass.
            return SendResult.Failed(Words(refused), permanent: (int)refused.StatusCode is >= 500 and < 600);
        }
        catch (FormatException notAnAddress)
        {
            return SendResult.Failed(notAnAddress.Message, permanent: true);
        }
        catch (OperationCanceledException)
        {
            return SendResult.Failed("The mail server did not answer in time.");
        }
    }

    private string Subject(IReadOnlyList<Item> items)
    {
        var subject = items.Count == 1
            ? items[0].Subject
            : texts.Of(Language, "digest.subject", Values(("count", items.Count.ToString(CultureInfo.InvariantCulture)), ("first", items[0].Subject)));
        // A line end in a title must not become a header.
        return string.Join(' ', subject.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private string Body(IReadOnlyList<Item> items)
    {
        var body = new StringBuilder(texts.Of(Language, "mail.greeting", Values(("name", items[0].UserName)))).Append("\n\n");
        for (var i = 0; i < items.Count; i++)
        {
            if (items.Count > 1)
            {
                body.Append(texts.Of(Language, "digest.item", Values(("n", (i + 1).ToString(CultureInfo.InvariantCulture)), ("subject", items[i].Subject)))).Append('\n');
            }

            body.Append(items[i].Body).Append('\n');
            if (options.Value.PublicAddress is { } address)
            {
                body.Append(texts.Of(Language, "mail.link", Values(("link", new Uri(address, items[i].Path).ToString())))).Append('\n');
            }

            body.Append('\n');
        }

        return body.Append(texts.Of(Language, "mail.footer", Values())).Append('\n').ToString();
    }

    private static Dictionary<string, string?> Values(params (string Name, string Value)[] values) =>
        values.ToDictionary(v => v.Name, v => (string?)v.Value, StringComparer.Ordinal);

    private static string Words(SmtpException failure) =>
        failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message;
}
