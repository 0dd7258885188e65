using System.Net;
using System.Text.Json;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Http;

/// <summary>The description of the API is there for whoever signed in, names every act, and is nobody else's.</summary>
public sealed class ApiDescriptionTests(PostgresServer postgres)
{
    [Fact]
    public async Task Strangers_are_sent_to_sign_in()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };

        foreach (var path in new[] { "/openapi/v1.json", "/api-docs/index.html" })
        {
            var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
        }
    }

    [Fact]
    public async Task Every_act_is_described_with_its_refusals()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        var county = await SmallCounty.CreateAsync(app);
        using var visitor = await new Visitor(app.Address).SignedInAsync(county.UserNameOf("performance"), county.PasswordOf("performance"));

        var answer = await visitor.GetAsync("/openapi/v1.json");
        using var description = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var acts = description.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(o => o.Name is "post" or "put" or "delete").Select(o => (Name: $"{o.Name} {path.Name}", o.Value))).ToList();
        Assert.True(acts.Count >= 20, $"{acts.Count} acts");
        Assert.All(acts, act => Assert.True(act.Value.GetProperty("responses").TryGetProperty("409", out _), act.Name));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/api-docs/index.html")).StatusCode);
    }
}
