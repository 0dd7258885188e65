using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Durable decisions per second through the runner against the database's own transaction, in alternating pairs on one
/// server: what else the machine does meets both sides of a pair.
/// </summary>
internal static class DecisionsBenchmark
{
    private const int Callers = 64;
    private const int Clients = 8;
    private const int Pairs = 5;
    private const int Cases = 12_000;
    private const double Asked = 1.5;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 1, departments: 1, unitsEach: 1, projectsEach: 0, ct);
        var round = new FilingRound(server, county);
        var reference = new PgBench(server);

        log.Line("Warming up …");
        await round.DecideAsync(await round.StartAsync(Cases, Callers, ct), Callers, ct);
        await reference.PrepareAsync(ct);
        await reference.RunAsync(Clients, 1_000, ct);

        var pairs = new List<(FilingRound.Run Run, double PerSecond)>();
        for (var i = 1; i <= Pairs; i++)
        {
            var filings = await round.StartAsync(Cases, Callers, ct);
            await server.CheckpointAsync(ct);
            var run = await round.DecideAsync(filings, Callers, ct);
            await server.CheckpointAsync(ct);
            var transactions = await reference.RunAsync(Clients, Cases * FilingRound.Acts / Clients, ct);
            pairs.Add((run, transactions));
            log.Line(string.Create(CultureInfo.InvariantCulture,
                $"pair {i}: {run.PerSecond:#,0} decisions/s, pgbench {transactions:#,0}/s, ratio {run.PerSecond / transactions:0.00}, {run.Cpu.TotalMicroseconds / run.Milliseconds.Length:0} µs of our processor time, {run.AllocatedBytes:#,0} bytes allocated per decision"));
        }

        var ratio = Percentiles.Median(pairs.Select(p => p.Run.PerSecond / p.PerSecond));
        var times = pairs.SelectMany(p => p.Run.Milliseconds).ToArray();
        return
        [
            new Measurement("decisions")
            {
                Ratio = ratio,
                PerSecond = Percentiles.Median(pairs.Select(p => p.Run.PerSecond)),
                P50Ms = Percentiles.Of(times, 0.5),
                P99Ms = Percentiles.Of(times, 0.99),
                AllocatedBytes = (long)pairs.Average(p => p.Run.AllocatedBytes),
                Limit = "ratio ≥ 1.5",
                Met = ratio >= Asked,
                Note = string.Create(CultureInfo.InvariantCulture,
                    $"{Pairs} pairs of {Cases * FilingRound.Acts:#,0}; pgbench {Percentiles.Median(pairs.Select(p => p.PerSecond)):#,0}/s; ratios {string.Join(' ', pairs.Select(p => (p.Run.PerSecond / p.PerSecond).ToString("0.00", CultureInfo.InvariantCulture)))}; outbox dispatch is not running"),
            },
        ];
    }
}
