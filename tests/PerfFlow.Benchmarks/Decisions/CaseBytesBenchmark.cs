using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Growth of the runner's tables with their indexes between 100,000 and 200,000 finished cases of Start and four decisions.
/// Nothing is sent here, so all messages still lie in the outbox; where they are sent, their rows go.
/// </summary>
internal static class CaseBytesBenchmark
{
    private const int Cases = 100_000;
    private const int Portion = 20_000;
    private static readonly string[] Tables = ["cases", "tasks", "timers", "waits", "journal", "outbox", "commands"];

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 1, departments: 1, unitsEach: 1, projectsEach: 0, ct);
        var round = new FilingRound(server, county);
        var before = await GrowAsync();
        var after = await GrowAsync();
        var growth = Tables.Select((t, i) => (Table: t, Bytes: (after[i] - before[i]) / Cases)).ToList();
        return
        [
            new Measurement("case-bytes")
            {
                Bytes = growth.Sum(g => g.Bytes), Limit = "≤ 2,500", Met = growth.Sum(g => g.Bytes) <= 2_500,
                Note = string.Join(", ", growth.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Table} {g.Bytes:#,0}"))) + " per case, nothing deleted but what the acts delete",
            },
        ];

        async Task<long[]> GrowAsync()
        {
            for (var done = 0; done < Cases; done += Portion)
            {
                var filings = await round.StartAsync(Portion, 256, ct);
                await round.DecideAsync(filings, 256, ct);
                await round.FinishAsync(filings, 256, ct);
                log.Line($"{done + Portion} cases");
            }

            foreach (var table in Tables)
            {
                await server.ExecuteAsync($"vacuum platform.{table}", ct);
            }

            return await server.ScalarAsync<long[]>($"select array[{string.Join(", ", Tables.Select(t => $"pg_total_relation_size('platform.{t}')"))}]", ct);
        }
    }
}
