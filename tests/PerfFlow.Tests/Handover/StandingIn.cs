using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Handover;

/// <summary>代理: the school's clerk, to whom the filing was handed by name, is away; the head stands in.</summary>
public sealed class StandingIn(PostgresServer postgres) : IAsyncLifetime
{
    private const string Project = "校园卫生专业技术服务";

    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Choice => $"UNIT.{office.County.School.Id}.{office.County.IdOf("schoolHead")}";

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        var about = await office.CaseAsync(office.County.SchoolProject);
        caseId = about.CaseId;
        NoticeOffice.Done(await office.App.Get<HandOverTask>().RunAsync(
            await office.County.AsAsync("performance"), caseId, about.Visit!.Value, office.County.IdOf("school"), "由陈某某专办", office.Office.Command(), Ct));
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task DeputyFindsTheTaskMarked_ActsInBothNames_AndOnlyWhileItRuns()
    {
        Assert.DoesNotContain(Project, await TitlesAsync("schoolHead"));
        await GiveAsync("school", Choice, "2023-10-10", "2023-10-12");
        Assert.DoesNotContain(Project, await TitlesAsync("schoolHead"));

        office.App.Time.Set(NoticeOffice.Monday.AddDays(1));
        using (var head = await office.SignedInAsync("schoolHead"))
        {
            var row = (await head.PageAsync("/tasks")).QuerySelectorAll("tr[data-row]").Single(r => r.TextContent.Contains(Project, StringComparison.Ordinal));
            Assert.Contains("代陈某某", row.TextContent, StringComparison.Ordinal);
        }

        await office.FileAsync("schoolHead", office.County.SchoolProject);

        using var reader = await office.SignedInAsync("school");
        var trail = (await reader.PageAsync($"/reviews/{caseId}?tab=trail")).QuerySelector("main")!.TextContent;
        Assert.Contains("王某某（代陈某某）", trail, StringComparison.Ordinal);
        await using var db = office.App.Db();
        var act = Assert.Single(await db.DeputyActs.AsNoTracking().ToListAsync(Ct));
        Assert.Equal((caseId, office.County.IdOf("school")), (act.CaseId, act.PersonId));
        await Guarantees.AssertTrailAsync(office.App);
    }

    [Fact]
    public async Task AfterItsLastDay_ItHasEndedByItself()
    {
        await GiveAsync("school", Choice, "2023-10-09", "2023-10-10");
        Assert.Contains(Project, await TitlesAsync("schoolHead"));

        office.App.Time.Set(NoticeOffice.Monday.AddDays(2));

        Assert.DoesNotContain(Project, await TitlesAsync("schoolHead"));
        Assert.Contains(Project, await TitlesAsync("school"));
    }

    [Fact]
    public async Task EndedEarly_AnActReadBeforeIsRefusedUnderTheLock()
    {
        await GiveAsync("school", Choice, "2023-10-09", "2023-10-12");
        var before = await office.County.AsAsync("schoolHead");
        await using var db = office.App.Db();
        var task = await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == caseId, Ct);
        Assert.Null(Platform.Access.AccessPolicy.MayDecide(before, task, filledIt: false));
        var id = (await db.Delegations.AsNoTracking().SingleAsync(Ct)).Id;

        using (var clerk = await office.SignedInAsync("school"))
        using (var ended = await clerk.SubmitAsync("/delegations", $"/delegations/{id}/end"))
        {
            Assert.Equal(HttpStatusCode.Redirect, ended.StatusCode);
        }

        var command = new CaseCommand { Id = office.Office.Command(), CaseId = caseId, Act = new Act.Complete(task.Visit, Facts.Of(("outcome", "Submit"))), Actor = Actor.Platform };
        NoticeOffice.Refused("moved-on", await office.App.Get<WorkflowRunner>().RunAsync(Platform.Access.StandIns.SignedBy(command, before, task), Ct));
        Assert.Equal("task-not-yours", Platform.Access.AccessPolicy.MayDecide(await office.County.AsAsync("schoolHead"), task, filledIt: false)?.Code);
    }

    [Fact]
    public async Task WhoOnlySaysThatSomebodyIsAway_IsNotTheHolder()
    {
        await using var db = office.App.Db();
        var task = await db.Tasks.AsNoTracking().SingleAsync(t => t.CaseId == caseId, Ct);
        var command = new CaseCommand { Id = office.Office.Command(), CaseId = caseId, Act = new Act.Complete(task.Visit, Facts.Of(("outcome", "Submit"))), Actor = new Actor(office.County.IdOf("schoolHead"), task.Role, task.OrganisationId) };

        NoticeOffice.Refused("not-holder", await office.App.Get<WorkflowRunner>().RunAsync(command, Ct));
    }

    [Fact]
    public async Task Loops_OverlapsAndPeopleOfOtherPosts_AreRefused()
    {
        await GiveAsync("school", Choice, "2023-10-10", "2023-10-12");

        Assert.Equal("delegation-loop", await RefusedAsync("schoolHead", "school", "2023-10-12", "2023-10-13"));
        Assert.Equal("delegation-overlaps", await RefusedAsync("school", "schoolHead", "2023-10-12", "2023-10-20"));
        Assert.Equal("taker-without-role", await RefusedAsync("schoolHead", "health", "2023-10-20", "2023-10-21"));
        Assert.Equal("taker-without-role", await RefusedAsync("schoolHead", "schoolHead", "2023-10-20", "2023-10-21"));
        Assert.Equal("delegation-dates", await RefusedAsync("schoolHead", "school", "2023-10-08", "2023-10-21"));
        Assert.Equal("delegation-too-long", await RefusedAsync("schoolHead", "school", "2023-10-20", "2024-10-21"));
        await GiveAsync("schoolHead", $"UNIT.{office.County.School.Id}.{office.County.IdOf("school")}", "2023-10-13", "2023-10-13");
    }

    [Fact]
    public async Task RemindersOfTheTask_GoToTheDeputyAsWell_WhileItRuns()
    {
        Assert.Equal(["陈某某"], await ToldAsync());
        await GiveAsync("school", Choice, "2023-10-09", "2023-10-09");
        Assert.Equal(["陈某某", "王某某"], await ToldAsync());
        office.App.Time.Set(NoticeOffice.Monday.AddDays(1));
        Assert.Equal(["陈某某"], await ToldAsync());
    }

    [Fact]
    public async Task RefusedForm_ComesBackAsItWasTyped()
    {
        using var clerk = await office.SignedInAsync("school");
        using var answer = await clerk.SubmitAsync("/delegations", "/delegations", ("deputy", Choice), ("from", "2023-10-09"), ("to", "2023-10-01"), ("reason", "年休假"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await Visitor.ReadAsync(answer);
        Assert.Equal("2023-10-01", page.QuerySelector("[name=to]")!.GetAttribute("value"));
        Assert.Equal("年休假", page.QuerySelector("[name=reason]")!.TextContent.Trim());
    }

    private async Task<List<string>> ToldAsync()
    {
        await using var db = office.App.Db();
        var directory = await Platform.Reminders.CaseDirectory.ReadAsync(db, office.App.Get<Platform.Organisation.RegionClock>(), [caseId], [], Ct);
        return [.. directory.Holders("UNIT", office.County.School.Id, office.County.IdOf("school")).Select(r => r.Name)];
    }

    private async Task GiveAsync(string person, string deputy, string from, string to)
    {
        using var visitor = await office.SignedInAsync(person);
        using var answer = await visitor.SubmitAsync("/delegations", "/delegations", ("deputy", deputy), ("from", from), ("to", to), ("reason", "外出学习"));
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(answer));
    }

    private async Task<string?> RefusedAsync(string person, string deputy, string from, string to)
    {
        var input = new DelegationInput("UNIT", office.County.School.Id, office.County.IdOf(deputy), DateOnly.Parse(from, null), DateOnly.Parse(to, null), "外出学习");
        return (await office.App.Get<DelegateTasks>().RunAsync(await office.County.AsAsync(person), input, Ct)).Refusal?.Code;
    }

    private async Task<List<string?>> TitlesAsync(string person)
    {
        using var visitor = await office.SignedInAsync(person);
        var answer = await visitor.Http.GetFromJsonAsync<JsonElement>("/api/tasks", Ct);
        return [.. answer.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("title").GetString())];
    }
}
