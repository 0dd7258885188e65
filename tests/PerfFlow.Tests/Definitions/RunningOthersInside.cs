using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>子流程: a definition that runs others inside itself is published with the versions of then, and its cases stay on them.</summary>
public sealed class RunningOthersInside(DefinitionDesk desk, Browser browser) : IClassFixture<DefinitionDesk>
{
    private const string Why = "审核前增加绩效科会商环节。";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PartIsPinned_ShownAndGoneThrough_AndALaterVersionOfItChangesNothing()
    {
        var office = desk.Office;
        using var admin = await office.SignedInAsync("admin");
        var whole = Whole(2, "joint-consult");
        var missing = await CheckAsync(admin, whole);
        var flaw = Assert.Single(missing.GetProperty("flaws").EnumerateArray());
        Assert.Equal("consult", flaw.GetProperty("activity").GetString());
        Assert.EndsWith(".workflowDefinitionId", flaw.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Contains("joint-consult", flaw.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var first = await PublishedAsync(admin, Part("joint-consult", 1, "consultReview", "绩效科会商"));
        var line = (await admin.Http.GetFromJsonAsync<JsonElement>("/api/definitions", Ct)).EnumerateArray().Single(l => l.GetProperty("current").GetProperty("id").GetInt32() == first);
        Assert.True(line.GetProperty("isPart").GetBoolean());
        var page = await Visitor.ReadAsync(await DefinitionDesk.UploadAsync(admin, whole));
        Assert.Contains("joint-consult（本地第1版）", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("绩效科会商", page.QuerySelector(".picture-list")!.TextContent, StringComparison.Ordinal);
        using (var done = await DefinitionDesk.ConfirmAsync(admin, page, Why))
        {
            Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));
        }

        var row = desk.Catalog.Newest(desk.Region, "goal-filing");
        Assert.Equal([first], desk.Catalog.PartsOf(row).Select(p => p.Row));

        // A running case comes over, goes through the part, and goes on in it although the part has a later version by then.
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        await MigratedAsync(admin, row);
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        var inside = await office.CaseAsync(office.County.HealthProject);
        Assert.Equal((row, "consultReview"), (inside.Definition, inside.Node));
        Assert.Equal("绩效科会商", desk.Catalog.StepName(row, "consultReview"));
        var second = await PublishedAsync(admin, Part("joint-consult", 2, "consultReview", "绩效科再会商"));
        await using (var database = new RunnerDatabase(office.App.Database.ConnectionString("perfflow_platform")))
        {
            var fresh = new DefinitionCatalog(database, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<DefinitionCatalog>.Instance);
            Assert.Equal(("绩效科会商", first), (fresh.StepName(row, "consultReview"), fresh.PartsOf(row).Single().Row));
        }

        using var reviewer = await office.SignedInAsync("performance");
        Assert.Contains("绩效科会商", (await reviewer.PageAsync($"/cases/{inside.CaseId}/picture")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await office.DecideAsync("performance", office.County.HealthProject, "Approve");
        Assert.NotEqual("consultReview", (await office.CaseAsync(office.County.HealthProject)).Node);
        await Guarantees.AssertTrailAsync(office.App);

        // The whole takes the later version when a new version of it is published, and the comparison says so.
        var third = await PublishedAsync(admin, Whole(3, "joint-consult"));
        Assert.Equal([second], desk.Catalog.PartsOf(third).Select(p => p.Row));
        var changes = await admin.Http.GetFromJsonAsync<JsonElement>($"/api/definitions/goal-filing/compare?from={row}&to={third}", Ct);
        Assert.Equal("joint-consult", Assert.Single(changes.EnumerateArray(), c => c.GetProperty("part").GetString() == "part").GetProperty("id").GetString());
        var part = await admin.Http.GetFromJsonAsync<JsonElement>("/api/definitions/joint-consult", Ct);
        Assert.Equal([row, third], part.GetProperty("usedBy").EnumerateArray().Select(v => v.GetProperty("id").GetInt32()));
        await using (var db = office.App.Db())
        {
            Assert.Equal(
                await db.Definitions.Where(d => d.Id == first).Select(d => d.SourceHash).SingleAsync(Ct),
                await db.DefinitionParts.Where(p => p.Definition == row).Select(p => p.SourceHash).SingleAsync(Ct));
        }

        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"),
            ("/definitions", "definitions-parts"), ("/definitions/joint-consult", "definition-part"), ("/definitions/goal-filing", "definition-whole"),
            ($"/definitions/goal-filing/versions/{row}/publish", "definition-publish-whole"));
    }

    [Fact]
    public async Task CircleSlipAndCasesOfTheirOwn_AreRefusedWithTheirReason()
    {
        using var admin = await desk.Office.SignedInAsync("admin");
        await PublishedAsync(admin, Part("inner-consult", 1, "innerReview", "会商"));
        await PublishedAsync(admin, Part("outer-consult", 1, "outerReview", "会商", "inner-consult"));
        var circle = Assert.Single((await CheckAsync(admin, Part("inner-consult", 2, "innerReview", "会商", "outer-consult"))).GetProperty("flaws").EnumerateArray());
        Assert.Contains("inner-consult → outer-consult → inner-consult", circle.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var slip = JsonNode.Parse(Part("goal-filling", 1, "slipReview", "会商"))!;
        slip["options"]!["usableAsActivity"] = false;
        Assert.Equal("contract-definition", Code(await CheckAsync(admin, System.Text.Encoding.UTF8.GetBytes(slip.ToJsonString()))));
        Assert.Equal("contract-outward", Code(await CheckAsync(admin, Dispatching("inner-consult"))));
        Assert.Equal("contract-no-part", Code(await CheckAsync(admin, Dispatching("nowhere"))));
        Assert.Equal("contract-double", Code(await CheckAsync(admin, Whole(2, "inner-consult", "sectionReview", "innerReview"))));

        static string? Code(JsonElement check) => check.GetProperty("flaws")[0].GetProperty("code").GetString();
    }

    [Fact]
    public async Task DamagedPart_StopsTheWhole_ByName()
    {
        using var admin = await desk.Office.SignedInAsync("admin");
        var part = await PublishedAsync(admin, Part("frail-consult", 1, "frailReview", "会商"));
        var whole = await PublishedAsync(admin, Part("sturdy-consult", 1, "sturdyReview", "会商", "frail-consult"));
        await using (var connection = new NpgsqlConnection(desk.Office.App.Database.OwnerConnectionString))
        {
            await connection.OpenAsync(Ct);
            // Bytes and hash alike: the row alone looks whole, only the pin knows better.
            await using var damage = new NpgsqlCommand(
                "update platform.definitions set source = source || '\\x20'::bytea, source_hash = sha256(source || '\\x20'::bytea) where id = $1", connection) { Parameters = { new() { Value = part } } };
            await damage.ExecuteNonQueryAsync(Ct);
        }

        await using var database = new RunnerDatabase(desk.Office.App.Database.ConnectionString("perfflow_platform"));
        var fresh = new DefinitionCatalog(database, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<DefinitionCatalog>.Instance);
        Assert.Null(fresh.WhyNot(part));
        Assert.Contains("frail-consult", Assert.Throws<UnusableDefinitionException>(() => fresh.Get(whole)).Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> CheckAsync(Visitor admin, byte[] file)
    {
        using var answer = await admin.Http.PostAsync("/api/definitions/check", new ByteArrayContent(file), Ct);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<int> PublishedAsync(Visitor admin, byte[] file)
    {
        using var answer = await admin.Http.PostAsync($"/api/definitions/publish?reason={Uri.EscapeDataString(Why)}", new ByteArrayContent(file), Ct);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.True(answer.IsSuccessStatusCode, answer.IsSuccessStatusCode ? "" : $"{told} {await CheckAsync(admin, file)}");
        return told.GetProperty("row").GetInt32();
    }

    private static async Task MigratedAsync(Visitor admin, int row)
    {
        using var started = await admin.Http.PostAsJsonAsync("/api/definitions/goal-filing/migrations", new { to = row, reason = Why }, Ct);
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetInt64();
        while ((await admin.Http.GetFromJsonAsync<JsonElement>($"/api/definitions/goal-filing/migrations/{id}", Ct)).GetProperty("finishedAt").ValueKind == JsonValueKind.Null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Ct);
        }
    }

    /// <summary>Goal filing with another definition between the section's approval and what follows it.</summary>
    private static byte[] Whole(int version, string part, string? rename = null, string? to = null)
    {
        var file = DefinitionDesk.Edited("goal-filing", version, node =>
        {
            var root = node["root"]!;
            root["activities"]!.AsArray().Add(Runs("consult", part, "True"));
            foreach (var connection in root["connections"]!.AsArray().Where(c => (string?)c!["source"]!["activity"] == "sectionRouting" && (string?)c["source"]!["port"] == "Approve"))
            {
                connection!["target"]!["activity"] = "consult";
            }

            root["connections"]!.AsArray().Add(new JsonObject
            {
                ["source"] = new JsonObject { ["activity"] = "consult", ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = "performance", ["port"] = "In" },
            });
        });
        return rename is null ? file : System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(file).Replace($"\"{rename}\"", $"\"{to}\"", StringComparison.Ordinal));
    }

    private static byte[] Dispatching(string part)
    {
        var node = JsonNode.Parse(Whole(2, part).AsSpan(3))!;
        var activity = DefinitionDesk.Activity(node, "consult");
        (activity["type"], activity["waitForCompletion"]) = ("Elsa.DispatchWorkflow", Input("Boolean", "False"));
        return System.Text.Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    private static JsonObject Runs(string id, string part, string waits) => new()
    {
        ["type"] = "Elsa.ExecuteWorkflow", ["id"] = id, ["version"] = 1, ["workflowDefinitionId"] = Input("String", part), ["waitForCompletion"] = Input("Boolean", waits),
        ["customProperties"] = new JsonObject { ["mergeMode"] = "Stream" }, ["metadata"] = new JsonObject { ["displayText"] = "会商" },
    };

    private static JsonObject Input(string type, string value) => new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    /// <summary>One review by the performance section, and perhaps another definition behind it.</summary>
    private static byte[] Part(string definition, int version, string step, string name, string? runs = null) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = $"{definition}-{version}", ["definitionId"] = definition, ["name"] = definition, ["version"] = version,
        ["options"] = new JsonObject { ["usableAsActivity"] = true },
        ["root"] = new JsonObject
        {
            ["type"] = "Elsa.Sequence", ["id"] = "all",
            ["activities"] = new JsonArray([
                new JsonObject
                {
                    ["type"] = "Elsa.RunTask", ["id"] = step, ["taskName"] = Input("String", step), ["metadata"] = new JsonObject { ["displayText"] = name },
                    ["payload"] = new JsonObject
                    {
                        ["typeName"] = "ObjectDictionary",
                        ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = """{"kind":"review","role":"FIN_PERF","form":"goal-review","outcomes":["Approve"],"deadline":{"workingDays":5}}""" },
                    },
                },
                .. runs is null ? Array.Empty<JsonNode>() : [Runs("next", runs, "True")],
            ]),
        },
    }.ToJsonString());
}
