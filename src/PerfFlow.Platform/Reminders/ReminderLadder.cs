using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Reminders;

/// <summary>Who is told when a rung fires, beside the holder of the task.</summary>
[Flags]
public enum RungRecipients
{
    /// <summary>Whoever holds the task: the unit's clerk, or the reviewer on his own node limit.</summary>
    Holder = 1,

    /// <summary>The head of the organisation that holds the task.</summary>
    Head = 2,

    /// <summary>The section the unit belongs to (归口科室).</summary>
    Section = 4,

    /// <summary>The unit goes on the list that is circulated (通报).</summary>
    Circular = 8,
}

/// <summary>A step of the ladder.</summary>
/// <param name="Code"><c>D-5</c>, <c>D0</c>, <c>D+3</c>: part of the primary key of a sent reminder.</param>
/// <param name="WorkingDays">From the due day; negative is before.</param>
/// <param name="Recipients">Who is told.</param>
public sealed record ReminderRung(string Code, int WorkingDays, RungRecipients Recipients);

/// <summary>A rung of one task.</summary>
/// <param name="Rung">Which.</param>
/// <param name="At">When it fires, UTC.</param>
public sealed record ScheduledRung(ReminderRung Rung, DateTimeOffset At);

/// <summary>
/// When a task's holder is reminded (domain.md §3.0 and §3.15 remind.*): by default 5 and 2 working days before the due
/// day, on it, and 1, 3 and 5 after it, each at 09:00 in China. Reviewers climb the same ladder on their node limit.
/// Pure: the platform that fires and the page that says 下次提醒 ask the same functions.
/// </summary>
public sealed class ReminderLadder
{
    private readonly TimeOnly at;
    private readonly int copyFrom;
    private readonly int circularFrom;

    /// <summary>The ladder of a region and year.</summary>
    public ReminderLadder(RegionParameters parameters)
    {
        at = parameters.Get(ParameterRegister.RemindAt);
        copyFrom = parameters.Get(ParameterRegister.RemindCopyFrom);
        circularFrom = parameters.Get(ParameterRegister.RemindCircularFrom);
        var before = parameters.Get(ParameterRegister.RemindBefore).Select(d => -d);
        Rungs = [.. before.Concat(parameters.Get(ParameterRegister.RemindAfter)).Distinct().Order().Select(RungAt)];
    }

    /// <summary>
    /// The rung so many working days from the due day (negative is before), whether the ladder still has it or not: a reminder
    /// that fired is told although the ladder was changed before its message left.
    /// </summary>
    public ReminderRung RungAt(int days)
    {
        var told = RungRecipients.Holder;
        if (days > 0 && days >= copyFrom)
        {
            told |= RungRecipients.Head | RungRecipients.Section;
        }

        if (days > 0 && days >= circularFrom)
        {
            told |= RungRecipients.Circular;
        }

        return new ReminderRung(CodeOf(days), days, told);
    }

    /// <summary>Earliest first.</summary>
    public IReadOnlyList<ReminderRung> Rungs { get; }

    /// <summary>Every rung of a task with this due instant, earliest first.</summary>
    public IReadOnlyList<ScheduledRung> Schedule(DateTimeOffset due, WorkingCalendar calendar)
    {
        var day = BusinessDay.DueDate(due);
        return [.. Rungs.Select(r => new ScheduledRung(r, BusinessDay.At(calendar.AddWorkingDays(day, r.WorkingDays), at)))];
    }

    /// <summary>
    /// The first rung after <paramref name="now"/>, or null when the ladder is climbed. Asked when a task opens (rungs that
    /// lie before the opening are not made up for), when its due date moves, and by the page.
    /// </summary>
    public ScheduledRung? Next(DateTimeOffset due, DateTimeOffset now, WorkingCalendar calendar) =>
        Schedule(due, calendar).FirstOrDefault(s => s.At > now);

    /// <summary>
    /// What to send when the rung noted at <paramref name="noted"/> has come: the newest rung from there up to
    /// <paramref name="now"/>, so that of several missed while nothing ran only one is sent; null when none has come.
    /// </summary>
    public ScheduledRung? Newest(DateTimeOffset due, DateTimeOffset noted, DateTimeOffset now, WorkingCalendar calendar) =>
        Schedule(due, calendar).LastOrDefault(s => s.At >= noted && s.At <= now);

    /// <summary>The code of a rung so many working days from the due day.</summary>
    public static string CodeOf(int days) => days switch { 0 => "D0", < 0 => $"D{days}", _ => $"D+{days}" };
}
