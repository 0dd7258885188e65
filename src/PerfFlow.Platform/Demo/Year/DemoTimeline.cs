namespace PerfFlow.Platform.Demo;

/// <summary>
/// What happens on which business day of the played year. Acts of one day run side by side; acts that they add to the same
/// day follow in a wave of their own. The region's clock moves between days, and only when the region is quiet.
/// </summary>
internal sealed class DemoTimeline(DemoQuiet quiet, Action<DateOnly, int, TimeSpan> played)
{
    private readonly SortedDictionary<DateOnly, List<Func<CancellationToken, Task>>> days = [];
    private readonly Lock gate = new();
    private DateOnly reached;

    public void At(DateOnly day, Func<CancellationToken, Task> act)
    {
        lock (gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(day, reached);
            (days.TryGetValue(day, out var acts) ? acts : days[day] = []).Add(act);
        }
    }

    /// <summary>Plays until nothing is planned any more.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (Next() is { } day)
        {
            var since = TimeProvider.System.GetTimestamp();
            var count = 0;
            await quiet.MoveToAsync(DemoRegion.Morning(day), ct);
            while (Take(day) is { } acts)
            {
                count += acts.Count;
                await Parallel.ForEachAsync(acts, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (act, token) => await act(token));
            }

            played(day, count, TimeProvider.System.GetElapsedTime(since));
        }

        await quiet.SettleAsync(ct);
    }

    private DateOnly? Next()
    {
        lock (gate)
        {
            return days.Count == 0 ? null : reached = days.First().Key;
        }
    }

    private List<Func<CancellationToken, Task>>? Take(DateOnly day)
    {
        lock (gate)
        {
            return days.Remove(day, out var acts) ? acts : null;
        }
    }
}
