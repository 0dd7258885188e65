using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Operations;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class RemindingByOwnLadder(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoticeWithItsOwnLadder_RemindsByIt_AndOthersByTheRegions()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var usual = await office.IssuedAsync();
        var own = await office.IssuedAsync(NoticeOffice.Draft with { Ladder = new NoticeLadder([3], [2]) });
        await using var db = office.App.Db();
        async Task<(short?, DateTimeOffset?)[]> RungsAsync(long id) =>
            [.. (await db.Tasks.Where(t => t.NoticeId == id).Select(t => new { t.Rung, t.NextRungAt }).Distinct().ToListAsync(Ct)).Select(t => (t.Rung, t.NextRungAt))];
        // Due on Friday 2023-10-20: five working days before is the 13th, three before the 17th, at 09:00 in China.
        Assert.Equal([((short)-5, new DateTimeOffset(2023, 10, 13, 1, 0, 0, TimeSpan.Zero))], await RungsAsync(usual));
        Assert.Equal([((short)-3, new DateTimeOffset(2023, 10, 17, 1, 0, 0, TimeSpan.Zero))], await RungsAsync(own));
    }

    [Fact]
    public async Task NodeThatHasJustStarted_RemindsByTheOwnLadderToo()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (usual, own) = (await office.IssuedAsync(), await office.IssuedAsync(NoticeOffice.Draft with { Ladder = new NoticeLadder([3], [2]) }));
        var (app, databases, time) = (office.App, office.App.Get<IDbContextFactory<PlatformDb>>(), new TestTime());
        time.Set(new DateTimeOffset(2023, 10, 17, 1, 0, 30, TimeSpan.Zero));
        var (clock, parameters) = (new RegionClock(time, databases), app.Get<ParameterStore>());
        await using var db = app.Db();
        var task = await db.Tasks.AsNoTracking().FirstAsync(t => t.NoticeId == own && t.UnitId == office.County.Health.Id, Ct);

        var explain = new ExplainTask(databases, app.Get<DefinitionCatalog>(), app.Get<Foresight>(), clock, parameters, new NoticeLadders(databases));
        var explained = await explain.RunAsync(await office.County.AsAsync("health"), task.CaseId, Ct);
        Assert.Equal(2, Assert.Single(Assert.Single(explained.Value.Tasks).Rungs).WorkingDays);

        // The rung of this morning, of the other notice the newest one missed.
        var pump = new ReminderPump(app.Get<RunnerDatabase>(), new Deadlines(parameters, new NoticeLadders(databases)), clock, new OutboxSignal(), time, NullLogger<ReminderPump>.Instance);
        await pump.DrainAsync(Ct);
        Assert.Equal([(usual, -5), (own, -3)], (await db.Database.SqlQueryRaw<Rung>(
            "select distinct c.notice_id as \"Notice\", r.rung::int as \"Days\" from platform.reminders r join platform.cases c on c.id = r.case_id").OrderBy(r => r.Notice).ToListAsync(Ct)).Select(r => (r.Notice, r.Days)));

        var expansion = new MessageExpansion(databases, clock, parameters, new NoticeLadders(databases), app.Get<DefinitionCatalog>(), app.Get<TextCatalogue>());
        var due = new ReminderDue(task.RegionId, task.CaseId, task.Visit, task.DueAt!.Value, -3, clock.Now(task.RegionId));
        var row = OutboxRow.Claimed(1, CommandId.Of($"reminder {task.CaseId}"), ReminderPump.RowType, JsonSerializer.Serialize(due, JsonSerializerOptions.Web), 0);
        Assert.Equal("D-3", Assert.IsType<DeadlineApproaching>((await expansion.RunAsync([row], Ct))[1]).Rung);
    }

    private sealed record Rung(long Notice, int Days);

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
