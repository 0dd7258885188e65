using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Pictures;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Pictures;

/// <summary>The school's filing goes to its department, back, and on: what the picture shows of it, to whom, and after which line.</summary>
public sealed class PictureOfACase(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => office = await ReviewOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task ReturnedAndFiledAgain_ShowsWhatIsDoneWhereItStandsAndHowOften()
    {
        var id = await WentBackAndOnAsync();
        var picture = await ReadAsync("culture", id);
        var steps = picture.Steps.ToDictionary(step => step.Step.Id);

        Assert.Equal((StepState.Done, 2), (steps["fill"].State, steps["fill"].Times));
        Assert.Equal((StepState.Done, 2), (steps["departmentReview"].State, steps["departmentReview"].Times));
        Assert.Equal((StepState.Current, "教科文股"), (steps["sectionReview"].State, steps["sectionReview"].Holder));
        Assert.Equal(StepState.NotYet, steps["performanceReview"].State);
        Assert.Equal(StepState.Done, steps["department"].State);
        Assert.Equal("陈某某 · 青田县实验小学", PictureWords.By(picture, steps["fill"]));
        // Filed on Monday and on Thursday, looked at on Wednesday and on Thursday: 0 + 1 and 2 + 0 working days.
        Assert.Equal((1, 2), (steps["fill"].WorkingDays, steps["departmentReview"].WorkingDays));
        Assert.Equal(1, Gone(picture, "departmentReview", "fill"));
        Assert.Equal((2, 2, 1, 1), (Gone(picture, "fill", "department"), Gone(picture, "department", "departmentReview"), Gone(picture, "departmentReview", "department"), Gone(picture, "department", "sectionReview")));
        Assert.Equal(0, Gone(picture, "sectionReview", "fill"));
    }

    [Fact]
    public async Task EachLine_ShowsTheStateAfterIt()
    {
        var id = await WentBackAndOnAsync();
        string[] standing = ["fill", "departmentReview", "fill", "departmentReview", "sectionReview"];
        for (var line = 1; line <= standing.Length; line++)
        {
            var picture = await ReadAsync("school", id, line);
            Assert.Equal([standing[line - 1]], picture.Steps.Where(step => step.State == StepState.Current).Select(step => step.Step.Id));
        }

        var returned = await ReadAsync("school", id, 3);
        Assert.Equal(StepState.SentBack, returned.Steps.Single(step => step.Step.Id == "departmentReview").State);
        Assert.Equal(1, (await ReadAsync("school", id, -7)).Line);
        Assert.Equal(5, (await ReadAsync("school", id, 99)).Line);
    }

    [Fact]
    public async Task ApprovedCase_ReachesItsEnd_AndReopened_LeavesIt()
    {
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        var id = (await office.CaseAsync(office.County.HealthProject)).CaseId;
        var ended = await ReadAsync("health", id);
        Assert.Equal((InstanceStatus.Finished, StepState.Done), (ended.Status, ended.Steps.Single(step => step.Step.Id == "approvedBySection").State));
        Assert.Equal(StepState.NotYet, ended.Steps.Single(step => step.Step.Id == "approvedByPerformance").State);
        // A unit that is its own department is not reviewed by itself.
        Assert.Equal((0, 1), (Gone(ended, "department", "departmentReview"), Gone(ended, "department", "sectionReview")));

        NoticeOffice.Done(await office.App.Get<Platform.Reviews.ReopenCase>().RunAsync(await office.County.AsAsync("performance"), id, "发现金额有误，需要重新审核。", office.Office.Command(), Ct));
        var reopened = await ReadAsync("health", id);
        Assert.Equal((InstanceStatus.Running, StepState.Current), (reopened.Status, reopened.Steps.Single(step => step.Step.Id == "sectionReview").State));
        Assert.Equal(StepState.NotYet, reopened.Steps.Single(step => step.Step.Id == "approvedBySection").State);
        Assert.Equal(StepState.Done, (await ReadAsync("health", id, 3)).Steps.Single(step => step.Step.Id == "approvedBySection").State);
    }

    [Fact]
    public async Task Page_TellsThePictureAsAList_WithTheSentenceOfTheLine()
    {
        var id = await WentBackAndOnAsync();
        using var school = await office.SignedInAsync("school");
        var page = await school.PageAsync($"/cases/{id}/picture?line=3");

        Assert.Contains("青田县教育局", page.QuerySelector(".stepper [role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("第 3 步，共 5 步", page.QuerySelector(".stepper")!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/cases/{id}/picture?line=2", page.QuerySelector("a[rel=prev]")!.GetAttribute("href"));
        Assert.Equal($"/cases/{id}/picture?line=4", page.QuerySelector("a[rel=next]")!.GetAttribute("href"));
        var current = Assert.Single(page.QuerySelectorAll(".picture-list [aria-current=step]"));
        Assert.Contains("填报绩效目标", current.TextContent, StringComparison.Ordinal);
        Assert.Contains("青田县实验小学", current.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.QuerySelector("svg.drawing")!.GetAttribute("aria-hidden"));
        Assert.Equal(page.QuerySelectorAll(".picture-list > li").Length + 1, page.QuerySelectorAll("svg.drawing g.step").Length);
        Assert.NotNull((await school.PageAsync($"/reviews/{id}?tab=trail")).QuerySelector($"a[href='/cases/{id}/picture']"));
        Assert.NotNull((await school.PageAsync($"/cases/{id}/picture/part")).QuerySelector("svg.drawing"));
    }

    [Fact]
    public async Task Api_GivesTheSameFacts()
    {
        var id = await WentBackAndOnAsync();
        using var culture = await office.SignedInAsync("culture");
        var answer = await culture.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{id}/picture", Ct);

        Assert.Equal(("goal-filing", 5, 5), (answer.GetProperty("definition").GetString(), answer.GetProperty("line").GetInt32(), answer.GetProperty("trail").GetArrayLength()));
        var standing = answer.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("id").GetString() == "sectionReview");
        Assert.Equal("教科文股", standing.GetProperty("holder").GetString());
        Assert.Equal(NoticeOffice.Monday.AddDays(3), standing.GetProperty("since").GetDateTimeOffset(), TimeSpan.FromMinutes(5));
        Assert.Equal(2, answer.GetProperty("ways").EnumerateArray().Single(way => way.GetProperty("from").GetString() == "fill").GetProperty("gone").GetInt32());
        Assert.Equal(3, (await culture.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{id}/picture?line=3", Ct)).GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task AnotherUnit_FindsNoPicture_AndNoUnitThatOfTheNoticeItself()
    {
        var id = await WentBackAndOnAsync();
        var notice = (await office.Office.StateAsync(office.Notice)).CaseId;
        using var health = await office.SignedInAsync("health");
        foreach (var path in (string[])[$"/cases/{id}/picture", $"/cases/{id}/picture?line=1", $"/cases/{id}/picture/part", $"/api/cases/{id}/picture", $"/cases/{notice}/picture", $"/api/cases/{notice}/picture"])
        {
            using var answer = await health.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }

        var picture = await ReadAsync("performance", notice);
        Assert.Equal(["collecting"], picture.Steps.Where(step => step.State == StepState.Current).Select(step => step.Step.Id));
        Assert.Equal(["start", "draft", "sign", "issue", "openCases"], picture.Steps.Where(step => step.State == StepState.Done).Select(step => step.Step.Id));
    }

    /// <summary>Filed on Monday, returned on Wednesday, filed and approved on Thursday.</summary>
    private async Task<long> WentBackAndOnAsync()
    {
        var project = office.County.SchoolProject;
        await office.FileAsync("school", project);
        office.App.Time.Set(NoticeOffice.Monday.AddDays(2));
        await office.DecideAsync("education", project, "Return");
        office.App.Time.Set(NoticeOffice.Monday.AddDays(3));
        await office.FileAsync("school", project);
        await office.DecideAsync("education", project, "Approve");
        return (await office.CaseAsync(project)).CaseId;
    }

    private async Task<CasePicture> ReadAsync(string person, long id, int? line = null)
    {
        var read = await office.App.Get<ReadPicture>().RunAsync(await office.County.AsAsync(person), id, line, Ct);
        NoticeOffice.Done(read);
        return read.Value;
    }

    private static int Gone(CasePicture picture, string from, string to) => picture.Ways.Single(way => way.Line.From == from && way.Line.To == to).Gone;
}
