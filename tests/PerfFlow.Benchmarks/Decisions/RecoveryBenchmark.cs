using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using PerfFlow.Benchmarks.Servers;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Two served nodes on one database. One is killed with signal 9 under the load of 64 connections, which then turn to the other,
/// each with the request that it got no answer to, under the same command id. Measured from the signal to the first
/// decision of the other node, and to the last of those that were cut off: their cases may still be locked by the dead.
/// </summary>
internal static class RecoveryBenchmark
{
    private const int Connections = 64;
    private const int Runs = 3;
    private const int Cases = 20_000;
    private const double Asked = 5;

    private static readonly TimeSpan UnderLoad = TimeSpan.FromSeconds(2);

    private sealed record Run(double First, double Last, int CutOff);

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct, TimeProvider.System);
        var cases = await FiledCases.CreateAsync(server, ct);
        var runs = new List<Run>();
        for (var i = 1; i <= Runs; i++)
        {
            runs.Add(await KillAsync(server, await cases.FileAsync(Cases, ct), ct));
            log.Line(string.Create(CultureInfo.InvariantCulture, $"Run {i}: first decision after {runs[^1].First * 1000:0} ms, all {runs[^1].CutOff} that were cut off after {runs[^1].Last * 1000:0} ms"));
        }

        return
        [
            Measured("first decision", runs.Max(r => r.First), "the other node serves already; slowest of three kills"),
            Measured("all cut off", runs.Max(r => r.Last), string.Create(CultureInfo.InvariantCulture, $"{runs.Sum(r => r.CutOff)} requests without an answer, repeated at the other node")),
        ];
    }

    private static Measurement Measured(string part, double seconds, string note) =>
        new("recovery") { Part = part, Seconds = seconds, Limit = "≤ 5 s", Met = seconds <= Asked, Note = note };

    private static async Task<Run> KillAsync(BenchServer server, FiledCases.Filed[] filed, CancellationToken ct)
    {
        var broker = new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings__RabbitMq"] = "amqp://guest:guest@127.0.0.1:9/" };
        await using var victim = await ServedNode.StartAsync(server, "platform", broker, ct);
        await using var other = await ServedNode.StartAsync(server, "platform", broker, ct);
        var requests = new ConcurrentQueue<byte[]>(filed.Select(f => HttpDecisionsBenchmark.Approval(f, 2, f.DepartmentToken)));
        var cut = new ConcurrentBag<byte[]>();
        var load = Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => LoadAsync(victim.Port, requests, cut, ct), ct)));
        await Task.Delay(UnderLoad, TimeProvider.System, ct);

        var killed = Stopwatch.GetTimestamp();
        victim.Kill();
        var answered = new ConcurrentBag<double>();
        // Whoever lost his answer asks the other node at once and goes on there.
        await load;
        await Task.WhenAll(cut.Select(request => Task.Run(
            async () =>
            {
                using var connection = await ApiConnection.OpenAsync(other.Port, ct);
                await AcceptedAsync(connection, request, ct);
                answered.Add(Stopwatch.GetElapsedTime(killed).TotalSeconds);
            },
            ct)));
        return new Run(answered.Min(), answered.Max(), answered.Count);
    }

    private static async Task LoadAsync(int port, ConcurrentQueue<byte[]> requests, ConcurrentBag<byte[]> cut, CancellationToken ct)
    {
        using var connection = await ApiConnection.OpenAsync(port, ct);
        while (requests.TryDequeue(out var request))
        {
            try
            {
                await AcceptedAsync(connection, request, ct);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                cut.Add(request);
                return;
            }
        }

        throw new InvalidOperationException("The cases did not last until the kill.");
    }

    private static async Task AcceptedAsync(ApiConnection connection, byte[] request, CancellationToken ct)
    {
        var (status, body) = await connection.SendAsync(request, ct);
        if (status != 200)
        {
            throw new InvalidOperationException($"An approval was answered with {status}: {body}");
        }
    }
}
