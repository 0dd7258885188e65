using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PerfFlow.Tests.Notifications;

/// <summary>The other side of a webhook: HTTPS on loopback with a certificate of its own authority.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private WebhookReceiver(WebApplication app, X509Certificate2 certificate, string authority) => (_app, _certificate, Authority) = (app, certificate, authority);

    /// <param name="Answer">The status it was answered with; <see cref="HangUp"/> = it was taken and not answered.</param>
    public sealed record Call(byte[] Body, IReadOnlyDictionary<string, string> Headers, int Answer);

    /// <summary>In the place of a status: the connection is closed without an answer.</summary>
    public const int HangUp = 0;

    /// <summary>PEM file of the authority.</summary>
    public string Authority { get; }

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Answers to come, then what <see cref="Otherwise"/> says.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    /// <summary>The answer to a call by its <c>Idempotency-Key</c>.</summary>
    public Func<string, int> Otherwise { get; init; } = _ => 200;

    /// <summary>No call is answered before it has ended.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    public int Port => new Uri(_app.Urls.First()).Port;

    public string Url => $"https://localhost:{Port}/hook";

    public static async Task<WebhookReceiver> StartAsync(Func<string, int>? answers = null, Task? gate = null)
    {
        var certificate = Certificate();
        var authority = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pem");
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var receiver = new WebhookReceiver(app, certificate, authority) { Otherwise = answers ?? (_ => 200), Gate = gate ?? Task.CompletedTask };
        app.MapPost("/hook", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        File.Delete(Authority);
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var answer = Answers.TryDequeue(out var next) ? next : Otherwise(headers["Idempotency-Key"]);
        Calls.Enqueue(new(body.ToArray(), headers, answer));
        await Gate;
        if (answer == HangUp)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
