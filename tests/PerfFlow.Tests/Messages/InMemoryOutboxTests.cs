using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Messages;

/// <summary>All roles in one process: the bus forgets with it, so the outbox keeps what is not consumed.</summary>
public sealed class InMemoryOutboxTests(PostgresServer postgres) : OutboxTests(postgres)
{
    private readonly PostgresServer postgres = postgres;

    protected override Task<string?> BrokerAsync() => Task.FromResult<string?>(null);

    [Fact]
    public async Task AMessage_ThatAConsumerRefuses_StaysUntilTheConsumerTakesIt()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await using var host = await ProbeHost.StartAsync(database, moods: m => m.Refused[2] = true);

        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1), ProbeHost.Notice(2), ProbeHost.Notice(3));
        await Waiting.UntilAsync(async () => await ProbeHost.AskAsync<long>(database, "select count(*) from probe.outbox where attempts > 0") == 1, () => "the row is put back");
        Assert.Contains("refused by the test", await ProbeHost.AskAsync<string>(database, "select last_error from probe.outbox where attempts > 0"), StringComparison.Ordinal);
        host.Moods.Refused.Clear();

        await EffectsAsync(database, 6);
    }

    [Fact]
    public async Task ARow_ThatFailsToTheEnd_IsListedAsDead_AndGoesOnWhenResent()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(2));
        await ProbeHost.AskAsync<long>(database, $"with last as (update probe.outbox set attempts = {Outbox.MaxAttempts - 1} returning id) select count(*) from last");
        await using var host = await ProbeHost.StartAsync(database, moods: m => m.Refused[2] = true);
        await Waiting.UntilAsync(async () => (await host.Outbox.DeadAsync(TestContext.Current.CancellationToken)).Count == 1, () => "the row is dead");
        var dead = Assert.Single(await host.Outbox.DeadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("NoticeIssued", Outbox.MaxAttempts), (dead.Type, dead.Attempts));
        host.Moods.Refused.Clear();

        Assert.True(await host.Outbox.ResendAsync(dead.Id, TestContext.Current.CancellationToken));

        await EffectsAsync(database, 2);
        Assert.False(await host.Outbox.ResendAsync(dead.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TwoHosts_InOneProcess_DoNotHearEachOther()
    {
        await using var here = await ProbeHost.DatabaseAsync(postgres);
        await using var there = await ProbeHost.DatabaseAsync(postgres);
        await using var first = await ProbeHost.StartAsync(here);
        await using var second = await ProbeHost.StartAsync(there);

        await ProbeHost.WriteAsync(here, ProbeHost.Notice(1));

        await EffectsAsync(here, 2);
        Assert.Equal((0, 0), await ProbeHost.SettledAsync(there));
    }
}
