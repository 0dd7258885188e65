using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>From an act in the Platform to the clerk's bell and mailbox and back; on either bus.</summary>
public sealed class ToldByThePlatformTests(PostgresServer postgres, SmtpServer smtp, RabbitMqServer rabbit)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ANotice_AnUrgentWordAndEachRung_ReachTheClerkOnce_AndThePlatformKnows(bool overTheBroker)
    {
        await using var office = await NoticeOffice.OpenAsync(postgres, await SettingsAsync(), overTheBroker ? (await rabbit.AddressAsync()).ToString() : null);
        var (desk, clerk) = (office.App.Get<INotifications>(), office.County.IdOf("health"));
        var before = smtp.MailsTo("health@example.test").Count;
        var notice = await office.IssuedAsync();
        await CountAsync(desk, clerk, "NoticeIssued", 1);

        var performance = await office.County.AsAsync("performance");
        NoticeOffice.Done(await office.App.Get<NudgeUnits>().RunAsync(performance, notice, [office.County.Health.Id], "请尽快编报。", force: false, office.Command(), Ct));
        await CountAsync(desk, clerk, "TaskNudged", 1);

        // What is urgent leaves at once and takes the notice along.
        var mail = (await smtp.WaitForMailsToAsync("health@example.test", before + 1))[before];
        Assert.StartsWith("您有2条消息：", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("催办说明：请尽快编报。", mail.Text, StringComparison.Ordinal);
        await Waiting.UntilAsync(async () => await ReportedAsync(office, clerk) == 2, () => "the Platform has the proof");

        office.App.Time.Set(new DateTimeOffset(2023, 10, 13, 9, 0, 30, TimeSpan.FromHours(8)));
        await CountAsync(desk, clerk, "DeadlineApproaching", 1);
        office.App.Time.Set(new DateTimeOffset(2023, 10, 18, 9, 0, 30, TimeSpan.FromHours(8)));
        await CountAsync(desk, clerk, "DeadlineApproaching", 2);
        var subjects = (await desk.ListAsync(clerk, new(Kind: "DeadlineApproaching"), Ct)).Select(i => i.Subject).ToList();
        Assert.Equal(2, subjects.Distinct(StringComparer.Ordinal).Count());
        Assert.All(subjects, s => Assert.StartsWith("即将到期：青田县卫生健康局", s, StringComparison.Ordinal));
        // The step is called as the inbox calls it: by its name in the definition.
        Assert.All(await desk.ListAsync(clerk, new(Kind: "DeadlineApproaching"), Ct), item => Assert.Contains("（填报绩效目标）", item.Body, StringComparison.Ordinal));
    }

    private static async Task<int> ReportedAsync(NoticeOffice office, long clerk)
    {
        await using var db = office.App.Db();
        return await db.Deliveries.CountAsync(d => d.RecipientId == clerk && d.Channel == DeliveryChannel.Mail && d.State == DeliveryState.Sent, Ct);
    }

    private static Task CountAsync(INotifications desk, long user, string kind, int count) => Waiting.UntilAsync(
        async () => (await desk.ListAsync(user, new(Kind: kind), Ct)).Count == count, () => $"{count} {kind} at the bell");

    private async Task<Dictionary<string, string?>> SettingsAsync() => new(StringComparer.Ordinal)
    {
        ["Notifications:Mail:Host"] = "127.0.0.1",
        ["Notifications:Mail:Port"] = (await smtp.PortAsync()).ToString(CultureInfo.InvariantCulture),
        ["Bus:Prefix"] = "t" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal),
    };
}
