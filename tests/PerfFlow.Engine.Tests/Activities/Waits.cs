using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Instances;
using static PerfFlow.Engine.Tests.Activities.Draw;

namespace PerfFlow.Engine.Tests.Activities;

/// <summary>Timers, events and other workflows.</summary>
public class Waits
{
    [Fact]
    public void Delay_WaitsForItsSpan()
    {
        var run = new CaseRun(Workflow(Sequence(Do("Delay", "delay", ("timeSpan", "01:00:00")), Line("'after'")))).Start();

        Assert.Equal(new Effect.TimerSet(1, "delay", new Deadline.At(Shipped.Morning.AddHours(1))), run.The<Effect.TimerSet>());
        run.Now = Shipped.Morning.AddHours(1);
        Assert.Equal("after", run.Do(new Act.FireTimer(1, "delay")).Lines());
    }

    [Fact]
    public void StartAtThatIsPast_DoesNotWait() => Assert.Equal("after", new CaseRun(Workflow(Sequence(
        Do("StartAt", "at", ("dateTime", Js("getInput('when')"))), Line("'after'")))).Start(("when", Shipped.Morning.AddDays(-1))).Lines());

    [Theory]
    [InlineData("0 0 * * * *", "2026-03-02T10:00:00+08:00")]
    [InlineData("30 15 9 * * *", "2026-03-02T09:15:30+08:00")]
    [InlineData("0 0 8 * * MON-FRI", "2026-03-03T08:00:00+08:00")]
    [InlineData("0 0 8 ? * SUN", "2026-03-08T08:00:00+08:00")]
    [InlineData("0 0 0 L * *", "2026-03-31T00:00:00+08:00")]
    [InlineData("0 */20 * * * *", "2026-03-02T09:20:00+08:00")]
    [InlineData("0 0 0 29 FEB *", "2028-02-29T00:00:00+08:00")]
    [InlineData("0 0 0 1,15 1-6/2 *", "2026-03-15T00:00:00+08:00")]
    public void Cron_GivesTheNextInstant(string schedule, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), CronSchedule.Parse(schedule, out _)!.After(Shipped.Morning));

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* * * 0 * *")]
    [InlineData("* * * * FOO *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("")]
    public void CronThatIsNone_IsRefused(string schedule)
    {
        Assert.Null(CronSchedule.Parse(schedule, out var reason));
        Assert.StartsWith("cron-", reason?.Code, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_WaitsForItsNameAndCorrelationAndGivesItsPayload()
    {
        var wait = Do("Event", "event", ("eventName", "paid"), ("result", new JsonObject { ["memoryReference"] = new JsonObject { ["id"] = "r" } }));
        var run = new CaseRun(Workflow(Sequence(Do("Correlate", "c", ("correlationId", "p-7")), wait, Line("getR().amount")), ("r", "Object", null))).Start();

        Assert.Equal(new Effect.WaitSet("paid", "p-7", 1), run.The<Effect.WaitSet>());
        Assert.Equal(("paid", "p-7"), run.Instance!.WaitingFor(1));
        Assert.Equal(RefusalCodes.NotWaiting, run.RefusalOf(new Act.DeliverEvent(1, "other", Facts.Empty)));
        Assert.Equal(RefusalCodes.ActNotAllowed, run.RefusalOf(new Act.Complete(1, Facts.Empty)));
        run.Do(new Act.DeliverEvent(1, "paid", Facts.Of(("amount", 12.5))));
        Assert.Equal("12.5", run.Lines());
        Assert.Contains(new Effect.WaitCleared(1), run.Effects);
    }

    [Fact]
    public void PublishEvent_TellsNameCorrelationAndPayload()
    {
        var run = new CaseRun(Workflow(Do("PublishEvent", "p", ("eventName", "done"), ("correlationId", "c"), ("payload", Js("({a: 1})"))))).Start();

        var published = run.The<Effect.EventPublished>();
        Assert.Equal(("done", "c", Facts.Of(("a", 1))), (published.Event, published.Correlation, published.Payload));
    }

    [Fact]
    public void ExecuteWorkflowThatWaits_RunsInsideTheCase()
    {
        var child = Definition("child", Sequence(Task("inner"), Do("SetOutput", "out", ("outputName", "Sum"), ("outputValue", Js("getInput('a') + 1")))));
        child["outputs"] = List(new JsonObject { ["name"] = "Sum", ["type"] = "Object" });
        var call = Do("ExecuteWorkflow", "call", ("workflowDefinitionId", "child"), ("waitForCompletion", true), ("input", Js("({a: 41})")),
            ("result", new JsonObject { ["memoryReference"] = new JsonObject { ["id"] = "r" } }));
        var run = new CaseRun(Load(Definition("parent", Sequence(call, Line("getR().output.Sum")), ("r", "Object", null)), child)).Start();

        Assert.Equal("1:inner", run.Open);
        Assert.Equal("42", run.Complete("inner", "").Lines());
    }

    [Fact]
    public void DispatchedWithoutWaiting_BecomesACaseOfItsOwn()
    {
        var child = Definition("child", Task("inner"));
        var run = new CaseRun(Load(Definition("parent", Sequence(Do("DispatchWorkflow", "call", ("workflowDefinitionId", "child"), ("input", Js("({a: 1})"))), Line("'on'"))), child)).Start();

        var started = run.The<Effect.CasesStarted>();
        Assert.Equal(("child", Facts.Of(("a", 1))), (started.DefinitionId, Assert.Single(started.Items)));
        Assert.Equal("on", run.Lines());
    }

    [Fact]
    public void BulkDispatchThatWaits_CompletesWithTheLast()
    {
        var child = Definition("child", Sequence(Task("inner"), Line("getInput('Item')")));
        var call = Do("BulkDispatchWorkflows", "call", ("workflowDefinitionId", "child"), ("items", Js("['x', 'y']")));
        var run = new CaseRun(Load(Definition("parent", Flow([call, Line("'all'")], "call.Completed -> line-'all'")), child)).Start();

        Assert.Equal("1:inner 2:inner", run.Open);
        Assert.Equal("y", run.Do(new Act.Complete(2, Facts.Empty)).Lines());
        Assert.Equal("x|all", run.Do(new Act.Complete(1, Facts.Empty)).Lines());
    }

    [Fact]
    public void WorkflowThatRunsItself_IsRefused()
    {
        var own = Definition("self", Do("ExecuteWorkflow", "call", ("workflowDefinitionId", "self"), ("waitForCompletion", true)));
        var load = PerfFlow.Engine.Definitions.DefinitionLoader.LoadAll([("self.json", System.Text.Encoding.UTF8.GetBytes(own.ToJsonString()))])[0];

        Assert.Contains(load.Errors, error => error.Reason.Code == ReasonCodes.RunsItself);
    }

    [Fact]
    public void InputWithADriver_StaysReadableAfterAWait()
    {
        var definition = Definition("kept", Sequence(Task("task"), Line("`${getInput('a')} ${getInput('b')}`")));
        definition["inputs"] = List(
            new JsonObject { ["name"] = "a", ["type"] = "Object", ["storageDriverType"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" },
            new JsonObject { ["name"] = "b", ["type"] = "Object" });

        Assert.Equal("1 null", new CaseRun(Load(definition)).Start(("a", 1), ("b", 2)).Complete("task", "").Lines());
    }

    [Fact]
    public void SetNameAndOutput_AreSeenOnTheInstance()
    {
        var run = new CaseRun(Workflow(Sequence(Do("SetName", "n", ("value", "事项一")), Do("SetOutput", "o", ("outputName", "x"), ("outputValue", Js("[1, 2]")))))).Start();

        Assert.Equal("事项一", run.Instance!.Name);
        Assert.Equal([1L, 2L], Assert.IsAssignableFrom<IReadOnlyList<object?>>(run.Instance.Outputs["x"]));
        Assert.Equal(InstanceStatus.Finished, run.Instance.Status);
    }
}
