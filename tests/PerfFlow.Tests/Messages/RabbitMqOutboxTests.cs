using PerfFlow.Tests.Faults;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Messages;

/// <summary>Roles on several machines: what the broker confirmed is on disk, what it did not stays in the outbox.</summary>
public sealed class RabbitMqOutboxTests(PostgresServer postgres, RabbitMqServer rabbit) : OutboxTests(postgres)
{
    private readonly PostgresServer postgres = postgres;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected override async Task<string?> BrokerAsync() => (await rabbit.AddressAsync()).ToString();

    [Fact]
    public async Task AMessage_ForAServiceThatNeverRan_WaitsInTheOutbox()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        var broker = await BrokerAsync();
        await using var publisher = await ProbeHost.StartAsync(database, broker, Prefix, services: 0);
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1));
        await Waiting.UntilAsync(async () => await ProbeHost.AskAsync<bool>(database, "select exists (select from probe.outbox where last_error is not null)"), () => "the broker gives it back");

        await using var reader = await ProbeHost.StartAsync(database, broker, Prefix, services: 1);

        await EffectsAsync(database, 1);
        Assert.Equal(0, await ProbeHost.AskAsync<long>(database, "select count(*) from probe.outbox where attempts > 0 or dead"));
    }

    [Fact]
    public async Task AMessage_ThatAConsumerRefuses_IsADeadRowOfTheReader_AndGoesOnWhenResent()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix, moods: m => m.Refused[2] = true);
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(2), ProbeHost.Notice(3));
        await Waiting.UntilAsync(async () => (await host.Outbox.DeadAsync(Ct)).Count == 1, () => "the row is dead");
        var dead = Assert.Single(await host.Outbox.DeadAsync(Ct));
        Assert.Equal(("NoticeIssued", ProbeHost.Notice(2).MessageId), (dead.Type, dead.MessageId));
        Assert.Contains("refused by the test", dead.LastError, StringComparison.Ordinal);
        host.Moods.Refused.Clear();

        Assert.True(await host.Outbox.ResendAsync(dead.Id, Ct));

        await EffectsAsync(database, 4);
    }

    [Fact]
    public async Task AMessage_ThatABusHeldWhenAnotherTookItsPlace_IsDeliveredAgain_AndIsNoDeadRow()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        var gate = new TaskCompletionSource();
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix, moods: m => m.Gate = gate.Task);
        await ProbeHost.WriteAsync(database, [.. Enumerable.Range(1, 100).Select(ProbeHost.Notice)]);
        // Eight are read at a time and more are in hand.
        await Waiting.UntilAsync(() => host.Moods.Begun >= 8, "the second service reads");

        await host.Line.RenewAsync(Ct);
        gate.SetResult();

        await EffectsAsync(database, 200);
        Assert.Empty(await host.Outbox.DeadAsync(Ct));
    }

    /// <summary>
    /// Killed while it delivers, and again when its clients have just come back; how long it may take from its being up again is what
    /// the fault rounds allow (the minute of design.md §11 by hand, three where other work shares the cores). The time it took is in
    /// the diagnostics.
    /// </summary>
    [Fact]
    public async Task ABroker_KilledAndRestartedTwice_CostsNoMessageAndAllIsDelivered()
    {
        await using var node = await RabbitMqNode.StartNewAsync();
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await using var host = await ProbeHost.StartAsync(database, node.Address.ToString(), Prefix);
        await ProbeHost.WriteAsync(database, [.. Enumerable.Range(1, 100).Select(ProbeHost.Notice)]);
        await EffectsAsync(database, 200);
        await node.SavedAsync($"{Prefix}-first", $"{Prefix}-second");
        await ProbeHost.WriteAsync(database, [.. Enumerable.Range(101, 300).Select(ProbeHost.Notice)]);
        await Waiting.UntilAsync(async () => await ProbeHost.AskAsync<long>(database, "select count(*) from probe.effects") > 200, () => "it delivers");

        await node.KillAsync();
        await ProbeHost.WriteAsync(database, [.. Enumerable.Range(401, 200).Select(ProbeHost.Notice)]);
        await node.StartAsync();
        // Of the pauses tried, this one left a bus of MassTransit most often waiting for ever (BusLine).
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Ct);
        await node.KillAsync();
        await node.StartAsync();

        var up = TimeProvider.System.GetTimestamp();
        await Waiting.UntilAsync(async () => await ProbeHost.AskAsync<long>(database, "select count(*) from probe.effects") >= 1200, () => "all effects", Plug.Recovery);
        await EffectsAsync(database, 1200);
        TestContext.Current.SendDiagnosticMessage($"Delivered {TimeProvider.System.GetElapsedTime(up).TotalSeconds:0.0} s after the broker was up again");
    }
}
