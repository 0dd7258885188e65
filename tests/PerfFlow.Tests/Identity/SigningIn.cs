using System.Net;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Identity;
using PerfFlow.Tests.App;
using Xunit;

namespace PerfFlow.Tests.Identity;

public sealed class SigningIn(OneCounty one) : IClassFixture<OneCounty>, IAsyncLifetime
{
    private readonly PerfFlowApp app = one.App;
    private readonly SmallCounty county = one.County;
    private readonly string zhou = one.NewName();
    private MadeAccount account = null!;

    public async ValueTask InitializeAsync() => account = await Visitor.AccountAsync(app, county.RegionId, zhou);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RightPassword_OpensASessionInAnHttpOnlyCookie()
    {
        using var visitor = new Visitor(app.Address);
        using var answer = await visitor.SignInAsync(zhou, account.StartPassword);

        Assert.Equal("/", answer.Headers.Location?.ToString());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task WithoutSession_PagesAskToSignInAndTheApiRefuses()
    {
        using var visitor = new Visitor(app.Address);

        Assert.Equal("/sign-in?returnUrl=%2Faccount%2Fsessions", (await visitor.GetAsync("/account/sessions")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/api/account")).StatusCode);
    }

    [Fact]
    public async Task UnknownNameAndWrongPassword_GetTheSameAnswer()
    {
        using var visitor = new Visitor(app.Address);
        using var unknown = await visitor.SignInAsync("nobody-here", "Wrong-pass-123");
        using var wrong = await visitor.SignInAsync(zhou, "Wrong-pass-123");

        Assert.Equal(unknown.StatusCode, wrong.StatusCode);
        Assert.Equal(await Visitor.WhyAsync(unknown), await Visitor.WhyAsync(wrong));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FiveFailures_MakeThatPairWaitWhetherTheAccountExistsOrNot(bool exists)
    {
        var name = exists ? zhou : one.NewName();
        using var visitor = new Visitor(app.Address);
        for (var i = 0; i < 5; i++)
        {
            using var failed = await visitor.SignInAsync(name, "Wrong-pass-123");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, failed.StatusCode);
        }

        using var blocked = await visitor.SignInAsync(name, account.StartPassword);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, blocked.StatusCode);
        Assert.Contains("15 分钟", await Visitor.WhyAsync(blocked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockedPair_MayTryAgainAfterFifteenMinutes()
    {
        using var visitor = new Visitor(app.Address);
        for (var i = 0; i < 6; i++)
        {
            using var failed = await visitor.SignInAsync(zhou, "Wrong-pass-123");
        }

        app.Time.Advance(TimeSpan.FromMinutes(16));
        await visitor.SignedInAsync(zhou, account.StartPassword);
    }

    [Fact]
    public async Task StrangersFailures_DoNotBlockTheOwnersDevice()
    {
        using var owner = new Visitor(app.Address);
        await owner.SignedInAsync(zhou, account.StartPassword);
        using var stranger = new Visitor(app.Address);
        for (var i = 0; i < 7; i++)
        {
            using var failed = await stranger.SignInAsync(zhou, "Wrong-pass-123");
        }

        using var left = await owner.SubmitAsync("/account/sessions", "/sign-out");
        await owner.SignedInAsync(zhou, account.StartPassword);
    }

    [Fact]
    public async Task ParallelGuesses_AreNotJudgedOnAnOldCount()
    {
        using var visitor = new Visitor(app.Address);
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = (await visitor.PageAsync("/sign-in")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
            ["userName"] = zhou,
            ["password"] = "Wrong-pass-123",
        };
        var guesses = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await visitor.Http.PostAsync("/sign-in", content, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }));

        Assert.Equal(5, guesses.Count(s => s == HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task DisabledAccount_IsRefusedLikeAWrongPasswordAndItsSessionEnds()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync(zhou, account.StartPassword);
        await using (var db = app.Db())
        {
            await db.Users.Where(u => u.Id == account.UserId).ExecuteUpdateAsync(u => u.SetProperty(x => x.Disabled, true), TestContext.Current.CancellationToken);
        }

        // Written behind this node's back, as another node would: effective within five seconds.
        app.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/account/sessions")).StatusCode);
        using var refused = await visitor.SignInAsync(zhou, account.StartPassword);
        Assert.Contains("不正确", await Visitor.WhyAsync(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FifteenIdleMinutes_EndTheSessionAlthoughThePagePolls()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync(zhou, account.StartPassword);
        using var polling = new HttpRequestMessage(HttpMethod.Get, "/account/sessions") { Headers = { { "X-Poll", "1" } } };
        app.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await visitor.Http.SendAsync(polling, TestContext.Current.CancellationToken)).StatusCode);
        app.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task WorkingAllDay_EndsTheSessionAtItsAbsoluteLimit()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync(zhou, account.StartPassword);
        for (var minutes = 0; minutes < 590; minutes += 10)
        {
            app.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account/sessions")).StatusCode);
        }

        app.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task StartPassword_OpensNothingButTheChoiceOfAnOwnOne()
    {
        var fresh = await Visitor.AccountAsync(app, county.RegionId, $"fresh-{zhou}", demo: false);
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync($"fresh-{zhou}", fresh.StartPassword);
        Assert.Equal("/account/password", (await visitor.GetAsync("/account/sessions")).Headers.Location?.ToString());

        using var changed = await visitor.SubmitAsync("/account/password", "/account/password", ("old", fresh.StartPassword), ("chosen", "Lushan-2023-yan"), ("repeated", "Lushan-2023-yan"));
        Assert.Equal("/", changed.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task StartPassword_WorksOnce()
    {
        var fresh = await Visitor.AccountAsync(app, county.RegionId, $"fresh-{zhou}", demo: false);
        using var first = new Visitor(app.Address);
        await first.SignedInAsync($"fresh-{zhou}", fresh.StartPassword);

        using var second = new Visitor(app.Address);
        using var refused = await second.SignInAsync($"fresh-{zhou}", fresh.StartPassword);
        Assert.Contains("初始密码", await Visitor.WhyAsync(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormOfAnotherSite_IsRefused()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync(zhou, account.StartPassword);
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Headers = { { "Origin", "https://elsewhere.example" } }, Content = new FormUrlEncodedContent([]) };

        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.Http.SendAsync(forged, TestContext.Current.CancellationToken)).StatusCode);
        using var unmarked = await visitor.Http.PostAsync("/sign-out", new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, unmarked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task SecurityLog_TellsWhoFailedAndCannotBeChangedByTheServingRole()
    {
        using var visitor = new Visitor(app.Address);
        using var failed = await visitor.SignInAsync(zhou, "Wrong-pass-123");
        await using var db = app.Db();
        var line = await db.SecurityEvents.OrderByDescending(e => e.Id).FirstAsync(TestContext.Current.CancellationToken);

        Assert.Equal("sign-in-failed", line.Kind);
        Assert.Equal(account.UserId, line.UserId);
        Assert.Equal("127.0.0.1", line.Address);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => db.SecurityEvents.ExecuteDeleteAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => db.SecurityEvents.ExecuteUpdateAsync(e => e.SetProperty(x => x.Kind, "x"), TestContext.Current.CancellationToken));
    }
}
