using System.Diagnostics;
using System.Globalization;

namespace PerfFlow.Tests.Faults;

/// <summary>Something that can be killed and comes back.</summary>
internal sealed record Victim(string Name, Func<Task> KillAsync, Func<Task> RestartAsync)
{
    /// <summary>Who is being killed or started again is not killed a second time meanwhile.</summary>
    public SemaphoreSlim Turn { get; } = new(1);
}

/// <summary>
/// Pulls the plug: when the round has come to a drawn number of accepted acts, a drawn victim is killed with -9 and
/// started again after a drawn pause. The draw follows from the seed alone; the moment within an act does not.
/// </summary>
internal sealed class Plug : IAsyncDisposable
{
    /// <summary>
    /// Within it everything holds again after a restart. design.md §11 gives a minute; here it is three, because two cores that
    /// other tests use as well are not what that minute is for.
    /// </summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(180);

    private readonly Action<string> output;
    private readonly SortedList<int, (Victim Victim, TimeSpan Before, TimeSpan Down)> plan = [];
    private readonly List<Task> running = [];
    private readonly Lock gate = new();
    private int accepted;
    private int down;
    private long whole = Stopwatch.GetTimestamp();

    private Plug(Action<string> output) => this.output = output;

    public static Plug Untouched() => new(_ => { });

    /// <param name="seed">Printed, so that the draw can be had again.</param>
    /// <param name="victims">Each is killed as often as it is named.</param>
    /// <param name="first">The acts before it are left alone.</param>
    /// <param name="last">After so many accepted acts the last kill has come.</param>
    public static Plug Of(int seed, IReadOnlyList<Victim> victims, int first, int last, Action<string> output)
    {
        var plug = new Plug(output);
        // The draw must be repeatable from the seed; it guards nothing.
#pragma warning disable CA5394
        var random = new Random(seed);
        var order = victims.ToArray();
        random.Shuffle(order);
        for (var i = 0; i < order.Length; i++)
        {
            // One in each stretch of the round, so that they fall upon all of it.
            var at = first + (last - first) * i / order.Length + random.Next((last - first) / order.Length);
            plug.plan.TryAdd(at, (order[i], TimeSpan.FromMilliseconds(random.Next(300)), TimeSpan.FromMilliseconds(200 + random.Next(1500))));
        }
#pragma warning restore CA5394
        return plug;
    }

    /// <summary>Counts an act that was answered; kills whose turn it is.</summary>
    public void Accepted()
    {
        lock (gate)
        {
            accepted++;
            while (plan.Count > 0 && plan.Keys[0] <= accepted)
            {
                var (victim, before, pause) = plan.Values[0];
                plan.RemoveAt(0);
                running.Add(PullAsync(victim, before, pause));
            }
        }
    }

    /// <summary>Kills and restarts now; what is done in between happens while the victim is down.</summary>
    public async Task PullAsync(Victim victim, TimeSpan before, TimeSpan pause, Func<Task>? meanwhile = null)
    {
        await Task.Delay(before, TimeProvider.System);
        await victim.Turn.WaitAsync();
        Interlocked.Increment(ref down);
        Say($"kill {victim.Name}");
        await victim.KillAsync();
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        await Task.Delay(pause, TimeProvider.System);
        await victim.RestartAsync();
        Interlocked.Exchange(ref whole, Stopwatch.GetTimestamp());
        Interlocked.Decrement(ref down);
        victim.Turn.Release();
        Say($"{victim.Name} started again");
    }

    /// <summary>The minute of whoever waits since <paramref name="began"/> (a timestamp) or since the last restart is not over.</summary>
    public bool MayStillBeDown(long began) =>
        Volatile.Read(ref down) > 0 || Stopwatch.GetElapsedTime(Math.Max(began, Interlocked.Read(ref whole))) < Recovery;

    /// <summary>Ends when every kill of the plan has come and every victim has been started again.</summary>
    public async Task FinishAsync()
    {
        Xunit.Assert.True(plan.Count == 0, $"{plan.Count} kills have not come: the round had {accepted} acts");
        await Task.WhenAll(running);
    }

    public void Say(string line) => output(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():mm:ss.fff} after {accepted} acts: {line}"));

    /// <summary>Nothing is killed any more; a failure of the round is told, not what it left half done.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            plan.Clear();
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
