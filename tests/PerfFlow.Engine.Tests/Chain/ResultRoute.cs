using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Chain;

public class ResultRoute
{
    [Theory]
    [InlineData("FIN_SECTION", "proposeBySection", "FIN_SECTION")]
    [InlineData("FIN_PERF", "proposeByPerformance", "FIN_PERF")]
    public void Returned_GoesToWhoeverProposed(string proposer, string step, string role)
    {
        var run = new CaseRun(Shipped.ResultApplication).Start(("proposer", proposer));
        Assert.Equal(role, run.The<Effect.TaskOpened>().Role);

        run.Complete(step, "Submit").Complete("consult", "Return");
        Assert.True(run.The<Effect.TaskOpened>().Returned);
        run.Complete(step, "Submit").Complete("consult", "Approve").Complete("approve", "Return").Complete(step, "Submit").Complete("consult", "Approve");
        run.Complete("approve", "Approve");
        Assert.Equal(("book", "FIN_BUDGET"), (run.The<Effect.TaskOpened>().ActivityId, run.The<Effect.TaskOpened>().Role));
        Assert.Equal(InstanceStatus.Finished, run.Complete("book", "Submit").Instance!.Status);
    }

    [Fact]
    public void Rejected_EndsWithThatOutcome()
    {
        var run = new CaseRun(Shipped.ResultApplication).Start(("proposer", "FIN_PERF"))
            .Complete("proposeByPerformance", "Submit").Complete("consult", "Approve").Complete("approve", "Reject");

        Assert.Equal((InstanceStatus.Finished, "Reject"), (run.Instance!.Status, run.Instance.Outcome));
    }
}
