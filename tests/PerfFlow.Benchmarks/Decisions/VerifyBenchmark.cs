using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// The auditor's command over a million lines of 200,000 finished cases; then one column beside one line is changed by hand,
/// and the verification must name that line and nothing else.
/// </summary>
internal static class VerifyBenchmark
{
    private const int Cases = 200_000;
    private const int Portion = 20_000;
    private const double Asked = 10;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 1, departments: 1, unitsEach: 1, projectsEach: 0, ct);
        var round = new FilingRound(server, county);
        for (var done = 0; done < Cases; done += Portion)
        {
            var filings = await round.StartAsync(Portion, 256, ct);
            await round.DecideAsync(filings, 256, ct);
            await round.FinishAsync(filings, 256, ct);
        }

        await server.CheckpointAsync(ct);
        var since = Stopwatch.GetTimestamp();
        var whole = await VerifyAsync();
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var victim = await server.ScalarAsync<long>("update platform.journal set actor_id = actor_id + 1 where seq = 3 and case_id = (select max(case_id) - 7 from platform.journal) returning case_id", ct);
        var broken = await VerifyAsync();
        if (!whole.Verified || broken.Breaks is not [{ Seq: 3, Kind: "line-changed" } found] || found.Stream != victim)
        {
            throw new InvalidOperationException($"Whole: {whole.Verified}; after the change {string.Join(' ', broken.Breaks)}.");
        }

        return
        [
            new Measurement("verify")
            {
                Seconds = seconds, PerSecond = whole.Lines / seconds, Limit = "≤ 10 s", Met = seconds <= Asked,
                Note = string.Create(CultureInfo.InvariantCulture, $"{whole.Lines:#,0} lines in {whole.Streams:#,0} streams; a changed column was found"),
            },
        ];

        Task<JournalReport> VerifyAsync() => new JournalVerifier(server.Owner, server.Get<FeatureTables>()).RunAsync(null, ct);
    }
}
