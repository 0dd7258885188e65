using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PerfFlow.Notifications;
using PerfFlow.Notifications.Channels;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>Signed calls over real TLS, to allowed addresses only.</summary>
public sealed class WebhookTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AMessage_IsPostedAndSigned()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(receiver, "localhost");
        var hook = (await host.Desk.AddWebhookAsync("331121", new(receiver.Url, null, ["SubmissionReturned"]), Ct)).Value;

        await host.TellAsync(Told.Opened(1, Told.Clerk()), Told.Returned(2, Told.Clerk()));

        var report = await host.ReportAsync(r => r.State == DeliveryState.Sent);
        Assert.Equal((DeliveryChannel.Webhook, "SubmissionReturned"), (report.Channel, report.Kind));
        var call = Assert.Single(receiver.Calls);
        var signature = WebhookChannel.Sign(Convert.FromHexString(hook.Secret!), call.Headers["X-PerfFlow-Timestamp"], call.Body);
        Assert.Equal("sha256=" + signature, call.Headers["X-PerfFlow-Signature"]);
        var body = JsonElement.Parse(call.Body);
        Assert.Equal("王芳", body.GetProperty("recipient").GetProperty("name").GetString());
        Assert.Equal(2, body.GetProperty("case").GetProperty("visit").GetInt32());
        Assert.Equal(body.GetProperty("id").GetString(), call.Headers["Idempotency-Key"]);
        Assert.Null(Assert.Single(await host.Desk.WebhooksAsync("331121", Ct)).Secret);
        // What lies in the database is not what signs.
        var stored = await host.QueryAsync(db => db.Webhooks.SingleAsync(Ct));
        Assert.Null(stored.Secret);
        Assert.DoesNotContain(hook.Secret!, Convert.ToHexStringLower(stored.Sealed!), StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", (await host.QueryAsync(db => db.DataProtectionKeys.SingleAsync(Ct))).Xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACall_ThatFailed_IsRepeatedUnderTheSameKey()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(receiver, "127.0.0.0/8");
        receiver.Answers.Enqueue(503);
        await host.Desk.AddWebhookAsync("331121", new(receiver.Url, 5, []), Ct);

        await host.TellAsync(Told.Opened(1, Told.Clerk(), Told.Clerk(id: 6)));
        await Waiting.UntilAsync(async () => await host.QueryAsync(db => db.Sendings.AnyAsync(s => s.LastError == "HTTP 503", Ct)), () => "the first call failed");
        host.Time.Move(TimeSpan.FromSeconds(31));

        Assert.Equal(2, (await host.ReportAsync(r => r.State == DeliveryState.Sent)).Attempts);
        Assert.Single(receiver.Calls.Select(c => c.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AKeyThatCannotBeReadNow_IsNoOtherKey_AndTheCallIsMadeLater()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var keyFile = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var host = await NotificationsHost.StartAsync(
            postgres, null, ("Webhook:Allowed:0", "localhost"), ("Webhook:TrustedCertificates", receiver.Authority), ("KeyFile", keyFile));
        // Sealed by another process of the service: this one has yet to read the keys.
        using var other = new WebhookSecrets(host.Source, Options.Create(new NotificationsOptions { KeyFile = keyFile }), NullLoggerFactory.Instance);
        var secret = RandomNumberGenerator.GetBytes(32);
        await host.QueryAsync(db =>
        {
            db.Add(new Hook { RegionCode = "331121", Url = receiver.Url, Kinds = [], Sealed = other.Seal(secret), CreatedAt = host.Time.GetUtcNow() });
            return db.SaveChangesAsync(Ct);
        });
        await ExecuteAsync("alter table notifications.data_protection_keys rename to away");
        await host.TellAsync(Told.Opened(1, Told.Clerk()));
        await Waiting.UntilAsync(async () => await host.QueryAsync(db => db.Sendings.AnyAsync(s => s.LastError != null, Ct)), () => "the first attempt has ended");
        Assert.Equal(DeliveryState.Held, (await host.QueryAsync(db => db.Sendings.SingleAsync(Ct))).State);
        Assert.Empty(receiver.Calls);

        await ExecuteAsync("alter table notifications.away rename to data_protection_keys");
        host.Time.Move(TimeSpan.FromSeconds(31));

        await host.ReportAsync(r => r.State == DeliveryState.Sent);
        var call = Assert.Single(receiver.Calls);
        Assert.Equal("sha256=" + WebhookChannel.Sign(secret, call.Headers["X-PerfFlow-Timestamp"], call.Body), call.Headers["X-PerfFlow-Signature"]);
        File.Delete(keyFile);

        async Task ExecuteAsync(string sql)
        {
            await using var command = host.Source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    [Fact]
    public async Task AName_ThatLeadsToAPrivateAddress_IsNotCalled()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(receiver, "perf.example.gov.cn");
        await host.Desk.AddWebhookAsync("331121", new(receiver.Url, null, []), Ct);

        await host.TellAsync(Told.Opened(1, Told.Clerk()));

        await Waiting.UntilAsync(
            async () => await host.QueryAsync(db => db.Sendings.AnyAsync(s => s.State == DeliveryState.Held && s.LastError!.Contains("localhost has no address that may be called"), Ct)),
            () => "the call is refused");
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task AReceiver_WithAnUnknownCertificate_GetsNothing()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await NotificationsHost.StartAsync(postgres, null, ("Webhook:Allowed:0", "localhost"));
        await host.Desk.AddWebhookAsync("331121", new(receiver.Url, null, []), Ct);

        await host.TellAsync(Told.Opened(1, Told.Clerk()));

        await Waiting.UntilAsync(async () => await host.QueryAsync(db => db.Sendings.AnyAsync(s => s.LastError != null, Ct)), () => "the call fails");
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task AWebhook_OfAnotherRegion_IsNeitherCalledNorRemoved()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(receiver, "localhost");
        var hook = (await host.Desk.AddWebhookAsync("331122", new(receiver.Url, null, []), Ct)).Value;

        await host.TellAsync(Told.Opened(1, Told.Clerk()));

        Assert.Equal(0, await host.QueryAsync(db => db.Deliveries.CountAsync(Ct)));
        Assert.Equal("webhook-gone", (await host.Desk.RemoveWebhookAsync("331121", hook.Id, Ct)).Refusal?.Code);
        Assert.True((await host.Desk.RemoveWebhookAsync("331122", hook.Id, Ct)).Ok);
    }

    [Theory]
    [InlineData("http://hooks.example.org/a", "webhook-not-https")]
    [InlineData("https://user:password@hooks.example.org/a", "webhook-not-https")]
    [InlineData("hooks.example.org", "webhook-not-https")]
    [InlineData("https://10.1.2.3/a", "webhook-private-address")]
    [InlineData("https://169.254.169.254/latest", "webhook-private-address")]
    [InlineData("https://[::1]/a", "webhook-private-address")]
    [InlineData("https://[::ffff:192.168.1.1]/a", "webhook-private-address")]
    [InlineData("https://2130706433/a", "webhook-private-address")]
    public async Task AnAddress_ThatMayNotBeCalled_IsRefusedAtOnce(string url, string code)
    {
        await using var host = await NotificationsHost.StartAsync(postgres);

        Assert.Equal(code, (await host.Desk.AddWebhookAsync("331121", new(url, null, []), Ct)).Refusal?.Code);
        Assert.Equal("webhook-unknown-kind", (await host.Desk.AddWebhookAsync("331121", new("https://hooks.example.org/a", null, ["Nothing"]), Ct)).Refusal?.Code);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("10.9.0.1", true)]
    [InlineData("10.8.0.1", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    public void AnAddress_IsOpen_WhenItIsPublicOrListed(string address, bool open)
    {
        var options = new NotificationsOptions();
        options.Webhook.Allowed.Add("10.9.0.0/16");

        Assert.Equal(open, new WebhookGuard(Options.Create(options)).IsOpen("hooks.example.org", IPAddress.Parse(address)));
    }

    private Task<NotificationsHost> StartAsync(WebhookReceiver receiver, string allowed) => NotificationsHost.StartAsync(
        postgres, null, ("Webhook:Allowed:0", allowed), ("Webhook:TrustedCertificates", receiver.Authority));
}
