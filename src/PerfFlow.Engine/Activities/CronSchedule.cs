using System.Globalization;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Activities;

/// <summary>
/// A cron expression of six fields: second, minute, hour, day of month, month, day of week. Each is <c>*</c>, <c>?</c>, a
/// number, a name, a range, a list, or one of these with a step; the day of month may be <c>L</c>, the last. As in Elsa, a
/// day must fit both of its fields. The wall clock is that of the offset of the instant given.
/// </summary>
internal sealed class CronSchedule
{
    private const int MaxDays = 366 * 9;

    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly bool[] seconds;
    private readonly bool[] minutes;
    private readonly bool[] hours;
    private readonly bool[] daysOfMonth;
    private readonly bool[] months;
    private readonly bool[] daysOfWeek;
    private readonly bool lastDay;

    private CronSchedule(string[] fields)
    {
        seconds = Field(fields[0], 0, 59, []);
        minutes = Field(fields[1], 0, 59, []);
        hours = Field(fields[2], 0, 23, []);
        lastDay = fields[3] is "L" or "l";
        daysOfMonth = lastDay ? [] : Field(fields[3], 1, 31, []);
        months = Field(fields[4], 1, 12, Months);
        daysOfWeek = Field(fields[5], 0, 7, Days);
        daysOfWeek[0] |= daysOfWeek[7];
    }

    /// <summary>The schedule; null, and the reason, where the text is none.</summary>
    public static CronSchedule? Parse(string text, out Reason? reason)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        reason = null;
        if (fields.Length != 6)
        {
            reason = new Reason(ReasonCodes.CronFields, text, fields.Length.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        try
        {
            return new CronSchedule(fields);
        }
        catch (CronException e)
        {
            reason = e.Reason;
            return null;
        }
    }

    /// <summary>The first fitting instant after the given one; null if there is none within nine years.</summary>
    public DateTimeOffset? After(DateTimeOffset instant)
    {
        var first = instant.AddTicks(TimeSpan.TicksPerSecond - (instant.Ticks % TimeSpan.TicksPerSecond));
        for (var (day, count) = (first.Date, 0); count < MaxDays; day = day.AddDays(1), count++)
        {
            if (!Fits(day))
                continue;
            var from = day == first.Date ? first.TimeOfDay : TimeSpan.Zero;
            if (Time(from) is { } time)
                return new DateTimeOffset(day + time, instant.Offset);
        }

        return null;
    }

    private bool Fits(DateTime day) => months[day.Month] && daysOfWeek[(int)day.DayOfWeek]
        && (lastDay ? day.Day == DateTime.DaysInMonth(day.Year, day.Month) : daysOfMonth[day.Day]);

    private TimeSpan? Time(TimeSpan from)
    {
        for (var hour = from.Hours; hour < 24; hour++)
        {
            for (var minute = hours[hour] ? 0 : 60; minute < 60; minute++)
            {
                for (var second = minutes[minute] ? 0 : 60; second < 60; second++)
                {
                    var time = new TimeSpan(hour, minute, second);
                    if (seconds[second] && time >= from)
                        return time;
                }
            }
        }

        return null;
    }

    private static bool[] Field(string text, int least, int most, string[] names)
    {
        var fits = new bool[most + 1];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var whole] => (whole, 1),
                [var whole, var by] when int.TryParse(by, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 => (whole, given),
                _ => throw new CronException(new Reason(ReasonCodes.CronPart, part)),
            };
            var (from, to) = range switch
            {
                "*" or "?" => (least, most),
                _ when range.Split('-') is [var low, var high] => (Number(low, least, most, names), Number(high, least, most, names)),
                _ when part.Contains('/', StringComparison.Ordinal) => (Number(range, least, most, names), most),
                _ => (Number(range, least, most, names), Number(range, least, most, names)),
            };
            if (from > to)
                throw new CronException(new Reason(ReasonCodes.CronBackwards, part));
            for (var i = from; i <= to; i += step)
                fits[i] = true;
        }

        return fits;
    }

    private static int Number(string text, int least, int most, string[] names)
    {
        var named = Array.IndexOf(names, text.ToUpperInvariant());
        if (named >= 0)
            return named + (names.Length == 12 ? 1 : 0);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new CronException(new Reason(ReasonCodes.CronRange, text, least.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture)));
    }

    private sealed class CronException(Reason reason) : Exception(reason.ToString())
    {
        public Reason Reason { get; } = reason;
    }
}
