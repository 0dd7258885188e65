using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Notifications.Delivery;

/// <summary>When something may leave, by system time; pure.</summary>
internal static class Timing
{
    /// <summary>Asia/Shanghai, which has had no summer time since 1991.</summary>
    public static readonly TimeSpan China = TimeSpan.FromHours(8);

    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    /// <summary>A digest waits for the full hour, what is urgent or single does not; neither leaves in quiet hours.</summary>
    public static DateTimeOffset Earliest(DateTimeOffset now, PersonSettings person, bool urgent, bool digest) =>
        AfterQuiet(digest && !urgent ? NextHour(now) : now, person);

    public static long HourOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 3600;

    public static DateTimeOffset NextHour(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds((HourOf(now) + 1) * 3600);

    /// <summary>The instant itself, or the end of the quiet hours that it falls into.</summary>
    public static DateTimeOffset AfterQuiet(DateTimeOffset instant, PersonSettings person)
    {
        if (person is not { QuietFrom: { } from, QuietTo: { } to } || from == to)
        {
            return instant;
        }

        var local = instant.ToOffset(China);
        if (!TimeOnly.FromTimeSpan(local.TimeOfDay).IsBetween(from, to))
        {
            return instant;
        }

        var end = new DateTimeOffset(local.Date, China) + to.ToTimeSpan();
        return (end <= instant ? end.AddDays(1) : end).ToUniversalTime();
    }

    /// <summary>The wait after the <paramref name="attempts"/>th failure: it doubles, up to an hour.</summary>
    public static TimeSpan Backoff(int attempts, int firstSeconds)
    {
        var wait = TimeSpan.FromSeconds(firstSeconds * Math.Pow(2, Math.Min(attempts - 1, 20)));
        return wait < LongestRetry ? wait : LongestRetry;
    }
}
