using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Inbox;

namespace PerfFlow.Benchmarks.Inbox;

/// <summary>
/// The first and the hundredth page of the inbox with the counts of its tabs, as the page asks for them: one round trip of
/// <see cref="TaskList"/> over the scope and the filters that <see cref="ReadInbox"/> gives this viewer, then the names of the rows.
/// </summary>
internal static class InboxBenchmark
{
    private const int Runs = 1_000;
    private const int FarPage = 100;
    private const double Asked = 20;
    private static readonly string[] OfFiller = ["all", "soon", "overdue", "returned"];
    private static readonly string[] OfReviewer = ["all", "soon", "overdue", "resubmitted", "returned"];

    /// <param name="millions">Open tasks, in millions.</param>
    /// <param name="log">Told what happens.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(int millions, Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var data = await OpenTasks.FillAsync(server, log, ct, millions);
        return
        [
            .. await MeasureAsync(server, "clerk", data.Clerk, InboxQuery.Start, OfFiller, data.OfClerk, ct),
            .. await MeasureAsync(server, "section", data.Reviewer, InboxQuery.Start, OfReviewer, data.OfSection, ct),
            .. await MeasureAsync(server, "bureau", data.Bureau, InboxQuery.Start with { Scope = "all" }, OfReviewer, data.All, ct),
        ];
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchServer server, string part, Viewer viewer, InboxQuery query, string[] tabs, int open, CancellationToken ct)
    {
        var inbox = server.Get<ReadInbox>();
        var list = server.Get<TaskList>();
        var lines = server.Get<TaskLines>();
        var scope = ReadInbox.ScopeOf(viewer, query);
        var first = new TaskPageRequest(inbox.FilterOf(viewer, query), query.Order, query.Rows);
        var (page, counts) = await ReadAsync(first);
        if (page.Count != query.Rows || counts[0] != Math.Min(open, TaskList.CountedTo))
        {
            throw new InvalidOperationException($"The {part} sees {page.Count} rows and counts {string.Join(' ', counts)}.");
        }

        var key = default(TaskKey?);
        for (var turned = 1; turned < FarPage; turned++)
        {
            key = (await list.PageAsync(scope, first with { From = key }, ct)).Items[^1].KeyIn(query.Order);
        }

        var note = $"{open.ToString("#,0", CultureInfo.InvariantCulture)} open tasks; {string.Join(", ", tabs.Zip(counts, (t, c) => $"{t} {Shown(c)}"))}";
        return [Measured(part, await TimesAsync(() => ReadAsync(first)), note), Measured($"{part}, page {FarPage}", await TimesAsync(() => ReadAsync(first with { From = key })), note)];

        async Task<(IReadOnlyList<TaskLine> Lines, IReadOnlyList<int> Counts)> ReadAsync(TaskPageRequest request)
        {
            // The windows of soon and overdue move with the clock, so the page works them out each time.
            var (items, tasks) = await list.ReadAsync(scope, request, [.. tabs.Select(t => inbox.FilterOf(viewer, query with { Tab = t })), request.Filter], ct);
            return (await lines.OfAsync(items.Items, viewer.RegionId, ct), tasks);
        }
    }

    private static Measurement Measured(string part, double[] times, string note)
    {
        var p99 = Percentiles.Of(times, 0.99);
        return new Measurement("inbox")
        {
            Part = part, P50Ms = Percentiles.Of(times, 0.5), P99Ms = p99, Limit = "p99 ≤ 20 ms", Met = p99 <= Asked,
            Note = note,
        };
    }

    private static string Shown(int count) => count >= TaskList.CountedTo ? "999+" : count.ToString(CultureInfo.InvariantCulture);

    private static async Task<double[]> TimesAsync(Func<Task> read)
    {
        for (var i = 0; i < 50; i++)
        {
            await read();
        }

        var times = new double[Runs];
        for (var i = 0; i < Runs; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await read();
            times[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }

        return times;
    }
}
