using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Evaluations;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.SpotChecks;

/// <summary>Notices open spot checks and finance evaluations; a spot check is about the self-evaluation that was approved.</summary>
public sealed class CheckingASelfEvaluation(PostgresServer postgres)
{
    [Fact]
    public async Task Evidence_IsAskedForEveryRowOfTheApprovedSelfEvaluation_WithItsScores()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres);
        await desk.IssueAsync("self-evaluation");
        await desk.FileAsync(FilingASelfEvaluation.Good);
        await desk.DecideAsync("education", "Approve");
        await desk.DecideAsync("culture", "Approve");

        await desk.IssueAsync("spot-check");
        var filing = await desk.FilingAsync();
        var blank = filing.Form;
        Assert.Equal(["execution", "1", "2", "3", "4", "5", "6", "7", "8"], blank.Rows(SpotCheckEvidence.Table).Select(r => r.Id));
        Assert.Equal((97.30m, "优"), (blank.Number(SpotFields.Self), blank[SpotFields.SelfGrade]));

        var typed = EvaluationDesk.Over(blank, ("evidence[1].self", "1"), ("evidence[1].material", "体检登记册。"), ("evidence[9].name", "另加一行"));
        var kept = filing.Kind.Settle(typed, filing.Prefilled, filing);
        Assert.Equal(97.30m, kept.Number(SpotFields.Self));
        Assert.Equal(9, kept.Rows(SpotCheckEvidence.Table).Count);
        Assert.Equal("体检登记册。", kept.Rows(SpotCheckEvidence.Table)[1]["material"]);
    }

    [Fact]
    public async Task FinanceEvaluation_BeginsWithThePlanOfThePerformanceSection()
    {
        await using var desk = await EvaluationDesk.OpenAsync(postgres, goals: false);
        await desk.IssueAsync("finance-evaluation");

        var state = await desk.StateAsync();
        Assert.Equal(("plan", "FIN_PERF", desk.Office.County.Bureau.Id), (state.Node, state.Role, state.OrganisationId));
        var filing = await desk.FilingAsync("performance");
        Assert.Same(FinancePlan.Instance, filing.Kind);
        Assert.Equal(468, filing.Form.Amount);
    }
}
