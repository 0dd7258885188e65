using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class ManagingAnIssuedNotice(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MatrixFigures_EqualTheListsBehindThem()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var cases = await office.CasesAsync(id);
        var (health, school) = (cases.Single(c => c.UnitId == office.County.Health.Id), cases.Single(c => c.UnitId == office.County.School.Id));
        await office.DecideAsync(health, "Submit");
        await office.DecideAsync(school, "Submit");
        office.App.Time.Advance(TimeSpan.FromDays(1));
        await office.DecideAsync((await office.CasesAsync(id)).Single(c => c.UnitId == health.UnitId), "Return", ("due", NoticeOffice.Monday.AddDays(8)));
        office.App.Time.Advance(TimeSpan.FromDays(15));

        var clerk = await office.County.AsAsync("performance");
        var rows = (await office.App.Get<NoticeMatrix>().RunAsync(clerk, id, Ct)).Value;
        var states = await office.CasesAsync(id);
        Assert.Equal(3, rows.Count);
        foreach (var row in rows)
        {
            foreach (var state in CaseStates.InOrder.Where(s => s != CaseStates.Cancelled))
            {
                Assert.Equal(states.Count(c => c.UnitId == row.UnitId && c.State == state), MatrixFilter.CountOf(row, state));
            }

            Assert.Single(MatrixGroups.Parts, p => MatrixGroups.Has(p, row));
        }

        Assert.Equal(new[] { "青田县农业农村局", "青田县卫生健康局", "青田县实验小学" }, NoticeMatrix.Choose(rows, new MatrixFilter()).Select(r => r.Unit));
        var late = Assert.Single(NoticeMatrix.Choose(rows, new MatrixFilter { Show = "late" }));
        Assert.Equal((office.County.Farming.Id, 1, CaseStates.ToFill), (late.UnitId, late.Late, late.State));
        var returned = Assert.Single(NoticeMatrix.Choose(rows, new MatrixFilter { Show = "returned-ever" }));
        Assert.Equal((1, 1, CaseStates.Returned, 120m), (returned.Returned, returned.Returns, returned.State, returned.Amount));
        Assert.Equal(CaseStates.Department, rows.Single(r => r.UnitId == school.UnitId).State);
        Assert.Equal(0, rows.Single(r => r.UnitId == school.UnitId).FiledLate);
    }

    [Fact]
    public async Task Matrix_ShowsEachReaderOnlyTheirOwn()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var matrix = office.App.Get<NoticeMatrix>();
        async Task<IEnumerable<string>> SeenAsync(string person) =>
            (await matrix.RunAsync(await office.County.AsAsync(person), id, Ct)) is { Ok: true } rows ? rows.Value.Select(r => r.Unit).Order(StringComparer.Ordinal) : [];
        Assert.Equal(3, (await SeenAsync("performance")).Count());
        Assert.Equal(3, (await SeenAsync("leader")).Count());
        Assert.Equal(["青田县农业农村局"], await SeenAsync("farmSection"));
        Assert.Equal(["青田县实验小学"], await SeenAsync("education"));
        Assert.Equal(["青田县卫生健康局"], await SeenAsync("health"));
        Assert.Empty(await SeenAsync("admin"));

        var draft = await office.CreateAsync();
        NoticeOffice.Refused("not-found", await office.App.Get<ReadNotice>().RunAsync(await office.County.AsAsync("health"), draft, Ct));
        NoticeOffice.Refused("not-found", await office.App.Get<ReadNotice>().RunAsync(await office.County.AsAsync("admin"), id, Ct));
        NoticeOffice.Done(await office.App.Get<ReadNotice>().RunAsync(await office.County.AsAsync("health"), id, Ct));
    }

    [Fact]
    public async Task Recall_VoidsWhatIsOpen_AndTheNumber_AndKeepsWhatIsApproved()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        foreach (var outcome in (string[])["Submit", "Approve"])
        {
            await office.DecideAsync((await office.CasesAsync(id)).Single(c => c.UnitId == office.County.Health.Id), outcome);
        }

        var clerk = await office.County.AsAsync("performance");
        NoticeOffice.Refused("right-manage-notices", await office.App.Get<RecallNotice>().RunAsync(await office.County.AsAsync("culture"), id, "越权", Ct));
        var recalled = await office.App.Get<RecallNotice>().RunAsync(clerk, id, "口径有变，另行通知。", Ct);
        NoticeOffice.Done(recalled);
        Assert.Equal((2, 0), (recalled.Value.Done, recalled.Value.Refused.Count));
        var states = await office.CasesAsync(id);
        Assert.Equal(CaseStates.Approved, states.Single(c => c.UnitId == office.County.Health.Id).State);
        Assert.Equal(2, states.Count(c => c.State == CaseStates.Voided));
        await using var db = office.App.Db();
        var number = await db.DocumentNumbers.SingleAsync(n => n.NoticeId == id, Ct);
        Assert.Equal(("voided", "口径有变，另行通知。"), (number.Status, number.Reason));
        Assert.Equal(NoticeStages.Recalled, (await office.StateAsync(id)).Stage);
        Assert.Empty(await db.Tasks.Where(t => t.NoticeId == id || t.ObjectId == id).ToListAsync(Ct));
        Assert.Equal(0, (await office.App.Get<RecallNotice>().RunAsync(clerk, id, "再撤一次", Ct)).Value.Done);
    }

    [Fact]
    public async Task Extension_MovesOneUnit_AndSavesItFromBeingLate()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var farm = (await office.CasesAsync(id)).Single(c => c.UnitId == office.County.Farming.Id);
        var (measure, clerk, command) = (office.App.Get<MeasureCases>(), await office.County.AsAsync("performance"), office.Command());
        NoticeOffice.Refused("right-extend", await measure.RunAsync(await office.County.AsAsync("farm"), Measure.Extend, [farm.CaseId], "汛情", new DateOnly(2023, 10, 28), command, Ct));
        var extended = await measure.RunAsync(clerk, Measure.Extend, [farm.CaseId, 999_999], "汛情", new DateOnly(2023, 10, 28), command, Ct);
        Assert.Equal((1, "not-found"), (extended.Value.Done, Assert.Single(extended.Value.Refused).Why.Code));
        Assert.Equal(1, (await measure.RunAsync(clerk, Measure.Extend, [farm.CaseId], "汛情", new DateOnly(2023, 10, 28), command, Ct)).Value.Done);

        // 2023-10-28 is a Saturday: the term ends on Monday the 30th.
        var moved = (await office.CasesAsync(id)).Single(c => c.CaseId == farm.CaseId);
        Assert.Equal(new DateTimeOffset(2023, 10, 30, 16, 0, 0, TimeSpan.Zero), moved.DueAt);
        Assert.Equal((moved.DueAt, moved.DueAt), (moved.FirstDueAt, moved.ExtendedTo));
        office.App.Time.Set(new DateTimeOffset(2023, 10, 25, 2, 0, 0, TimeSpan.Zero));
        var rows = (await office.App.Get<NoticeMatrix>().RunAsync(clerk, id, Ct)).Value;
        Assert.Equal(2, rows.Count(r => r.Late > 0));
        Assert.Equal("part-extended", MatrixGroups.Part(rows.Single(r => r.UnitId == farm.UnitId)));
        await using var db = office.App.Db();
        Assert.Equal("汛情", (await db.CaseMeasures.SingleAsync(m => m.CaseId == farm.CaseId, Ct)).Reason);
    }

    [Fact]
    public async Task Waiver_EndsWhatWasNeverFiled_AndNothingElse()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var cases = await office.CasesAsync(id);
        await office.DecideAsync(cases.Single(c => c.UnitId == office.County.Health.Id), "Submit");
        var waived = await office.App.Get<MeasureCases>().RunAsync(
            await office.County.AsAsync("performance"), Measure.Waive, [.. cases.Select(c => c.CaseId)], "并入其他单位", null, office.Command(), Ct);
        Assert.Equal(2, waived.Value.Done);
        var refused = Assert.Single(waived.Value.Refused);
        Assert.Equal((office.County.Health.Id, "already-submitted"), (refused.UnitId, refused.Why.Code));
        Assert.Equal(2, (await office.CasesAsync(id)).Count(c => c.State == CaseStates.Waived));
    }

    [Fact]
    public async Task Amendment_KeepsBothTexts_AndMovesOpenFilingsOnly()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var clerk = await office.County.AsAsync("performance");
        await office.DecideAsync((await office.CasesAsync(id)).Single(c => c.UnitId == office.County.Health.Id), "Submit");
        var amend = office.App.Get<AmendNotice>();
        NoticeOffice.Refused("notice-due-earlier", await amend.RunAsync(clerk, id, new Amendment { DueOn = new DateOnly(2023, 10, 18), Reason = "提前" }, office.Command(), Ct));
        var (change, command) = (new Amendment { Matters = "请各单位编报，并附测算依据。", DueOn = new DateOnly(2023, 10, 27), Reason = "补充材料要求" }, office.Command());
        Assert.Equal(2, (await amend.RunAsync(clerk, id, change, command, Ct)).Value.Done);
        Assert.Equal(0, (await amend.RunAsync(clerk, id, change, command, Ct)).Value.Done);

        var view = (await office.App.Get<ReadNotice>().RunAsync(clerk, id, Ct)).Value;
        Assert.Equal(new[] { NoticeOffice.Draft.Matters, change.Matters }, view.Versions.Select(v => v.Matters));
        Assert.Equal("补充材料要求", view.Text.Reason);
        var due = new DateTimeOffset(2023, 10, 27, 16, 0, 0, TimeSpan.Zero);
        Assert.Equal(2, (await office.CasesAsync(id)).Count(c => c.Kind == "fill" && c.DueAt == due));
        Assert.All(await office.CasesAsync(id), c => Assert.Null(c.ExtendedTo));
        await using var db = office.App.Db();
        var timers = await db.Database.SqlQuery<DateTimeOffset>($"""select due_at as "Value" from platform.timers where case_id = {view.Notice.CaseId}""").ToListAsync(Ct);
        Assert.Equal(due, Assert.Single(timers));
    }

    [Fact]
    public async Task Nudge_ReachesEachUnitOnceADay_UnlessForced()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var (nudge, clerk) = (office.App.Get<NudgeUnits>(), await office.County.AsAsync("performance"));
        long[] units = [office.County.Farming.Id, office.County.School.Id];
        var command = office.Command();
        var first = await nudge.RunAsync(clerk, id, units, "请抓紧。", force: false, command, Ct);
        Assert.Equal((2, 2, 3), (first.Value.Units, first.Value.Messages, first.Value.People));
        Assert.Equal(2, (await nudge.RunAsync(clerk, id, units, "请抓紧。", force: false, command, Ct)).Value.Units);
        NoticeOffice.Refused("nudge-today", await nudge.RunAsync(clerk, id, units, "", force: false, office.Command(), Ct));
        Assert.Equal(2, (await nudge.RunAsync(clerk, id, units, "", force: true, office.Command(), Ct)).Value.Units);
        NoticeOffice.Refused("nudge-nothing-open", await nudge.RunAsync(await office.County.AsAsync("culture"), id, [office.County.Farming.Id], "", force: false, office.Command(), Ct));
        office.App.Time.Advance(TimeSpan.FromDays(1));
        var third = await nudge.RunAsync(clerk, id, [.. units, office.County.Health.Id], "", force: false, office.Command(), Ct);
        Assert.Equal(3, third.Value.Units);
        await using var db = office.App.Db();
        Assert.Equal(3, await db.Journal.CountAsync(j => j.CaseId == -office.County.RegionId && j.Act == "Nudged", Ct));
    }

    [Fact]
    public async Task NoticeIsClosed_OnlyAfterItsDueDay()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var (close, clerk) = (office.App.Get<CloseNotice>(), await office.County.AsAsync("performance"));
        NoticeOffice.Refused("notice-not-due", await close.RunAsync(clerk, id, office.Command(), Ct));
        office.App.Time.Set(new DateTimeOffset(2023, 10, 21, 2, 0, 0, TimeSpan.Zero));
        await Waiting.UntilAsync(async () => (await office.StateAsync(id)).Visit is not null, () => "the step 办结 opens");
        NoticeOffice.Done(await close.RunAsync(clerk, id, office.Command(), Ct));
        Assert.Equal(NoticeStages.Closed, (await office.StateAsync(id)).Stage);
        Assert.Equal(3, (await office.CasesAsync(id)).Count(c => c.State == CaseStates.ToFill));
    }

    [Fact]
    public async Task Reading_IsNotedOncePerUnitAndVersion()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.IssuedAsync();
        var (read, clerk, school) = (office.App.Get<ReadNotice>(), await office.County.AsAsync("performance"), await office.County.AsAsync("school"));
        foreach (var reader in new[] { clerk, school, school, await office.County.AsAsync("schoolHead") })
        {
            await read.MarkAsync(reader, (await read.RunAsync(reader, id, Ct)).Value, Ct);
        }

        NoticeOffice.Done(await office.App.Get<AmendNotice>().RunAsync(clerk, id, new Amendment { Contact = "换人", Reason = "联系人变动" }, office.Command(), Ct));
        Assert.All((await office.App.Get<NoticeMatrix>().RunAsync(clerk, id, Ct)).Value, r => Assert.Null(r.ReadAt));
        await read.MarkAsync(school, (await read.RunAsync(school, id, Ct)).Value, Ct);
        await using var db = office.App.Db();
        Assert.Equal([1, 2], await db.NoticeReads.Where(r => r.NoticeId == id && r.UnitId == office.County.School.Id).Select(r => r.Number).Order().ToListAsync(Ct));
    }
}
