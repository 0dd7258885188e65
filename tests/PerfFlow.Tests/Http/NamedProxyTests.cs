using System.Net;
using Microsoft.Extensions.Configuration;
using PerfFlow.Platform.Http;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Http;

/// <summary>Beyond this machine the platform is reached through a proxy that was named, and only that is believed.</summary>
public sealed class NamedProxyTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("", ServiceRole.All, null, "http://127.0.0.1:5080")]
    [InlineData("0.0.0.0", ServiceRole.All, null, null)]
    [InlineData("0.0.0.0", ServiceRole.Platform, "10.1.2.3", "http://0.0.0.0:5080")]
    [InlineData("::", ServiceRole.Platform, "10.1.2.0/24", "http://[::]:5080")]
    [InlineData("0.0.0.0", ServiceRole.Intake, null, "http://0.0.0.0:5080")]
    [InlineData("everywhere", ServiceRole.Intake, null, null)]
    public void Listen_BeyondLoopback_NeedsANamedProxyWhereUsersCome(string listen, ServiceRole roles, string? proxy, string? url)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Http:Listen", listen), new("Http:Proxies:0", proxy)]).Build();

        Assert.Equal(url, ListenAddress.Of(configuration, 5080, roles));
    }

    [Theory]
    [InlineData("127.0.0.0/8", false)]
    [InlineData("10.1.2.3", true)]
    public async Task Origin_IsTakenFromANamedProxyOnly(string proxy, bool local)
    {
        await using var app = await PerfFlowApp.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Http:Proxies:0"] = proxy });
        var county = await SmallCounty.CreateAsync(app);
        using var visitor = new Visitor(app.Address);
        visitor.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");

        using var answer = await visitor.SignInAsync(county.UserNameOf("school"), county.PasswordOf("school"));

        // A demo account may sign in from this machine only.
        Assert.Equal(local, answer.StatusCode == HttpStatusCode.Redirect);
    }
}
