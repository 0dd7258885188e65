using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using static PerfFlow.Engine.Tests.Activities.Draw;

namespace PerfFlow.Engine.Tests.Activities;

/// <summary>Sequences, branches and loops, with waits inside them that go through the codec.</summary>
public class Structured
{
    [Fact]
    public void ForEach_RunsTheBodyPerItemAndWaitsInIt()
    {
        var run = new CaseRun(Workflow(Do("ForEach", "loop", ("items", Js("['a', 'b', 'c']")), ("body", Sequence(Line("getCurrentIndex() + variables.CurrentValue"), Task("task"))))));

        Assert.Equal("0a", run.Start().Lines());
        Assert.Equal("1b", run.Complete("task", "").Lines());
        Assert.Equal("2c", run.Complete("task", "").Lines());
        Assert.Equal(InstanceStatus.Finished, run.Complete("task", "").Instance!.Status);
    }

    [Theory]
    [InlineData("1", "3", "1", "true", "1|2|3")]
    [InlineData("1", "3", "1", "false", "1|2")]
    [InlineData("3", "1", "-1", "true", "3|2|1")]
    [InlineData("3", "1", "-1", "false", "3|2")]
    [InlineData("5", "1", "1", "true", "")]
    [InlineData("0", "10", "4", "true", "0|4|8")]
    public void For_CountsAsTold(string start, string end, string step, string inclusive, string lines)
    {
        var run = new CaseRun(Workflow(Do(
            "For", "loop", ("start", Js(start)), ("end", Js(end)), ("step", Js(step)), ("outerBoundInclusive", Js(inclusive)), ("body", Line("getCurrentValue()")))));

        Assert.Equal(lines, run.Start().Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void While_ReadsItsConditionBeforeEveryRound()
    {
        var run = new CaseRun(Workflow(
            Do("While", "loop", ("condition", Js("getN() < 3")), ("body", Sequence(Line("getN()"), Set("N", "getN() + 1")))), ("N", "Int32", "0")));

        Assert.Equal("0|1|2", run.Start().Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void WhileWithoutEnd_FaultsInsteadOfHanging()
    {
        var run = new CaseRun(Workflow(Do("While", "loop", ("condition", Js("true")), ("body", Do("Start", "nothing")))));

        Assert.Equal(InstanceStatus.Faulted, run.Start().Instance!.Status);
        Assert.Equal(ReasonCodes.EndlessRound, Reason.Read(run.Instance!.Incidents[0].Message)?.Code);
    }

    [Fact]
    public void Break_EndsTheInnerLoopOnly()
    {
        var inner = Do("ForEach", "inner", ("items", Js("[1, 2, 3]")), ("body", Sequence(
            Do("If", "if", ("condition", Js("getCurrentValue() === 2")), ("then", Do("Break", "break"))),
            Line("getCurrentValue()"))));
        var run = new CaseRun(Workflow(Do("For", "outer", ("start", Js("1")), ("end", Js("2")), ("body", inner))));

        Assert.Equal("1|1", run.Start().Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void ParallelForEach_OpensAllAndEndsWithTheLast()
    {
        var run = new CaseRun(Workflow(Sequence(
            Do("ParallelForEach", "all", ("items", Js("['x', 'y', 'z']")), ("body", Sequence(Task("task"), Line("getCurrentValue()")))),
            Line("'end'"))));

        Assert.Equal("1:task 2:task 3:task", run.Start().Open);
        Assert.Equal("y", run.Do(new Act.Complete(2, Facts.Empty)).Lines());
        Assert.Equal("x", run.Do(new Act.Complete(1, Facts.Empty)).Lines());
        Assert.Equal("z|end", run.Do(new Act.Complete(3, Facts.Empty)).Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Theory]
    [InlineData("WaitAll", "1:a 2:b", "2:b")]
    [InlineData("WaitAny", "1:a 2:b", "")]
    public void Fork_EndsAsItsModeSays(string mode, string opened, string after)
    {
        var run = new CaseRun(Workflow(Do("Fork", "fork", ("joinMode", mode), ("branches", List(Task("a"), Task("b"))))));

        Assert.Equal(opened, run.Start().Open);
        Assert.Equal(after, run.Do(new Act.Complete(1, Facts.Empty)).Open);
        if (mode == "WaitAny")
            Assert.Contains(new Effect.TaskClosed(2, "superseded"), run.Effects);
    }

    [Theory]
    [InlineData("MatchFirst", "b")]
    [InlineData("MatchAny", "b|c")]
    public void Switch_RunsWhatMatches(string mode, string lines)
    {
        var run = new CaseRun(Workflow(Do("Switch", "switch", ("mode", mode), ("cases", List(Case("false", "'a'"), Case("true", "'b'"), Case("1 === 1", "'c'"))), ("default", Line("'d'")))));

        Assert.Equal(lines, run.Start().Lines());
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void SwitchWithoutMatch_RunsTheDefault() => Assert.Equal("d", new CaseRun(Workflow(
        Do("Switch", "switch", ("cases", List(Case("false", "'a'"))), ("default", Line("'d'"))))).Start().Lines());

    [Theory]
    [InlineData("true", "then")]
    [InlineData("false", "else")]
    [InlineData("''", "else")]
    public void If_TakesOneSide(string condition, string line) => Assert.Equal(line, new CaseRun(Workflow(
        Do("If", "if", ("condition", Js(condition)), ("then", Line("'then'")), ("else", Line("'else'"))))).Start().Lines());

    [Fact]
    public void InnerVariable_HidesTheOuterOne()
    {
        var inner = Sequence(Set("x", "'inner'"), Line("getX()"));
        inner["variables"] = List(new JsonObject { ["id"] = "x", ["name"] = "x", ["typeName"] = "String", ["value"] = "inner default" });
        var run = new CaseRun(Workflow(Sequence(inner, Line("getX()")), ("x", "String", "outer")));

        Assert.Equal("inner|outer", run.Start().Lines());
    }

    [Fact]
    public void VariableWithoutDriver_IsLostWhenTheCaseWaits()
    {
        var root = Sequence(Set("kept", "1"), Set("lost", "1"), Task("task"), Line("`${getKept()} ${getLost()}`"));
        root["variables"] = List(new JsonObject { ["id"] = "lost", ["name"] = "lost", ["typeName"] = "Object" });
        var run = new CaseRun(Workflow(root, ("kept", "Int32", null))).Start();

        Assert.Equal("1 null", run.Complete("task", "").Lines());
    }

    [Fact]
    public void FailingExpression_FaultsTheCaseAndKeepsItForRepair()
    {
        var run = new CaseRun(Workflow(Sequence(Task("task"), Line("getN().x.y")), ("N", "Object", null))).Start();

        run.Complete("task", "");

        Assert.Equal(InstanceStatus.Faulted, run.Instance!.Status);
        Assert.Equal("line-getN().x.y", run.Instance.Incidents[0].ActivityId);
        Assert.Equal(RefusalCodes.Faulted, run.RefusalOf(new Act.Waive(Facts.Empty)));
        Assert.Equal(InstanceStatus.Voided, run.Do(new Act.Void(Facts.Empty)).Instance!.Status);
    }

    private static JsonObject Case(string condition, string line) => new()
    {
        ["label"] = line,
        ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = condition },
        ["activity"] = Line(line),
    };
}
