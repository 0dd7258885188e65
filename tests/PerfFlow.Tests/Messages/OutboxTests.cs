using Npgsql;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Messages;

/// <summary>A message reaches every service that reads it, with one effect each, whatever fails on the way; on either bus.</summary>
public abstract class OutboxTests(PostgresServer postgres)
{
    /// <summary>Null for the bus in memory.</summary>
    protected abstract Task<string?> BrokerAsync();

    /// <summary>Keeps tests apart that share a broker.</summary>
    protected string Prefix { get; } = "probe" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);

    [Fact]
    public async Task Rows_OfACommittedTransaction_ReachEveryServiceOnce()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix);

        await ProbeHost.WriteAsync(database, [.. Enumerable.Range(1, 600).Select(ProbeHost.Notice)]);

        await EffectsAsync(database, 1200);
    }

    [Fact]
    public async Task Rows_LeftByADeadProcess_ArePublishedAtStart()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1), ProbeHost.Notice(2));
        await ProbeHost.AskAsync<long>(database, "with claimed as (update probe.outbox set claimed_until = '2999-01-01' returning id) select count(*) from claimed");

        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix);

        await EffectsAsync(database, 4);
    }

    [Fact]
    public async Task TheSameMessage_PublishedTwice_HasOneEffect()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1), ProbeHost.Notice(1));
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix);
        await EffectsAsync(database, 2);

        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1));
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(2));

        await EffectsAsync(database, 4);
    }

    [Fact]
    public async Task TheSameMessages_PublishedTwice_HaveOneEffectEach_AlsoWhereTheyAreTakenTogether()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        var twice = Enumerable.Range(1, 50).Concat(Enumerable.Range(1, 50)).Select(ProbeHost.Notice).ToArray();
        await ProbeHost.WriteAsync(database, twice);
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix, services: 3);
        await EffectsAsync(database, 150);

        await ProbeHost.WriteAsync(database, [.. twice, ProbeHost.Notice(51)]);

        await EffectsAsync(database, 153);
    }

    [Fact]
    public async Task AProcess_KilledBeforeAConsumerCommitted_LeavesNothingUndone()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        var broker = await BrokerAsync();
        await ProbeHost.WriteAsync(database, ProbeHost.Notice(1), ProbeHost.Notice(2));
        await using (var host = await ProbeHost.StartAsync(database, broker, Prefix, moods: m => m.Gate = new TaskCompletionSource().Task))
        {
            await Waiting.UntilAsync(async () => await ProbeHost.AskAsync<long>(database, "select count(*) from probe.effects where by = 'first'") == 2, () => "the first service had its effects");
        }

        await using var next = await ProbeHost.StartAsync(database, broker, Prefix);

        await EffectsAsync(database, 4);
    }

    [Fact]
    public async Task Connections_CutByTheDatabase_CostNoMessage()
    {
        await using var database = await ProbeHost.DatabaseAsync(postgres);
        await using var host = await ProbeHost.StartAsync(database, await BrokerAsync(), Prefix);

        for (var round = 0; round < 5; round++)
        {
            await ProbeHost.WriteAsync(database, [.. Enumerable.Range((round * 50) + 1, 50).Select(ProbeHost.Notice)]);
            try
            {
                await ProbeHost.AskAsync<long>(database, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()");
            }
            catch (NpgsqlException)
            {
                // A pooled connection that an earlier round cut: it was this test's own.
                NpgsqlConnection.ClearAllPools();
            }
        }

        await EffectsAsync(database, 500);
    }

    /// <summary>The outbox is empty and the effects are there, each once.</summary>
    protected static async Task EffectsAsync(TestDatabase database, long count)
    {
        await Waiting.UntilAsync(async () => (await ProbeHost.SettledAsync(database)).Effects >= count, () => $"{count} effects");
        Assert.Equal((count, count), await ProbeHost.SettledAsync(database));
    }
}
