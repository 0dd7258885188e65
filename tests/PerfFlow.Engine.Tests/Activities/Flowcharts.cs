using System.Text.Json.Nodes;
using PerfFlow.Engine.Instances;
using static PerfFlow.Engine.Tests.Activities.Draw;

namespace PerfFlow.Engine.Tests.Activities;

/// <summary>Tokens and merge modes, with human tasks on the branches.</summary>
public class Flowcharts
{
    private static JsonObject Start => Do("Start", "start");

    private static JsonObject[] Branches(JsonObject join) => [Start, Task("a"), Task("b"), join, Task("after")];

    private static CaseRun Run(JsonObject join) => new CaseRun(Workflow(Flow(
        Branches(join), "start -> a", "start -> b", "a -> join", "b -> join", "join -> after"))).Start();

    [Theory]
    [InlineData("Merge")]
    [InlineData("Converge")]
    public void Merge_WaitsForBothBranches(string mode)
    {
        var run = Run(Line("'join'").Named("join").Merge(mode));

        Assert.Equal("", run.Complete("b", "").Lines());
        Assert.Equal("1:a", run.Open);
        Assert.Equal("join", run.Complete("a", "").Lines());
        Assert.Equal("3:after", run.Open);
    }

    [Fact]
    public void BothBranchesCompletedInEitherOrder_CountEveryTime()
    {
        var first = Run(Line("'join'").Named("join").Merge("Merge")).Complete("a", "").Complete("b", "");
        var second = Run(Line("'join'").Named("join").Merge("Merge")).Complete("b", "").Complete("a", "");

        Assert.Equal(("3:after", "3:after"), (first.Open, second.Open));
    }

    [Fact]
    public void Race_CancelsTheOtherBranch()
    {
        var run = Run(Line("'join'").Named("join").Merge("Race"));

        Assert.Equal("join", run.Complete("b", "").Lines());
        Assert.Contains(new Effect.TaskClosed(1, "superseded"), run.Effects);
        Assert.Equal("3:after", run.Open);
    }

    [Fact]
    public void Cascade_RunsTheFirstAndSwallowsTheOther()
    {
        var run = Run(Line("'join'").Named("join").Merge("Cascade"));

        Assert.Equal("join", run.Complete("a", "").Lines());
        Assert.Equal("2:b 3:after", run.Open);
        Assert.Equal("", run.Complete("b", "").Lines());
    }

    [Fact]
    public void StreamJoin_WaitsWhileTheOtherBranchIsUnderWay()
    {
        var run = Run(Line("'join'").Named("join").Merge("Stream"));

        Assert.Equal("", run.Complete("a", "").Lines());
        Assert.Equal("join", run.Complete("b", "").Lines());
    }

    [Fact]
    public void End_ClosesWhatElseIsOpen()
    {
        var run = new CaseRun(Workflow(Flow([Start, Task("a"), Task("b"), Do("End", "end")], "start -> a", "start -> b", "a -> end"))).Start();

        run.Complete("a", "");

        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
        Assert.Contains(new Effect.TaskClosed(2, "superseded"), run.Effects);
    }

    [Fact]
    public void NestedFlowchart_IsOneStep()
    {
        var inner = Flow([Task("x"), Do("End", "end")], "x -> end").Named("inner");
        var run = new CaseRun(Workflow(Flow([inner, Line("'after'").Named("after")], "inner -> after"))).Start();

        Assert.Equal("1:x", run.Open);
        Assert.Equal("after", run.Complete("x", "").Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void OutcomeWithoutConnection_FinishesAsInElsa() => Assert.Equal(InstanceStatus.Finished, new CaseRun(Workflow(Flow(
        [Do("FlowDecision", "decide", ("condition", Js("false"))), Task("a")], "decide.True -> a"))).Start().Instance!.Status);

    [Fact]
    public void FlowFork_OpensItsBranches() => Assert.Equal("1:a 2:b", new CaseRun(Workflow(Flow(
        [Do("FlowFork", "fork", ("branches", Js("['x', 'y']"))), Task("a"), Task("b")], "fork.x -> a", "fork.y -> b"))).Start().Open);

    [Fact]
    public void Loop_GoesRoundAndOpensNewVisits()
    {
        var again = Do("FlowDecision", "again", ("condition", Js("getDecision().again === true")));
        var task = Do("RunTask", "task", ("taskName", "t"), ("result", new JsonObject { ["memoryReference"] = new JsonObject { ["id"] = "decision" } }));
        var run = new CaseRun(Workflow(Flow([Start, task, again, Do("End", "end")], "start -> task", "task -> again", "again.True -> task", "again.False -> end"), ("decision", "Object", null))).Start();

        for (var visit = 1; visit < 5; visit++)
            Assert.Equal($"{visit + 1}:task", run.Do(new Act.Complete(visit, Facts.Of(("again", true)))).Open);
        Assert.Equal(InstanceStatus.Finished, run.Do(new Act.Complete(5, Facts.Of(("again", false)))).Instance!.Status);
    }

    [Fact]
    public void WithdrawnOnOneBranch_LeavesTheOtherAlone()
    {
        var run = new CaseRun(Workflow(Flow(
            [Start, Task("a"), Task("b"), Task("a2")], "start -> a", "start -> b", "a -> a2"))).Start();

        run.Complete("a", "").Do(new Act.Withdraw(1, Facts.Of(("opened", false))));

        Assert.Equal("2:b 4:a", run.Open);
        Assert.DoesNotContain(run.Effects, effect => effect is Effect.TaskClosed { Visit: 2 } or Effect.TaskOpened { ActivityId: "b" });
    }

    [Fact]
    public void ExtendedOnTheOtherBranch_KeepsItsDueWhenOneIsWithdrawn()
    {
        var due = Shipped.Morning.AddDays(9);
        var run = new CaseRun(Workflow(Flow([Start, Task("a"), Task("b"), Task("a2")], "start -> a", "start -> b", "a -> a2"))).Start();

        run.Complete("a", "").Do(new Act.Extend(2, due)).Do(new Act.Withdraw(1, Facts.Of(("opened", false))));

        Assert.Equal(new Deadline.At(due), run.Instance!.OpenVisits.Single(open => open.Visit == 2).Due);
    }

    [Fact]
    public void Finish_EndsTheWholeCaseFromWithin()
    {
        var inner = Flow([Do("Finish", "finish")]).Named("inner");
        var run = new CaseRun(Workflow(Flow([Start, Task("a"), inner], "start -> a", "start -> inner"))).Start();

        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
        Assert.Equal("", run.Open);
    }
}

file static class Naming
{
    public static JsonObject Named(this JsonObject activity, string id)
    {
        activity["id"] = id;
        return activity;
    }
}
