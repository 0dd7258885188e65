using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Messages;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.MessagePages;

public sealed class ResendingWhatWasGivenUp(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadRow_IsListedWithItsReason_AndSentAgainOnce()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var admin = await office.County.AsAsync("admin");
        var undelivered = office.App.Get<Undelivered>();
        Assert.Empty((await undelivered.ListAsync(admin, Ct)).Value.Messages);
        foreach (var schema in (string[])["platform", "intake", "notifications"])
        {
            await DieAsync(office, schema);
        }

        using var visitor = await ReadingMyMessages.SignInAsync(office, "admin");
        var page = await visitor.PageAsync("/operations/messages");
        var rows = page.QuerySelectorAll("tbody tr").ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, r => Assert.Contains("没有这个类型", r.TextContent, StringComparison.Ordinal));

        var one = page.GetElementById(rows[0].QuerySelector("button")!.GetAttribute("form")!)!;
        var fields = one.QuerySelectorAll("input").OfType<IHtmlInputElement>().Select(input => KeyValuePair.Create(input.Name!, input.Value));
        using var sent = await visitor.Http.PostAsync(one.GetAttribute("action"), new FormUrlEncodedContent(fields), Ct);
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal(2, (await undelivered.ListAsync(admin, Ct)).Value.Messages.Count);
        var outcome = await undelivered.ResendAsync(admin, [], [.. (await undelivered.ListAsync(admin, Ct)).Value.Messages.Select(m => new DeadRef(m.Schema, m.Id)), new DeadRef("platform", 999_999)], Ct);
        Assert.Equal(new ResendOutcome(2, 1), outcome.Value);
        Assert.Contains("消息都已送出", (await visitor.PageAsync("/operations/messages")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTheAdministrator_SeesAndSends()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var undelivered = office.App.Get<Undelivered>();
        foreach (var person in (string[])["health", "culture", "performance", "leader"])
        {
            NoticeOffice.Refused("right-manage-delivery", await undelivered.ListAsync(await office.County.AsAsync(person), Ct));
            NoticeOffice.Refused("right-manage-delivery", await undelivered.ResendAsync(await office.County.AsAsync(person), [1], [], Ct));
        }

        NoticeOffice.Refused("undelivered-none-ticked", await undelivered.ResendAsync(await office.County.AsAsync("admin"), [], [], Ct));
        using var visitor = await ReadingMyMessages.SignInAsync(office, "performance");
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/operations/messages")).StatusCode);
    }

    /// <summary>A row that its service gave up; sent again it fails again, after the test has looked.</summary>
    private static async Task DieAsync(NoticeOffice office, string schema)
    {
        await using var scope = office.App.Scope();
        var outbox = scope.ServiceProvider.GetRequiredKeyedService<Outbox>(schema);
        Assert.Equal(schema, outbox.Schema);
        await outbox.KeepDeadAsync(Guid.CreateVersion7(office.App.Time.GetUtcNow()), "NoSuchType", "{}", "没有这个类型", Ct);
    }
}
