using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Approvals by department and section through <c>POST /api/reviews/{id}/approve</c> of a served process, with an API token and
/// an opinion, on cases with a filed round of 1 KB, against the transaction that <c>decisions</c> is compared with, in
/// alternating pairs. Client, server, database and reference share the machine.
/// </summary>
internal static class HttpDecisionsBenchmark
{
    private const int Connections = 64;
    private const int Clients = 8;
    private const int Pairs = 3;
    private const int Acts = 2;

    // After one the runtime was still compiling: of three pairs the first took half as much processor time again as the others.
    private const int WarmRounds = 2;
    private const int Cases = 16_000;
    private const double Asked = 1;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct, TimeProvider.System);
        var cases = await FiledCases.CreateAsync(server, ct);
        var round = new FilingRound(server, cases.County);
        var reference = new PgBench(server);
        await round.DecideAsync(await round.StartAsync(Cases, Connections, ct), Connections, ct);
        await reference.PrepareAsync(ct);
        await reference.RunAsync(Clients, 1_000, ct);
        return
        [
            // No broker answers there: messages stay in the outbox, as in "decisions".
            await MeasureAsync("platform", "platform", new() { ["ConnectionStrings__RabbitMq"] = "amqp://guest:guest@127.0.0.1:9/" }, Cases, Pairs, Asked),
            await MeasureAsync("all roles", "platform,intake,notifications", [], Cases / 4, 1, asked: null),
        ];

        async Task<Measurement> MeasureAsync(string part, string roles, Dictionary<string, string> settings, int count, int pairs, double? asked)
        {
            await server.ExecuteAsync("truncate platform.outbox", ct);
            await using var node = await ServedNode.StartAsync(server, roles, settings, ct);
            for (var i = 0; i < WarmRounds; i++)
            {
                await DecideAsync(node, await cases.FileAsync(count, ct), ct);
            }

            var runs = new List<(double Own, double Reference, double[] Times)>();
            for (var i = 1; i <= pairs; i++)
            {
                var filed = await cases.FileAsync(count, ct);
                await server.CheckpointAsync(ct);
                var (before, client) = (node.Usage().Cpu, Environment.CpuUsage.TotalTime);
                var (seconds, times) = await DecideAsync(node, filed, ct);
                var (cpu, own) = (node.Usage().Cpu - before, Environment.CpuUsage.TotalTime - client);
                await server.CheckpointAsync(ct);
                var transactions = await reference.RunAsync(Clients, times.Length / Clients, ct);
                runs.Add((times.Length / seconds, transactions, times));
                log.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{part}, pair {i}: {runs[^1].Own:#,0} decisions/s, pgbench {transactions:#,0}/s, ratio {runs[^1].Own / transactions:0.00}; processor time per decision: server {cpu.TotalMicroseconds / times.Length:0} µs, client {own.TotalMicroseconds / times.Length:0} µs"));
            }

            var all = runs.SelectMany(r => r.Times).ToArray();
            var ratio = Percentiles.Median(runs.Select(r => r.Own / r.Reference));
            return new Measurement("http-decisions")
            {
                Part = part,
                Ratio = ratio,
                PerSecond = Percentiles.Median(runs.Select(r => r.Own)),
                P50Ms = Percentiles.Of(all, 0.5),
                P99Ms = Percentiles.Of(all, 0.99),
                Limit = asked is null ? "" : "ratio ≥ 1.0",
                Met = asked is null || ratio >= asked,
                Note = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{runs.Count} pairs of {count * Acts:#,0} approvals; pgbench {Percentiles.Median(runs.Select(r => r.Reference)):#,0}/s; {(asked is null ? "told to people while they are decided" : "outbox dispatch waits for its broker")}"),
            };
        }
    }

    /// <summary>Each connection has one case in hand and waits for each answer.</summary>
    private static async Task<(double Seconds, double[] Times)> DecideAsync(ServedNode node, FiledCases.Filed[] filed, CancellationToken ct)
    {
        // The bytes are written before the clock runs.
        var requests = filed.Select(f => (Approval(f, 2, f.DepartmentToken), Approval(f, 3, f.SectionToken))).ToArray();
        var times = new double[filed.Length * Acts];
        var (next, done) = (-1, -1);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(
            async () =>
            {
                using var connection = await ApiConnection.OpenAsync(node.Port, ct);
                for (var i = Interlocked.Increment(ref next); i < requests.Length; i = Interlocked.Increment(ref next))
                {
                    await TimedAsync(connection, requests[i].Item1);
                    await TimedAsync(connection, requests[i].Item2);
                }
            },
            ct)));
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, times);

        async Task TimedAsync(ApiConnection connection, byte[] request)
        {
            var since = Stopwatch.GetTimestamp();
            var (status, body) = await connection.SendAsync(request, ct);
            if (status != 200)
            {
                throw new InvalidOperationException($"An approval was answered with {status}: {body}");
            }

            times[Interlocked.Increment(ref done)] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
    }

    internal static byte[] Approval(FiledCases.Filed filed, int visit, string token) => ApiConnection.Post(
        string.Create(CultureInfo.InvariantCulture, $"/api/reviews/{filed.Id}/approve"),
        token,
        CommandId.Of($"bench {filed.Id} {visit}"),
        string.Create(CultureInfo.InvariantCulture, $"{{\"visit\":{visit},\"opinion\":\"目标与预算相称，指标可以衡量，同意报送。\",\"rating\":0}}"));
}
