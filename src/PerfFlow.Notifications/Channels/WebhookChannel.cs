using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Channels;

/// <summary>
/// Posts one item as JSON. <c>X-PerfFlow-Signature</c> is <c>sha256=</c> and the hexadecimal HMAC-SHA256, with the webhook's
/// secret, of <c>X-PerfFlow-Timestamp</c> (Unix seconds), a full stop and the body. Repeats carry the same <c>Idempotency-Key</c>.
/// </summary>
internal sealed class WebhookChannel(WebhookGuard guard, IOptions<NotificationsOptions> options, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new(guard.Handler(), disposeHandler: true) { Timeout = TimeSpan.FromSeconds(15) };

    public async Task<SendResult> SendAsync(Sending sending, byte[] secret, Item item, CancellationToken ct)
    {
        if (!Uri.TryCreate(sending.Address, UriKind.Absolute, out var url) || guard.Objection(url) is not null)
        {
            return SendResult.Failed("This address may not be called.", permanent: true);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = sending.Key,
                kind = item.Kind,
                at = item.At,
                region = new { code = item.RegionCode, generation = item.Generation },
                recipient = new { id = item.UserId, name = item.UserName },
                subject = item.Subject,
                body = item.Body,
                path = item.Path,
                link = options.Value.PublicAddress is { } address ? new Uri(address, item.Path) : null,
                @case = item.Case,
            },
            MessageCatalog.Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("Idempotency-Key", sending.Key.ToString());
        request.Headers.Add("X-PerfFlow-Timestamp", timestamp);
        request.Headers.Add("X-PerfFlow-Signature", "sha256=" + Sign(secret, timestamp, body));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode
                ? SendResult.Taken
                : SendResult.Failed(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}"), IsFinal(answer.StatusCode));
        }
        catch (HttpRequestException failure)
        {
            return SendResult.Failed(failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message);
        }
        catch (OperationCanceledException)
        {
            return SendResult.Failed("No answer in time.");
        }
    }

    /// <summary>The signature as the receiver computes it.</summary>
    public static string Sign(byte[] secret, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(secret, signed));
    }

    public void Dispose() => http.Dispose();

    // Redirects are not followed, so they are final too.
    private static bool IsFinal(HttpStatusCode status) =>
        (int)status is >= 300 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
}
