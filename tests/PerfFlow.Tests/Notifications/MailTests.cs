using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>Mail through a real SMTP server: gathered, quiet at night, repeated when it failed, dead in the end.</summary>
public sealed class MailTests(PostgresServer postgres, SmtpServer smtp)
{
    private readonly string address = Path.GetRandomFileName() + "@example.org";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsNotUrgent_LeavesAsOneDigest_AtTheFullHour()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(1, Told.Clerk(address)), Told.Opened(2, Told.Clerk(address)));
        await StaysQuietAsync();

        host.Time.Move(TimeSpan.FromMinutes(40));

        var mail = Assert.Single(await smtp.WaitForMailsToAsync(address));
        Assert.Equal("您有2条消息：待办：县教育局 2023年部门预算绩效目标申报（填报）等", mail.Subject);
        Assert.StartsWith("王芳，您好：", mail.Text, StringComparison.Ordinal);
        Assert.Contains("1．待办：", mail.Text, StringComparison.Ordinal);
        Assert.Contains("办理入口：https://perf.example.gov.cn/tasks/7/3", mail.Text, StringComparison.Ordinal);
        var report = await host.ReportAsync(r => r is { State: DeliveryState.Sent, Case.Visit: 2 });
        Assert.Equal((DeliveryChannel.Mail, 5, 1, false, "TaskOpened"), (report.Channel, report.RecipientId, report.Attempts, report.Repeated, report.Kind));
    }

    [Fact]
    public async Task WhatIsUrgent_LeavesAtOnce_ButOnlyOncePerHour()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Returned(1, Told.Clerk(address)));
        await smtp.WaitForMailsToAsync(address);
        await host.TellAsync(Told.Missed(2, "D+1", Told.Clerk(address)), Told.Missed(3, "D+1", Told.Clerk(address)));
        await StaysQuietAsync(mails: 1);

        host.Time.Move(TimeSpan.FromMinutes(40));

        var mails = await smtp.WaitForMailsToAsync(address, 2);
        Assert.StartsWith("被退回：", mails[0].Subject, StringComparison.Ordinal);
        Assert.StartsWith("您有2条消息：", mails[1].Subject, StringComparison.Ordinal);
        Assert.Equal(2, mails.Count);
    }

    [Fact]
    public async Task WhatIsHeld_ForAVisitThatCloses_NeverLeaves()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(1, Told.Clerk(address)), Told.Opened(2, Told.Clerk(address)));

        await host.TellAsync(Told.Closed(1));
        host.Time.Move(TimeSpan.FromMinutes(40));

        var mail = Assert.Single(await smtp.WaitForMailsToAsync(address));
        Assert.DoesNotContain("您有", mail.Subject, StringComparison.Ordinal);
        await host.ReportAsync(r => r is { State: DeliveryState.Dropped, Case.Visit: 1 });
        Assert.Equal([DeliveryState.Dropped], (await host.Desk.DeliveriesAsync(7, 1, Ct)).Where(r => r.Channel == DeliveryChannel.Mail).Select(r => r.State));
    }

    [Fact]
    public async Task InQuietHours_NothingLeaves_UntilTheyEnd()
    {
        await using var host = await StartAsync();
        Assert.True((await host.Desk.SaveSettingsAsync(5, new(Mail: true, Digest: false, new(10, 0), new(10, 50)), Ct)).Ok);
        await host.TellAsync(Told.Returned(1, Told.Clerk(address)));
        await StaysQuietAsync();

        host.Time.Move(TimeSpan.FromMinutes(31));

        Assert.Single(await smtp.WaitForMailsToAsync(address));
    }

    [Fact]
    public async Task AReminder_HeldBeyondTheDueInstant_NeverLeaves()
    {
        await using var host = await StartAsync();
        var rung = new DeadlineApproaching
        {
            MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), Recipients = [Told.Clerk(address)], Rung = "D0", WorkingDays = 0,
            About = Told.About("填报") with { Due = Told.At.AddMinutes(30) },
        };

        await host.TellAsync(rung, Told.Opened(2, Told.Clerk(address)));
        host.Time.Move(TimeSpan.FromMinutes(40));

        Assert.StartsWith("待办：", Assert.Single(await smtp.WaitForMailsToAsync(address)).Subject, StringComparison.Ordinal);
        await host.ReportAsync(r => r is { State: DeliveryState.Dropped, Kind: "DeadlineApproaching" });
    }

    [Fact]
    public async Task APerson_WithoutDigest_GetsEachMailAtOnce_AndOneWithoutMailNone()
    {
        await using var host = await StartAsync();
        await host.Desk.SaveSettingsAsync(5, new(Mail: true, Digest: false, null, null), Ct);
        await host.Desk.SaveSettingsAsync(6, new(Mail: false, Digest: false, null, null), Ct);

        await host.TellAsync(Told.Opened(1, Told.Clerk(address), Told.Clerk("none-" + address, 6)), Told.Opened(2, Told.Clerk(address)));

        Assert.Equal(2, (await smtp.WaitForMailsToAsync(address, 2)).Count);
        Assert.Empty(smtp.MailsTo("none-" + address));
        Assert.Equal(1, await host.Desk.UnreadAsync(6, Ct));
    }

    [Fact]
    public async Task AMail_RefusedForNow_IsRepeatedLater()
    {
        await using var host = await StartAsync();
        await smtp.AnswerAsync(address, "451 4.7.1 later");
        await host.TellAsync(Told.Returned(1, Told.Clerk(address)));
        await HasStateAsync(host, s => s is { State: DeliveryState.Held, Attempts: 1 });
        await smtp.AnswerAsync(address, null);

        host.Time.Move(TimeSpan.FromSeconds(31));

        var mail = Assert.Single(await smtp.WaitForMailsToAsync(address));
        var report = await host.ReportAsync(r => r.State == DeliveryState.Sent);
        Assert.Equal((2, false), (report.Attempts, report.Repeated));
        Assert.Equal($"<{await host.QueryAsync(db => db.Sendings.Select(s => s.Key).SingleAsync(Ct)):N}@example.gov.cn>", mail.Headers["Message-ID"]);
    }

    [Fact]
    public async Task AMail_RefusedForGood_IsADeadLetter_AndGoesOnWhenResent()
    {
        await using var host = await StartAsync();
        await smtp.AnswerAsync(address, "550 5.1.1 no such user");
        await host.TellAsync(Told.Returned(1, Told.Clerk(address)));
        await host.ReportAsync(r => r.State == DeliveryState.Dead);
        var dead = Assert.Single(await host.Desk.DeadLettersAsync("331121", Ct));
        Assert.Equal((address, "王芳", 1), (dead.Address, dead.Recipient, dead.Attempts));
        Assert.Contains("no such user", dead.Error, StringComparison.Ordinal);
        Assert.Empty(await host.Desk.DeadLettersAsync("331122", Ct));
        Assert.Equal("dead-letter-gone", (await host.Desk.ResendAsync("331122", dead.Id, Ct)).Refusal?.Code);
        await smtp.AnswerAsync(address, null);

        Assert.True((await host.Desk.ResendAsync("331121", dead.Id, Ct)).Ok);

        Assert.Single(await smtp.WaitForMailsToAsync(address));
        await host.ReportAsync(r => r.State == DeliveryState.Sent);
        Assert.Empty(await host.Desk.DeadLettersAsync("331121", Ct));
    }

    [Fact]
    public async Task AnAttempt_CutOffByACrash_IsRepeatedOnceUnderTheSameId()
    {
        await using var host = await StartAsync();
        await host.Desk.SaveSettingsAsync(5, new(Mail: true, Digest: false, null, null), Ct);
        await host.TellAsync(Told.Opened(1, Told.Clerk(address)));
        await host.ReportAsync(r => r.State == DeliveryState.Sent);

        await CutOffAsync(host);
        var mails = await smtp.WaitForMailsToAsync(address, 2);
        Assert.Equal(mails[0].Headers["Message-ID"], mails[1].Headers["Message-ID"]);
        Assert.Equal(2, (await host.ReportAsync(r => r is { State: DeliveryState.Sent, Repeated: true })).Attempts);

        await CutOffAsync(host);
        await host.ReportAsync(r => r is { State: DeliveryState.Dead });
        Assert.Equal(2, smtp.MailsTo(address).Count);
    }

    [Fact]
    public async Task ACall_ThatIsNotAnswered_HoldsUpNoMail()
    {
        var gate = new TaskCompletionSource();
        await using var receiver = await WebhookReceiver.StartAsync(gate: gate.Task);
        await using var host = await StartAsync(("Webhook:Allowed:0", "localhost"), ("Webhook:TrustedCertificates", receiver.Authority));
        await host.Desk.SaveSettingsAsync(5, new(Mail: true, Digest: false, null, null), Ct);
        await host.Desk.AddWebhookAsync("331121", new(receiver.Url, 6, []), Ct);
        var wasUnanswered = false;
        // A call is waited for 15 seconds. Where a mail takes longer than that, it is tried again.
        for (var n = 1; n <= 4 && !wasUnanswered; n++)
        {
            await host.TellAsync(Told.Opened(2 * n, Told.Clerk(id: 6)));
            await Waiting.UntilAsync(() => receiver.Calls.DistinctBy(c => c.Headers["Idempotency-Key"]).Count() == n, "the receiver has the call");
            await host.TellAsync(Told.Opened(2 * n + 1, Told.Clerk(address)));
            await smtp.WaitForMailsToAsync(address, n);
            wasUnanswered = await host.QueryAsync(db => db.Sendings.AnyAsync(s => s.Channel == DeliveryChannel.Webhook && s.State == DeliveryState.Sending && s.Attempts == 1, Ct));
        }

        gate.SetResult();
        Assert.True(wasUnanswered, "The mail waited for the call.");
    }

    private async Task<NotificationsHost> StartAsync(params (string, string?)[] more) => await NotificationsHost.StartAsync(
        postgres, null,
        [.. more,
        ("Mail:Host", "127.0.0.1"),
        ("Mail:Port", (await smtp.PortAsync()).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("Mail:From", "perfflow@example.gov.cn"),
        ("PublicAddress", "https://perf.example.gov.cn")]);

    // As a crash leaves it: the attempt is recorded, its end is not, and the claim has run out.
    private static Task<int> CutOffAsync(NotificationsHost host) => host.QueryAsync(db => db.Database.ExecuteSqlAsync($"""
        with s as (update notifications.sendings set state = 'Sending', claimed_until = '2026-01-01' returning id)
        update notifications.deliveries set state = 'Sending' where sending_id in (select id from s)
        """, Ct));

    private static Task HasStateAsync(NotificationsHost host, Func<PerfFlow.Notifications.Data.Sending, bool> which) => Waiting.UntilAsync(
        async () => (await host.QueryAsync(db => db.Sendings.AsNoTracking().ToListAsync(Ct))).Exists(s => which(s)), () => "the sending is in that state");

    /// <summary>Two rounds of the mailroom pass and no more mail comes.</summary>
    private async Task StaysQuietAsync(int mails = 0)
    {
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, Ct);
        Assert.Equal(mails, smtp.MailsTo(address).Count);
    }
}
