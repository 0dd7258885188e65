using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// What befalls a round. The faults are drawn from a seed and lie in lanes, one after the other each; several lanes go on at
/// the same time as the round. It knows whether something is down, so that a client knows how long to be patient.
/// </summary>
internal sealed class Plug(Action<string> output) : IAsyncDisposable
{
    /// <summary>
    /// Within it everything holds again after a fault: the minute of design.md §11 in a run by hand. In CI it is three, because
    /// two cores that other tests use as well are not what that minute is for.
    /// </summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(FaultRun.ByHand ? 60 : 180);

    /// <summary>How long a fault may wait for what it strikes, and a process for its first start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly List<Task> lanes = [];
    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentQueue<string> refusals = [];
    private readonly ConcurrentDictionary<string, (TimeSpan Time, string What)> slowest = new(StringComparer.Ordinal);
    private int faults;
    private int over;
    private int accepted;
    private int later;
    private int down;
    private int starting;
    private long whole = Stopwatch.GetTimestamp();

    /// <summary>Acts that were answered with success.</summary>
    public int Acts => Volatile.Read(ref accepted);

    /// <summary>Answers that asked to come again.</summary>
    public int Later => Volatile.Read(ref later);

    /// <summary>Answers by which a fault of the machine was passed on as one of the program.</summary>
    public IReadOnlyCollection<string> Refusals => refusals;

    public static Plug Untouched() => new(_ => { });

    public void Accepted() => Interlocked.Increment(ref accepted);

    /// <summary>Notes an answer that is neither success nor a refusal. What says "later" is right; anything else is a defect.</summary>
    public void Refused(string what, int status, string said)
    {
        if (status == 503)
        {
            Interlocked.Increment(ref later);
        }
        else
        {
            refusals.Enqueue($"{what}: {said[..Math.Min(said.Length, 300)]}");
        }
    }

    /// <summary>Begins a lane: its faults come one after the other.</summary>
    public void Begin(params IReadOnlyList<Func<Task>> lane)
    {
        Interlocked.Add(ref faults, lane.Count);
        lanes.Add(RunAsync());

        async Task RunAsync()
        {
            foreach (var fault in lane)
            {
                await fault();
                Interlocked.Increment(ref over);
            }
        }
    }

    /// <summary>A lane of its own, now; ends when its faults are over.</summary>
    public Task DoAsync(params IReadOnlyList<Func<Task>> lane)
    {
        Begin(lane);
        return lanes[^1];
    }

    /// <summary>
    /// Holds a case back while the round is further than its faults. Then cases begin one by one, at a pace, and none while a
    /// process starts again: a fault that waits for the round gets as much of it on a slow machine as on a fast one.
    /// </summary>
    /// <param name="share">How much of the round lies before the case, 0 to 1. The last tenth begins when all faults are over.</param>
    public async Task KeepPaceAsync(double share)
    {
        if (!IsBehind(share))
        {
            return;
        }

        await turn.WaitAsync(Ct);
        try
        {
            for (var whole = Stopwatch.GetTimestamp(); IsBehind(share) && Stopwatch.GetElapsedTime(whole) < Pace;)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
                whole = Volatile.Read(ref starting) > 0 ? Stopwatch.GetTimestamp() : whole;
                await (lanes.Find(l => l.IsFaulted) ?? Task.CompletedTask);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Something is out of order while <paramref name="work"/> goes on; from its end on the minute runs.</summary>
    public async Task WhileDownAsync(string what, Func<Task> work)
    {
        Interlocked.Increment(ref down);
        Say(what);
        try
        {
            await work();
        }
        finally
        {
            Interlocked.Exchange(ref whole, Stopwatch.GetTimestamp());
            Interlocked.Decrement(ref down);
        }
    }

    /// <summary>Kills, and starts again after the pause.</summary>
    public Task KillAsync(string name, Func<Task> kill, Func<Task> restart, TimeSpan pause) => WhileStartingAsync($"kill {name}", async () =>
    {
        await kill();
        await Task.Delay(pause, TimeProvider.System, Ct);
        await restart();
    });

    /// <summary>Arms a line at one or several processes and waits until the first has been struck by it and all are ready again.</summary>
    public async Task StrikeAsync(IReadOnlyList<ServedProcess> processes, string line)
    {
        var name = line.Split(' ')[0];
        foreach (var process in processes)
        {
            process.Arm(line);
        }

        var began = Stopwatch.GetTimestamp();
        while (!processes.Any(p => p.HasStruck(name)))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"Nothing came to {line} at {processes[0].Name}\n{processes[0].Log[^Math.Min(processes[0].Log.Length, 8000)..]}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
        }

        await WhileStartingAsync($"struck: {line} at {string.Join(", ", processes.Where(p => p.HasStruck(name)).Select(p => p.Name))}", async () =>
        {
            foreach (var process in processes)
            {
                process.Disarm(name);
                await Waiting.UntilAsync(process.IsReadyAsync, () => $"{process.Name} is ready after {line}\n{process.Log[^Math.Min(process.Log.Length, 3000)..]}", Recovery);
            }
        });
    }

    /// <summary>Until so many more acts were answered; not for ever, since there may be none left.</summary>
    public async Task AfterActsAsync(int count)
    {
        var (began, goal) = (Stopwatch.GetTimestamp(), Acts + count);
        while (Acts < goal && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
        }
    }

    /// <summary>The minute of whoever waits since <paramref name="began"/> (a timestamp) or since the last fault is not over.</summary>
    public bool MayStillBeDown(long began) =>
        Volatile.Read(ref down) > 0 || Stopwatch.GetElapsedTime(Math.Max(began, Interlocked.Read(ref whole))) < Recovery;

    /// <summary>Ends when every fault has come and is over.</summary>
    public Task FinishAsync() => Task.WhenAll(lanes);

    /// <summary>Keeps the longest time of each kind, for <see cref="SaySlowest"/>.</summary>
    /// <param name="kind">What was waited for.</param>
    /// <param name="what">Which of its kind.</param>
    /// <param name="began">A timestamp.</param>
    public void Took(string kind, string what, long began)
    {
        var one = (Time: Stopwatch.GetElapsedTime(began), what);
        slowest.AddOrUpdate(kind, one, (_, other) => other.Time < one.Time ? one : other);
    }

    /// <summary>An answer has come: if nothing is down any more, so long after the last fault, or after it was asked for.</summary>
    /// <param name="what">Was asked for.</param>
    /// <param name="began">When: a timestamp.</param>
    public void Answered(string what, long began)
    {
        if (Volatile.Read(ref down) == 0)
        {
            Took("an answer when nothing was down any more", what, Math.Max(began, Interlocked.Read(ref whole)));
        }
    }

    /// <summary>How long recovery took where it took longest.</summary>
    public void SaySlowest()
    {
        foreach (var (kind, (time, what)) in slowest.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"slowest: {kind} within {time.TotalSeconds:0.0} s ({what})"));
        }
    }

    public void Say(string line) => output(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():mm:ss.fff} after {Acts} acts: {line}"));

    /// <summary>A failure of the round is told, not what it left half done.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(lanes).WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        turn.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private bool IsBehind(double share) => Volatile.Read(ref over) < Volatile.Read(ref faults) * Math.Min(share / 0.9, 1);

    /// <summary>Something that was killed comes back; a round behind its faults waits for it.</summary>
    private async Task WhileStartingAsync(string what, Func<Task> work)
    {
        Interlocked.Increment(ref starting);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await WhileDownAsync(what, work);
            Took("ready again", what, began);
        }
        finally
        {
            Interlocked.Decrement(ref starting);
        }
    }
}
