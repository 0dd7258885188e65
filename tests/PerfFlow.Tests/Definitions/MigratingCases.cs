using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>迁移: running cases go to a version in which the section's review has another id; first a dry run, then one act per case.</summary>
public sealed class MigratingCases(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private const string Why = "业务科室审核环节改名，在办事项一并调整。";

    private ReviewOffice office = null!;
    private int version;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        var file = Encoding.UTF8.GetString(DefinitionDesk.Edited("goal-filing", 2)).Replace("\"sectionReview\"", "\"officeReview\"", StringComparison.Ordinal);
        var published = await office.App.Get<PublishDefinition>().RunAsync(await office.County.AsAsync("admin"), Encoding.UTF8.GetBytes(file), null, "环节改名，按县局要求调整。", Ct);
        NoticeOffice.Done(published);
        version = published.Value.Row;
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task DryRun_TellsWhatIsBlocked_MappingFreesIt_AndTheCasesGoOnAsTheNewVersionSays()
    {
        using var admin = await office.SignedInAsync("admin");
        var health = await office.CaseAsync(office.County.HealthProject);
        var page = await admin.PageAsync($"/definitions/goal-filing/migrate?to={version}");
        Assert.Contains("没有环节", page.QuerySelector("[data-open-activities]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains($"{health.CaseId}号事项", page.QuerySelector("[data-blocked]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(version, (await admin.Http.GetFromJsonAsync<JsonElement>("/api/definitions", Ct)).EnumerateArray().Single(d => d.GetProperty("current").GetProperty("definition").GetString() == "goal-filing").GetProperty("current").GetProperty("id").GetInt32());
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"), ($"/definitions/goal-filing/migrate?to={version}", "definition-migrate"));

        var mapped = $"/definitions/goal-filing/migrate?to={version}&map-sectionReview=officeReview";
        Assert.Null((await admin.PageAsync(mapped)).QuerySelector("[data-blocked]"));
        using (var tooShort = await admin.SubmitAsync(mapped, "/definitions/goal-filing/migrations", ("reason", "改")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, tooShort.StatusCode);
        }

        using var started = await admin.SubmitAsync(mapped, "/definitions/goal-filing/migrations", ("reason", Why));
        Assert.True(started.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(started));
        var progress = await FinishedAsync(admin, $"/api{started.Headers.Location}");
        Assert.Equal((3, 3, 0), (progress.GetProperty("total").GetInt32(), progress.GetProperty("done").GetInt32(), progress.GetProperty("refused").GetArrayLength()));
        Assert.Contains("已结束", (await admin.PageAsync(started.Headers.Location!.ToString())).QuerySelector("#migration")!.TextContent, StringComparison.Ordinal);

        var moved = await office.CaseAsync(office.County.HealthProject);
        Assert.Equal((version, "officeReview", health.Visit, health.DueAt), (moved.Definition, moved.Node, moved.Visit, moved.DueAt));
        await office.DecideAsync("culture", office.County.HealthProject, "Return");
        await office.FileAsync("school", office.County.SchoolProject);
        using var reviewer = await office.SignedInAsync("culture");
        var trail = (await reviewer.PageAsync($"/reviews/{health.CaseId}?tab=trail")).QuerySelector("main")!.TextContent;
        Assert.Contains("迁移到新版本", trail, StringComparison.Ordinal);
        Assert.Contains(Why, trail, StringComparison.Ordinal);
        // The picture plays the journal again, over the change of version: each line is drawn as it was then.
        var then = await reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{health.CaseId}/picture?line=2", Ct);
        Assert.Equal((1, StepState.Current, false), (then.GetProperty("version").GetInt32(), StateOf(then, "sectionReview"), Has(then, "officeReview")));
        var afterwards = await reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{health.CaseId}/picture?line=3", Ct);
        Assert.Equal((2, StepState.Current, false), (afterwards.GetProperty("version").GetInt32(), StateOf(afterwards, "officeReview"), Has(afterwards, "sectionReview")));
        Assert.Contains("按当时所用的第1版绘制", (await reviewer.PageAsync($"/cases/{health.CaseId}/picture?line=2")).QuerySelector("[data-then]")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await reviewer.PageAsync($"/cases/{health.CaseId}/picture")).QuerySelector("[data-then]"));
        Assert.Equal("returned", (await office.CaseAsync(office.County.HealthProject)).State);
        await Guarantees.AssertTrailAsync(office.App);
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("culture"), office.County.PasswordOf("culture"), ($"/cases/{health.CaseId}/picture?line=2", "picture-before-migration"));
    }

    [Fact]
    public async Task CaseThatMovedMeanwhile_IsRefusedAndListed_AndGoesWhenAskedAgain()
    {
        using var admin = await office.SignedInAsync("admin");
        var farm = await office.CaseAsync(office.County.FarmProject);
        long id;
        await using (var db = office.App.Db())
        {
            // As asked for before the case made its last step.
            var migration = new DefinitionMigration
            {
                RegionId = office.County.RegionId, DefinitionId = "goal-filing", Definition = version, Renamed = "{}", Reason = Why, StartedAt = NoticeOffice.Monday,
                StartedBy = office.County.IdOf("admin"), OrganisationId = office.County.Bureau.Id,
            };
            db.DefinitionMigrations.Add(migration);
            await db.SaveChangesAsync(Ct);
            id = migration.Id;
            db.MigratedCases.Add(new MigratedCase { MigrationId = id, CaseId = farm.CaseId, FromDefinition = farm.Definition, Revision = farm.Revision - 1 });
            await db.SaveChangesAsync(Ct);
        }

        office.App.Get<MigrationSignal>().Set();
        var progress = await FinishedAsync(admin, $"/api/definitions/goal-filing/migrations/{id}");
        Assert.Equal("moved-on", Assert.Single(progress.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal(farm.Definition, (await office.CaseAsync(office.County.FarmProject)).Definition);
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"), ($"/definitions/goal-filing/migrations/{id}", "definition-migration"));

        var plan = await ReadAsync(await admin.Http.PostAsJsonAsync("/api/definitions/goal-filing/migration-plan", new { to = version }, Ct));
        Assert.Equal((2, 1), (plan.GetProperty("ready").GetInt32(), plan.GetProperty("blocked").GetInt32()));
        var again = await ReadAsync(await admin.Http.PostAsJsonAsync("/api/definitions/goal-filing/migrations", new { to = version, reason = Why, cases = new[] { farm.CaseId } }, Ct));
        Assert.Equal(1, (await FinishedAsync(admin, $"/api/definitions/goal-filing/migrations/{again.GetProperty("id").GetInt64()}")).GetProperty("done").GetInt32());
        Assert.Equal(version, (await office.CaseAsync(office.County.FarmProject)).Definition);
        await using var after = office.App.Db();
        Assert.Equal(InstanceStatus.Running, (await after.Cases.AsNoTracking().SingleAsync(c => c.Id == farm.CaseId, Ct)).Status);
        Assert.Equal(version, (await after.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == farm.CaseId, Ct)).Definition);
        var nothing = await ReadAsync(await admin.Http.PostAsJsonAsync("/api/definitions/goal-filing/migrations", new { to = version, reason = Why, cases = new[] { farm.CaseId } }, Ct));
        Assert.Equal("migration-nothing", nothing.GetProperty("code").GetString());
    }

    [Fact]
    public async Task StepThatSomebodyElseDecides_IsHandedOutAnew_OnlyWhereTheAdministratorChoseSo()
    {
        using var admin = await office.SignedInAsync("admin");
        var before = await office.CaseAsync(office.County.HealthProject);
        var file = DefinitionDesk.Edited("goal-filing", 3, node => DefinitionDesk.SetPayload(node, "sectionReview", p => p.Replace("FIN_SECTION", "FIN_PERF", StringComparison.Ordinal)));
        var published = await office.App.Get<PublishDefinition>().RunAsync(await office.County.AsAsync("admin"), file, null, "归口审核改由绩效科负责。", Ct);
        NoticeOffice.Done(published);
        var to = published.Value.Row;

        var page = await admin.PageAsync($"/definitions/goal-filing/migrate?to={to}");
        Assert.Contains("现由归口科室审核人办理，此版由绩效科办理", page.QuerySelector("[data-open-activities]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("input[type=checkbox][name=anew-sectionReview]"));
        using (var unchosen = await admin.Http.PostAsJsonAsync("/api/definitions/goal-filing/migrations", new { to, reason = Why, cases = new[] { before.CaseId } }, Ct))
        {
            Assert.Equal("migration-nothing", (await unchosen.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        }

        var chosen = $"/definitions/goal-filing/migrate?to={to}&anew-sectionReview=1";
        Assert.Contains("其中1件的待办将收回并重新分派", (await admin.PageAsync(chosen)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"),
            ($"/definitions/goal-filing/migrate?to={to}", "definition-migrate-role"), (chosen, "definition-migrate-anew"));
        using var started = await admin.SubmitAsync(chosen, "/definitions/goal-filing/migrations", ("reason", Why));
        Assert.True(started.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(started));
        Assert.Equal(0, (await FinishedAsync(admin, $"/api{started.Headers.Location}")).GetProperty("refused").GetArrayLength());

        await using (var db = office.App.Db())
        {
            var task = await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == before.CaseId, Ct);
            Assert.Equal(("FIN_PERF", to, before.Visit!.Value + 1, (long?)null), (task.Role, task.Definition, task.Visit, task.PersonId));
            var line = await db.Journal.Where(j => j.CaseId == before.CaseId && j.Act == "Migrate").Select(j => new JournalEntry(j.Seq, j.At, j.Act, j.Visit, j.Outcome, j.Line)).SingleAsync(Ct);
            Assert.Equal(["sectionReview"], line.Facts["anew"] as IReadOnlyList<object?>);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => office.DecideAsync("culture", office.County.HealthProject, "Approve"));
        await office.DecideAsync("performance", office.County.HealthProject, "Approve");
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task EveryDoor_IsTheAdministratorsAlone()
    {
        foreach (var person in (string[])["performance", "leader", "culture", "school"])
        {
            using var visitor = await office.SignedInAsync(person);
            foreach (var door in (string[])[$"/definitions/goal-filing/migrate?to={version}", "/definitions/goal-filing/migrations/1", "/api/definitions/goal-filing/migrations/1"])
            {
                using var answer = await visitor.GetAsync(door);
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{person} {door}: {answer.StatusCode}");
            }

            foreach (var door in (string[])["migration-plan", "migrations"])
            {
                using var answer = await visitor.Http.PostAsJsonAsync($"/api/definitions/goal-filing/{door}", new { to = version, reason = Why }, Ct);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }
        }

        var elsewhere = await SmallCounty.CreateAsync(office.App, "331124");
        NoticeOffice.Refused("not-found", await office.App.Get<PlanMigration>().RunAsync(await elsewhere.AsAsync("admin"), "goal-filing", version, MigrationChoices.Of(Engine.Facts.Empty), Ct));
    }

    private static bool Has(JsonElement picture, string step) => picture.GetProperty("steps").EnumerateArray().Any(s => s.GetProperty("id").GetString() == step);

    private static StepState StateOf(JsonElement picture, string step) => Enum.Parse<StepState>(picture.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("id").GetString() == step).GetProperty("state").GetString()!);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
        }
    }

    private static async Task<JsonElement> FinishedAsync(Visitor admin, string address)
    {
        while (true)
        {
            var progress = await admin.Http.GetFromJsonAsync<JsonElement>(address, Ct);
            if (progress.GetProperty("finishedAt").ValueKind != JsonValueKind.Null)
            {
                return progress;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
        }
    }
}
