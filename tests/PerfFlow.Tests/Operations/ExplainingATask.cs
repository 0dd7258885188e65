using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Handover;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Operations;

/// <summary>"为什么是我": the school's filing on its way, explained to those who hold it and those who only look.</summary>
public sealed class ExplainingATask(PostgresServer postgres, Browser browser) : IAsyncLifetime
{
    private ReviewOffice office = null!;
    private long caseId;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        caseId = (await office.CaseAsync(office.County.SchoolProject)).CaseId;
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task Reviewer_IsToldTheRule_WhatEachButtonDoes_WhoIsNext_AndTheLadder()
    {
        var text = await TextAsync("education");

        Assert.Contains("您是青田县教育局的主管部门审核人", text, StringComparison.Ordinal);
        Assert.Contains("青田县实验小学的主管部门是青田县教育局", text, StringComparison.Ordinal);
        Assert.Contains("由教科文股的归口科室审核人办理（周某某）", await OutcomeAsync("education", "Approve"), StringComparison.Ordinal);
        Assert.Contains("由青田县实验小学的单位填报人办理（", await OutcomeAsync("education", "Return"), StringComparison.Ordinal);
        Assert.Contains("逾期3个工作日）提醒办理人、单位负责人、归口科室", text, StringComparison.Ordinal);
        Assert.Contains("到期后事项不会自动通过或退回", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterTheNextDecision_TheAnswersAreThoseOfTheNextStep()
    {
        await office.DecideAsync("education", office.County.SchoolProject, "Approve");

        Assert.Contains("这一步由教科文股的归口科室审核人办理（今天在岗：周某某），您只能查看", await TextAsync("education"), StringComparison.Ordinal);
        Assert.Contains("退回到", await OutcomeAsync("culture", "ReturnToDepartment"), StringComparison.Ordinal);
        await office.DecideAsync("culture", office.County.SchoolProject, "Approve");
        if ((await office.CaseAsync(office.County.SchoolProject)).Role == "FIN_PERF")
        {
            Assert.Contains("事项办结", await OutcomeAsync("performance", "Approve"), StringComparison.Ordinal);
            await office.DecideAsync("performance", office.County.SchoolProject, "Approve");
        }

        Assert.Contains("事项已经结束", await TextAsync("school"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReservedTask_NamesThePersonAndTheDeputy()
    {
        await office.DecideAsync("education", office.County.SchoolProject, "Return");
        var about = await office.CaseAsync(office.County.SchoolProject);
        NoticeOffice.Done(await office.App.Get<HandOverTask>().RunAsync(
            await office.County.AsAsync("performance"), caseId, about.Visit!.Value, office.County.IdOf("school"), "由陈某某专办", office.Office.Command(), Ct));
        Assert.Contains("已指定由您本人办理", await TextAsync("school"), StringComparison.Ordinal);
        Assert.Contains("这一步指定由陈某某办理，您只能查看", await TextAsync("schoolHead"), StringComparison.Ordinal);
        NoticeOffice.Done(await office.App.Get<DelegateTasks>().RunAsync(
            await office.County.AsAsync("school"), new DelegationInput("UNIT", office.County.School.Id, office.County.IdOf("schoolHead"), new DateOnly(2023, 10, 9), new DateOnly(2023, 10, 20), "外出学习"), Ct));

        Assert.Contains("其外出期间由您代理", await TextAsync("schoolHead"), StringComparison.Ordinal);
        Assert.Contains("目前由王某某代理", await TextAsync("education"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_SaysTheSame_AndOthersAreToldThatThereIsNoSuchCase()
    {
        using var reviewer = await office.SignedInAsync("education");
        var answer = (await reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/cases/{caseId}/explain", Ct)).EnumerateArray().Single();
        Assert.Equal(("Post", "DEPT"), (answer.GetProperty("rule").GetString(), answer.GetProperty("role").GetString()));
        var approve = answer.GetProperty("outcomes").EnumerateArray().Single(o => o.GetProperty("outcome").GetString() == "Approve");
        Assert.Equal("FIN_SECTION", approve.GetProperty("then").GetProperty("opens")[0].GetProperty("role").GetString());

        using var stranger = await office.SignedInAsync("farm");
        using var refused = await stranger.GetAsync($"/api/cases/{caseId}/explain");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task Pages_ReadWellWideAndNarrow() => await Screens.LookAsync(
        browser, office.App.Address, office.County.UserNameOf("education"), office.County.PasswordOf("education"), ($"/cases/{caseId}/explain", "explain"), ($"/reviews/{caseId}", "explain-closed"));

    private async Task<string> TextAsync(string person)
    {
        using var visitor = await office.SignedInAsync(person);
        return (await visitor.PageAsync($"/cases/{caseId}/explain")).QuerySelector("main")!.TextContent;
    }

    private async Task<string> OutcomeAsync(string person, string outcome)
    {
        using var visitor = await office.SignedInAsync(person);
        return (await visitor.PageAsync($"/cases/{caseId}/explain")).QuerySelector($"[data-outcome={outcome}]")!.TextContent;
    }
}
