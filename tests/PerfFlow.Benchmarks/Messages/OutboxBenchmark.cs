using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Messages;

/// <summary>
/// Approvals by the runner, each of which tells two things: a task is closed, a task is open. Platform and Notifications are two
/// processes with a RabbitMQ between them, whose queue writes to disk before it confirms. First as fast as the messages are
/// consumed, then 500 a second; the latter from the commit of the decision to the commit of the effect, by the
/// database's own clock for both.
/// </summary>
internal static class OutboxBenchmark
{
    private const int Flood = 20_000;
    private const int PerSecond = 500;
    private const int Seconds = 20;
    private const int Warmup = 3 * PerSecond / Told;
    private const int Told = 2;
    private const double AskedPerSecond = 4_000;
    private const double AskedMs = 50;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        if (!BenchBroker.Installed)
        {
            return [new Measurement("outbox") { Limit = "≥ 4,000/s", Met = false, Note = "RabbitMQ is not installed (Debian: rabbitmq-server)" }];
        }

        await using var broker = await BenchBroker.StartAsync(log, ct);
        await using var server = await BenchServer.StartAsync(log, ct, TimeProvider.System, serve: true, broker.Address);
        await using var reader = await ServedNode.StartAsync(server, "notifications", new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings__RabbitMq"] = broker.Address.ToString() }, ct);
        var cases = await FiledCases.CreateAsync(server, ct);
        log.Line("Warming up …");
        var filed = await cases.FileAsync(Flood + Warmup + (PerSecond / Told * Seconds), ct);
        await UntilSentAsync(server, await server.ScalarAsync<long>("select count(*) from platform.journal where case_id > 0", ct), ct);

        log.Line("As fast as it goes …");
        var flood = filed[..Flood];
        var before = await ConsumedAsync(server, ct);
        var since = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(flood, new ParallelOptions { MaxDegreeOfParallelism = 128, CancellationToken = ct }, async (f, token) => await cases.ApproveAsync(f, token));
        log.Line(string.Create(CultureInfo.InvariantCulture, $"{Flood} decisions committed after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s"));
        await UntilSentAsync(server, before + (Flood * Told), ct);
        var speed = Flood * Told / Stopwatch.GetElapsedTime(since).TotalSeconds;

        log.Line("500 a second …");
        await server.ExecuteAsync(
            """
            create table public.bench_sent (message_id uuid primary key);
            grant insert on public.bench_sent to perfflow_platform;
            create function public.bench_note() returns trigger language plpgsql as 'begin insert into public.bench_sent values (new.message_id); return null; end';
            create trigger bench_note after insert on platform.outbox for each row execute function public.bench_note()
            """, ct);
        await server.CheckpointAsync(ct);
        before = await ConsumedAsync(server, ct);
        await PaceAsync(cases, filed[Flood..(Flood + Warmup)], ct);
        await UntilSentAsync(server, before + (Warmup * Told), ct);
        await server.ExecuteAsync("delete from public.bench_sent", ct);
        before = await ConsumedAsync(server, ct);
        await PaceAsync(cases, filed[(Flood + Warmup)..], ct);
        await UntilSentAsync(server, before + (PerSecond * Seconds), ct);
        var times = await server.ScalarAsync<double[]>(
            """
            select array_agg(extract(epoch from pg_xact_commit_timestamp(c.xmin) - pg_xact_commit_timestamp(s.xmin))::float8 * 1000)
            from public.bench_sent s join notifications.consumed c using (message_id)
            """, ct);
        log.Line("Slowest of each second, in ms: " + await server.ScalarAsync<string>(
            """
            select string_agg(slowest::text, ' ' order by second) from (
                select date_trunc('second', pg_xact_commit_timestamp(s.xmin)) as second, max(extract(epoch from pg_xact_commit_timestamp(c.xmin) - pg_xact_commit_timestamp(s.xmin)) * 1000)::int as slowest
                from public.bench_sent s join notifications.consumed c using (message_id) group by 1) seconds
            """, ct));
        var p99 = Percentiles.Of(times, 0.99);
        return
        [
            new Measurement("outbox")
            {
                Part = "flood", PerSecond = speed, Limit = "≥ 4,000/s", Met = speed >= AskedPerSecond,
                Note = string.Create(CultureInfo.InvariantCulture, $"{Flood * Told:#,0} messages of {Flood:#,0} decisions, from the first commit of a decision to the last of an effect"),
            },
            new Measurement("outbox")
            {
                Part = "500 a second", PerSecond = PerSecond, P50Ms = Percentiles.Of(times, 0.5), P99Ms = p99, Limit = "p99 ≤ 50 ms", Met = p99 <= AskedMs,
                Note = string.Create(CultureInfo.InvariantCulture, $"{times.Length:#,0} messages, commit to commit; slowest {times.Max():0} ms"),
            },
        ];
    }

    private static async Task PaceAsync(FiledCases cases, FiledCases.Filed[] filed, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var acts = new List<Task>(filed.Length);
        foreach (var one in filed)
        {
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds((double)acts.Count * Told / PerSecond))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, ct);
            }

            acts.Add(cases.ApproveAsync(one, ct));
        }

        await Task.WhenAll(acts);
    }

    private static Task<long> ConsumedAsync(BenchServer server, CancellationToken ct) => server.ScalarAsync<long>("select count(*) from notifications.consumed", ct);

    /// <summary>Until nothing is left to send and so many effects are there.</summary>
    private static async Task UntilSentAsync(BenchServer server, long consumed, CancellationToken ct)
    {
        for (var since = Stopwatch.GetTimestamp(); await server.ScalarAsync<bool>("select exists (select from platform.outbox)", ct) || await ConsumedAsync(server, ct) < consumed;)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(3))
            {
                throw new InvalidOperationException(
                    $"{await ConsumedAsync(server, ct)} of {consumed} messages had their effect, {await server.ScalarAsync<long>("select count(*) from platform.outbox", ct)} were not sent: {await server.ScalarAsync<string>("select coalesce(max(last_error), '') from platform.outbox", ct)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
    }
}
