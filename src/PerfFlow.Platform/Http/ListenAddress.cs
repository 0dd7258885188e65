using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace PerfFlow.Platform.Http;

/// <summary>
/// Where a process listens and whom it believes. Without settings it is reached from this machine only; beyond that TLS
/// ends at a proxy whose address is named, and only that one may say who asks and by which scheme (design.md §9).
/// </summary>
internal static class ListenAddress
{
    /// <summary>An IP address, e.g. <c>0.0.0.0</c>; empty = 127.0.0.1.</summary>
    public const string Setting = "Http:Listen";

    /// <summary>IP addresses or networks (10.1.2.0/24) of the reverse proxies in front.</summary>
    public const string ProxiesSetting = "Http:Proxies";

    /// <summary>The address for Kestrel; null where the setting is none, or would show the platform to others without a proxy.</summary>
    public static string? Of(IConfiguration configuration, int port, ServiceRole roles)
    {
        var text = configuration[Setting] is { Length: > 0 } given ? given : "127.0.0.1";
        if (!IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // The other services open to tickets only; users come to the platform.
        return roles.HasFlag(ServiceRole.Platform) && !IPAddress.IsLoopback(address) && !Proxies(configuration).Any() ? null : $"http://{new IPEndPoint(address, port)}";
    }

    /// <summary>Takes over what named proxies say of a request; without any, the headers are a stranger's words.</summary>
    public static WebApplication UseNamedProxies(this WebApplication app)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in Proxies(app.Configuration))
        {
            options.KnownIPNetworks.Add(proxy);
        }

        if (options.KnownIPNetworks.Count > 0)
        {
            app.UseForwardedHeaders(options);
        }

        return app;
    }

    private static IEnumerable<System.Net.IPNetwork> Proxies(IConfiguration configuration) =>
        (configuration.GetSection(ProxiesSetting).Get<string?[]>() ?? []).OfType<string>().Where(text => text.Length > 0).Select(text =>
            IPAddress.TryParse(text, out var address)
                ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
                : System.Net.IPNetwork.TryParse(text, out var network) ? network : throw new InvalidOperationException($"{ProxiesSetting}: {text} is neither an IP address nor a network."));
}
