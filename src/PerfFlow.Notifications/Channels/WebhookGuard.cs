using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace PerfFlow.Notifications.Channels;

/// <summary>
/// Which addresses webhooks may reach: https, and no private, loopback or link-local address unless it is listed. The
/// name is resolved once, at connecting, and the checked address is the one connected to, so that a name which changes
/// its address between check and use gains nothing.
/// </summary>
internal sealed class WebhookGuard
{
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3",
            // IPv6: unspecified, loopback, NAT64 and 6to4 (which wrap IPv4), unique local, link-local, multicast.
            "::/127", "64:ff9b::/96", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private readonly HashSet<string> allowedNames;
    private readonly List<IPNetwork> allowedNetworks;
    private readonly X509Certificate2Collection authorities = [];

    public WebhookGuard(IOptions<NotificationsOptions> options)
    {
        var settings = options.Value.Webhook;
        allowedNetworks = [.. settings.Allowed.Where(a => a.Contains('/', StringComparison.Ordinal)).Select(a => IPNetwork.Parse(a))];
        allowedNames = settings.Allowed.Where(a => !a.Contains('/', StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (settings.TrustedCertificates is { Length: > 0 } file)
        {
            authorities.ImportFromPemFile(file);
        }
    }

    /// <summary>The code of the refusal, or null: what can be said of an address without asking the network.</summary>
    public string? Objection(Uri url) =>
        url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0 ? "webhook-not-https"
        : IPAddress.TryParse(url.IdnHost, out var address) && !IsOpen(url.IdnHost, address) ? "webhook-private-address"
        : null;

    /// <summary>True when connecting to this address, found for this name, is allowed.</summary>
    public bool IsOpen(string name, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowedNames.Contains(name)
            || allowedNetworks.Exists(network => network.Contains(plain))
            || !Array.Exists(Closed, network => network.Contains(plain));
    }

    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = authorities.Count == 0 ? null : Trusts,
        },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var name = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(name, ct);
        var open = addresses.Where(address => IsOpen(name, address)).ToArray();
        if (open.Length == 0)
        {
            throw new HttpRequestException($"{name} has no address that may be called.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The authorities of the file stand beside those of the system; names and dates are checked as ever.
    private bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(presented);
    }
}
