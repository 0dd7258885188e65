using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>How amounts, dates and addresses are shown.</summary>
public sealed class Figures
{
    private static readonly DateOnly Today = new(2023, 10, 25);

    [Fact]
    public void Amount_HasThousandsTwoDecimalsAndARealMinus()
    {
        Assert.Equal("1,260.00", Show.Money(1260m));
        Assert.Equal("−52.00", Show.Money(-52m));
        Assert.Equal("--", Show.Money(null));
        Assert.Equal("+5.60", Show.Change(5.6m));
        Assert.Equal("−52.00", Show.Change(-52m));
        Assert.Equal("0.00", Show.Change(0m));
        Assert.Equal("57.30%", Show.Percent(57.3m));
        Assert.Equal("18,500", Show.Count(18500m));
        Assert.Equal("999+", Show.Badge(1000));
    }

    [Fact]
    public void Date_HasItsYearOnlyOutsideTheBusinessYear()
    {
        var at = new DateTimeOffset(2023, 10, 24, 9, 5, 0, TimeSpan.Zero);
        Assert.Equal("10-24 17:05", Show.Moment(at, Today));
        Assert.Equal("2023-10-24 17:05", Show.Moment(at, Today.AddYears(1)));
        Assert.Equal("2022-12-31", Show.Day(new DateOnly(2022, 12, 31), Today));
        Assert.Equal("--", Show.Day(null, Today));
    }

    [Fact]
    public void DueInstantAtMidnight_IsShownAsTheDayThatEnds()
    {
        var due = new DateTimeOffset(2023, 10, 28, 0, 0, 0, TimeSpan.FromHours(8));
        Assert.Equal(new DateOnly(2023, 10, 27), Show.DueDay(due));
    }

    [Theory]
    [InlineData("/inbox?tab=late", "/inbox?tab=late")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData(null, "/")]
    public void ReturnAddress_OnThisSiteOnly(string? given, string used) => Assert.Equal(used, UiSetup.LocalOr(given, "/"));
}
