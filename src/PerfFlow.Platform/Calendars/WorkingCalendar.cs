using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PerfFlow.Platform.Calendars;

/// <summary>How far the published years cover a stretch of days.</summary>
/// <param name="Complete">True when each year of the stretch has been published.</param>
/// <param name="MissingYears">Years for which only weekends are known: warn 尚未公布.</param>
public sealed record CalendarCoverage(bool Complete, IReadOnlyList<int> MissingYears);

/// <summary>
/// Working days of one region: weekends and official holidays are off, swapped days (调休) are worked
/// (domain.md §10 "Deadlines"). A pure value; counting is two array look-ups however long the stretch.
/// Days outside 2000–2099 are refused with <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public sealed class WorkingCalendar
{
    private static readonly DateOnly First = new(2000, 1, 1);
    private static readonly int Length = new DateOnly(2099, 12, 31).DayNumber - First.DayNumber + 1;
    private static readonly Lazy<WorkingCalendar> Shared = new(() => new WorkingCalendar(CalendarData.Shipped, []));

    private readonly int[] workingDaysUpTo = new int[Length + 1];
    private readonly int[] offsets;
    private readonly HashSet<int> published;

    /// <summary>A calendar of these years; other years know only weekends.</summary>
    /// <param name="data">The published years.</param>
    /// <param name="extraHolidays">
    /// Days off in this region only, for instance the festivals that an autonomous region fixes for itself; they win over a swapped day.
    /// </param>
    public WorkingCalendar(CalendarData data, IReadOnlyCollection<DateOnly> extraHolidays)
    {
        published = [.. data.Years.Select(y => y.Year)];
        Version = extraHolidays.Count == 0 ? data.Version : $"{data.Version}+{Fingerprint(extraHolidays)}";

        var working = new bool[Length];
        for (var i = 0; i < Length; i++)
        {
            working[i] = First.AddDays(i).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
        }

        Mark(data.Years.SelectMany(y => y.Off), false);
        Mark(data.Years.SelectMany(y => y.Work), true);
        Mark(extraHolidays, false);

        var days = new List<int>(Length);
        for (var i = 0; i < Length; i++)
        {
            workingDaysUpTo[i + 1] = workingDaysUpTo[i] + (working[i] ? 1 : 0);
            if (working[i])
            {
                days.Add(i);
            }
        }

        offsets = [.. days];

        void Mark(IEnumerable<DateOnly> which, bool works)
        {
            foreach (var day in which)
            {
                working[Index(day)] = works;
            }
        }
    }

    /// <summary>The calendar of a region without days off of its own.</summary>
    public static WorkingCalendar National => Shared.Value;

    /// <summary>Version of the data and a fingerprint of the extra days; journalled beside each due date.</summary>
    public string Version { get; }

    public bool IsWorkingDay(DateOnly date)
    {
        var i = Index(date);
        return workingDaysUpTo[i + 1] != workingDaysUpTo[i];
    }

    /// <summary>
    /// The n-th working day after <paramref name="date"/> (before it when negative); the start day is not counted.
    /// Zero gives the day itself, rest day or not.
    /// </summary>
    public DateOnly AddWorkingDays(DateOnly date, int workingDays)
    {
        if (workingDays == 0)
        {
            return date;
        }

        var i = Index(date);
        var position = workingDays > 0 ? workingDaysUpTo[i + 1] + workingDays - 1 : workingDaysUpTo[i] + workingDays;
        return position >= 0 && position < offsets.Length
            ? First.AddDays(offsets[position])
            : throw new ArgumentOutOfRangeException(nameof(workingDays), workingDays, "Leaves the years 2000 to 2099.");
    }

    /// <summary>The day itself, or the next working day when it is a rest day: where a due date lands.</summary>
    public DateOnly OnWorkingDay(DateOnly date) => IsWorkingDay(date) ? date : AddWorkingDays(date, 1);

    /// <summary>The end, in UTC, of that day in China, after moving it off a rest day.</summary>
    public DateTimeOffset DueInstant(DateOnly date) => BusinessDay.DueInstant(OnWorkingDay(date));

    /// <summary>The due instant of a step that opened at <paramref name="from"/> and may take so many working days.</summary>
    public DateTimeOffset DueAfter(DateTimeOffset from, int workingDays) =>
        DueInstant(AddWorkingDays(BusinessDay.Of(from), workingDays));

    /// <summary>Working days after <paramref name="from"/> up to and with <paramref name="to"/>; negative when it lies before.</summary>
    public int WorkingDaysBetween(DateOnly from, DateOnly to) => workingDaysUpTo[Index(to) + 1] - workingDaysUpTo[Index(from) + 1];

    /// <summary>
    /// Working days left: 0 on the due day itself, negative when overdue. On the rest days right after the due day it is
    /// still 0, so lateness is asked from <paramref name="due"/> itself, not from this number.
    /// </summary>
    public int WorkingDaysLeft(DateTimeOffset now, DateTimeOffset due) =>
        WorkingDaysBetween(BusinessDay.Of(now), BusinessDay.DueDate(due));

    /// <summary>Which years between the two days have no official days yet (the notice appears in October or November before).</summary>
    public CalendarCoverage Coverage(DateOnly from, DateOnly to)
    {
        var missing = new List<int>();
        for (var year = from.Year; year <= to.Year; year++)
        {
            if (!published.Contains(year))
            {
                missing.Add(year);
            }
        }

        return new CalendarCoverage(missing.Count == 0, missing);
    }

    private static string Fingerprint(IEnumerable<DateOnly> days)
    {
        var text = string.Join(',', days.Order().Select(d => d.DayNumber.ToString(CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..8];
    }

    private static int Index(DateOnly date)
    {
        var index = date.DayNumber - First.DayNumber;
        return index >= 0 && index < Length
            ? index
            : throw new ArgumentOutOfRangeException(nameof(date), date, "Outside the years 2000 to 2099.");
    }
}
