using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>Somebody who works part-time at the unit and at the section: whatever round was theirs, no door lets them decide the item.</summary>
public sealed class FillerNeverReviews(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await GrantAsync("health", office.County.CultureSection.Id, Roles.Section);
        await GrantAsync("school", office.County.Health.Id, Roles.Unit);
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task FillerOfTheLastRound_IsRefused() => await AssertRefusedAsync(await FiledAsync("health"));

    [Fact]
    public async Task FillerOfAnEarlierRound_IsRefusedToo()
    {
        await FiledAsync("health");
        await office.DecideAsync("culture", office.County.HealthProject, "Return");

        await AssertRefusedAsync(await FiledAsync("school"));
    }

    private async Task AssertRefusedAsync(Platform.Notices.CaseStateRow about)
    {
        var (app, viewer, visit) = (office.App, await office.County.AsAsync("health"), about.Visit!.Value);
        NoticeOffice.Refused("filler-never-reviews", await app.Get<DecideReview>().RunAsync(
            viewer, new ReviewDecision { CaseId = about.CaseId, Visit = visit, CommandId = office.Office.Command(), Outcome = DecideReview.Approve }, Ct));
        NoticeOffice.Refused("filler-never-reviews", await app.Get<KeepNotes>().SaveAsync(viewer, about.CaseId, visit, ReviewNotes.Empty, Ct));
        Assert.Equal("filler-never-reviews", (await app.Get<ApproveBatch>().EligibleAsync(viewer, about.CaseId, visit, Ct))?.Code);

        using var filler = await office.SignedInAsync("health");
        Assert.Null((await filler.PageAsync($"/reviews/{about.CaseId}")).QuerySelector("#decide"));
        using var read = await filler.GetAsync($"/filings/{about.CaseId}");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Null((await filler.PageAsync($"/filings/{about.CaseId}")).QuerySelector(".btn-go[href^='/reviews/']"));
        using var answer = await filler.GetAsync($"/api/reviews/{about.CaseId}");
        Assert.Empty(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("outcomes").EnumerateArray());

        // A look of the filler is no look of a reviewer: the unit may still withdraw.
        await using var db = app.Db();
        Assert.Null((await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == about.CaseId, Ct)).OpenedAt);
        var takers = (await app.Get<HandOverTask>().FindAsync(await office.County.AsAsync("performance"), about.CaseId, Ct)).Value.Takers;
        Assert.Equal([office.County.IdOf("culture")], takers.Select(t => t.UserId));
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
    }

    private async Task<Platform.Notices.CaseStateRow> FiledAsync(string person)
    {
        await office.FileAsync(person, office.County.HealthProject, ReviewingAFiling.Smaller);
        return await office.CaseAsync(office.County.HealthProject);
    }

    private async Task GrantAsync(string person, long body, string role)
    {
        await using var scope = office.App.Scope();
        NoticeOffice.Done(await scope.ServiceProvider.GetRequiredService<GrantRole>()
            .RunAsync(null, office.County.RegionId, new RoleInput(office.County.IdOf(person), body, role, new DateOnly(2020, 1, 1)), Ct));
    }
}
