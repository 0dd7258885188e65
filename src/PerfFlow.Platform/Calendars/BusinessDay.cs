namespace PerfFlow.Platform.Calendars;

/// <summary>
/// Between instants and the dates people write: everything a county calls a date is Asia/Shanghai,
/// which has been UTC+8 without summer time since 1992, so no time zone table is needed.
/// </summary>
public static class BusinessDay
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The date that a clock on the wall in China shows at this instant.</summary>
    public static DateOnly Of(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Offset).DateTime);

    /// <summary>The instant, in UTC, at which that clock shows this date and time.</summary>
    public static DateTimeOffset At(DateOnly date, TimeOnly time) =>
        new DateTimeOffset(date.ToDateTime(time), Offset).ToUniversalTime();

    /// <summary>A due day ends at 24:00 (design: §7); the instant in UTC. Late is what comes after it.</summary>
    public static DateTimeOffset DueInstant(DateOnly dueDate) => At(dueDate.AddDays(1), TimeOnly.MinValue);

    /// <summary>The due day that ends with (or contains) this instant: 24:00 still belongs to the day that ends.</summary>
    public static DateOnly DueDate(DateTimeOffset due) => Of(due.AddTicks(-1));
}
