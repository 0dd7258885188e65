using PerfFlow.Engine;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Pictures;
using PerfFlow.Tests.App;
using Xunit;

namespace PerfFlow.Tests.Signers;

/// <summary>
/// 会签, 或签, 依次 and 票签 through the product's own doors: a definition that the administrator publishes, a notice, a filing, and
/// then decisions, returns, 加签, 减签 and 取回 over HTTP; inbox, bell, trail, picture and the list of signers after each.
/// </summary>
public sealed class CountersignedSteps(SigningDesk desk) : IClassFixture<SigningDesk>
{
    private static readonly string[] Section = ["culture", "second", "third"];

    [Fact]
    public async Task All_GoesOnWhenEverybodyHasApproved_AndTellsEach()
    {
        await desk.PublishAsync("""{"mode": "all", "input": "signers"}""", ("culture", 1), ("second", 1), ("third", 1));
        var filed = await desk.FiledAsync();

        Assert.Equal("culture second third", await filed.WaitsForAsync([.. Section, "performance"]));
        Assert.Equal(["TaskOpened"], await filed.BellAsync("third", 0, open: 1));
        Assert.Equal("会签：共3人，都同意才往下走；任何一人退回，即按退回办理。\n已有0人办完，除您之外还差2人：郑某某、冯某某。", await filed.ExplainedAsync("culture"));
        var decided = await filed.VisitAsync("culture");
        await filed.ApproveAsync("culture");
        await filed.ApproveAsync("third");
        Assert.Equal("second", await filed.WaitsForAsync(Section));
        Assert.Equal("visit-closed", await filed.RefusedAsync("culture", $"/api/reviews/{filed.CaseId}/approve", new { visit = decided, opinion = "再同意。" }));
        Assert.Equal(StepState.Current, (await filed.PictureAsync()).State);

        // Theirs to take back while another still decides; the case has not moved on.
        var back = (await filed.SignersAsync("third")).GetProperty("takeBack").GetProperty("visit").GetInt32();
        await filed.DoneAsync("third", $"/api/cases/{filed.CaseId}/take-back", new { visit = back, reason = "漏看了附件。" });
        Assert.Equal("second third", await filed.WaitsForAsync(Section));
        await filed.ApproveAsync("third", "附件已看，同意。");
        Assert.EndsWith("其他人都已办完，只等您。", await filed.ExplainedAsync("second"), StringComparison.Ordinal);
        await filed.ApproveAsync("second");
        Assert.Equal(["1/3|周某某|会签|通过 同意。", "--|冯某某|单独审核|通过 同意。", "3/3|冯某某|会签|通过 附件已看，同意。", "2/3|郑某某|会签|通过 同意。"], await filed.PaperAsync());

        Assert.Equal(CaseStates.Approved, (await filed.StateAsync()).State);
        Assert.Equal("", await filed.WaitsForAsync(Section));
        Assert.Equal(["周某某 Approved", "郑某某 Approved", "冯某某 Approved"], await filed.SeatsAsync());
        Assert.Equal(["TaskOpened over", "TaskOpened over"], await filed.BellAsync("third", 2));
        // One stay, whoever signed in it and however often.
        Assert.Equal((StepState.Done, 1), await filed.PictureAsync());
        var trail = await filed.TrailAsync();
        foreach (var line in (string[])["教科文股 通过 周某某", "教科文股 通过 冯某某", "教科文股 取回 冯某某", "教科文股 通过 郑某某"])
        {
            Assert.Contains(line, trail, StringComparison.Ordinal);
        }

        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task All_OneReturns_TheOthersTasksGo_AndAllAreAskedAnewAfterwards()
    {
        await desk.PublishAsync("""{"mode": "all", "input": "signers"}""", ("culture", 1), ("second", 1), ("third", 1));
        var filed = await desk.FiledAsync();
        await filed.ApproveAsync("culture");
        await filed.DoneAsync("second", $"/api/cases/{filed.CaseId}/signers", new { visit = await filed.VisitAsync("second"), place = "Before", people = new[] { desk.IdOf("performance") }, reason = SignedCase.Why });
        Assert.Equal("third performance", await filed.WaitsForAsync([.. Section, "performance"]));

        Assert.EndsWith("您是郑某某请来前加签的：您同意后回到郑某某手中，郑某某再决定。\n您办完后轮到：郑某某。", await filed.ExplainedAsync("performance"), StringComparison.Ordinal);
        var late = await filed.VisitAsync("performance");
        await filed.ReturnAsync("third");

        var about = await filed.StateAsync();
        Assert.Equal((CaseStates.Returned, 1), (about.State, about.Returns));
        Assert.Equal("health", await filed.WaitsForAsync([.. Section, "performance", "health"]));
        Assert.Equal(["周某某 Approved", "郑某某 Superseded", "冯某某 Dissented", "林某某 Superseded"], (await filed.SeatsAsync()).OrderBy(s => Array.IndexOf(["周", "郑", "冯", "林"], s[..1])));
        Assert.Equal("visit-closed", await filed.RefusedAsync("performance", $"/api/reviews/{filed.CaseId}/approve", new { visit = late, opinion = "同意。" }));
        Assert.Equal(["TaskOpened over"], await filed.BellAsync("performance", 1));
        Assert.Equal(StepState.SentBack, (await filed.PictureAsync()).State);
        Assert.Equal(
            ["1/4|周某某|会签|通过 同意。", "4/4|冯某某|会签|退回 请补充项目依据和测算过程。", "2/4|林某某|郑某某 前加签|未办，环节已结束", "3/4|郑某某|会签|未办，环节已结束"],
            await filed.PaperAsync());

        await filed.FileAgainAsync();
        Assert.Equal("culture second third", await filed.WaitsForAsync([.. Section, "performance"]));
        Assert.Equal(["周某某 Open", "郑某某 Open", "冯某某 Open"], await filed.SeatsAsync());
        foreach (var person in Section)
        {
            await filed.ApproveAsync(person);
        }

        Assert.Equal(CaseStates.Approved, (await filed.StateAsync()).State);
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task Any_TheFirstDecides_AndTheOthersTasksGo()
    {
        await desk.PublishAsync("""{"mode": "any", "input": "signers"}""", ("culture", 1), ("second", 1), ("third", 1));
        var returned = await desk.FiledAsync();
        await returned.ReturnAsync("third");
        Assert.Equal((CaseStates.Returned, 1), await StandsAsync(returned));
        // Taken back before the unit has acted: it was never sent back.
        await returned.DoneAsync("third", $"/api/cases/{returned.CaseId}/take-back", new { visit = (await returned.SignersAsync("third")).GetProperty("takeBack").GetProperty("visit").GetInt32(), reason = "漏看了附件。" });
        Assert.Equal((CaseStates.Section, 0), await StandsAsync(returned));
        await returned.ReturnAsync("third");
        Assert.Equal((CaseStates.Returned, 1), await StandsAsync(returned));
        Assert.Equal(["周某某 Superseded", "郑某某 Superseded", "冯某某 Dissented"], await returned.SeatsAsync());
        await returned.FileAgainAsync();

        // Whom the first one asked afterwards is part of that decision: the others may still be quicker.
        await returned.DoneAsync("culture", $"/api/cases/{returned.CaseId}/signers", new { visit = await returned.VisitAsync("culture"), place = "After", people = new[] { desk.IdOf("leader") }, reason = SignedCase.Why });
        await returned.ApproveAsync("culture");
        Assert.Equal("second third leader", await returned.WaitsForAsync([.. Section, "leader"]));
        await returned.ApproveAsync("second");

        Assert.Equal(CaseStates.Approved, (await returned.StateAsync()).State);
        Assert.Equal("", await returned.WaitsForAsync([.. Section, "leader"]));
        Assert.Equal(["TaskOpened over"], await returned.BellAsync("leader", 1));
        Assert.Contains("教科文股 后加签：徐某某 周某某", await returned.TrailAsync(), StringComparison.Ordinal);
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task Turn_AsksOneAfterTheOther_AlsoThoseWhoWereAdded()
    {
        await desk.PublishAsync("""{"mode": "turn", "input": "signers"}""", ("third", 1), ("culture", 1), ("second", 1));
        var filed = await desk.FiledAsync();
        Assert.Equal("third", await filed.WaitsForAsync(Section));
        Assert.EndsWith("还差2人：周某某、郑某某。\n您办完后轮到：周某某。", await filed.ExplainedAsync("third"), StringComparison.Ordinal);
        Assert.Equal("task-not-yours", await filed.RefusedAsync("culture", $"/api/reviews/{filed.CaseId}/approve", new { visit = await filed.VisitAsync("third"), opinion = "同意。" }));
        Assert.Empty(await filed.BellAsync("second", 0));

        await filed.DoneAsync("third", $"/api/cases/{filed.CaseId}/signers", new { visit = await filed.VisitAsync("third"), place = "After", people = new[] { desk.IdOf("performance") }, reason = SignedCase.Why });
        await filed.ApproveAsync("third");
        Assert.Equal("performance", await filed.WaitsForAsync([.. Section, "performance"]));
        var (step, number) = await filed.SeatOfAsync("林某某");
        Assert.Equal("not-adder", await filed.RefusedAsync("culture", $"/api/cases/{filed.CaseId}/signers/remove", new { step, number, reason = SignedCase.Why }));
        await filed.DoneAsync("third", $"/api/cases/{filed.CaseId}/signers/remove", new { step, number, reason = "出差，不再加签。" });
        Assert.Equal(StepState.Current, (await filed.PictureAsync()).State);

        Assert.Equal("culture", await filed.WaitsForAsync([.. Section, "performance"]));
        Assert.Equal(["TaskOpened over"], await filed.BellAsync("performance", 1));
        await filed.ReturnAsync("culture");
        Assert.Equal(CaseStates.Returned, (await filed.StateAsync()).State);
        Assert.Equal(["冯某某 Approved", "林某某 Removed", "周某某 Dissented", "郑某某 Superseded"], await filed.SeatsAsync());

        await filed.FileAgainAsync();
        foreach (var (person, next) in new[] { ("third", "culture"), ("culture", "second"), ("second", "") })
        {
            await filed.ApproveAsync(person);
            Assert.Equal(next, await filed.WaitsForAsync(Section));
            Assert.Equal(next.Length == 0 ? StepState.Done : StepState.Current, (await filed.PictureAsync()).State);
        }

        Assert.Equal(CaseStates.Approved, (await filed.StateAsync()).State);
        Assert.Equal(["TaskOpened over"], await filed.BellAsync("second", 1));
        Assert.Equal((StepState.Done, 2), await filed.PictureAsync());
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task Votes_PassByWeight_ThoughOneIsAgainst_AndFailAsSoonAsTheyCannotPassAnyMore()
    {
        await desk.PublishAsync("""{"mode": "votes", "pass": 3, "input": "signers"}""", ("culture", 2), ("second", 1), ("third", 1));
        var filed = await desk.FiledAsync();
        await filed.DoneAsync("culture", $"/api/cases/{filed.CaseId}/signers", new { visit = await filed.VisitAsync("culture"), place = "Beside", people = new[] { desk.IdOf("performance") }, reason = SignedCase.Why });
        await filed.ReturnAsync("second");
        Assert.Equal("culture third performance", await filed.WaitsForAsync([.. Section, "performance"]));
        await filed.ReturnAsync("third");

        // Three of five are left: without the one who was added it could not pass any more.
        var (step, number) = await filed.SeatOfAsync("林某某");
        Assert.Equal("pass-out-of-reach", await filed.RefusedAsync("culture", $"/api/cases/{filed.CaseId}/signers/remove", new { step, number, reason = "不再加签。" }));
        Assert.EndsWith("目前同意0票，最多还能达到3票。\n您有2票，您同意后还差1票。", await filed.ExplainedAsync("culture"), StringComparison.Ordinal);
        await filed.ApproveAsync("culture");
        Assert.Equal("performance", await filed.WaitsForAsync([.. Section, "performance"]));
        Assert.EndsWith("目前同意2票，最多还能达到3票。\n您有1票，您同意后即通过。", await filed.ExplainedAsync("performance"), StringComparison.Ordinal);
        await filed.ApproveAsync("performance");
        var over = await filed.StateAsync();
        // Two were against, and yet the unit was never sent back.
        Assert.Equal((CaseStates.Approved, 0, 0), (over.State, over.Returns, over.FinanceReturns));
        Assert.Equal(["周某某 Approved", "林某某 Approved", "郑某某 Dissented", "冯某某 Dissented"], await filed.SeatsAsync());

        var failed = await desk.FiledAsync();
        await failed.ReturnAsync("third");
        await failed.ReturnAsync("culture");
        var lost = await failed.StateAsync();
        Assert.Equal((CaseStates.Returned, 1, 1), (lost.State, lost.Returns, lost.FinanceReturns));
        Assert.Equal("", await failed.WaitsForAsync(Section));
        Assert.Equal(["TaskOpened over"], await failed.BellAsync("second", 1));
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task TakingOutTheLastWhoHasNotSigned_EndsTheStep()
    {
        await desk.PublishAsync("""{"mode": "all", "input": "signers"}""", ("culture", 1), ("second", 1));
        var filed = await desk.FiledAsync();
        await filed.DoneAsync("culture", $"/api/cases/{filed.CaseId}/signers", new { visit = await filed.VisitAsync("culture"), place = "After", people = new[] { desk.IdOf("leader") }, reason = SignedCase.Why });
        await filed.ApproveAsync("culture");
        await filed.ApproveAsync("second");
        Assert.Equal("leader", await filed.WaitsForAsync([.. Section, "leader"]));

        var (step, number) = await filed.SeatOfAsync("徐某某");
        await filed.DoneAsync("culture", $"/api/cases/{filed.CaseId}/signers/remove", new { step, number, reason = "出差，不再加签。" });
        Assert.Equal(CaseStates.Approved, (await filed.StateAsync()).State);
        Assert.Equal(["TaskOpened over"], await filed.BellAsync("leader", 1));
        Assert.Equal((StepState.Done, 1), await filed.PictureAsync());
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    [Fact]
    public async Task ReturnToAnEarlierStep_FromASeat_ComesStraightBackToAllOfThem()
    {
        await desk.PublishAsync("""{"mode": "all", "input": "signers"}""", ("culture", 1), ("second", 1));
        var filed = await desk.FiledAsync();
        await filed.ApproveAsync("culture");
        await filed.DoneAsync(
            "second", $"/api/cases/{filed.CaseId}/return-to",
            new { visit = await filed.VisitAsync("second"), target = "fill", straight = true, reasons = new[] { "TH02" }, text = "请补充项目依据和测算过程。", due = "2023-10-18" });
        Assert.Equal(["周某某 Approved", "郑某某 Dissented"], await filed.SeatsAsync());

        await filed.FileAgainAsync();
        Assert.Equal("culture second", await filed.WaitsForAsync(Section));
        Assert.Equal([ParticipantState.Open, ParticipantState.Open], (await filed.SeatsAsync()).Select(s => Enum.Parse<ParticipantState>(s.Split(' ')[1])));
        await filed.ApproveAsync("second");
        await filed.ApproveAsync("culture");
        Assert.Equal(CaseStates.Approved, (await filed.StateAsync()).State);
        await Guarantees.AssertHoldAsync(desk.Office.App);
    }

    private static async Task<(string State, int Returns)> StandsAsync(SignedCase filed) => (await filed.StateAsync()) switch { var about => (about.State, about.Returns) };
}
