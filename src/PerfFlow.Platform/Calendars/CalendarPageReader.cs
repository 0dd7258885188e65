using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Calendars;

/// <summary>What a day is.</summary>
public enum DayKind
{
    Working,

    /// <summary>A weekend day like any other.</summary>
    Weekend,

    /// <summary>Off by the yearly notice.</summary>
    Holiday,

    /// <summary>调休上班: a weekend day that is worked.</summary>
    Swapped,

    /// <summary>Off in this region only.</summary>
    Extra,
}

/// <summary>A year of the region.</summary>
/// <param name="Published">Null while the State Council's office has not announced the year.</param>
/// <param name="Version">As written beside every due date that was worked out with it.</param>
/// <param name="Extra">The region's own days off in this year.</param>
/// <param name="MayChange">The viewer may change them.</param>
public sealed record CalendarModel(
    int Year, IReadOnlyList<int> Years, CalendarYear? Published, string Version, int WorkingDays, IReadOnlyList<DateOnly> Extra, DateOnly Today, bool MayChange,
    WorkingCalendar Calendar)
{
    public DayKind KindOf(DateOnly day) =>
        Extra.Contains(day) ? DayKind.Extra
        : Published?.Off.Contains(day) == true ? DayKind.Holiday
        : Published?.Work.Contains(day) == true ? DayKind.Swapped
        : day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? DayKind.Weekend
        : DayKind.Working;

    /// <summary>Working days from the first to the last of a month.</summary>
    public int WorkingDaysOf(int month)
    {
        var first = new DateOnly(Year, month, 1);
        return Calendar.WorkingDaysBetween(first.AddDays(-1), first.AddMonths(1).AddDays(-1));
    }
}

/// <summary>The working calendar of a year for whoever holds a role in the region: deadlines are counted by it. Refusal: not-found.</summary>
public sealed class CalendarPageReader(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    public async Task<Outcome<CalendarModel>> RunAsync(Viewer viewer, int? asked, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var today = clock.Today(viewer.RegionId);
        var year = asked ?? today.Year;
        if (year is < 2001 or > 2098 || viewer.Posts.Count == 0)
        {
            return Refusal.NotFound();
        }

        // Read from the row, not from the store, which may be some seconds behind the change just made.
        await using var db = await databases.CreateDbContextAsync(ct);
        var key = ParameterRegister.CalendarExtraOff;
        var text = await db.Parameters.AsNoTracking().Where(p => p.RegionId == viewer.RegionId && p.Year == 0 && p.Key == key.Name).Select(p => p.Value).SingleOrDefaultAsync(ct);
        var extra = text is null ? key.Default : key.Read(text);
        var calendar = new WorkingCalendar(CalendarData.Shipped, [.. extra]);
        var shipped = CalendarData.Shipped.Years;
        return new CalendarModel(
            year,
            [.. shipped.Select(y => y.Year).Append(shipped[^1].Year + 1).Append(year).Append(today.Year).Distinct().Order()],
            shipped.FirstOrDefault(y => y.Year == year),
            calendar.Version,
            calendar.WorkingDaysBetween(new DateOnly(year - 1, 12, 31), new DateOnly(year, 12, 31)),
            [.. extra.Where(d => d.Year == year).Order()],
            today,
            viewer.May(Right.ManageParameters) is null,
            calendar);
    }
}
