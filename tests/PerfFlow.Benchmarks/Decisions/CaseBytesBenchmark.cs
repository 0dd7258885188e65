using System.Globalization;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Growth of the runner's tables with their indexes between 100,000 and 200,000 finished cases of Start and four decisions. As
/// in an installation, a dispatcher claims and deletes the messages while the cases run, and open work is vacuumed now and
/// then: here after every 20,000 cases, whose acts take seconds; autovacuum would come sooner, after some thousand dead rows.
/// Cases are decided in another order than they were started in: neighbours do not all act within the same few milliseconds.
/// Answers to commands are all still there; an installation forgets them after seven days.
/// </summary>
internal static class CaseBytesBenchmark
{
    private const int Cases = 100_000;
    private const int Portion = 20_000;
    private const int Messages = 250;
    private static readonly string[] Tables = ["cases", "tasks", "timers", "waits", "journal", "outbox", "commands"];
    private static readonly string[] Updated = ["cases", "tasks", "timers", "waits", "outbox"];

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 1, departments: 1, unitsEach: 1, projectsEach: 0, ct);
        var round = new FilingRound(server, county);
        var before = await GrowAsync();
        var after = await GrowAsync();
        foreach (var (name, bytes) in after)
        {
            log.Line(string.Create(CultureInfo.InvariantCulture, $"{name}: {(double)(bytes - before.GetValueOrDefault(name)) / Cases:#,0.0} bytes per case"));
        }

        var growth = Tables.Select(t => (Table: t, Bytes: (Of(after, t) - Of(before, t)) / Cases)).ToList();
        return
        [
            new Measurement("case-bytes")
            {
                Bytes = growth.Sum(g => g.Bytes), Limit = "≤ 2,500", Met = growth.Sum(g => g.Bytes) <= 2_500,
                Note = string.Join(", ", growth.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Table} {g.Bytes:#,0}")))
                    + " per case; messages sent meanwhile, vacuum after every 20,000 cases",
            },
        ];

        async Task<Dictionary<string, long>> GrowAsync()
        {
            for (var done = 0; done < Cases; done += Portion)
            {
                using var acted = new CancellationTokenSource();
                var sending = SendAsync(server, acted.Token, ct);
                var filings = await round.StartAsync(Portion, 256, ct);
                new Random(done).Shuffle(filings);
                await round.DecideAsync(filings, 256, ct);
                await round.FinishAsync(filings, 256, ct);
                await acted.CancelAsync();
                await sending;
                foreach (var table in Updated)
                {
                    await server.ExecuteAsync($"vacuum platform.{table}", ct);
                }

                log.Line($"{done + Portion} cases");
            }

            return await SizesAsync(server, ct);
        }
    }

    private static long Of(Dictionary<string, long> sizes, string table) => sizes.Where(s => s.Key.Split(' ')[0] == table).Sum(s => s.Value);

    /// <summary>Bytes of each table, and of each of its indexes, by "table index".</summary>
    private static async Task<Dictionary<string, long>> SizesAsync(BenchServer server, CancellationToken ct)
    {
        await using var command = server.Owner.CreateCommand(
            """
            select t.relname, pg_table_size(t.oid) from pg_class t where t.relnamespace = 'platform'::regnamespace and t.relname = any($1)
            union all
            select t.relname || ' ' || i.relname, pg_table_size(i.oid) from pg_class t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
            where t.relnamespace = 'platform'::regnamespace and t.relname = any($1)
            order by 1
            """);
        command.Parameters.AddWithValue(Tables);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            sizes.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return sizes;
    }

    /// <summary>What the dispatcher does with the table, until everything is sent after <paramref name="acted"/>.</summary>
    private static async Task SendAsync(BenchServer server, CancellationToken acted, CancellationToken ct)
    {
        var outbox = new Outbox(PlatformDb.Schema, server.Owner, new BenchTime(), new OutboxSignal());
        while (true)
        {
            var last = acted.IsCancellationRequested;
            var rows = await outbox.ClaimAsync(Messages, [], ct);
            if (rows.Count > 0)
            {
                await outbox.DeleteAsync([.. rows.Select(r => r.Id)], ct);
            }
            else if (last)
            {
                return;
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
            }
        }
    }
}
