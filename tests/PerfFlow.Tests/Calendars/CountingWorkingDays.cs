using PerfFlow.Platform.Calendars;
using Xunit;

namespace PerfFlow.Tests.Calendars;

public class CountingWorkingDays
{
    private static readonly WorkingCalendar Calendar = WorkingCalendar.National;

    [Theory]
    [InlineData("2023-10-20", true)]
    [InlineData("2023-10-21", false)]
    [InlineData("2023-09-29", false)]
    [InlineData("2023-10-07", true)]
    [InlineData("2022-12-31", false)]
    [InlineData("2024-02-04", true)]
    [InlineData("2024-02-09", true)]
    [InlineData("2025-09-28", true)]
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-28", true)]
    public void OfficialDay_IsWorkedOrNot(string date, bool worked) => Assert.Equal(worked, Calendar.IsWorkingDay(Day(date)));

    [Theory]
    [InlineData("2023-10-09", 5, "2023-10-16")]
    [InlineData("2023-09-28", 1, "2023-10-07")]
    [InlineData("2023-09-28", 2, "2023-10-08")]
    [InlineData("2023-10-07", -1, "2023-09-28")]
    [InlineData("2023-09-30", 1, "2023-10-07")]
    [InlineData("2023-09-30", -1, "2023-09-28")]
    [InlineData("2023-09-30", 0, "2023-09-30")]
    [InlineData("2026-02-13", 2, "2026-02-24")]
    public void Adding_SkipsRestDaysAndCountsSwappedOnes(string from, int days, string expected) =>
        Assert.Equal(Day(expected), Calendar.AddWorkingDays(Day(from), days));

    [Fact]
    public void AddingAndCounting_AreInverse()
    {
        var start = new DateOnly(2022, 1, 1);
        for (var i = 0; i < 1_700; i++)
        {
            var day = start.AddDays(i);
            for (var n = -12; n <= 12; n++)
            {
                var slow = day;
                for (var left = Math.Abs(n); left > 0;)
                {
                    slow = slow.AddDays(Math.Sign(n));
                    left -= Calendar.IsWorkingDay(slow) ? 1 : 0;
                }

                Assert.Equal(slow, Calendar.AddWorkingDays(day, n));
                if (n > 0)
                {
                    Assert.Equal(n, Calendar.WorkingDaysBetween(day, slow));
                }
            }
        }
    }

    [Theory]
    [InlineData("2023-10-25", "2023-10-27", 2)]
    [InlineData("2023-10-25", "2023-10-25", 0)]
    [InlineData("2023-10-25", "2023-10-20", -3)]
    [InlineData("2023-10-21", "2023-10-23", 1)]
    public void DaysLeft_AreCountedWithoutToday(string today, string due, int left) =>
        Assert.Equal(left, Calendar.WorkingDaysLeft(BusinessDay.At(Day(today), new TimeOnly(9, 48)), BusinessDay.DueInstant(Day(due))));

    [Theory]
    [InlineData("2023-10-20", "2023-10-20T16:00:00Z")]
    [InlineData("2023-10-21", "2023-10-23T16:00:00Z")]
    [InlineData("2023-09-30", "2023-10-07T16:00:00Z")]
    public void DueDay_EndsAtMidnightInChina_AndLeavesRestDays(string date, string instant)
    {
        var due = Calendar.DueInstant(Day(date));
        Assert.Equal(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), due);
        Assert.Equal(TimeSpan.Zero, due.Offset);
        Assert.Equal(Calendar.OnWorkingDay(Day(date)), BusinessDay.DueDate(due));
    }

    [Fact]
    public void StepOpenedInTheEvening_CountsFromThatDayInChina() =>
        Assert.Equal(BusinessDay.DueInstant(Day("2023-10-31")), Calendar.DueAfter(new DateTimeOffset(2023, 10, 24, 15, 59, 0, TimeSpan.Zero), 5));

    [Fact]
    public void YearWithoutNotice_IsReportedAndKnowsOnlyWeekends()
    {
        var coverage = Calendar.Coverage(Day("2026-12-20"), Day("2027-01-10"));
        Assert.False(coverage.Complete);
        Assert.Equal([2027], coverage.MissingYears);
        Assert.True(Calendar.IsWorkingDay(Day("2027-10-01")));
        Assert.True(Calendar.Coverage(Day("2022-01-01"), Day("2026-12-31")).Complete);
    }

    [Fact]
    public void RegionalHoliday_IsOffThereOnly()
    {
        var holiday = Day("2024-06-17");
        var regional = new WorkingCalendar(CalendarData.Shipped, [holiday]);
        Assert.False(regional.IsWorkingDay(holiday));
        Assert.True(Calendar.IsWorkingDay(holiday));
        Assert.NotEqual(Calendar.Version, regional.Version);
    }

    [Fact]
    public void DayFarOutside_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Calendar.IsWorkingDay(Day("1999-12-31")));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
