using System.Net;
using System.Net.Http.Json;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.MessagePages;

public sealed class ReadingMyMessages(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bell_CountsWhatIsUnread_AndOpeningAnItemReadsIt()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        await ToldAsync(office, "health");
        using var clerk = await SignInAsync(office, "health");
        var page = await clerk.PageAsync("/notifications");
        Assert.Equal("1", page.QuerySelector(".bell b")!.TextContent);
        var row = Assert.Single(page.QuerySelectorAll("tr.unread a.name"));
        Assert.StartsWith("新通知：", row.TextContent, StringComparison.Ordinal);

        using var opened = await clerk.GetAsync(row.GetAttribute("href")!);
        Assert.StartsWith("/filings/", opened.Headers.Location!.ToString(), StringComparison.Ordinal);
        var after = await clerk.PageAsync("/notifications");
        Assert.Empty(after.QuerySelectorAll(".bell b"));
        Assert.Empty(after.QuerySelectorAll("tr.unread"));
        Assert.Single(after.QuerySelectorAll("tbody tr"));
        Assert.Contains("没有未读消息", (await clerk.PageAsync("/notifications?show=unread")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItemOfAnother_IsNotThere()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        await ToldAsync(office, "health");
        var item = Assert.Single(await office.App.Get<INotifications>().ListAsync(office.County.IdOf("health"), new(), Ct));
        using var stranger = await SignInAsync(office, "farm");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/notifications/{item.Id}")).StatusCode);
        using var marked = await stranger.Http.PostAsJsonAsync("/api/notifications/read", new { ids = new[] { item.Id } }, Ct);
        Assert.Equal(HttpStatusCode.OK, marked.StatusCode);
        Assert.Equal(1, await office.App.Get<INotifications>().UnreadAsync(office.County.IdOf("health"), Ct));
    }

    [Fact]
    public async Task NothingTicked_MarksNothing_AllMarksAll()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        await ToldAsync(office, "health");
        using var clerk = await SignInAsync(office, "health");
        using var none = await clerk.Http.PostAsJsonAsync("/api/notifications/read", new { ids = Array.Empty<long>() }, Ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
        Assert.Equal("1", (await clerk.PageAsync("/notifications")).QuerySelector(".bell b")!.TextContent);
        using var all = await clerk.Http.PostAsJsonAsync("/api/notifications/read", new { all = true }, Ct);
        Assert.Contains("\"unread\":0", await all.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BellPart_AnswersAPollWithoutNewsByNotModified()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var clerk = await SignInAsync(office, "health");
        using var first = await clerk.GetAsync("/notifications/bell");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/notifications/bell");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await clerk.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task QuietHours_AreSaved_AndHalfOfThemRefusedWithWhatWasTyped()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var clerk = await SignInAsync(office, "health");
        const string page = "/notifications/settings";
        using var half = await clerk.SubmitAsync(page, page, ("mail", "true"), ("quietFrom", "21:30"), ("quietTo", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, half.StatusCode);
        Assert.Equal("21:30", (await Visitor.ReadAsync(half)).QuerySelector("#f-quietFrom")!.GetAttribute("value"));
        using var unread = await clerk.SubmitAsync(page, page, ("quietFrom", "晚上"), ("quietTo", "07:00"));
        Assert.Contains("20:00", await Visitor.WhyAsync(unread), StringComparison.Ordinal);

        using var saved = await clerk.SubmitAsync(page, page, ("mail", "true"), ("quietFrom", "21：30"), ("quietTo", "6:00"));
        Assert.Equal(page, saved.Headers.Location?.ToString());
        Assert.Equal(new PersonSettings(true, false, new TimeOnly(21, 30), new TimeOnly(6, 0)), await office.App.Get<INotifications>().SettingsAsync(office.County.IdOf("health"), Ct));
    }

    [Fact]
    public async Task Webhook_IsForAdministrators_AndItsSecretIsShownOnce()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var clerk = await SignInAsync(office, "health");
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync("/api/webhooks")).StatusCode);
        Assert.Empty((await clerk.PageAsync("/notifications/settings")).QuerySelectorAll("#webhooks"));

        using var admin = await SignInAsync(office, "admin");
        const string page = "/notifications/settings";
        const string add = "/notifications/settings/webhooks";
        using var plain = await admin.SubmitAsync(page, add, ("url", "http://oa.example.gov.cn/hook"));
        Assert.Contains("https", await Visitor.WhyAsync(plain), StringComparison.Ordinal);
        using var nobody = await admin.SubmitAsync(page, add, ("url", "https://oa.example.gov.cn/hook"), ("userName", "nobody"));
        Assert.Contains("nobody", await Visitor.WhyAsync(nobody), StringComparison.Ordinal);
        using var added = await admin.SubmitAsync(page, add, ("url", "https://oa.example.gov.cn/hook"), ("userName", office.County.UserNameOf("health")), ("kinds", "TaskNudged"));
        Assert.Equal(64, (await Visitor.ReadAsync(added)).QuerySelector("code.secret")!.TextContent.Length);
        var hooks = await admin.PageAsync(page);
        Assert.Null(hooks.QuerySelector("code.secret"));
        Assert.Contains("李某某", hooks.QuerySelector("#webhooks")!.TextContent, StringComparison.Ordinal);
    }

    internal static Task<Visitor> SignInAsync(NoticeOffice office, string person) =>
        new Visitor(office.App.Address).SignedInAsync(office.County.UserNameOf(person), office.County.PasswordOf(person));

    /// <summary>A notice went out and the person's bell has it.</summary>
    internal static async Task<long> ToldAsync(NoticeOffice office, string person)
    {
        var notice = await office.IssuedAsync();
        var (desk, user) = (office.App.Get<INotifications>(), office.County.IdOf(person));
        await Waiting.UntilAsync(async () => await desk.UnreadAsync(user, Ct) > 0, () => $"{person} is told");
        return notice;
    }
}
