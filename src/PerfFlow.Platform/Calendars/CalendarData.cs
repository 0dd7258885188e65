using System.Globalization;
using System.Text.Json;

namespace PerfFlow.Platform.Calendars;

/// <summary>The official days of one year, as the yearly notice of the State Council's office gives them.</summary>
/// <param name="Year">The calendar year.</param>
/// <param name="Source">Title of the notice.</param>
/// <param name="Address">Where the notice was published.</param>
/// <param name="Off">Days off, weekends inside a holiday included.</param>
/// <param name="Work">Weekend days that are worked instead (调休上班日).</param>
public sealed record CalendarYear(int Year, string Source, string Address, IReadOnlyList<DateOnly> Off, IReadOnlyList<DateOnly> Work);

/// <summary>The published years that ship with the program; a new year is a new row of the data file and a new version.</summary>
/// <param name="Version">Written beside every computed due date, so that a date can be explained later.</param>
/// <param name="Years">Ascending.</param>
public sealed record CalendarData(string Version, IReadOnlyList<CalendarYear> Years)
{
    private const string Resource = "PerfFlow.Platform.Calendars.calendars.data.json";

    private static readonly Lazy<CalendarData> Loaded = new(Load);

    /// <summary>The years 2022 to 2026.</summary>
    public static CalendarData Shipped => Loaded.Value;

    /// <summary>
    /// Reads the layout of the data file: days as <c>MM-dd</c> or <c>MM-dd..MM-dd</c>.
    /// Throws <see cref="FormatException"/> on a day that is not one.
    /// </summary>
    public static CalendarData Parse(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var years = root.GetProperty("years").EnumerateArray()
            .Select(y =>
            {
                var year = y.GetProperty("year").GetInt32();
                return new CalendarYear(
                    year,
                    y.GetProperty("source").GetString()!,
                    y.GetProperty("address").GetString()!,
                    Days(year, y.GetProperty("off")),
                    Days(year, y.GetProperty("work")));
            })
            .OrderBy(y => y.Year)
            .ToList();
        return new CalendarData(root.GetProperty("version").GetString()!, years);
    }

    private static List<DateOnly> Days(int year, JsonElement list)
    {
        var days = new List<DateOnly>();
        foreach (var entry in list.EnumerateArray())
        {
            var ends = entry.GetString()!.Split("..");
            var last = Day(year, ends[^1]);
            for (var day = Day(year, ends[0]); day <= last; day = day.AddDays(1))
            {
                days.Add(day);
            }
        }

        return days;
    }

    private static DateOnly Day(int year, string monthDay) =>
        DateOnly.ParseExact($"{year:0000}-{monthDay}", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CalendarData Load()
    {
        using var stream = typeof(CalendarData).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        return Parse(stream);
    }
}
