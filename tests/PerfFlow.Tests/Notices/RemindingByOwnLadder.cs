using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class RemindingByOwnLadder(PostgresServer postgres)
{
    [Fact]
    public async Task NoticeWithItsOwnLadder_RemindsByIt_AndOthersByTheRegions()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var usual = await office.IssuedAsync();
        var own = await office.IssuedAsync(NoticeOffice.Draft with { Ladder = new NoticeLadder([3], [2]) });
        await using var db = office.App.Db();
        async Task<(short?, DateTimeOffset?)[]> RungsAsync(long id) =>
            [.. (await db.Tasks.Where(t => t.NoticeId == id).Select(t => new { t.Rung, t.NextRungAt }).Distinct().ToListAsync(TestContext.Current.CancellationToken)).Select(t => (t.Rung, t.NextRungAt))];
        // Due on Friday 2023-10-20: five working days before is the 13th, three before the 17th, at 09:00 in China.
        Assert.Equal([((short)-5, new DateTimeOffset(2023, 10, 13, 1, 0, 0, TimeSpan.Zero))], await RungsAsync(usual));
        Assert.Equal([((short)-3, new DateTimeOffset(2023, 10, 17, 1, 0, 0, TimeSpan.Zero))], await RungsAsync(own));
    }

    [Fact]
    public void OwnDays_KeepWhatElseTheRegionSet()
    {
        var region = new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["remind.at"] = "08:30", ["remind.before"] = "9" });
        var ladder = NoticeLadders.Of(region, new NoticeLadder([4, 1], [2]));
        Assert.Equal(["D-4", "D-1", "D+2"], ladder.Rungs.Select(r => r.Code));
        var rung = ladder.Schedule(new DateTimeOffset(2023, 10, 20, 16, 0, 0, TimeSpan.Zero), PerfFlow.Platform.Calendars.WorkingCalendar.National)[0];
        Assert.Equal(new DateTimeOffset(2023, 10, 16, 0, 30, 0, TimeSpan.Zero), rung.At);
    }
}
