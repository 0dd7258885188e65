using PerfFlow.Platform.Identity;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Identity;

/// <summary>Both profiles: 等保 asks for kinds of characters and history, ASVS for length.</summary>
public sealed class ChoosingAPassword(PostgresServer postgres)
{
    [Theory]
    [InlineData(PasswordProfile.DengBao, "Ab1-short", "password-short")]
    [InlineData(PasswordProfile.DengBao, "onlylettershere", "password-kinds")]
    [InlineData(PasswordProfile.DengBao, "Zhou-wang-2023", "password-holds-name")]
    [InlineData(PasswordProfile.DengBao, "Password@2023", "password-known")]
    [InlineData(PasswordProfile.DengBao, "P@ssw0rd2023", "password-known")]
    [InlineData(PasswordProfile.DengBao, "Abcdefgh1234", "password-known")]
    [InlineData(PasswordProfile.DengBao, "Lushan-2023-yan", null)]
    [InlineData(PasswordProfile.Asvs, "Ab1-34567-x", "password-short")]
    [InlineData(PasswordProfile.Asvs, "qwertyuiop123", "password-known")]
    [InlineData(PasswordProfile.Asvs, "four words of mine", null)]
    public void NewPassword_IsJudgedByTheProfile(PasswordProfile profile, string password, string? refusal)
    {
        var user = new User { RegionId = 1, UserName = "zhou", Name = "周某某", Demo = false, CreatedAt = default };

        Assert.Equal(refusal, PasswordRules.CheckText(user, password, profile)?.Code);
    }

    [Fact]
    public async Task LastFivePasswords_AreRefusedUnderDengBao()
    {
        await using var app = await StartAsync("DengBao");
        var county = await SmallCounty.CreateAsync(app);
        var account = await Visitor.AccountAsync(app, county.RegionId, "zhou");
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);
        var current = account.StartPassword;
        for (var i = 0; i < 4; i++)
        {
            var next = $"Lushan-{i}-yanyu";
            using var changed = await visitor.SubmitAsync("/account/password", "/account/password", ("old", current), ("chosen", next), ("repeated", next));
            Assert.Equal("/", changed.Headers.Location?.ToString());
            current = next;
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        using var refused = await visitor.SubmitAsync("/account/password", "/account/password", ("old", current), ("chosen", "Lushan-0-yanyu"), ("repeated", "Lushan-0-yanyu"));
        Assert.Contains("最近 5 次", await Visitor.WhyAsync(refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DengBao", true)]
    [InlineData("Asvs", false)]
    public async Task AfterNinetyDays_DengBaoAsksForANewOne(string profile, bool asked)
    {
        await using var app = await StartAsync(profile);
        var county = await SmallCounty.CreateAsync(app);
        var account = await Visitor.AccountAsync(app, county.RegionId, "zhou");
        app.Time.Advance(TimeSpan.FromDays(91));
        using var visitor = new Visitor(app.Address);
        await visitor.SignedInAsync("zhou", account.StartPassword);

        Assert.Equal(asked ? "/account/password" : null, (await visitor.GetAsync("/account/sessions")).Headers.Location?.ToString());
    }

    private Task<PerfFlowApp> StartAsync(string profile) => PerfFlowApp.StartAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Identity:PasswordProfile"] = profile,
    });
}
