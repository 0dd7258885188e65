using System.Net;
using AngleSharp;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Identity;
using PerfFlow.Tests.App;
using Xunit;

namespace PerfFlow.Tests.Identity;

/// <summary>Somebody at a browser without scripts: follows no redirects, keeps cookies, fills in forms as they came.</summary>
public sealed class Visitor : IDisposable
{
    private readonly HttpClient http;
    private readonly CookieContainer cookies = new();

    public Visitor(Uri address, string? agent = null)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = address };
        http.DefaultRequestHeaders.UserAgent.ParseAdd(agent ?? "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0");
    }

    public HttpClient Http => http;

    public CookieCollection Cookies => cookies.GetAllCookies();

    /// <summary>An account of its own, with the start password still to be changed unless it is a demo account.</summary>
    public static async Task<MadeAccount> AccountAsync(PerfFlowApp app, int region, string name, bool demo = true)
    {
        await using var scope = app.Scope();
        var made = await scope.ServiceProvider.GetRequiredService<CreateAccount>()
            .RunAsync(null, new NewAccount(region, name, "测某某", Demo: demo), TestContext.Current.CancellationToken);
        return made.Value;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(path, TestContext.Current.CancellationToken);

    public async Task<IHtmlDocument> PageAsync(string path)
    {
        using var response = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ReadAsync(response);
    }

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage response)
    {
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (IHtmlDocument)await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html), TestContext.Current.CancellationToken);
    }

    /// <summary>Fills in the form that posts to <paramref name="action"/> on a page and sends it.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] values)
    {
        var document = await PageAsync(page);
        var form = Assert.Single(document.Forms, f => f.GetAttribute("action") == action);
        var fields = form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }

        return await http.PostAsync(action, new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> SignInAsync(string userName, string password, string code = "") =>
        SubmitAsync("/sign-in", "/sign-in", ("userName", userName), ("password", password), ("code", code));

    /// <summary>Signed in, or the test fails with what the page said.</summary>
    public async Task<Visitor> SignedInAsync(string userName, string password, string code = "")
    {
        using var response = await SignInAsync(userName, password, code);
        Assert.True(response.StatusCode == HttpStatusCode.Redirect, await WhyAsync(response));
        return this;
    }

    /// <summary>The sentences of the error summary.</summary>
    public static async Task<string> WhyAsync(HttpResponseMessage response) =>
        (await ReadAsync(response)).QuerySelector(".banner.bad")?.TextContent.Trim() ?? $"{(int)response.StatusCode} without a reason";

    public void Dispose() => http.Dispose();
}
