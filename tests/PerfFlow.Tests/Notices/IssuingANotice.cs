using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Notices;

public sealed class IssuingANotice(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issue_OpensOneCasePerProject_WithTheDueInstantOfTheDay()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.SignedAsync();
        var issued = await office.App.Get<IssueNotice>().RunAsync(await office.County.AsAsync("performance"), id, office.Command(), Ct);
        NoticeOffice.Done(issued);
        Assert.Equal("青财绩效〔2023〕1号", issued.Value.Number);
        Assert.Equal(3, issued.Value.Cases);
        var county = office.County;
        var cases = await office.CasesAsync(id);
        Assert.Equal(
            new[] { (county.Health.Id, county.HealthProject.Id), (county.Farming.Id, county.FarmProject.Id), (county.School.Id, county.SchoolProject.Id) }.Order(),
            cases.Select(c => (c.UnitId, c.ObjectId)).Order());
        Assert.All(cases, c => Assert.Equal((CaseStates.ToFill, "fill", "UNIT"), (c.State, c.Kind, c.Role)));
        Assert.All(cases, c => Assert.Equal(new DateTimeOffset(2023, 10, 20, 16, 0, 0, TimeSpan.Zero), c.DueAt));
        Assert.All(cases, c => Assert.Equal(c.DueAt, c.FirstDueAt));
        Assert.Equal(county.Education.Id, cases.Single(c => c.UnitId == county.School.Id).DepartmentId);
        Assert.Equal(county.FarmSection.Id, cases.Single(c => c.UnitId == county.Farming.Id).SectionId);
        Assert.Equal((NoticeStages.Issued, "青财绩效〔2023〕1号"), ((await office.StateAsync(id)).Stage, (await office.StateAsync(id)).Number));
    }

    [Fact]
    public async Task SameCommandAgain_AnswersTheSame_AndOpensNothing()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.SignedAsync();
        var (viewer, command) = (await office.County.AsAsync("performance"), office.Command());
        var first = await office.App.Get<IssueNotice>().RunAsync(viewer, id, command, Ct);
        var second = await office.App.Get<IssueNotice>().RunAsync(viewer, id, command, Ct);
        Assert.Equal(first.Value, second.Value);
        NoticeOffice.Refused("notice-issued", await office.App.Get<IssueNotice>().RunAsync(viewer, id, office.Command(), Ct));
        Assert.Equal(3, (await office.CasesAsync(id)).Count);
    }

    [Fact]
    public async Task Stages_FollowTheCase_AndReturnLeadsBackToTheDraft()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var (clerk, leader) = (await office.County.AsAsync("performance"), await office.County.AsAsync("leader"));
        var id = await office.CreateAsync();
        Assert.Equal(NoticeStages.Draft, (await office.StateAsync(id)).Stage);
        NoticeOffice.Refused("right-sign-notices", await office.App.Get<SignNotice>().RunAsync(clerk, id, 1, "", office.Command(), Ct));
        NoticeOffice.Refused("notice-draft", await office.App.Get<SignNotice>().RunAsync(leader, id, 1, "", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<SubmitNotice>().RunAsync(clerk, id, 1, "", office.Command(), Ct));
        Assert.Equal(NoticeStages.Signing, (await office.StateAsync(id)).Stage);
        NoticeOffice.Refused("notice-not-draft", await office.App.Get<SaveNotice>().RunAsync(clerk, id, 1, NoticeOffice.Draft, Ct));
        NoticeOffice.Refused("notices-reason-required", await office.App.Get<ReturnNotice>().RunAsync(leader, id, " ", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<ReturnNotice>().RunAsync(leader, id, "期限太紧，请改。", office.Command(), Ct));
        Assert.Equal(NoticeStages.Returned, (await office.StateAsync(id)).Stage);

        NoticeOffice.Done(await office.App.Get<SaveNotice>().RunAsync(clerk, id, 1, NoticeOffice.Draft with { DueOn = new DateOnly(2023, 10, 25) }, Ct));
        NoticeOffice.Refused("moved-on", await office.App.Get<SubmitNotice>().RunAsync(clerk, id, 1, "", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<SubmitNotice>().RunAsync(clerk, id, 2, "", office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<SignNotice>().RunAsync(leader, id, 2, "", office.Command(), Ct));
        Assert.Equal(NoticeStages.Signed, (await office.StateAsync(id)).Stage);
        var view = await office.App.Get<ReadNotice>().RunAsync(clerk, id, Ct);
        Assert.Equal("期限太紧，请改。", Assert.Single(view.Value.Opinions).Text);
    }

    [Fact]
    public async Task Signature_FreezesTargetsAndText()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var id = await office.SignedAsync();
        await using (var db = office.App.Db())
        {
            var mapping = await db.SectionMappings.SingleAsync(m => m.DepartmentId == office.County.Health.Id, Ct);
            mapping.ValidTo = new DateOnly(2023, 10, 9);
            db.SectionMappings.Add(new() { RegionId = mapping.RegionId, DepartmentId = mapping.DepartmentId, SectionId = office.County.FarmSection.Id, ValidFrom = new DateOnly(2023, 10, 9) });
            await db.SaveChangesAsync(Ct);
        }

        NoticeOffice.Done(await office.App.Get<IssueNotice>().RunAsync(await office.County.AsAsync("performance"), id, office.Command(), Ct));
        var health = (await office.CasesAsync(id)).Single(c => c.UnitId == office.County.Health.Id);
        Assert.Equal(office.County.CultureSection.Id, health.SectionId);
        await using var read = office.App.Db();
        var signature = await read.NoticeSignatures.SingleAsync(s => s.NoticeId == id, Ct);
        Assert.Equal((NoticeOffice.Draft.Matters, 3), (signature.Matters, signature.Targets));
    }

    [Fact]
    public async Task NobodyToReview_RefusesTheSignature_AndExclusionHelps()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        await using (var db = office.App.Db())
        {
            await db.SectionMappings.Where(m => m.DepartmentId == office.County.Farming.Id).ExecuteDeleteAsync(Ct);
        }

        var clerk = await office.County.AsAsync("performance");
        var id = await office.CreateAsync();
        NoticeOffice.Refused("notice-without-section", await office.App.Get<SubmitNotice>().RunAsync(clerk, id, 1, "", office.Command(), Ct));
        var without = NoticeOffice.Draft with { Recipients = new RecipientChoice { Groups = ["all"], Except = [office.County.Farming.Id] } };
        NoticeOffice.Done(await office.App.Get<SaveNotice>().RunAsync(clerk, id, 1, without, Ct));
        NoticeOffice.Done(await office.App.Get<SubmitNotice>().RunAsync(clerk, id, 2, "", office.Command(), Ct));
    }

    [Fact]
    public async Task ProjectAfterTheIssue_IsAddedOnlyWhereTheNoticeAllowsIt()
    {
        await using var office = await NoticeOffice.OpenAsync(postgres);
        var closed = await office.IssuedAsync();
        var open = await office.IssuedAsync(NoticeOffice.Draft with { UnitsMayAdd = true });
        long project;
        await using (var db = office.App.Db())
        {
            var old = await db.Projects.AsNoTracking().SingleAsync(p => p.Id == office.County.SchoolProject.Id, Ct);
            var added = new PerfFlow.Platform.Projects.Project
            {
                RegionId = old.RegionId, FiscalYear = 2024, Code = "33112124T000000000009", Name = "食堂改造", UnitId = old.UnitId, DepartmentId = old.DepartmentId,
                SectionId = old.SectionId, Kind = old.Kind, FundKind = old.FundKind, Initial = 10, Adjusted = 10, ChangedAt = old.ChangedAt,
            };
            db.Projects.Add(added);
            await db.SaveChangesAsync(Ct);
            project = added.Id;
        }

        var school = await office.County.AsAsync("school");
        NoticeOffice.Refused("targets-closed", await office.App.Get<AddTarget>().RunAsync(school, closed, project, office.Command(), Ct));
        NoticeOffice.Refused("not-found", await office.App.Get<AddTarget>().RunAsync(await office.County.AsAsync("health"), open, project, office.Command(), Ct));
        var command = office.Command();
        var added1 = await office.App.Get<AddTarget>().RunAsync(school, open, project, command, Ct);
        NoticeOffice.Done(added1);
        Assert.Equal(added1.Value, (await office.App.Get<AddTarget>().RunAsync(school, open, project, command, Ct)).Value);
        NoticeOffice.Refused("case-exists", await office.App.Get<AddTarget>().RunAsync(school, open, project, office.Command(), Ct));
        Assert.Equal(4, (await office.CasesAsync(open)).Count);
    }
}
