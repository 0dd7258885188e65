using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>What stands behind the bell; on either bus.</summary>
public abstract class BellTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<string?> BrokerAsync();

    private protected async Task<NotificationsHost> StartAsync() => await NotificationsHost.StartAsync(postgres, await BrokerAsync());

    [Fact]
    public async Task AReturn_ToldToAClerk_StandsThereInWordsThatSayWhatToDo()
    {
        await using var host = await StartAsync();

        await host.TellAsync(Told.Returned(3, Told.Clerk()));

        var item = Assert.Single(await host.Desk.ListAsync(5, new(), Ct));
        Assert.Equal("被退回：县教育局 2023年部门预算绩效目标申报", item.Subject);
        Assert.Equal(
            """
            县教育局的“2023年部门预算绩效目标申报”被教科文科退回，这是第2次退回。
            退回原因：目标不明确、未细化。
            审核意见：数量指标请写明指标值和计量单位。
            请逐条修改并回复意见，在2023年3月31日前重新送审。
            """,
            item.Body);
        Assert.Equal(("/tasks/7/3", Told.At, null, false), (item.Path, item.At, item.ReadAt, item.Closed));
        Assert.Equal(1, await host.Desk.UnreadAsync(5, Ct));
        Assert.Equal(0, await host.Desk.UnreadAsync(6, Ct));
    }

    [Fact]
    public async Task ItemsMarkedAsRead_AreNoLongerCounted_AndOnlyTheirOwnersMay()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(1, Told.Clerk()), Told.Opened(2, Told.Clerk()), Told.Opened(3, Told.Clerk()));
        var items = await host.Desk.ListAsync(5, new(Size: 2), Ct);

        Assert.Equal(0, await host.Desk.MarkReadAsync(6, [items[0].Id], Ct));
        Assert.Equal(2, await host.Desk.MarkReadAsync(5, [items[0].Id], Ct));
        Assert.Equal(0, await host.Desk.MarkReadAsync(5, [], Ct));

        Assert.Single(await host.Desk.ListAsync(5, new(Before: items[1].Id), Ct));
        Assert.Empty(await host.Desk.ListAsync(5, new(UnreadOnly: true), Ct));
    }

    [Fact]
    public async Task OneRung_ToldTwice_IsOneItem_AndTheNextRungAnother()
    {
        await using var host = await StartAsync();

        await host.TellAsync(Told.Missed(3, "D+1", Told.Clerk()), Told.Missed(3, "D+1", Told.Clerk()), Told.Missed(3, "D+3", Told.Clerk(), Told.Clerk(id: 6)));

        Assert.Equal(2, await host.Desk.UnreadAsync(5, Ct));
        Assert.Equal(1, await host.Desk.UnreadAsync(6, Ct));
    }

    [Fact]
    public async Task AClosedVisit_TakesItsItemsFromTheCount_AndWhatComesLateIsDropped()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(3, Told.Clerk()), Told.Opened(4, Told.Clerk()));

        await host.TellAsync(Told.Closed(3));
        await host.TellAsync(Told.Missed(3, "D+1", Told.Clerk()));

        Assert.Equal([(4, false), (3, true)], (await host.Desk.ListAsync(5, new(), Ct)).Select(i => (i.Visit!.Value, i.Closed)).OrderByDescending(i => i.Value));
        Assert.Equal(1, await host.Desk.UnreadAsync(5, Ct));
    }

    [Fact]
    public async Task AMessage_OfAClosedGeneration_IsDropped()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(3, Told.Clerk()) with { Region = Told.Region with { Generation = 2 } });

        await host.TellAsync(Told.Opened(4, Told.Clerk()));

        Assert.Equal(3, Assert.Single(await host.Desk.ListAsync(5, new(), Ct)).Visit);
    }

    [Fact]
    public async Task AResult_OfACaseWhoseVisitIsClosed_IsToldAllTheSame()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Closed(3));

        await host.TellAsync(new ResultApplied
        {
            MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 4, 3), About = Told.About("结果应用"), Recipients = [Told.Clerk()], Application = "核减预算12.5万元。",
        });

        Assert.Equal(1, await host.Desk.UnreadAsync(5, Ct));
    }

    [Fact]
    public async Task Deliveries_OfACase_SayWhoWasToldHow()
    {
        await using var host = await StartAsync();
        await host.TellAsync(Told.Opened(3, Told.Clerk(), new Recipient(6, "李强", null)));

        var records = await host.Desk.DeliveriesAsync(7, 3, Ct);

        Assert.Equal(["李强", "王芳"], records.Select(r => r.Recipient).Order(StringComparer.Ordinal));
        Assert.All(records, r => Assert.Equal((DeliveryChannel.InApp, DeliveryState.Sent, "TaskOpened"), (r.Channel, r.State, r.Kind)));
        Assert.Empty(await host.Desk.DeliveriesAsync(7, 4, Ct));
    }
}

/// <summary>The bell with all roles in one process.</summary>
public sealed class InMemoryBellTests(PostgresServer postgres) : BellTests(postgres)
{
    protected override Task<string?> BrokerAsync() => Task.FromResult<string?>(null);
}

/// <summary>The bell with the Platform on another machine.</summary>
public sealed class RabbitMqBellTests(PostgresServer postgres, RabbitMqServer rabbit) : BellTests(postgres)
{
    protected override async Task<string?> BrokerAsync() => (await rabbit.AddressAsync()).ToString();
}
