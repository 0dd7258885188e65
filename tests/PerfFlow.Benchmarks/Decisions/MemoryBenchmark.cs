using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// One process with all roles under a steady load of decisions through its API, about half of what it can tell people of while it
/// decides. Heap after a full collection and working set, minute by minute: the second half may not lie above the first.
/// </summary>
internal static class MemoryBenchmark
{
    private const int PerSecond = 150;
    private const int Connections = 16;
    private const int MostGrowthMegabytes = 32;

    /// <param name="minutes">How long; issue 4 asks for sixty.</param>
    /// <param name="log">Told what happens.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(int minutes, Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct, TimeProvider.System, serve: true);
        var cases = await FiledCases.CreateAsync(server, ct);
        // What is compiled and pooled only once belongs to no minute.
        await MinuteAsync(server, cases, ct);
        var heaps = new List<long>();
        for (var minute = 1; minute <= minutes; minute++)
        {
            await MinuteAsync(server, cases, ct);
            heaps.Add(GC.GetTotalMemory(forceFullCollection: true) / 1_048_576);
            var waiting = await server.ScalarAsync<long>("select count(*) from platform.outbox", ct);
            log.Line(string.Create(CultureInfo.InvariantCulture, $"Minute {minute}: heap {heaps[^1]} MB, working set {Environment.WorkingSet / 1_048_576} MB, {waiting} messages wait"));
        }

        var growth = Percentiles.Median(heaps.Skip(heaps.Count / 2).Select(h => (double)h)) - Percentiles.Median(heaps.Take((heaps.Count + 1) / 2).Select(h => (double)h));
        return
        [
            new Measurement("memory")
            {
                PerSecond = PerSecond, Seconds = minutes * 60, Bytes = Environment.WorkingSet, Limit = $"heap grows ≤ {MostGrowthMegabytes} MB", Met = growth <= MostGrowthMegabytes,
                Note = string.Create(CultureInfo.InvariantCulture, $"heap in MB per minute: {string.Join(' ', heaps)}; all roles and the client in one process"),
            },
        ];
    }

    private static async Task MinuteAsync(BenchServer server, FiledCases cases, CancellationToken ct)
    {
        var filed = await cases.FileAsync(PerSecond * 60 / 2, ct);
        var requests = filed.SelectMany(f => new[] { HttpDecisionsBenchmark.Approval(f, 2, f.DepartmentToken), HttpDecisionsBenchmark.Approval(f, 3, f.SectionToken) }).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(n => Task.Run(
            async () =>
            {
                using var connection = await ApiConnection.OpenAsync(server.Port, ct);
                // Both acts of a case belong to one connection, one after the other.
                for (var i = 2 * n; i < requests.Length; i = i % 2 == 0 ? i + 1 : i + (2 * Connections) - 1)
                {
                    var wait = TimeSpan.FromSeconds((double)i / PerSecond) - Stopwatch.GetElapsedTime(started);
                    if (wait > TimeSpan.Zero)
                    {
                        await Task.Delay(wait, TimeProvider.System, ct);
                    }

                    var (status, body) = await connection.SendAsync(requests[i], ct);
                    if (status != 200)
                    {
                        throw new InvalidOperationException($"An approval was answered with {status}: {body}");
                    }
                }
            },
            ct)));
    }
}
