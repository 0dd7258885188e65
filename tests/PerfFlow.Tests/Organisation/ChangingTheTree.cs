using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Organisation;

public sealed class ChangingTheTree(PostgresServer postgres) : IAsyncLifetime
{
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private Viewer administrator = null!;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        county = await SmallCounty.CreateAsync(app);
        administrator = await county.AsAsync("admin");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task NewBodyUnderADepartment_NeedsAFittingCode()
    {
        (BodyKind Kind, string Code, string? Refusal)[] tries =
        [
            (BodyKind.Department, "10", "body-code"),
            (BodyKind.Unit, "10100", "body-code"),
            (BodyKind.Unit, "102001", "body-code-parent"),
            (BodyKind.Unit, "101001", "body-code-taken"),
            (BodyKind.Section, "S1", "body-parent"),
            (BodyKind.Unit, "101002", null),
        ];
        foreach (var (kind, code, refusal) in tries)
        {
            await using var scope = app.Scope();
            var saved = await scope.ServiceProvider.GetRequiredService<SaveBody>().RunAsync(
                administrator, county.RegionId, new BodyInput(null, kind, code, "某单位", null, county.Education.Id), TestContext.Current.CancellationToken);
            Assert.True(refusal == saved.Refusal?.Code, $"{kind} {code}: {saved.Refusal?.Code}");
        }
    }

    [Fact]
    public async Task BodyWithPeople_IsNotClosed()
    {
        await using var scope = app.Scope();
        var closed = await scope.ServiceProvider.GetRequiredService<CloseBody>().RunAsync(administrator, county.School.Id, TestContext.Current.CancellationToken);

        Assert.Equal("body-has-people", closed.Refusal?.Code);
    }

    [Fact]
    public async Task NewSectionFromToday_MovesTheLibraryAndKeepsTheOldSpan()
    {
        app.Time.Advance(TimeSpan.FromDays(3));
        var today = app.Get<RegionClock>().Today(county.RegionId);
        await MapAsync(today);
        await using var db = app.Db();
        var spans = await db.SectionMappings.Where(m => m.DepartmentId == county.Health.Id).OrderBy(m => m.ValidFrom).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(county.CultureSection.Id, (DateOnly?)today), (county.FarmSection.Id, null)], spans.Select(s => (s.SectionId, s.ValidTo)));
        Assert.Equal(county.FarmSection.Id, (await db.Projects.SingleAsync(p => p.Id == county.HealthProject.Id, TestContext.Current.CancellationToken)).SectionId);
        Assert.Equal(county.CultureSection.Id, (await db.FilingUnitsOn(county.RegionId, today.AddDays(-1)).SingleAsync(u => u.Id == county.Health.Id, TestContext.Current.CancellationToken)).SectionId);
    }

    [Fact]
    public async Task SectionFromALaterDay_MovesTheLibraryWhenThatDayComes()
    {
        await MapAsync(app.Get<RegionClock>().Today(county.RegionId).AddDays(2));
        Assert.Equal(0, await app.Get<SectionFollower>().RunAsync(TestContext.Current.CancellationToken));
        app.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, await app.Get<SectionFollower>().RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await app.Get<SectionFollower>().RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SectionFromAPastDay_IsRefused()
    {
        await using var scope = app.Scope();
        var mapped = await scope.ServiceProvider.GetRequiredService<MapSection>().RunAsync(
            administrator, county.RegionId, county.Health.Id, county.FarmSection.Id, app.Get<RegionClock>().Today(county.RegionId).AddDays(-1), TestContext.Current.CancellationToken);

        Assert.Equal("mapping-past", mapped.Refusal?.Code);
    }

    [Fact]
    public async Task Sight_OfAPersonIsWhatThePolicySays()
    {
        await using var scope = app.Scope();
        var person = await scope.ServiceProvider.GetRequiredService<ReadOrganisation>().PersonAsync(administrator, county.IdOf("culture"), TestContext.Current.CancellationToken);

        Assert.Equal((3, 2), (person.Value.Sight!.UnitCount, person.Value.Sight.Projects));
    }

    private async Task MapAsync(DateOnly from)
    {
        await using var scope = app.Scope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<MapSection>().RunAsync(
            administrator, county.RegionId, county.Health.Id, county.FarmSection.Id, from, TestContext.Current.CancellationToken)).Ok);
    }
}
