using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.ParameterPages;

public sealed class ChangingAParameter(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ParameterChange Threshold(string? value, string? was = null, int year = 2024) => new("ex_ante.threshold", year, value, "按县政府专题会议纪要。", was);

    [Fact]
    public async Task Change_IsInForceForItsYear_WithReasonAndJournal_AndGoesBackOnReset()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (admin, save, read) = (await office.County.AsAsync("admin"), office.App.Get<SaveParameter>(), office.App.Get<ParameterPageReader>());
        NoticeOffice.Done(await save.RunAsync(admin, Threshold("300", year: 0), Ct));
        NoticeOffice.Done(await save.RunAsync(admin, Threshold("200"), Ct));

        var line = (await read.FindAsync(admin, "ex_ante.threshold", 2024, Ct)).Value.Line;
        Assert.Equal(("200", ParameterOrigin.Year, "200"), (line.Value, line.Origin, line.Set));
        var other = (await read.FindAsync(admin, "ex_ante.threshold", 2025, Ct)).Value.Line;
        Assert.Equal(("300", ParameterOrigin.AllYears, null), (other.Value, other.Origin, other.Set));
        Assert.Equal(200m, office.App.Get<ParameterStore>().For(admin.RegionId, 2024).Get(ParameterRegister.ExAnteThreshold));

        NoticeOffice.Done(await save.RunAsync(admin, Threshold(null, "200"), Ct));
        var model = (await read.FindAsync(admin, "ex_ante.threshold", 2024, Ct)).Value;
        Assert.Equal("300", model.Line.Value);
        Assert.Equal(300m, office.App.Get<ParameterStore>().For(admin.RegionId, 2024).Get(ParameterRegister.ExAnteThreshold));
        Assert.Equal([("200", null), (null, "200"), (null, "300")], model.Changes.Select(c => (c.Change.Before, c.Change.After)));
        Assert.All(model.Changes, c => Assert.Equal(("按县政府专题会议纪要。", "管某某"), (c.Change.Reason, c.Person)));

        await using var db = office.App.Db();
        Assert.Equal(3, await db.Journal.CountAsync(j => j.CaseId == -admin.RegionId && j.Act == "SetParameter" && j.ActorId == admin.UserId && j.Role == Roles.Administrator, Ct));
    }

    [Fact]
    public async Task ChangeOfAnotherNode_IsFollowed_AndNobodyWhoAsksWaitsForTheDatabase()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (region, reads) = (office.County.RegionId, new CountedReads(office.App.Get<IDbContextFactory<PlatformDb>>()));
        using var store = new ParameterStore(reads, office.App.Time, NullLogger<ParameterStore>.Instance);
        await store.RefreshAsync(Ct);
        var before = store.For(region, 2024);
        await using (var db = office.App.Db())
        {
            foreach (var (year, value) in new[] { (0, "300"), (2024, "200") })
            {
                db.Parameters.Add(new ParameterRow { RegionId = region, Year = year, Key = "ex_ante.threshold", Value = value, ChangedAt = NoticeOffice.Monday, ChangedBy = office.County.IdOf("admin") });
            }

            await db.SaveChangesAsync(Ct);
        }

        // Nothing reads again by being asked, however old it is; the work beside it does, and keeps what has not changed.
        Assert.Same(before, store.For(region, 2024));
        Assert.Same(store.Calendar(region), store.Calendar(region));
        Assert.Equal(1, reads.Count);
        await store.RefreshAsync(Ct);
        var after = store.For(region, 2024);
        Assert.Equal((200m, 300m), (after.Get(ParameterRegister.ExAnteThreshold), store.For(region, 2025).Get(ParameterRegister.ExAnteThreshold)));
        await store.RefreshAsync(Ct);
        Assert.Same(after, store.For(region, 2024));

        var node = office.App.Get<ParameterStore>();
        await Waiting.UntilAsync(() => node.For(region, 2024).Get(ParameterRegister.ExAnteThreshold) == 200m, "this node follows");
    }

    [Fact]
    public async Task WhatCannotBe_IsRefused_AndNothingChanges()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (admin, save) = (await office.County.AsAsync("admin"), office.App.Get<SaveParameter>());
        NoticeOffice.Refused("right-manage-parameters", await save.RunAsync(await office.County.AsAsync("culture"), Threshold("300"), Ct));
        NoticeOffice.Refused("not-found", await save.RunAsync(admin, Threshold("300") with { Key = "no.such.key" }, Ct));
        NoticeOffice.Refused("parameter-invalid", await save.RunAsync(admin, Threshold("很多"), Ct));
        NoticeOffice.Refused("parameter-invalid", await save.RunAsync(admin, Threshold("-1"), Ct));
        NoticeOffice.Refused("parameter-invalid", await save.RunAsync(admin, Threshold("90,80") with { Key = "grade.bands" }, Ct));
        NoticeOffice.Refused("parameter-invalid", await save.RunAsync(admin, Threshold("X") with { Key = "check.XH01.level" }, Ct));
        NoticeOffice.Refused("parameter-reason", await save.RunAsync(admin, Threshold("300") with { Reason = "  改 " }, Ct));
        NoticeOffice.Refused("parameter-year", await save.RunAsync(admin, Threshold("300", year: 24), Ct));
        NoticeOffice.Refused("parameter-all-years", await save.RunAsync(admin, Threshold("5,1") with { Key = "remind.before" }, Ct));
        NoticeOffice.Refused("parameter-changed", await save.RunAsync(admin, Threshold("300", "400"), Ct));
        NoticeOffice.Refused("parameter-unchanged", await save.RunAsync(admin, Threshold(null), Ct));
        await using var db = office.App.Db();
        Assert.Empty(await db.Parameters.ToListAsync(Ct));
        Assert.Empty(await db.ParameterChanges.ToListAsync(Ct));
    }

    [Fact]
    public async Task TwoAtOnce_TheSecondIsToldOfTheFirst()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (admin, save) = (await office.County.AsAsync("admin"), office.App.Get<SaveParameter>());
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 6).Select(n => save.RunAsync(admin, Threshold($"{n}00"), Ct)));
        Assert.Single(outcomes, o => o.Ok);
        Assert.All(outcomes.Where(o => !o.Ok), o => Assert.Equal("parameter-changed", o.Refusal!.Code));
    }

    [Fact]
    public async Task Form_KeepsWhatWasTyped_AndChineseCommasArePlain()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        using var visitor = await new Visitor(office.App.Address).SignedInAsync(office.County.UserNameOf("admin"), office.County.PasswordOf("admin"));
        using var refused = await visitor.SubmitAsync("/parameters/remind.before", "/parameters/remind.before", ("value", "五天"), ("reason", "按办公会意见"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await Visitor.ReadAsync(refused);
        Assert.Equal("五天", page.QuerySelector("#f-value")!.GetAttribute("value"));
        Assert.Contains("按办公会意见", page.QuerySelector("#f-reason")!.TextContent, StringComparison.Ordinal);

        using var saved = await visitor.SubmitAsync("/parameters/remind.before", "/parameters/remind.before", ("value", "8，3、1"), ("reason", "按办公会意见"));
        Assert.Equal("/parameters?tab=reminders&year=0", saved.Headers.Location?.ToString());
        var ladder = await visitor.PageAsync("/parameters?tab=reminders&due=2023-10-20");
        var rungs = ladder.QuerySelectorAll("#ladder tbody tr").Select(r => r.QuerySelectorAll("td").Take(2).Select(d => d.TextContent.Trim())).Select(d => string.Join(' ', d)).ToList();

        // 2023-10-07 and 10-08 are a weekend that is worked.
        Assert.Equal(["到期前 8 个工作日 2023-10-10 周二 09:00", "到期前 3 个工作日 2023-10-17 周二 09:00", "到期前 1 个工作日 2023-10-19 周四 09:00"], rungs.Take(3));
        Assert.Equal(6, rungs.Count);
        Assert.Contains("单位负责人", ladder.QuerySelector("#ladder")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calendar_ShowsTheYear_ItsSource_AndTheRegionsOwnDays()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var admin = await office.County.AsAsync("admin");
        NoticeOffice.Done(await office.App.Get<SaveParameter>().RunAsync(admin, new ParameterChange("calendar.extra_off", 0, "2024-03-29", "自治县成立纪念日", null), Ct));
        var read = office.App.Get<CalendarPageReader>();
        var year = (await read.RunAsync(admin, 2024, Ct)).Value;
        Assert.Equal((DayKind.Holiday, DayKind.Swapped, DayKind.Extra, DayKind.Weekend, DayKind.Working), (
            year.KindOf(new DateOnly(2024, 10, 1)), year.KindOf(new DateOnly(2024, 2, 4)), year.KindOf(new DateOnly(2024, 3, 29)), year.KindOf(new DateOnly(2024, 3, 30)), year.KindOf(new DateOnly(2024, 3, 28))));
        Assert.Equal(year.WorkingDays, Enumerable.Range(1, 12).Sum(year.WorkingDaysOf));
        Assert.Equal(WorkingCalendar.National.WorkingDaysBetween(new DateOnly(2023, 12, 31), new DateOnly(2024, 12, 31)) - 1, year.WorkingDays);

        // Whoever has a role may look; only who keeps the settings is offered the change.
        using var clerk = await new Visitor(office.App.Address).SignedInAsync(office.County.UserNameOf("health"), office.County.PasswordOf("health"));
        var page = await clerk.PageAsync("/calendars?year=2024");
        Assert.Contains("国务院办公厅关于2024年部分节假日安排的通知", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("a[href='/parameters/calendar.extra_off']"));
        Assert.Contains("2027年节假日安排尚未公布", (await clerk.PageAsync("/calendars?year=2027")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync("/parameters")).StatusCode);
    }

    /// <summary>Counts how often the database is asked.</summary>
    private sealed class CountedReads(IDbContextFactory<PlatformDb> databases) : IDbContextFactory<PlatformDb>
    {
        public int Count { get; private set; }

        public PlatformDb CreateDbContext()
        {
            Count++;
            return databases.CreateDbContext();
        }
    }
}
