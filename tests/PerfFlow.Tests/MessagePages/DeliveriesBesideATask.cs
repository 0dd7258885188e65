using System.Net;
using PerfFlow.Platform.Messages;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.MessagePages;

public sealed class DeliveriesBesideATask(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reminder_IsShownWithItsReader_AndTheNextRungIsNamed()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await ReadingMyMessages.ToldAsync(office, "health");
        var about = (await office.CasesAsync(notice)).Single(c => c.UnitId == office.County.Health.Id);
        var (read, clerk) = (office.App.Get<ReadDeliveries>(), await office.County.AsAsync("health"));
        var fresh = (await read.RunAsync(clerk, about.CaseId, about.Visit!.Value, Ct)).Value;
        Assert.Equal((-5, new DateTimeOffset(2023, 10, 13, 1, 0, 0, TimeSpan.Zero)), (fresh.Next!.WorkingDays, fresh.Next.At));

        office.App.Time.Set(new DateTimeOffset(2023, 10, 13, 9, 0, 30, TimeSpan.FromHours(8)));
        await Waiting.UntilAsync(
            async () => (await read.RunAsync(clerk, about.CaseId, about.Visit.Value, Ct)).Value.Lines.Any(l => l is { Rung: "D-5", Person: not null }), () => "the first rung is delivered");
        var model = (await read.RunAsync(clerk, about.CaseId, about.Visit.Value, Ct)).Value;
        var line = model.Lines.Single(l => l.Rung == "D-5");
        Assert.Equal(("DeadlineApproaching", "李某某"), (line.Kind, line.Person));
        Assert.Equal(DeliveryChannel.InApp, line.Ways[0].Channel);
        Assert.Equal(-2, model.Next!.WorkingDays);

        using var visitor = await ReadingMyMessages.SignInAsync(office, "health");
        var path = $"/cases/{about.CaseId}/visits/{about.Visit}/deliveries";
        var page = await visitor.PageAsync(path);
        Assert.Contains("下次提醒：10-18 09:00（到期前 2 个工作日）", page.QuerySelector("#deliveries")!.TextContent, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("HX-Request", "true");
        using var part = await visitor.Http.SendAsync(request, Ct);
        Assert.StartsWith("<section", (await part.Content.ReadAsStringAsync(Ct)).TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaseOutOfSight_IsNotThere()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await office.IssuedAsync();
        var about = (await office.CasesAsync(notice)).Single(c => c.UnitId == office.County.Health.Id);
        var read = office.App.Get<ReadDeliveries>();
        foreach (var person in (string[])["farm", "farmSection", "school", "admin"])
        {
            NoticeOffice.Refused("not-found", await read.RunAsync(await office.County.AsAsync(person), about.CaseId, 1, Ct));
        }

        using var stranger = await ReadingMyMessages.SignInAsync(office, "farm");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/cases/{about.CaseId}/visits/1/deliveries")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/cases/{about.CaseId}/visits/1/deliveries")).StatusCode);
    }

    [Fact]
    public async Task TaskEnded_NothingFollows()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await ReadingMyMessages.ToldAsync(office, "health");
        var about = (await office.CasesAsync(notice)).Single(c => c.UnitId == office.County.Health.Id);
        await office.DecideAsync(about, "Submit");
        var model = (await office.App.Get<ReadDeliveries>().RunAsync(await office.County.AsAsync("health"), about.CaseId, about.Visit!.Value, Ct)).Value;
        Assert.False(model.Open);
        Assert.Null(model.Next);
    }
}
