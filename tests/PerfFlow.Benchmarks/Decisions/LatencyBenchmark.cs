using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Inbox;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// How long a decision takes at 500 per second in a database that has been used for years: 1,000,000 open tasks and 3,000,000
/// closed cases with all their journal lines and answers. The decisions come at their times whether the ones before have been
/// answered or not, so that a stall counts for everybody who waits in it.
/// </summary>
internal static class LatencyBenchmark
{
    private const int PerSecond = 500;
    private const int Seconds = 40;
    private const int Cases = PerSecond * Seconds / FilingRound.Acts;
    private const int Closed = 3_000_000;
    private const int Samples = 1_000;
    private const double Asked = 15;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var tasks = await OpenTasks.FillAsync(server, log, ct);
        var round = new FilingRound(server, new County(server, tasks.Bureau.RegionId, await server.ScalarAsync<long>("select bureau_id from platform.regions", ct)));
        await server.ExecuteAsync("select setval('platform.case_ids', 5000000)", ct);
        log.Line("Closing three million cases …");
        var samples = await round.StartAsync(Samples, 64, ct);
        await round.DecideAsync(samples, 64, ct);
        await round.FinishAsync(samples, 64, ct);
        for (var n = 0; n < Closed; n += Closed / 10)
        {
            await server.ExecuteAsync(Copies(samples[0].CaseId, samples[^1].CaseId, n), ct);
        }

        // What years have brought has been vacuumed in those years; here it would all be on one morning.
        await server.ExecuteAsync("truncate platform.outbox", ct);
        await server.ExecuteAsync("vacuum analyze", ct);
        var filings = await round.StartAsync(Cases, 64, ct);
        await server.CheckpointAsync(ct);
        log.Line("Deciding …");
        var times = await round.PaceAsync(filings, PerSecond, ct);
        var size = await server.ScalarAsync<string>("select pg_size_pretty(pg_database_size(current_database()))", ct);
        var p99 = Percentiles.Of(times, 0.99);
        return
        [
            new Measurement("decisions-latency")
            {
                PerSecond = PerSecond, P50Ms = Percentiles.Of(times, 0.5), P99Ms = p99, Limit = "p99 ≤ 15 ms", Met = p99 <= Asked,
                Note = string.Create(CultureInfo.InvariantCulture, $"{times.Length:#,0} decisions, slowest {times.Max():0} ms; database of {size}; outbox dispatch is not running"),
            },
        ];
    }

    /// <summary>The finished samples again, three hundred times, under ids of their own.</summary>
    private static string Copies(long first, long last, int offset)
    {
        var shift = string.Create(CultureInfo.InvariantCulture, $"10000000 + {offset} + (g - 1) * {Samples}");
        var times = string.Create(CultureInfo.InvariantCulture, $"generate_series(1, {Closed / 10 / Samples}) g");
        return $"""
            insert into platform.cases (id, definition, region_id, notice_id, origin_id, unit_id, department_id, section_id, object_id, status, revision, head_seq, head_hash, state, rounds, started_at, ended_at)
                select id + {shift}, definition, region_id, notice_id, origin_id, unit_id, department_id, section_id, object_id + {shift}, status, revision, head_seq, head_hash, state, rounds, started_at, ended_at
                from platform.cases, {times} where id between {first} and {last};
            insert into platform.journal (case_id, seq, line, hash, visit, node, act, outcome, role, organisation_id, actor_id, at, recorded_at, visit_opened_at)
                select case_id + {shift}, seq, line, hash, visit, node, act, outcome, role, organisation_id, actor_id, at, recorded_at, visit_opened_at
                from platform.journal, {times} where case_id between {first} and {last};
            insert into platform.commands (key, content, case_id, seq, day)
                select gen_random_uuid(), content, case_id + {shift}, seq, day
                from platform.commands, {times} where case_id between {first} and {last}
            """;
    }
}
