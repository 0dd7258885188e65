using System.Globalization;

namespace PerfFlow.Platform.Ui;

/// <summary>How figures and instants look to a reader. Amounts are in 万元; instants are shown in Asia/Shanghai, which has no summer time.</summary>
public static class Show
{
    /// <summary>What stands where there is no value.</summary>
    public const string Nothing = "--";

    private const char Minus = '\u2212';
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    /// <summary>1,260.00; the unit stands in the heading.</summary>
    public static string Money(decimal? tenThousandYuan) => Number(tenThousandYuan, "#,##0.00");

    /// <summary>A difference with its sign: +5.60, −52.00, 0.00.</summary>
    public static string Change(decimal? tenThousandYuan) =>
        tenThousandYuan is > 0 ? "+" + Money(tenThousandYuan) : Money(tenThousandYuan);

    /// <summary>57.30%; takes per cent, not a fraction.</summary>
    public static string Percent(decimal? percent) => percent is null ? Nothing : Number(percent, "#,##0.00") + "%";

    /// <summary>87.50: points of a score, always with two decimals, so that a column of them can be compared.</summary>
    public static string Score(decimal? points) => Number(points, "#,##0.00");

    /// <summary>1,052; a count or an indicator value, with as many decimals as it has.</summary>
    public static string Count(decimal? value) => Number(value, "#,##0.######");

    /// <summary>A count for badges: exact to 999, then 999+.</summary>
    public static string Badge(int count) => count > 999 ? "999+" : count.ToString(CultureInfo.InvariantCulture);

    /// <summary>10-24 17:05 within the reader's year, else 2022-10-24 17:05.</summary>
    public static string Moment(DateTimeOffset? at, DateOnly today) => at is { } moment
        ? $"{Day(DayOf(moment), today)} {Clock(moment)}"
        : Nothing;

    /// <summary>10-24 within the reader's year, else 2022-10-24.</summary>
    public static string Day(DateOnly? day, DateOnly today) => day is { } date
        ? date.ToString(date.Year == today.Year ? "MM-dd" : "yyyy-MM-dd", CultureInfo.InvariantCulture)
        : Nothing;

    /// <summary>2023-10-24, for inputs, headings and everything that is read in another year.</summary>
    public static string FullDay(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? Nothing;

    /// <summary>17:05.</summary>
    public static string Clock(DateTimeOffset at) => at.ToOffset(Shanghai).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The calendar day of an instant in Asia/Shanghai.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Shanghai).DateTime);

    /// <summary>The last day on which a thing is in time. A due day ends at 24:00, so its instant already belongs to the day after.</summary>
    public static DateOnly DueDay(DateTimeOffset due) => DayOf(due.AddTicks(-1));

    private static string Number(decimal? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture).Replace('-', Minus) ?? Nothing;
}
