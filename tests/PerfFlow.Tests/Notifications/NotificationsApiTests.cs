using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using PerfFlow.Notifications;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>The Platform asks from another process.</summary>
public sealed class NotificationsApiTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheClient_AnswersAsTheServiceDoes()
    {
        await using var host = await NotificationsHost.StartAsync(postgres);
        using var http = new HttpClient { BaseAddress = host.Address };
        INotifications client = new NotificationsClient(http, Tickets(host.Time));
        await host.TellAsync(Told.Opened(1, Told.Clerk()), Told.Returned(2, Told.Clerk()));

        Assert.Equal(2, await client.UnreadAsync(5, Ct));
        Assert.Equivalent(await host.Desk.ListAsync(5, new(), Ct), await client.ListAsync(5, new(), Ct), strict: true);
        Assert.Single(await client.ListAsync(5, new(Kind: "SubmissionReturned", UnreadOnly: true), Ct));
        Assert.Equal(0, await client.MarkReadAsync(5, [], Ct));
        Assert.Equivalent(await host.Desk.DeliveriesAsync(7, 2, Ct), await client.DeliveriesAsync(7, 2, Ct), strict: true);
        Assert.Empty(await client.DeadLettersAsync("331121", Ct));
        Assert.Equal("dead-letter-gone", (await client.ResendAsync("331121", 1, Ct)).Refusal?.Code);
        Assert.Empty(await client.DeadMessagesAsync(Ct));
        Assert.Equal("dead-letter-gone", (await client.ResendMessageAsync(1, Ct)).Refusal?.Code);
        Assert.Equal(new(true, true, new(22, 0), new(7, 0)), await client.SettingsAsync(5, Ct));
        Assert.Equal("quiet-hours-incomplete", (await client.SaveSettingsAsync(5, new(true, true, new(1, 0), null), Ct)).Refusal?.Code);
        Assert.True((await client.SaveSettingsAsync(5, new(true, false, null, null), Ct)).Ok);
        Assert.False((await client.SettingsAsync(5, Ct)).Digest);
        var hook = (await client.AddWebhookAsync("331121", new("https://hooks.example.org/a", null, []), Ct)).Value;
        Assert.Equal(64, hook.Secret?.Length);
        Assert.Single(await client.WebhooksAsync("331121", Ct));
        Assert.True((await client.RemoveWebhookAsync("331121", hook.Id, Ct)).Ok);
    }

    [Fact]
    public async Task WithoutTheRightTicket_TheApiAnswersNothing()
    {
        await using var host = await NotificationsHost.StartAsync(postgres);
        using var http = new HttpClient { BaseAddress = host.Address };
        var tickets = Tickets(host.Time);
        var own = tickets.Issue(new(5, TicketRight.Own, ""));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/items", null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/items", own));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/items", own.Replace("5.", "6.", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/dead-letters", own));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/dead-messages", tickets.Issue(new(5, TicketRight.Operate, "331121"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/cases/7/deliveries", tickets.Issue(new(5, TicketRight.Case, "8"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/items", new NotificationsTickets(new byte[32], host.Time).Issue(new(5, TicketRight.Own, ""))));
        host.Time.Move(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/items", own));

        async Task<HttpStatusCode> AskAsync(string path, string? ticket)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, NotificationsClient.Root + path);
            if (ticket is not null)
            {
                request.Headers.Add(NotificationsTickets.Header, ticket);
            }

            using var answer = await http.SendAsync(request, Ct);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task TheMappedModel_AndTheMigratedDatabase_Agree()
    {
        await using var host = await NotificationsHost.StartAsync(postgres);

        Assert.Empty(await host.QueryAsync(db => db.Items.ToListAsync(Ct)));
        Assert.Empty(await host.QueryAsync(db => db.Deliveries.ToListAsync(Ct)));
        Assert.Empty(await host.QueryAsync(db => db.Sendings.ToListAsync(Ct)));
        Assert.Empty(await host.QueryAsync(db => db.People.ToListAsync(Ct)));
        Assert.Empty(await host.QueryAsync(db => db.Webhooks.ToListAsync(Ct)));
        Assert.Empty(await host.QueryAsync(db => db.Set<PerfFlow.ServiceDefaults.Hosting.OutboxRow>().ToListAsync(Ct)));
    }

    [Fact]
    public async Task TheSettingsFile_NamesEverySetting_WithItsDefault()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        await using var host = await NotificationsHost.StartAsync(
            postgres, null, [.. file.GetSection("Notifications").AsEnumerable(makePathsRelative: true).Where(s => s.Value is not null && s.Key != "TicketKey").Select(s => (s.Key, s.Value))]);
        var bound = file.GetSection("Notifications").Get<NotificationsOptions>()!;

        Assert.Equivalent(new NotificationsOptions { Mail = { User = "", Password = "" }, Webhook = { TrustedCertificates = "" } }, bound);
        Assert.Equal(0, await host.Desk.UnreadAsync(5, Ct));
    }

    private static NotificationsTickets Tickets(TimeProvider time) => NotificationsTickets.FromSetting(NotificationsHost.TicketKey, time)!;
}
