using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Inbox;

/// <summary>What 即将到期, 逾期 and 本周到期 mean today in a region, as instants that an index can be asked for.</summary>
public sealed class DueWindows(RegionClock clock, ParameterStore parameters)
{
    /// <summary>Working days left up to which a deadline is near.</summary>
    public const int Near = 2;

    /// <summary>The names as they stand in addresses.</summary>
    public static IReadOnlyList<string> All { get; } = ["overdue", "today", "soon", "week", "later"];

    /// <summary>The filter with the instants of a named window; unchanged for a name that is none.</summary>
    public TaskFilter Apply(int regionId, TaskFilter filter, string? window)
    {
        var now = clock.Now(regionId);
        var today = clock.Today(regionId);
        return window switch
        {
            "overdue" => filter with { DueTo = now.AddTicks(-TimeSpan.TicksPerMicrosecond) },
            "today" => filter with { DueFrom = now, DueTo = BusinessDay.DueInstant(today) },
            "soon" => filter with { DueFrom = now, DueTo = NearUntil(regionId, today) },
            "week" => filter with { DueFrom = now, DueTo = BusinessDay.DueInstant(Sunday(today)) },
            "later" => filter with { DueFrom = NearUntil(regionId, today).AddTicks(TimeSpan.TicksPerMicrosecond) },
            _ => filter,
        };
    }

    /// <summary>The due day and the working days left; negative from the moment it is late.</summary>
    public (DateOnly? Day, int Left) Of(int regionId, DateTimeOffset? due)
    {
        if (due is not { } at)
        {
            return (null, 0);
        }

        var now = clock.Now(regionId);
        var left = parameters.Calendar(regionId).WorkingDaysLeft(now, at);
        return (BusinessDay.DueDate(at), at < now ? Math.Min(left, -1) : left);
    }

    // Two working days are left until the day before the third one ends, rest days between included.
    private DateTimeOffset NearUntil(int regionId, DateOnly today) =>
        BusinessDay.DueInstant(parameters.Calendar(regionId).AddWorkingDays(today, Near + 1).AddDays(-1));

    private static DateOnly Sunday(DateOnly today) => today.AddDays(today.DayOfWeek == DayOfWeek.Sunday ? 0 : 7 - (int)today.DayOfWeek);
}
