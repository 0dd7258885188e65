using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using Xunit;

namespace PerfFlow.Tests.Organisation;

/// <summary>Three administrators: one makes accounts and the tree, one gives roles, one reads the log.</summary>
public sealed class GivingRoles(OneCounty one) : IClassFixture<OneCounty>, IAsyncLifetime
{
    private readonly PerfFlowApp app = one.App;
    private readonly SmallCounty county = one.County;
    private MadeAccount security = null!;

    public async ValueTask InitializeAsync()
    {
        security = await Visitor.AccountAsync(app, county.RegionId, one.NewName());
        Assert.Null((await GrantAsync(null, security.UserId, county.Bureau.Id, Roles.SecurityAdministrator)).Refusal);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RoleGivenOnThePage_OpensOnTheNextRequest()
    {
        var account = await Visitor.AccountAsync(app, county.RegionId, "chen");
        using var person = new Visitor(app.Address);
        await person.SignedInAsync("chen", account.StartPassword);
        Assert.Equal(HttpStatusCode.NotFound, (await person.GetAsync($"/api/projects/{county.SchoolProject.Id}")).StatusCode);

        using var administrator = new Visitor(app.Address);
        await administrator.SignedInAsync(security.UserName, security.StartPassword);
        using var granted = await administrator.SubmitAsync(
            $"/organisation/people/{account.UserId}", $"/organisation/people/{account.UserId}/roles",
            ("role", Roles.Unit), ("organisationId", $"{county.School.Id}"), ("from", $"{app.Get<RegionClock>().Today(county.RegionId):yyyy-MM-dd}"), ("to", ""));

        Assert.Equal(HttpStatusCode.Redirect, granted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync($"/api/projects/{county.SchoolProject.Id}")).StatusCode);
    }

    [Fact]
    public async Task Nobody_GivesRolesToThemselves()
    {
        var viewer = (await app.Get<ViewerReader>().FindAsync(security.UserId, TestContext.Current.CancellationToken))!;

        Assert.Equal("account-own", (await GrantAsync(viewer, security.UserId, county.Bureau.Id, Roles.Performance)).Refusal?.Code);
    }

    [Theory]
    [InlineData("admin", "right-grant-roles")]
    [InlineData("performance", "right-grant-roles")]
    [InlineData("school", "right-grant-roles")]
    public async Task OnlyTheSecurityAdministrator_GivesRoles(string person, string refusal) =>
        Assert.Equal(refusal, (await GrantAsync(await county.AsAsync(person), county.IdOf("health"), county.School.Id, Roles.Unit)).Refusal?.Code);

    [Theory]
    [InlineData("performance", Roles.Administrator)]
    [InlineData("admin", Roles.AuditAdministrator)]
    [InlineData("admin", Roles.Performance)]
    public async Task Office_IsHeldAlone(string person, string role) =>
        Assert.Equal("role-offices", (await GrantAsync(null, county.IdOf(person), county.Bureau.Id, role)).Refusal?.Code);

    [Fact]
    public async Task Role_IsHeldWhereItsTasksLie()
    {
        Assert.Equal("role-body", (await GrantAsync(null, county.IdOf("school"), county.Education.Id, Roles.Section)).Refusal?.Code);
        Assert.Equal("role-body", (await GrantAsync(null, county.IdOf("school"), county.School.Id, Roles.Performance)).Refusal?.Code);
        Assert.Null((await GrantAsync(null, county.IdOf("school"), county.Education.Id, Roles.Unit)).Refusal);
    }

    [Fact]
    public async Task GivenRole_IsALineOfTheJournalAndOfTheSecurityLog()
    {
        await using var db = app.Db();

        Assert.True(await db.Journal.AnyAsync(j => j.CaseId == -county.RegionId && j.Act == "role-given", TestContext.Current.CancellationToken));
        Assert.True(await db.SecurityEvents.AnyAsync(e => e.Kind == "role-given" && e.UserId == security.UserId, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AccountOfTheAdministrator_OpensNoBusinessAndIsNotedWhenItTries()
    {
        using var administrator = new Visitor(app.Address);
        await administrator.SignedInAsync(security.UserName, security.StartPassword);
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync("/security-log")).StatusCode);

        await using var db = app.Db();
        Assert.True(await db.SecurityEvents.AnyAsync(e => e.Kind == "denied" && e.ActorId == security.UserId && e.Detail == "GET /security-log", TestContext.Current.CancellationToken));
    }

    private async Task<Outcome<Done>> GrantAsync(Viewer? viewer, long user, long body, string role)
    {
        await using var scope = app.Scope();
        return await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
            viewer, county.RegionId, new RoleInput(user, body, role, new DateOnly(2020, 1, 1)), TestContext.Current.CancellationToken);
    }
}
