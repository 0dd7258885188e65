using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>流程定义: the administrator uploads, compares and publishes versions, through pages and API; cases stay on theirs.</summary>
public sealed class PublishingAVersion(DefinitionDesk desk, Browser browser) : IClassFixture<DefinitionDesk>
{
    private const string Why = "按县局2024年流程调整方案修订。";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadedFile_IsCheckedShownConfirmed_AndTakenByNewCasesOnly()
    {
        var office = desk.Office;
        var before = await office.CaseAsync(office.County.SchoolProject);
        var file = DefinitionDesk.Edited("goal-filing", 2, node => DefinitionDesk.Activity(node, "sectionReview")["metadata"]!["displayText"] = "业务科室审核");
        await using var elsewhere = await OtherNode.StartAsync(office.App);
        Assert.Equal(desk.Catalog.Newest(desk.Region, "goal-filing"), elsewhere.Catalog.Newest(desk.Region, "goal-filing"));

        using var admin = await office.SignedInAsync("admin");
        var page = await Visitor.ReadAsync(await DefinitionDesk.UploadAsync(admin, file));
        var changes = page.QuerySelector("[data-changes]")!.TextContent;
        Assert.Contains("业务科室审核", changes, StringComparison.Ordinal);
        Assert.Contains("sectionReview", changes, StringComparison.Ordinal);
        Assert.Contains("有修改", page.QuerySelector(".picture-list")!.TextContent, StringComparison.Ordinal);
        using (var tooShort = await DefinitionDesk.ConfirmAsync(admin, page, "改"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, tooShort.StatusCode);
        }

        using var done = await DefinitionDesk.ConfirmAsync(admin, page, Why);
        Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));

        var second = await office.Office.CasesAsync(await office.Office.IssuedAsync());
        var row = desk.Catalog.Newest(desk.Region, "goal-filing");
        Assert.All(second, c => Assert.Equal(row, c.Definition));
        Assert.Equal(before.Definition, (await office.CaseAsync(office.County.SchoolProject)).Definition);
        Assert.Equal("业务科室审核", desk.Catalog.StepName(row, "sectionReview"));
        await elsewhere.FollowsAsync(desk.Region, "goal-filing", row);

        // Byte for byte, what nobody here knows and the byte order mark included.
        Assert.Equal(file, await admin.Http.GetByteArrayAsync($"/definitions/goal-filing/versions/{row}/file", Ct));
        Assert.Equal(file, await admin.Http.GetByteArrayAsync($"/api/definitions/goal-filing/versions/{row}/file", Ct));
        var list = (await admin.PageAsync("/definitions/goal-filing")).QuerySelector("main")!.TextContent;
        Assert.Contains(Why, list, StringComparison.Ordinal);
        Assert.Contains("本地第2版", list, StringComparison.Ordinal);
        Assert.Contains("PublishDefinition", await ActsOfTheRegionAsync());
        await Guarantees.AssertTrailAsync(office.App);
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"),
            ("/definitions", "definitions"), ("/definitions/goal-filing", "definition"), ($"/definitions/goal-filing/compare?from={before.Definition}&to={row}", "definition-compare"),
            ($"/definitions/goal-filing/versions/{before.Definition}/publish", "definition-publish"), ("/definitions/upload", "definition-upload"));
    }

    [Fact]
    public async Task FileThatCannotRun_IsExplainedByPlaceActivityAndReason()
    {
        using var admin = await desk.Office.SignedInAsync("admin");
        var file = DefinitionDesk.Edited("monitoring", 2, node => DefinitionDesk.Activity(node, "beginRound")["type"] = "Elsa.Nothing");
        using var answer = await DefinitionDesk.UploadAsync(admin, file);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await Visitor.ReadAsync(answer);
        var flaws = page.QuerySelector("[data-flaws]")!.TextContent;
        Assert.Contains("$.root.activities", flaws, StringComparison.Ordinal);
        Assert.Contains("beginRound", flaws, StringComparison.Ordinal);
        Assert.Contains("没有活动“Elsa.Nothing”。", flaws, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Forms, f => f.GetAttribute("action") == "/definitions/publish");

        using var check = await admin.Http.PostAsync("/api/definitions/check", new ByteArrayContent(file), Ct);
        var told = await check.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.False(told.GetProperty("ok").GetBoolean());
        var flaw = told.GetProperty("flaws")[0];
        Assert.Equal(("beginRound", "no-activity", "没有活动“Elsa.Nothing”。"), (flaw.GetProperty("activity").GetString(), flaw.GetProperty("code").GetString(), flaw.GetProperty("reason").GetString()));
        using var refused = await admin.Http.PostAsync($"/api/definitions/publish?reason={Uri.EscapeDataString(Why)}", new ByteArrayContent(file), Ct);
        Assert.Equal("definition-invalid", (await refused.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        using var noJson = await DefinitionDesk.UploadAsync(admin, "{"u8.ToArray());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, noJson.StatusCode);
    }

    [Fact]
    public async Task GoingBack_IsPublishingTheEarlierVersionAgain_AndAStalePreviewIsRefused()
    {
        using var admin = await desk.Office.SignedInAsync("admin");
        var shipped = desk.Catalog.Newest(desk.Region, "self-evaluation");
        var file = DefinitionDesk.Edited("self-evaluation", 2);
        using var published = await admin.Http.PostAsync($"/api/definitions/publish?reason={Uri.EscapeDataString(Why)}&current={shipped}", new ByteArrayContent(file), Ct);
        var own = (await published.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("row").GetInt32();
        Assert.Equal(own, desk.Catalog.Newest(desk.Region, "self-evaluation"));

        using var stale = await admin.Http.PostAsJsonAsync($"/api/definitions/self-evaluation/versions/{shipped}/publish", new { reason = Why, current = shipped }, Ct);
        Assert.Equal("publication-moved", (await stale.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        using var again = await DefinitionDesk.ConfirmAsync(admin, await admin.PageAsync($"/definitions/self-evaluation/versions/{shipped}/publish"), Why);
        Assert.True(again.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(again));
        Assert.Equal(shipped, desk.Catalog.Newest(desk.Region, "self-evaluation"));

        using var same = await admin.Http.PostAsJsonAsync($"/api/definitions/self-evaluation/versions/{shipped}/publish", new { reason = Why }, Ct);
        Assert.Equal("definition-current", (await same.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        using var other = await admin.Http.PostAsync($"/api/definitions/publish?reason={Uri.EscapeDataString(Why)}", new ByteArrayContent(DefinitionDesk.Edited("self-evaluation", 2, n => n["name"] = "x")), Ct);
        Assert.Equal("definition-invalid", (await other.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        var history = await admin.Http.GetFromJsonAsync<JsonElement>("/api/definitions/self-evaluation", Ct);
        Assert.Equal([shipped, own], history.GetProperty("publications").EnumerateArray().Select(p => p.GetProperty("version").GetProperty("id").GetInt32()));
        var changes = await admin.Http.GetFromJsonAsync<JsonElement>($"/api/definitions/self-evaluation/compare?from={shipped}&to={own}", Ct);
        Assert.Contains(changes.EnumerateArray(), c => c.GetProperty("property").GetString() == "remarks.by" && c.GetProperty("kind").GetString() == "added");
    }

    [Fact]
    public async Task NewShippedVersion_IsTakenWhereNobodyPublished_AndWaitsWhereSomebodyDid()
    {
        var elsewhere = await SmallCounty.CreateAsync(desk.Office.App, "331123");
        var admin = await desk.Office.County.AsAsync("admin");
        var publish = desk.Office.App.Get<PublishDefinition>();
        NoticeOffice.Done(await publish.RunAsync(admin, DefinitionDesk.Edited("spot-check", 3), null, Why, Ct));
        var own = desk.Catalog.Newest(desk.Region, "spot-check");

        var folder = Directory.CreateTempSubdirectory("perfflow-release-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "spot-check.json"), DefinitionDesk.Edited("spot-check", 3, node => node["name"] = "绩效抽评（新）"), Ct);
        await desk.Catalog.LoadAsync(folder, Ct);
        Directory.Delete(folder, recursive: true);

        Assert.Equal(own, desk.Catalog.Newest(desk.Region, "spot-check"));
        Assert.Equal("绩效抽评（新）", desk.Catalog.Get(desk.Catalog.Newest(elsewhere.RegionId, "spot-check")).Name);
        var line = (await desk.Office.App.Get<ReadDefinitions>().ListAsync(admin, Ct)).Value.Single(l => l.DefinitionId == "spot-check");
        Assert.Equal(3, line.NewerShipped?.Version);
        Assert.DoesNotContain(desk.Catalog.VersionsFor(elsewhere.RegionId), h => h.Row == own);
        NoticeOffice.Refused("not-found", await publish.RunAsync(await elsewhere.AsAsync("admin"), own, null, Why, Ct));
    }

    [Fact]
    public async Task DamagedRow_IsRefusedWithItsName_AndNothingRunsOnIt()
    {
        var admin = await desk.Office.County.AsAsync("admin");
        var published = await desk.Office.App.Get<PublishDefinition>().RunAsync(admin, DefinitionDesk.Edited("result-application", 2), null, Why, Ct);
        NoticeOffice.Done(published);
        await using (var connection = new NpgsqlConnection(desk.Office.App.Database.OwnerConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var damage = new NpgsqlCommand("update platform.definitions set source = source || '\\x20'::bytea where id = $1", connection) { Parameters = { new() { Value = published.Value.Row } } };
            await damage.ExecuteNonQueryAsync(Ct);
        }

        // The serving role cannot even do that.
        await using (var db = desk.Office.App.Db())
        {
            await Assert.ThrowsAsync<PostgresException>(() => db.Definitions.Where(d => d.Id == published.Value.Row).ExecuteDeleteAsync(Ct));
        }

        var county = desk.Office.County;
        var runner = desk.Office.App.Get<WorkflowRunner>();
        NoticeOffice.Refused("definition-unusable", await runner.RunAsync(
            new CaseCommand
            {
                Id = desk.Office.Office.Command(), CaseId = (await runner.NewCaseIdsAsync(1, Ct))[0], Actor = Actor.Platform, Act = new Act.Start(Facts.Empty),
                Seed = new CaseSeed { DefinitionId = "result-application", RegionId = desk.Region, UnitId = county.Health.Id, DepartmentId = county.Health.Id, SectionId = county.CultureSection.Id },
            },
            Ct));
        using var visitor = await desk.Office.SignedInAsync("admin");
        Assert.Contains("校验不符，已停用", (await visitor.PageAsync("/definitions/result-application")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await using var node = await OtherNode.StartAsync(desk.Office.App);
        var error = Assert.Throws<UnusableDefinitionException>(() => node.Catalog.Get(published.Value.Row));
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        Assert.Equal(("definition-unusable", "result-application"), (node.Catalog.WhyNot(published.Value.Row)?.Code, node.Catalog.IdOf(published.Value.Row)));
        // Lists go on: the name is that of another version.
        Assert.Equal("预算科入账", node.Catalog.StepName(published.Value.Row, "book"));
    }

    [Fact]
    public async Task EveryDoor_IsTheAdministratorsAlone()
    {
        string[] doors = ["/definitions", "/definitions/upload", "/definitions/goal-filing", "/definitions/goal-filing/versions/1/file", "/definitions/goal-filing/versions/1/publish",
            "/definitions/goal-filing/compare?from=1&to=1", "/api/definitions", "/api/definitions/goal-filing", "/api/definitions/goal-filing/versions/1/file", "/api/definitions/goal-filing/compare?from=1&to=1"];
        foreach (var person in (string[])["performance", "leader", "culture", "school"])
        {
            using var visitor = await desk.Office.SignedInAsync(person);
            foreach (var door in doors)
            {
                using var answer = await visitor.GetAsync(door);
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{person} {door}: {answer.StatusCode}");
            }

            foreach (var door in (string[])["/api/definitions/check", $"/api/definitions/publish?reason={Uri.EscapeDataString(Why)}"])
            {
                using var answer = await visitor.Http.PostAsync(door, new ByteArrayContent(DefinitionDesk.Edited("monitoring", 3)), Ct);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }

            using var again = await visitor.Http.PostAsJsonAsync("/api/definitions/goal-filing/versions/1/publish", new { reason = Why }, Ct);
            Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        }
    }

    private async Task<List<string>> ActsOfTheRegionAsync()
    {
        await using var db = desk.Office.App.Db();
        return await db.Journal.Where(j => j.CaseId == -(long)desk.Region).Select(j => j.Act).ToListAsync(Ct);
    }

    /// <summary>The catalog of another node on the same database.</summary>
    private sealed class OtherNode : IAsyncDisposable
    {
        private readonly RunnerDatabase database;

        private OtherNode(RunnerDatabase database) =>
            (this.database, Catalog) = (database, new DefinitionCatalog(database, TimeProvider.System, NullLogger<DefinitionCatalog>.Instance));

        public DefinitionCatalog Catalog { get; }

        public static async Task<OtherNode> StartAsync(PerfFlowApp app)
        {
            var node = new OtherNode(new RunnerDatabase(app.Database.ConnectionString("perfflow_platform")));
            await node.Catalog.StartAsync(Ct);
            return node;
        }

        /// <summary>Within seconds, without a restart.</summary>
        public Task FollowsAsync(int region, string definition, int row) => Waiting.UntilAsync(() => Catalog.Newest(region, definition) == row, "another node follows");

        public async ValueTask DisposeAsync()
        {
            await Catalog.StopAsync(Ct);
            Catalog.Dispose();
            await database.DisposeAsync();
        }
    }
}
