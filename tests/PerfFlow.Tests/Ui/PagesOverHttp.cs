using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>Headers, frame, parts with ETag, toasts, language and error pages, as a browser meets them.</summary>
public sealed class PagesOverHttp : IAsyncLifetime
{
    private WebApplication app = null!;
    private HttpClient browser = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        app = await UiHost.StartAsync(routes =>
        {
            routes.MapGet("/inbox", (HttpContext http, Toasts _) => Pages.RenderAsync<RefusalPage>(http, new RefusalModel("待办", "内容")));
            routes.MapGet("/refused", (HttpContext http, Toasts _) => Refusals.PageAsync(http, Refusal.Forbidden("not-holder")));
            routes.MapGet("/bell", (HttpContext http, Toasts _) => Pages.PartAsync<Bell>(http, 6));
            routes.MapGet("/say", (HttpContext http, Toasts toasts) =>
            {
                toasts.Say(http, new ToastModel("已退回县教育局。"));
                return TypedResults.LocalRedirect("/inbox");
            });
            routes.MapGet("/boom", string () => throw new InvalidOperationException("password=secret"));
        });
        browser = new HttpClient(new CookieJar(app.GetTestServer().CreateHandler())) { BaseAddress = new Uri("http://localhost") };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Page_HasPolicyFrameAndChineseAsItIs()
    {
        var answer = await browser.GetAsync("/inbox", Ct);
        var html = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("script-src 'self'; style-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var page = await new HtmlParser().ParseDocumentAsync(html, Ct);
        Assert.Equal("待办 · PerfFlow 预算绩效流程平台", page.Title);
        Assert.Equal("zh-CN", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("待办29", page.QuerySelector(".pf-side a.on")!.TextContent.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
        Assert.NotNull(page.QuerySelector(".pf-top .demo"));
        Assert.Contains("2023-10-25 周三 09:48", page.QuerySelector(".clock")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("999+", page.QuerySelector(".pf-side")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("待办", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_AreKeptForAYearWhenTheirAddressHasTheHash()
    {
        var page = await new HtmlParser().ParseDocumentAsync(await browser.GetStringAsync("/inbox", Ct), Ct);
        var files = page.QuerySelectorAll("link[rel=stylesheet], script[src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!).ToList();
        Assert.All(files, f => Assert.Contains("?v=", f, StringComparison.Ordinal));
        foreach (var file in files)
        {
            var answer = await browser.GetAsync(file, Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PartUnchanged_IsAnsweredWithoutABody()
    {
        var first = await browser.GetAsync("/bell", Ct);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/bell");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        var second = await browser.SendAsync(again, Ct);
        Assert.Contains("hx-get", await first.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task Toast_IsSaidOnce()
    {
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/say", Ct)).StatusCode);
        Assert.Contains("已退回县教育局。", await browser.GetStringAsync("/inbox", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain("已退回县教育局。", await browser.GetStringAsync("/inbox", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Language_ChangesByPostWithTokenOnly()
    {
        var page = await new HtmlParser().ParseDocumentAsync(await browser.GetStringAsync("/inbox", Ct), Ct);
        var token = page.QuerySelector("form[action='/language'] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var bare = new FormUrlEncodedContent([new("language", "en")]);
        using var good = new FormUrlEncodedContent([new("language", "en"), new("returnUrl", "//evil.example"), new("__RequestVerificationToken", token)]);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/language", bare, Ct)).StatusCode);
        var answer = await browser.PostAsync("/language", good, Ct);
        Assert.Equal("/", answer.Headers.Location!.ToString());
        Assert.Contains("<html lang=\"en\"", await browser.GetStringAsync("/inbox", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_ShowsATraceNumberAndNothingElse()
    {
        var answer = await browser.GetAsync("/boom", Ct);
        var html = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Matches("追踪号 [0-9A-Z]{4}-[0-9A-Z]{4}", html);
        Assert.DoesNotContain("secret", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownAddress_IsAPageForPeopleAndAStatusForPrograms()
    {
        var page = await browser.GetAsync("/nowhere", Ct);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("没有这个页面", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var api = await browser.GetAsync("/api/nowhere", Ct);
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Empty(await api.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task RefusedPage_SaysWhyWithItsStatus()
    {
        var answer = await browser.GetAsync("/refused", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("这件待办现在不由您办理。", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    /// <summary>Keeps cookies and does not follow redirects.</summary>
    private sealed class CookieJar(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly CookieContainer cookies = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var header = cookies.GetCookieHeader(request.RequestUri!);
            if (header.Length > 0)
            {
                request.Headers.Add("Cookie", header);
            }

            var answer = await base.SendAsync(request, cancellationToken);
            foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                cookies.SetCookies(request.RequestUri!, cookie);
            }

            return answer;
        }
    }
}
