using PerfFlow.Notifications.Delivery;
using PerfFlow.ServiceDefaults.Notifications;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>When something may leave.</summary>
public sealed class TimingTests
{
    private static readonly PersonSettings Night = new(Mail: true, Digest: true, new(22, 0), new(7, 0));
    private static readonly PersonSettings Never = Night with { QuietFrom = null, QuietTo = null };

    [Theory]
    [InlineData("10:20", "11:00")]
    [InlineData("10:00", "11:00")]
    [InlineData("21:30", "07:00")]
    [InlineData("23:10", "07:00")]
    [InlineData("05:10", "07:00")]
    [InlineData("06:10", "07:00")]
    public void ADigest_WaitsForTheFullHour_AndForTheMorning(string now, string leaves) =>
        Assert.Equal(leaves, Local(Timing.Earliest(At(now), Night, urgent: false, digest: true)));

    [Theory]
    [InlineData("10:20", "10:20")]
    [InlineData("21:59", "21:59")]
    [InlineData("22:00", "07:00")]
    [InlineData("06:59", "07:00")]
    [InlineData("07:00", "07:00")]
    public void WhatIsUrgent_WaitsForTheMorningOnly(string now, string leaves) =>
        Assert.Equal(leaves, Local(Timing.Earliest(At(now), Night, urgent: true, digest: true)));

    [Theory]
    [InlineData("23:10")]
    [InlineData("03:00")]
    public void WhoIsNeverQuiet_IsToldAtNight(string now) =>
        Assert.Equal(now, Local(Timing.Earliest(At(now), Never, urgent: false, digest: false)));

    [Fact]
    public void TheMorning_IsTheNextOne_NeverThePast()
    {
        Assert.Equal(At("07:00").AddDays(1), Timing.AfterQuiet(At("22:30"), Night));
        Assert.Equal(At("07:00"), Timing.AfterQuiet(At("00:30"), Night));
        Assert.Equal(At("13:30"), Timing.AfterQuiet(At("12:30"), Night with { QuietFrom = new(12, 0), QuietTo = new(13, 30) }));
    }

    [Fact]
    public void TheWait_DoublesUpToAnHour()
    {
        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], Enumerable.Range(1, 9).Select(n => Timing.Backoff(n, 30).TotalSeconds));
    }

    private static DateTimeOffset At(string time) => new(new DateTime(new DateOnly(2026, 3, 2), TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)), Timing.China);

    private static string Local(DateTimeOffset instant) => instant.ToOffset(Timing.China).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
