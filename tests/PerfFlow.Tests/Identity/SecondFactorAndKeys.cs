using System.Net;
using System.Text;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Identity;

public sealed class SecondFactorAndKeys(PostgresServer postgres) : IAsyncLifetime
{
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private MadeAccount account = null!;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Identity:SlowestAnswerSeconds"] = "0",
            ["Identity:SecondFactorRoles:0"] = Roles.Leader,
        });
        county = await SmallCounty.CreateAsync(app);
        account = await Visitor.AccountAsync(app, county.RegionId, "zhou");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task EnrolledAccount_NeedsAFreshCodeAndEachWorksOnce()
    {
        var (secret, _) = await EnrolAsync();
        app.Time.Advance(TimeSpan.FromMinutes(1));
        using var visitor = new Visitor(app.Address);
        using var without = await visitor.SignInAsync("zhou", account.StartPassword);
        Assert.Contains("动态口令", await Visitor.WhyAsync(without), StringComparison.Ordinal);

        var code = Totp.Code(secret, app.Time.GetUtcNow());
        await visitor.SignedInAsync("zhou", account.StartPassword, code);
        using var again = new Visitor(app.Address);
        using var refused = await again.SignInAsync("zhou", account.StartPassword, code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Fact]
    public async Task RecoveryCode_StandsInForTheLostPhoneOnce()
    {
        var (_, codes) = await EnrolAsync();
        Assert.Equal(10, codes.Count);
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword, codes[3]);

        using var again = new Visitor(app.Address);
        using var refused = await again.SignInAsync("zhou", account.StartPassword, codes[3]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Fact]
    public async Task RoleThatDemandsIt_OpensNothingBeforeEnrolment()
    {
        await using (var scope = app.Scope())
        {
            Assert.True((await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
                null, county.RegionId, new RoleInput(account.UserId, county.Bureau.Id, Roles.Leader, new DateOnly(2020, 1, 1)), TestContext.Current.CancellationToken)).Ok);
        }

        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        Assert.Equal("/account/two-factor", (await visitor.GetAsync("/projects")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/api/projects")).StatusCode);
    }

    [Fact]
    public async Task OldTypedPassword_IsAskedAgainBeforeASensitiveAct()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        app.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.StartsWith("/account/confirm", (await visitor.GetAsync("/account/two-factor")).Headers.Location?.ToString(), StringComparison.Ordinal);
        using var confirmed = await visitor.SubmitAsync("/account/confirm?returnUrl=%2Faccount%2Ftwo-factor", "/account/confirm", ("password", account.StartPassword));
        Assert.Equal("/account/two-factor", confirmed.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account/two-factor")).StatusCode);
    }

    [Fact]
    public async Task ApiToken_SpeaksForItsOwnerUntilRevokedAndOpensNoPage()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        using var made = await visitor.SubmitAsync("/account/sessions", "/account/tokens", ("name", "报表程序"), ("days", "30"));
        var token = (await Visitor.ReadAsync(made)).QuerySelector(".banner.good code")!.TextContent;

        using var program = new HttpClient { BaseAddress = app.Address, DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" } } };
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/account", TestContext.Current.CancellationToken)).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await program.GetAsync("/account/sessions", TestContext.Current.CancellationToken)).StatusCode);
        await using (var db = app.Db())
        {
            var stored = await db.ApiTokens.SingleAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(token, Encoding.UTF8.GetString(stored.Hash), StringComparison.Ordinal);
            await using var scope = app.Scope();
            var viewer = await app.Get<PerfFlow.Platform.Access.ViewerReader>().FindAsync(account.UserId, TestContext.Current.CancellationToken);
            Assert.True((await scope.ServiceProvider.GetRequiredService<ApiTokens>().RevokeAsync(viewer!, stored.Id, TestContext.Current.CancellationToken)).Ok);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/account", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task KeysOfCookies_LieEncryptedInTheDatabase()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        await using var db = app.Db();
        var rows = await db.DataProtectionKeys.Select(k => k.Xml).ToListAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(rows);
        Assert.All(rows, xml => Assert.Empty(XElement.Parse(xml).Descendants("masterKey")));
    }

    /// <summary>RFC 6238 appendix B, truncated to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Code_IsThatOfTheStandard(long second, string code) =>
        Assert.Equal(code, Totp.Code(Encoding.ASCII.GetBytes("12345678901234567890"), DateTimeOffset.FromUnixTimeSeconds(second)));

    private async Task<(byte[] Secret, List<string> Codes)> EnrolAsync()
    {
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        var page = await visitor.PageAsync("/account/two-factor");
        var secret = FromBase32(page.QuerySelector("code")!.TextContent);
        using var enrolled = await visitor.SubmitAsync("/account/two-factor", "/account/two-factor", ("code", Totp.Code(secret, app.Time.GetUtcNow())));
        return (secret, [.. (await Visitor.ReadAsync(enrolled)).QuerySelectorAll("li code").Select(c => c.TextContent)]);
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>();
        int buffer = 0, bits = 0;
        foreach (var letter in text.Where(c => c != ' '))
        {
            buffer = (buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }
}
