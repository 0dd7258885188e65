using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Notices;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>加签, 减签, 委派, 取回, 退回到 and 抄送 through HTTP, at the section's review of a filing.</summary>
public sealed class SigningTogether(PostgresServer postgres) : IAsyncLifetime
{
    private const string Why = "请业务上一并把关。";

    private readonly Dictionary<string, Visitor> visitors = [];
    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        await office.DecideAsync("education", office.County.SchoolProject, "Approve");
        caseId = (await office.CaseAsync(office.County.SchoolProject)).CaseId;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors.Values)
        {
            visitor.Dispose();
        }

        await office.DisposeAsync();
    }

    [Fact]
    public async Task SignerBefore_HasTheTask_ThenItComesBackToWhoAsked_AndTheTrailNamesBoth()
    {
        await DoneAsync("culture", "signers", new { visit = await VisitAsync(), place = "Before", people = new[] { Id("performance") }, reason = Why });

        Assert.Equal(Id("performance"), (await TaskAsync()).PersonId);
        Assert.Contains((await InboxAsync("performance")).EnumerateArray(), task => task.GetProperty("caseId").GetInt64() == caseId);
        var list = (await ReadAsync("culture", "signers")).GetProperty("signers").EnumerateArray().Select(s => (s.GetProperty("name").GetString(), s.GetProperty("state").GetString())).ToList();
        Assert.Equal([("林某某", "Open"), ("周某某", "Waiting")], list);
        Assert.Equal("task-not-yours", await RefusedAsync("culture", "../reviews/{0}/approve", new { visit = await VisitAsync(), opinion = "同意" }));

        await ApproveAsync("performance");
        Assert.Equal((Id("culture"), "FIN_SECTION"), ((await TaskAsync()).PersonId!.Value, (await TaskAsync()).Role));
        await ApproveAsync("culture");

        Assert.Equal(CaseStates.Approved, (await office.CaseAsync(office.County.SchoolProject)).State);
        var trail = (await (await AsAsync("culture")).PageAsync($"/reviews/{caseId}?tab=trail")).Body!.TextContent;
        Assert.Contains("教科文股 前加签：林某某", trail, StringComparison.Ordinal);
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task Asked_AnswersInWords_AndDecidesNothing()
    {
        await DoneAsync("culture", "signers", new { visit = await VisitAsync(), place = "Asked", people = new[] { Id("leader") }, reason = Why });
        var visit = await VisitAsync();

        Assert.Equal("unknown-outcome", await RefusedAsync("leader", "../reviews/{0}/approve", new { visit, opinion = "同意" }));
        Assert.Equal("decision-needs-text", await RefusedAsync("leader", "../reviews/{0}/decide", new { visit, outcome = "Reply", text = "好" }));
        await DoneAsync("leader", "../reviews/{0}/decide", new { visit, outcome = "Reply", text = "目标合理，请按此办理即可。" });

        Assert.Equal(Id("culture"), (await TaskAsync()).PersonId);
        Assert.Contains("目标合理", (await (await AsAsync("culture")).PageAsync($"/reviews/{caseId}?tab=trail")).Body!.TextContent, StringComparison.Ordinal);
        await ApproveAsync("culture");
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task SignerAfter_CanBeTakenOutByWhoAsked_AndThenTheApprovalCounts()
    {
        await DoneAsync("culture", "signers", new { visit = await VisitAsync(), place = "After", people = new[] { Id("performance"), Id("leader") }, reason = Why });
        await ApproveAsync("culture");
        var step = (await ReadAsync("culture", "signers")).GetProperty("signers")[0].GetProperty("step").GetInt32();

        Assert.Equal("not-adder", await RefusedAsync("performance", "signers/remove", new { step, number = 3, reason = Why }));
        Assert.Equal("unknown-participant", await RefusedAsync("culture", "signers/remove", new { step, number = 9, reason = Why }));
        Assert.Equal("reason-too-short", await RefusedAsync("culture", "signers/remove", new { step, number = 3, reason = "" }));
        await DoneAsync("culture", "signers/remove", new { step, number = 3, reason = "出差，不再加签。" });
        await ApproveAsync("performance");

        Assert.Equal(CaseStates.Approved, (await office.CaseAsync(office.County.SchoolProject)).State);
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task DecisionTakenBack_ThoughLookedAt_UntilSomebodyActs()
    {
        await DoneAsync("culture", "signers", new { visit = await VisitAsync(), place = "After", people = new[] { Id("performance") }, reason = Why });
        await ApproveAsync("culture");
        await (await AsAsync("performance")).PageAsync($"/reviews/{caseId}");
        var mine = (await ReadAsync("culture", "signers")).GetProperty("takeBack");
        Assert.Equal((true, JsonValueKind.Null), (mine.GetProperty("seen").GetBoolean(), mine.GetProperty("code").ValueKind));

        await DoneAsync("culture", "take-back", new { visit = mine.GetProperty("visit").GetInt32(), reason = "漏看了附件。" });
        Assert.Equal(Id("culture"), (await TaskAsync()).PersonId);
        Assert.Equal("visit-closed", await RefusedAsync("performance", "take-back", new { visit = mine.GetProperty("visit").GetInt32(), reason = Why }));

        Assert.Equal("already-acted", (await ReadAsync("education", "signers")).GetProperty("takeBack").GetProperty("code").GetString());
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task ReturnedStraightToTheDepartment_ComesBackToWhoReturned()
    {
        var targets = (await ReadAsync("culture", "signers")).GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("node").GetString()).ToList();
        Assert.Equal(["fill", "departmentReview"], targets);
        var visit = await VisitAsync();
        Assert.Equal("not-earlier", await RefusedAsync("culture", "return-to", new { visit, target = "performanceReview", straight = true, text = "请部门再核一遍项目依据。" }));
        Assert.Equal("return-needs-text", await RefusedAsync("culture", "return-to", new { visit, target = "departmentReview", straight = true, text = "再核" }));
        Assert.Equal("return-needs-reason", await RefusedAsync("culture", "return-to", new { visit, target = "fill", straight = true, text = "请补充项目依据和测算过程。" }));
        Assert.Equal("return-needs-due", await RefusedAsync("culture", "return-to", new { visit, target = "fill", straight = true, reasons = new[] { "TH02" }, text = "请补充项目依据和测算过程。" }));

        await DoneAsync("culture", "return-to", new { visit, target = "departmentReview", straight = true, text = "请部门再核一遍项目依据。" });
        Assert.Equal(("DEPT", true), ((await TaskAsync()).Role, (await TaskAsync()).Returned));
        await office.DecideAsync("education", office.County.SchoolProject, "Approve");

        Assert.Equal(("FIN_SECTION", Id("culture")), ((await TaskAsync()).Role, (await TaskAsync()).PersonId!.Value));
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task ReturnedToTheFiller_IsAReturnLikeADrawnOne()
    {
        await DoneAsync("culture", "return-to", new { visit = await VisitAsync(), target = "fill", straight = true, reasons = new[] { "TH02" }, text = "请补充项目依据和测算过程。", due = "2023-10-18" });

        var about = await office.CaseAsync(office.County.SchoolProject);
        Assert.Equal((CaseStates.Returned, 1), (about.State, about.Returns));
        await office.FileAsync("school", office.County.SchoolProject);
        Assert.Equal(("FIN_SECTION", Id("culture")), ((await TaskAsync()).Role, (await TaskAsync()).PersonId!.Value));
    }

    [Fact]
    public async Task Copied_IsInTheBellAndTheList_AndMovesNothing()
    {
        var visit = await VisitAsync();
        await DoneAsync("culture", "copies", new { visit, people = new[] { Id("leader"), Id("school") }, text = "供了解。" });

        Assert.Equal(visit, await VisitAsync());
        var copies = (await (await AsAsync("leader")).Http.GetFromJsonAsync<JsonElement>("/api/copies", Ct)).GetProperty("lines");
        Assert.Equal(("周某某", "供了解。"), (copies[0].GetProperty("by").GetString(), copies[0].GetProperty("text").GetString()));
        Assert.Empty((await (await AsAsync("performance")).Http.GetFromJsonAsync<JsonElement>("/api/copies", Ct)).GetProperty("lines").EnumerateArray());
        await using var db = office.App.Db();
        Assert.Equal(1, await db.Database.SqlQuery<int>($"select count(*)::int as \"Value\" from platform.journal where case_id = {caseId} and act = 'Copy'").SingleAsync(Ct));
    }

    [Fact]
    public async Task BadInput_IsRefused_AndOthersPeopleAreNotTold()
    {
        var visit = await VisitAsync();
        foreach (var person in (string[])["health", "farmSection", "school", "education", "admin"])
        {
            Assert.Equal("signers-unknown", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = new[] { Id(person) }, reason = Why }));
        }

        Assert.Equal("signers-unknown", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = new[] { 987654321L }, reason = Why }));
        Assert.Equal("signers-unknown", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = Array.Empty<long>(), reason = Why }));
        Assert.Equal("self-participant", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = new[] { Id("culture") }, reason = Why }));
        Assert.Equal("already-participant", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = new[] { Id("leader"), Id("leader") }, reason = Why }));
        Assert.Equal("signers-place", await RefusedAsync("culture", "signers", new { visit, place = "Listed", people = new[] { Id("leader") }, reason = Why }));
        Assert.Equal("reason-too-short", await RefusedAsync("culture", "signers", new { visit, place = "Before", people = new[] { Id("leader") }, reason = " " }));
        Assert.Equal("visit-closed", await RefusedAsync("culture", "signers", new { visit = 1, place = "Before", people = new[] { Id("leader") }, reason = Why }));
        Assert.Equal("signers-unknown", await RefusedAsync("culture", "copies", new { visit, people = new[] { Id("health") } }));
        foreach (var path in (string[])["signers", "copies", "return-to"])
        {
            Assert.Equal("task-not-yours", await RefusedAsync("performance", path, new { visit, place = "Before", people = new[] { Id("leader") }, reason = Why, target = "fill", straight = true }));
            Assert.Equal("not-found", await RefusedAsync("farmSection", path, new { visit, place = "Before", people = new[] { Id("leader") }, reason = Why, target = "fill", straight = true }));
        }

        using var hidden = await (await AsAsync("health")).GetAsync($"/api/cases/{caseId}/signers");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.DoesNotContain("李某某", (await ReadAsync("culture", "signers")).ToString(), StringComparison.Ordinal);
    }

    private long Id(string person) => office.County.IdOf(person);

    private async Task<Platform.Workflows.TaskRow> TaskAsync()
    {
        await using var db = office.App.Db();
        return await db.Tasks.AsNoTracking().Where(t => t.CaseId == caseId).OrderBy(t => t.Visit).FirstAsync(Ct);
    }

    private async Task<int> VisitAsync() => (await TaskAsync()).Visit;

    private async Task<Visitor> AsAsync(string person) => visitors.TryGetValue(person, out var known) ? known : visitors[person] = await office.SignedInAsync(person);

    private async Task<JsonElement> InboxAsync(string person) => (await (await AsAsync(person)).Http.GetFromJsonAsync<JsonElement>("/api/tasks", Ct)).GetProperty("tasks");

    private async Task<JsonElement> ReadAsync(string person, string path) => await (await AsAsync(person)).Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/{path}", Ct);

    private async Task ApproveAsync(string person) => await DoneAsync(person, "../reviews/{0}/approve", new { visit = await MineAsync(person), opinion = "同意。" });

    private async Task<int> MineAsync(string person)
    {
        await using var db = office.App.Db();
        return await db.Tasks.AsNoTracking().Where(t => t.CaseId == caseId && (t.PersonId == null || t.PersonId == Id(person))).OrderByDescending(t => t.PersonId != null).Select(t => t.Visit).FirstAsync(Ct);
    }

    private async Task DoneAsync(string person, string path, object body)
    {
        using var answer = await PostAsync(person, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private async Task<string?> RefusedAsync(string person, string path, object body)
    {
        using var answer = await PostAsync(person, path, body);
        Assert.False(answer.IsSuccessStatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString();
    }

    private async Task<HttpResponseMessage> PostAsync(string person, string path, object body)
    {
        var address = path.StartsWith("../", StringComparison.Ordinal) ? "/api/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path[3..], caseId) : $"/api/cases/{caseId}/{path}";
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", office.Office.Command().ToString() } } };
        return await (await AsAsync(person)).Http.SendAsync(request, Ct);
    }
}
