using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Three times as many connections as the Platform lets in and wait, each with an approval that it sends again a tenth of a second
/// after it was told to come later. Every such answer is 503 with <c>Retry-After</c>, the process stays within a gigabyte, and
/// each approval that was accepted stands in the journal once.
/// </summary>
internal static class OverloadBenchmark
{
    private const int Connections = 4_000;
    private const int Cases = 20_000;
    private const long MostBytes = 1L << 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct, TimeProvider.System);
        var cases = await FiledCases.CreateAsync(server, ct);
        var requests = new ConcurrentQueue<byte[]>((await cases.FileAsync(Cases, ct)).Select(f => HttpDecisionsBenchmark.Approval(f, 2, f.DepartmentToken)));
        await using var node = await ServedNode.StartAsync(server, "platform,intake,notifications", new Dictionary<string, string>(StringComparer.Ordinal), ct);
        var (accepted, later) = (0, 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = MostResidentAsync(node, over.Token);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(
            async () =>
            {
                using var connection = await ApiConnection.OpenAsync(node.Port, ct);
                while (requests.TryDequeue(out var request))
                {
                    while (!await AcceptedAsync(connection, request, ct))
                    {
                        Interlocked.Increment(ref later);
                        await Task.Delay(Pause, TimeProvider.System, ct);
                    }

                    Interlocked.Increment(ref accepted);
                }
            },
            ct)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await over.CancelAsync();
        var most = await watching;
        var done = await server.ScalarAsync<long>("select count(*) from platform.journal where visit = 2 and act = 'Complete'", ct);
        return
        [
            new Measurement("overload")
            {
                PerSecond = accepted / seconds, Seconds = seconds, Bytes = most, Limit = "≤ 1 GB, nothing accepted is missing", Met = most <= MostBytes && later > 0 && done == accepted,
                Note = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Connections:#,0} connections, {accepted:#,0} accepted, {done:#,0} in the journal, {later:#,0} answers 503 with Retry-After; all roles in one process"),
            },
        ];
    }

    /// <summary>False: told to come later.</summary>
    private static async Task<bool> AcceptedAsync(ApiConnection connection, byte[] request, CancellationToken ct)
    {
        var (status, body) = await connection.SendAsync(request, ct);
        return status == 200 || (status == 503 && connection.SaysWhen
            ? false
            : throw new InvalidOperationException($"An approval was answered with {status}{(connection.SaysWhen ? "" : " without Retry-After")}: {body}"));
    }

    private static async Task<long> MostResidentAsync(ServedNode node, CancellationToken over)
    {
        var most = 0L;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, node.Usage().Resident);
            await Task.Delay(Pause, TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return most;
    }
}
