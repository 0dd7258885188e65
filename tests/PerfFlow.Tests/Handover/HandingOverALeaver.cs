using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Handover;

/// <summary>离职交接: the school's clerk leaves; the security administrator hands everything to the clerk of the health bureau.</summary>
public sealed class HandingOverALeaver(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private ReviewOffice office = null!;
    private MadeAccount guard = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Address => $"/organisation/people/{office.County.IdOf("school")}/leave";

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        guard = await Visitor.AccountAsync(office.App, office.County.RegionId, $"guard{office.County.RegionId}");
        await using (var scope = office.App.Scope())
        {
            NoticeOffice.Done(await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
                null, office.County.RegionId, new RoleInput(guard.UserId, office.County.Bureau.Id, Roles.SecurityAdministrator, new DateOnly(2020, 1, 1)), Ct));
        }

        var about = await office.CaseAsync(office.County.SchoolProject);
        caseId = about.CaseId;
        NoticeOffice.Done(await office.App.Get<HandOverTask>().RunAsync(
            await office.County.AsAsync("performance"), caseId, about.Visit!.Value, office.County.IdOf("school"), "由陈某某专办", office.Office.Command(), Ct));
        NoticeOffice.Done(await office.App.Get<DelegateTasks>().RunAsync(
            await office.County.AsAsync("schoolHead"), new DelegationInput("UNIT", office.County.School.Id, office.County.IdOf("school"), new DateOnly(2023, 10, 10), new DateOnly(2023, 10, 20), "外出学习"), Ct));
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task EverythingOpen_IsListedBefore_AndGoesToTheSuccessorInOneAct()
    {
        using var visitor = await GuardAsync();
        var list = (await visitor.PageAsync(Address)).QuerySelector("main")!.TextContent;
        Assert.Contains($"待办 {caseId}号事项", list, StringComparison.Ordinal);
        Assert.Contains("代理王某某", list, StringComparison.Ordinal);
        Assert.DoesNotContain(office.County.SchoolProject.Name, list, StringComparison.Ordinal);

        using var answer = await visitor.SubmitAsync(Address, Address, ("to", $"{office.County.IdOf("health")}"), ("reason", "陈某某调离本单位"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("办成3项，未办成0项", (await Visitor.ReadAsync(answer)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var successor = await office.County.AsAsync("health");
        Assert.True(successor.Has(Roles.Unit, office.County.School.Id));
        Assert.Empty((await office.County.AsAsync("school")).Posts);
        await using var db = office.App.Db();
        Assert.Equal(successor.UserId, (await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == caseId, Ct)).PersonId);
        var running = await db.Delegations.AsNoTracking().SingleAsync(d => d.EndedAt == null, Ct);
        Assert.Equal((successor.UserId, new DateOnly(2023, 10, 20)), (running.DeputyId, running.ToDay));
        await office.FileAsync("health", office.County.SchoolProject);
        await Guarantees.AssertTrailAsync(office.App);
        using var again = await visitor.GetAsync(Address);
        Assert.Contains("没有需要交接的事项", await again.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RowThatIsRefused_StaysWithTheLeaver_AndSaysWhy()
    {
        // An administrator holds no business post beside his office: the post, and with it task and delegation, stay.
        using var visitor = await GuardAsync();
        using var answer = await visitor.SubmitAsync(Address, Address, ("to", $"{office.County.IdOf("admin")}"), ("reason", "陈某某调离本单位"));

        var page = (await Visitor.ReadAsync(answer)).QuerySelector("main")!.TextContent;
        Assert.Contains("办成0项，未办成3项", page, StringComparison.Ordinal);
        Assert.Single((await office.County.AsAsync("school")).Posts);
        await using var db = office.App.Db();
        Assert.Equal(office.County.IdOf("school"), (await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == caseId, Ct)).PersonId);
        Assert.Equal(office.County.IdOf("school"), (await db.Delegations.AsNoTracking().SingleAsync(d => d.EndedAt == null, Ct)).DeputyId);
    }

    [Theory]
    [InlineData("performance")]
    [InlineData("admin")]
    public async Task OnlyTheSecurityAdministrator(string person) =>
        Assert.Equal("right-hand-over-leavers", (await office.App.Get<ReadLeaver>().RunAsync(await office.County.AsAsync(person), office.County.IdOf("school"), Ct)).Refusal?.Code);

    [Fact]
    public async Task Pages_ReadWellWideAndNarrow()
    {
        await Screens.LookAsync(browser, office.App.Address, $"guard{office.County.RegionId}", guard.StartPassword, (Address, "leaver"));
        office.App.Time.Set(NoticeOffice.Monday.AddDays(1));
        await Screens.LookAsync(browser, office.App.Address, office.County.UserNameOf("schoolHead"), office.County.PasswordOf("schoolHead"), ("/delegations", "delegations"));
        await Screens.LookAsync(browser, office.App.Address, office.County.UserNameOf("school"), office.County.PasswordOf("school"), ("/delegations", "delegations-deputy"), ("/tasks", "inbox-deputy"));
    }

    private async Task<Visitor> GuardAsync()
    {
        var visitor = new Visitor(office.App.Address);
        return await visitor.SignedInAsync($"guard{office.County.RegionId}", guard.StartPassword);
    }
}
