using System.Collections.Concurrent;
using PerfFlow.Engine;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;

namespace PerfFlow.Platform.Workflows;

/// <summary>Turns what a definition says of time into instants, with the calendar of the case's region and the ladder of its notice, else of the region.</summary>
public sealed class Deadlines(ParameterStore parameters, NoticeLadders ladders)
{
    // Thousands of tasks of one notice fall due on the same day; their rungs are worked out once.
    private readonly ConcurrentDictionary<(RegionParameters Parameters, NoticeLadder? Own, string Calendar, DateTimeOffset Due), IReadOnlyList<ScheduledRung>> schedules = new();

    /// <summary>To be called before deadlines of these notices' tasks are asked for: whoever asks holds cases locked and waits for nothing.</summary>
    public Task LearnAsync(IEnumerable<long> noticeIds, CancellationToken ct) => ladders.LearnAsync(noticeIds, ct);

    /// <summary>The instant that a deadline falls due, and the version of the calendar that gave it (null where a day was given).</summary>
    public (DateTimeOffset At, string? Calendar) Resolve(Region region, Deadline deadline, DateTimeOffset from)
    {
        switch (deadline)
        {
            case Deadline.At at:
                return (at.Instant, null);
            case Deadline.WorkingDays days:
                var calendar = parameters.Calendar(region.Id);
                return (calendar.DueAfter(from, days.Days), calendar.Version);
            default:
                throw new InvalidOperationException("A deadline is an instant or working days.");
        }
    }

    /// <summary>The next rung of the reminder ladder that lies ahead, by its working days from the due day; null where none is left.</summary>
    public (short Rung, DateTimeOffset At)? NextRung(Region region, long? noticeId, DateTimeOffset due, DateTimeOffset now)
    {
        foreach (var rung in Schedule(region.Id, noticeId, due))
        {
            if (rung.At > now)
            {
                return ((short)rung.Rung.WorkingDays, rung.At);
            }
        }

        return null;
    }

    /// <summary>The newest rung from the noted one up to now; of those missed while nothing ran only this one is sent.</summary>
    public short? NewestRung(Region region, long? noticeId, DateTimeOffset due, DateTimeOffset noted, DateTimeOffset now)
    {
        short? newest = null;
        foreach (var rung in Schedule(region.Id, noticeId, due))
        {
            if (rung.At >= noted && rung.At <= now)
            {
                newest = (short)rung.Rung.WorkingDays;
            }
        }

        return newest;
    }

    private IReadOnlyList<ScheduledRung> Schedule(int regionId, long? noticeId, DateTimeOffset due)
    {
        var settings = parameters.For(regionId, 0);
        var calendar = parameters.Calendar(regionId);
        if (schedules.Count > 10_000)
        {
            schedules.Clear(); // settings were changed many times: the old ones are no longer asked for
        }

        return schedules.GetOrAdd((settings, ladders.Own(noticeId), calendar.Version, due), key => NoticeLadders.Of(key.Parameters, key.Own).Schedule(key.Due, calendar));
    }
}
