using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Operations;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Operations;

/// <summary>流程运维: the administrator repairs the course of a filing, through the pages, each act with its consequence told before and its reason kept.</summary>
public sealed class OperatingACase(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private const string Why = "单位误报，按主管部门来函处理。";

    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Address => $"/cases/{caseId}/operate";

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        caseId = (await office.CaseAsync(office.County.SchoolProject)).CaseId;
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task Move_NamesWhatWillHappen_HappensSo_AndStandsInTheTrail()
    {
        using var admin = await office.SignedInAsync("admin");
        var confirm = $"{Address}/Move?target=sectionReview";
        var page = await admin.PageAsync(confirm);
        var told = page.QuerySelector("[data-prospect]")!.TextContent;
        Assert.Contains("主管部门审核", told, StringComparison.Ordinal);
        Assert.Contains("由教科文股的归口科室审核人办理（周某某）", told, StringComparison.Ordinal);
        Assert.DoesNotContain(office.County.SchoolProject.Name, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        using var short1 = await admin.SubmitAsync(confirm, $"{Address}/Move", ("reason", "误报"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, short1.StatusCode);
        using var done = await admin.SubmitAsync(confirm, $"{Address}/Move", ("reason", Why));
        Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));

        var about = await office.CaseAsync(office.County.SchoolProject);
        Assert.Equal("FIN_SECTION", about.Role);
        using var reviewer = await office.SignedInAsync("culture");
        var trail = (await reviewer.PageAsync($"/reviews/{caseId}?tab=trail")).QuerySelector("main")!.TextContent;
        Assert.Contains("移动环节", trail, StringComparison.Ordinal);
        Assert.Contains(Why, trail, StringComparison.Ordinal);
        Assert.Contains("管某某", trail, StringComparison.Ordinal);
        await office.DecideAsync("culture", office.County.SchoolProject, "Approve");
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task Skip_GoesOnAsIfDecided_AndWhatIsToBeFiledCannotBeSkipped()
    {
        using var admin = await office.SignedInAsync("admin");
        var confirm = $"{Address}/Skip?visit={(await office.CaseAsync(office.County.SchoolProject)).Visit}&outcome=Approve";
        using var done = await admin.SubmitAsync(confirm, $"{Address}/Skip", ("reason", Why));
        Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));
        Assert.Equal("FIN_SECTION", (await office.CaseAsync(office.County.SchoolProject)).Role);

        var farm = await office.CaseAsync(office.County.FarmProject);
        using var refused = await admin.GetAsync($"/cases/{farm.CaseId}/operate/Skip?visit={farm.Visit}&outcome=Submit");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var choices = await admin.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{farm.CaseId}/operations", Ct);
        Assert.NotNull(choices.GetProperty("choices").EnumerateArray().Single(c => c.GetProperty("act").GetString() == "Skip").GetProperty("whyNot").GetString());
    }

    [Fact]
    public async Task Cancel_EndsTheCase_AndAPageShownBeforeIsRefused()
    {
        using var admin = await office.SignedInAsync("admin");
        var revision = (await office.App.Get<ReadOperations>().RunAsync(await office.County.AsAsync("admin"), caseId, Ct)).Value.Case.Revision;
        using var done = await admin.SubmitAsync($"{Address}/Cancel", $"{Address}/Cancel", ("reason", Why));
        Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));
        Assert.Equal("cancelled", (await office.CaseAsync(office.County.SchoolProject)).State);

        var late = await office.App.Get<OperateCase>().RunAsync(
            await office.County.AsAsync("admin"), caseId, new Operation(CaseOperations.Move, revision, Target: "fill", Reason: Why), office.Office.Command(), Ct);
        Assert.Equal("moved-on", late.Refusal?.Code);
        Assert.Contains("已取消", (await admin.PageAsync(Address)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTheAdministrator_AndOnlyInHisRegion()
    {
        foreach (var (person, status) in ((string, HttpStatusCode)[])[("performance", HttpStatusCode.Forbidden), ("culture", HttpStatusCode.Forbidden), ("farm", HttpStatusCode.NotFound)])
        {
            using var visitor = await office.SignedInAsync(person);
            using var answer = await visitor.Http.GetAsync($"/api/cases/{caseId}/operations", Ct);
            Assert.Equal(status, answer.StatusCode);
        }

        var elsewhere = await SmallCounty.CreateAsync(office.App, "331122");
        var operate = office.App.Get<OperateCase>();
        var foreign = await operate.RunAsync(await elsewhere.AsAsync("admin"), caseId, new Operation(CaseOperations.Cancel, 2, Reason: Why), office.Office.Command(), Ct);
        Assert.Equal("not-found", foreign.Refusal?.Code);
        // The administrator repairs the course; what was filed does not exist for him.
        using var admin = await office.SignedInAsync("admin");
        using var review = await admin.GetAsync($"/reviews/{caseId}");
        Assert.Equal(HttpStatusCode.NotFound, review.StatusCode);
    }

    [Fact]
    public async Task FailedCase_IsListedWithAgeAndMessage_IsCorrectedAndRunsOn()
    {
        var failed = await FailedAsync();
        office.App.Time.Advance(TimeSpan.FromHours(3));
        using var admin = await office.SignedInAsync("admin");
        var list = (await admin.PageAsync("/incidents")).QuerySelector("table")!.TextContent;
        Assert.Contains($"{failed}号事项", list, StringComparison.Ordinal);
        Assert.Contains("3小时", list, StringComparison.Ordinal);
        var incident = Assert.Single((await admin.Http.GetFromJsonAsync<JsonElement>("/api/incidents", Ct)).EnumerateArray());
        Assert.NotEmpty(incident.GetProperty("message").GetString()!);
        await Screens.LookAsync(
            browser, office.App.Address, office.County.UserNameOf("admin"), office.County.PasswordOf("admin"),
            ("/incidents", "incidents"), ($"/cases/{failed}/operate", "operate"), ($"/cases/{failed}/operate/Retry", "operate-retry"), ($"{Address}/Move?target=sectionReview", "operate-move"));

        var confirm = $"/cases/{failed}/operate/Retry";
        Assert.Contains("仍会出错", (await admin.PageAsync(confirm)).QuerySelector("[data-prospect]")!.TextContent, StringComparison.Ordinal);
        using var wrong = await admin.SubmitAsync(confirm, confirm, ("reason", Why), ("var-word", "{"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var done = await admin.SubmitAsync(confirm, confirm, ("reason", Why), ("var-word", """{"length":{"size":{"of":3}}}"""));

        Assert.True(done.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(done));
        await using var db = office.App.Db();
        Assert.Equal(InstanceStatus.Running, (await db.Cases.AsNoTracking().SingleAsync(c => c.Id == failed, Ct)).Status);
        Assert.Equal("after", (await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == failed, Ct)).Node);
        Assert.Contains("没有异常事项", (await admin.PageAsync("/incidents")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await Guarantees.AssertTrailAsync(office.App);
    }

    /// <summary>A case on a definition whose second step reads a member of nothing.</summary>
    private async Task<long> FailedAsync()
    {
        var folder = Directory.CreateTempSubdirectory("perfflow-definitions-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "failing.json"), Failing, Ct);
        await office.App.Get<DefinitionCatalog>().LoadAsync(folder, Ct);
        Directory.Delete(folder, recursive: true);
        var runner = office.App.Get<WorkflowRunner>();
        var county = office.County;
        var id = (await runner.NewCaseIdsAsync(1, Ct))[0];
        NoticeOffice.Done(await runner.RunAsync(
            new CaseCommand
            {
                Id = office.Office.Command(), CaseId = id, Actor = Actor.Platform, Act = new Act.Start(Facts.Empty),
                Seed = new CaseSeed { DefinitionId = "goal-filing", RegionId = county.RegionId, UnitId = county.Health.Id, DepartmentId = county.Health.Id, SectionId = county.CultureSection.Id, ObjectId = county.HealthProject.Id },
            },
            Ct));
        NoticeOffice.Done(await runner.RunAsync(
            new CaseCommand { Id = office.Office.Command(), CaseId = id, Actor = Actor.Platform, Act = new Act.Complete(1, Facts.Of(("outcome", "Go"))) }, Ct));
        return id;
    }

    private static string Human(string id) => $$$$"""
        {"type":"Elsa.RunTask","id":"{{{{id}}}}","taskName":"{{{{id}}}}","payload":{"typeName":"ObjectDictionary","expression":{"type":"Object","value":"{\"kind\":\"act\",\"role\":\"FIN_PERF\",\"form\":\"f\",\"outcomes\":[\"Go\"]}"}}}
        """;

    private static string Failing => $$$$"""
        {
          "definitionId": "goal-filing", "version": 900, "name": "failing",
          "variables": [
            {"id":"word","name":"word","typeName":"Object","storageDriverTypeName":"Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core"},
            {"id":"n","name":"n","typeName":"Object","storageDriverTypeName":"Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core"}
          ],
          "root": {
            "type": "Elsa.Flowchart", "id": "flow",
            "activities": [
              {{{{Human("first")}}}},
              {"type":"Elsa.SetVariable","id":"measure","variable":{"id":"n"},"value":{"typeName":"Object","expression":{"type":"JavaScript","value":"getWord().length.size.of"}}},
              {{{{Human("after")}}}}
            ],
            "connections": [
              {"source":{"activity":"first","port":"Done"},"target":{"activity":"measure","port":"In"}},
              {"source":{"activity":"measure","port":"Done"},"target":{"activity":"after","port":"In"}}
            ]
          }
        }
        """;
}
