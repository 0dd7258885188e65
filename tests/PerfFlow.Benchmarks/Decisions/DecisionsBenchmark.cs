using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Durable decisions per second through the runner against the database's own transaction, in alternating pairs on one
/// server: what else the machine does meets both sides of a pair.
/// </summary>
internal static class DecisionsBenchmark
{
    private const int Clients = 8;
    private const int Pairs = 5;

    /// <summary>A busy morning, and every place of the four writers' batches taken.</summary>
    private static readonly Load[] Loads = [new(64, 12_000, 1.5), new(256, 24_000, 4.0)];

    private sealed record Load(int Callers, int Cases, double Asked);

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 1, departments: 1, unitsEach: 1, projectsEach: 0, ct);
        var round = new FilingRound(server, county);
        var reference = new PgBench(server);

        log.Line("Warming up …");
        await round.DecideAsync(await round.StartAsync(Loads[0].Cases, Loads[0].Callers, ct), Loads[0].Callers, ct);
        await reference.PrepareAsync(ct);
        await reference.RunAsync(Clients, 1_000, ct);
        var figures = new List<Measurement>();
        foreach (var load in Loads)
        {
            figures.Add(await MeasureAsync(server, round, reference, load, log, ct));
        }

        return figures;
    }

    private static async Task<Measurement> MeasureAsync(BenchServer server, FilingRound round, PgBench reference, Load load, Log log, CancellationToken ct)
    {
        var decisions = load.Cases * FilingRound.Acts;
        var pairs = new List<(FilingRound.Run Run, double PerSecond)>();
        for (var i = 1; i <= Pairs; i++)
        {
            var filings = await round.StartAsync(load.Cases, load.Callers, ct);
            await server.CheckpointAsync(ct);
            var run = await round.DecideAsync(filings, load.Callers, ct);
            await server.CheckpointAsync(ct);
            var transactions = await reference.RunAsync(Clients, decisions / Clients, ct);
            pairs.Add((run, transactions));
            log.Line(string.Create(CultureInfo.InvariantCulture,
                $"{load.Callers} callers, pair {i}: {run.PerSecond:#,0} decisions/s, pgbench {transactions:#,0}/s, ratio {run.PerSecond / transactions:0.00}, {run.Cpu.TotalMicroseconds / run.Milliseconds.Length:0} µs of our processor time, {run.AllocatedBytes:#,0} bytes allocated per decision"));
        }

        var ratio = Percentiles.Median(pairs.Select(p => p.Run.PerSecond / p.PerSecond));
        var times = pairs.SelectMany(p => p.Run.Milliseconds).ToArray();
        return new Measurement("decisions")
        {
            Part = string.Create(CultureInfo.InvariantCulture, $"{load.Callers} callers"),
            Ratio = ratio,
            PerSecond = Percentiles.Median(pairs.Select(p => p.Run.PerSecond)),
            P50Ms = Percentiles.Of(times, 0.5),
            P99Ms = Percentiles.Of(times, 0.99),
            AllocatedBytes = (long)pairs.Average(p => p.Run.AllocatedBytes),
            Limit = string.Create(CultureInfo.InvariantCulture, $"ratio ≥ {load.Asked:0.0}"),
            Met = ratio >= load.Asked,
            Note = string.Create(CultureInfo.InvariantCulture,
                $"{Pairs} pairs of {decisions:#,0}; pgbench {Percentiles.Median(pairs.Select(p => p.PerSecond)):#,0}/s; ratios {string.Join(' ', pairs.Select(p => (p.Run.PerSecond / p.PerSecond).ToString("0.00", CultureInfo.InvariantCulture)))}; outbox dispatch is not running"),
        };
    }
}
