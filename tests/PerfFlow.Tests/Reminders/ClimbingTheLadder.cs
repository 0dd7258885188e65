using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;
using Xunit;

namespace PerfFlow.Tests.Reminders;

public class ClimbingTheLadder
{
    private static readonly WorkingCalendar Calendar = WorkingCalendar.National;
    private static readonly ReminderLadder Ladder = new(RegionParameters.Defaults);
    private static readonly DateTimeOffset Due = BusinessDay.DueInstant(new DateOnly(2023, 10, 20));

    [Fact]
    public void Schedule_FallsOnWorkingDaysAtNine() => Assert.Equal(
        ["D-5 2023-10-13", "D-2 2023-10-18", "D0 2023-10-20", "D+1 2023-10-23", "D+3 2023-10-25", "D+5 2023-10-27"],
        Ladder.Schedule(Due, Calendar).Select(s => $"{s.Rung.Code} {BusinessDay.Of(s.At):yyyy-MM-dd}"));

    [Fact]
    public void Opening_TakesTheFirstRungAhead()
    {
        var next = Ladder.Next(Due, At(16, 15), Calendar);
        Assert.Equal(("D-2", At(18, 9)), (next!.Rung.Code, next.At));
        Assert.Equal("D0", Ladder.Next(Due, At(18, 9), Calendar)!.Rung.Code);
        Assert.Null(Ladder.Next(Due, At(27, 9), Calendar));
    }

    [Fact]
    public void AfterAPause_OnlyTheNewestMissedRungIsSent()
    {
        Assert.Equal("D+1", Ladder.Newest(Due, At(13, 9), At(24, 8), Calendar)!.Rung.Code);
        Assert.Equal("D-2", Ladder.Newest(Due, At(18, 9), At(18, 9), Calendar)!.Rung.Code);
        Assert.Null(Ladder.Newest(Due, At(18, 9), At(18, 8), Calendar));
    }

    [Fact]
    public void LaterRungs_TellMorePeople()
    {
        var told = Ladder.Rungs.ToDictionary(r => r.Code, r => r.Recipients);
        Assert.Equal(RungRecipients.Holder, told["D0"]);
        Assert.Equal(RungRecipients.Holder, told["D+1"]);
        Assert.Equal(RungRecipients.Holder | RungRecipients.Head | RungRecipients.Section, told["D+3"]);
        Assert.True(told["D+5"].HasFlag(RungRecipients.Circular));
    }

    [Fact]
    public void RegionalLadder_ReplacesTheDays()
    {
        var own = new ReminderLadder(new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["remind.before"] = "3,0",
            ["remind.after"] = "2",
            ["remind.at"] = "14:30",
        }));
        Assert.Equal(["D-3", "D0", "D+2"], own.Rungs.Select(r => r.Code));
        Assert.Equal(BusinessDay.At(new DateOnly(2023, 10, 24), new TimeOnly(14, 30)), own.Schedule(Due, Calendar)[^1].At);
    }

    private static DateTimeOffset At(int day, int hour) => BusinessDay.At(new DateOnly(2023, 10, day), new TimeOnly(hour, 0));
}
