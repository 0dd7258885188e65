using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Intake;
using PerfFlow.Intake.Documents;
using Xunit;

namespace PerfFlow.Tests.Intake;

/// <summary>Reading in real child processes, as the service does.</summary>
public sealed class ParserPoolTests : IAsyncLifetime
{
    private const long MostMemory = 300L * 1024 * 1024;

    /// <summary>For what is not about the deadline: a busy machine must not turn another answer into doc.time.</summary>
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("perfflow-intake-").FullName;
    private readonly List<ParserPool> _pools = [];

    /// <summary>The Platform's executable, which lies beside the tests, is the child.</summary>
    internal static IReadOnlyList<string> Command { get; } =
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "PerfFlow.Platform.dll"), IntakeParser.Verb];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools)
        {
            await pool.DisposeAsync();
        }

        Directory.Delete(_folder, true);
    }

    [Fact]
    public async Task WarmChild_ReadsASmallWorkbookWithoutTheStartOfARuntime()
    {
        var pool = Pool(new ParserOptions { Command = Command, Processes = 1 });
        var start = Stopwatch.StartNew();
        await pool.WarmAsync(TestContext.Current.CancellationToken);
        start.Stop();
        var file = Save(Workbooks.Xlsx(), "small");
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Null((await Ask(pool, file)).Refusal);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        // the best of five, against the start that this very machine has just needed: it may be busy with other work
        Assert.True(times.Min() < Math.Max(150, start.Elapsed.TotalMilliseconds / 2), $"{string.Join(' ', times)}; start {start.Elapsed.TotalMilliseconds}");
        Assert.Equal(1, pool.Started);
    }

    [Fact]
    public async Task FiveThousandIndicators_StayWithinTimeAndMemory()
    {
        var pool = Pool(new ParserOptions { Command = Command, Processes = 1, Deadline = Patient });
        await pool.WarmAsync(TestContext.Current.CancellationToken);
        var file = Save(Workbooks.Xlsx(Workbooks.Data(300, 5_000)), "large");
        var seconds = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            var reply = await Ask(pool, file);
            seconds.Add(watch.Elapsed.TotalSeconds / Slowness());
            Assert.Equal(5_000, reply.Reading!.Document.Sheet("indicator")!.Rows.Count);
        }

        TestContext.Current.SendDiagnosticMessage($"{string.Join(' ', seconds)} s, {pool.PeakBytes / 1048576} MB");
        Assert.True(seconds.Min() < 3, string.Join(' ', seconds));
        Assert.InRange(pool.PeakBytes, 1, 200L * 1024 * 1024);
    }

    [Fact]
    public async Task FileThatHangsOrKillsItsReader_IsRefusedAndTheNextOneIsRead()
    {
        var hanging = Pool(new ParserOptions { Command = Command, Processes = 1, Deadline = TimeSpan.FromMilliseconds(1) });
        Assert.Equal("doc.time", (await Ask(hanging, Save(Workbooks.Xlsx(Workbooks.Data(300, 5_000)), "slow"))).Refusal);

        var starved = Pool(new ParserOptions { Command = Command, Processes = 1, HeapBytes = 40 * 1024 * 1024, Deadline = Patient });
        var greedy = Workbooks.With(Workbooks.Xlsx(), ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>" + new string('字', 15_000_000) + "</t></si></sst>")));
        Assert.Contains((await Ask(starved, Save(greedy, "greedy"))).Refusal, (string[])["doc.memory", "doc.broken"]);
        Assert.Null((await Ask(starved, Save(Workbooks.Xlsx(), "good"))).Refusal);
        Assert.True(starved.Started >= 2);
    }

    [Fact]
    public async Task ChildThatCannotStart_IsTheFaultOfTheInstallation()
    {
        await Assert.ThrowsAsync<ParserUnavailableException>(() => Ask(Pool(new ParserOptions { Command = ["/no/such/program"] }), "x"));
        await Assert.ThrowsAsync<ParserUnavailableException>(() => Ask(Pool(new ParserOptions { Command = ["/bin/true"] }), "x"));
    }

    [Fact]
    public async Task ThousandHostileWorkbooks_NeverBringTheServiceDown()
    {
        var pool = Pool(new ParserOptions { Command = Command, Processes = 3 });
        var mutations = new Mutations(20261121);
        var outcomes = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var longest = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            var file = Save(mutations.Make(i), "m" + i);
            var watch = Stopwatch.StartNew();
            var reply = await Ask(pool, file);
            outcomes.AddOrUpdate(reply.Refusal ?? (reply.Reading!.FaultCount == 0 ? "good" : "faulty"), 1, (_, n) => n + 1);
            for (var seen = Interlocked.Read(ref longest); watch.ElapsedMilliseconds > seen; seen = Interlocked.Read(ref longest))
            {
                Interlocked.CompareExchange(ref longest, watch.ElapsedMilliseconds, seen);
            }

            File.Delete(file);
        });

        var summary = string.Join(' ', outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key}={o.Value}"));
        TestContext.Current.SendDiagnosticMessage($"{summary}; longest {longest} ms, peak {pool.PeakBytes / 1048576} MB, {pool.Started} processes");
        Assert.Equal(1_000, outcomes.Values.Sum());
        Assert.True(outcomes.Count > 5, summary);
        // five seconds to read, the rest to start a child after one was killed
        Assert.True(longest < 10_000 * Slowness(), $"{longest} ms");
        Assert.InRange(pool.PeakBytes, 1, MostMemory);
        Assert.Null((await Ask(pool, Save(Workbooks.Xlsx(), "good"))).Refusal);
    }

    /// <summary>
    /// How many times longer work takes here for want of a free core: 1 on an idle machine. The kernel says how long this
    /// thread ran and how long it stood ready; elsewhere than on Linux nothing is known and 1 is said.
    /// </summary>
    private static double Slowness()
    {
        const string Schedule = "/proc/thread-self/schedstat";
        if (!File.Exists(Schedule))
        {
            return 1;
        }

        var (ran, waited) = Read();
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 300;)
        {
            Thread.SpinWait(1_000);
        }

        var (ranThen, waitedThen) = Read();
        return 1 + ((waitedThen - waited) / Math.Max(1, ranThen - ran));

        static (double Ran, double Waited) Read()
        {
            var parts = File.ReadAllText(Schedule).Split(' ');
            return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
        }
    }

    private ParserPool Pool(ParserOptions options)
    {
        var pool = new ParserPool(options, TimeProvider.System, NullLogger<ParserPool>.Instance);
        _pools.Add(pool);
        return pool;
    }

    private static Task<ParserReply> Ask(ParserPool pool, string file) =>
        pool.AskAsync(new ParserRequest(file, "goal-filing", null, null, null, new DocumentLimits()), TestContext.Current.CancellationToken);

    private string Save(byte[] content, string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
