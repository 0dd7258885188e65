using System.Text;
using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using static PerfFlow.Engine.Tests.Activities.Draw;
using static PerfFlow.Engine.Tests.Acts.Operators;

namespace PerfFlow.Engine.Tests.Definitions;

/// <summary>A definition that runs others inside itself: which version is meant, what was taken, circles, drawing.</summary>
public class DefinitionsInside
{
    [Fact]
    public void IdMeansThePublishedVersion_AndTheIdOfAVersionThatOne()
    {
        var (old, now) = (Child(1, "一"), Child(2, "二"));
        var library = new DefinitionLibrary([old], [now]);

        // The published version is meant although a higher one is there: somebody went back.
        var byId = Load(Bytes(Definition("whole", Runs("a", ("workflowDefinitionId", "child")))), library);
        Assert.Equal((1, true), (byId.Parts.Single().Version, byId.Parts.Single().ById));
        var byVersion = Load(Bytes(Definition("whole", Runs("a", ("workflowDefinitionId", "child"), ("workflowDefinitionVersionId", "child-2")))), library);
        Assert.Equal((2, false), (byVersion.Parts.Single().Version, byVersion.Parts.Single().ById));
        Assert.Equal("二", byVersion.HumanSteps.Single().Name);

        // What was taken is enough to compile it again.
        var part = byVersion.Parts.Single();
        var again = Load(byVersion.Source.ToArray(), new DefinitionLibrary([], [part.Source]));
        Assert.Equal(byVersion.HumanSteps.Single().ActivityId, again.HumanSteps.Single().ActivityId);
    }

    [Fact]
    public void PartsOfParts_AreTaken_WithTheirOwners()
    {
        var middle = Definition("middle", Do("ExecuteWorkflow", "m", ("workflowDefinitionId", "child"), ("waitForCompletion", true)));
        var whole = Load(Bytes(Definition("whole", Do("ExecuteWorkflow", "w", ("workflowDefinitionId", "middle"), ("waitForCompletion", true)))), new DefinitionLibrary([Bytes(middle), Child(1, "一")], []));

        Assert.Equal([("middle", "m", "child"), ("whole", "w", "middle")], whole.Parts.Select(p => (p.Owner, p.Activity, p.DefinitionId)));
        var started = Assert.IsType<Decision.Accepted>(WorkflowEngine.Decide(whole, null, new Act.Start(Facts.Empty), Shipped.Morning)).Instance;
        Assert.Equal("step", InstanceCodec.Read(whole, InstanceCodec.Write(started)).OpenVisits.Single().ActivityId);
        Assert.Equal(["step"], Drawing.Of(whole).Steps.Where(s => s.Kind == DrawnKind.Human).Select(s => s.Id));
    }

    [Fact]
    public void WhatNobodyWaitsFor_IsAPartOnlyWhereItRunsInside()
    {
        static JsonObject Unwaited(string type) => Definition("whole", Do(type, "d", ("workflowDefinitionId", "child"), ("waitForCompletion", false)));
        var (waits, writes) = (new DefinitionLibrary([Child(1, "一")], []), new DefinitionLibrary([Bytes(Definition("child", Line("'written'")))], []));
        Assert.Empty(Load(Bytes(Unwaited("DispatchWorkflow")), writes).Parts);
        Assert.Empty(Load(Bytes(Unwaited("ExecuteWorkflow")), waits).Parts);
        Assert.Single(Load(Bytes(Unwaited("ExecuteWorkflow")), writes).Parts);
    }

    [Fact]
    public void Circle_IsRefusedWithItsWay()
    {
        var inner = Definition("inner", Do("ExecuteWorkflow", "i", ("workflowDefinitionId", "outer"), ("waitForCompletion", true)));
        var outer = Definition("outer", Do("ExecuteWorkflow", "o", ("workflowDefinitionId", "inner"), ("waitForCompletion", true)));
        var error = Assert.Single(DefinitionLoader.Load("outer.json", Bytes(outer), new DefinitionLibrary([Bytes(inner), Bytes(outer)], [])).Errors);
        Assert.Equal("$.root.workflowDefinitionId(inner).root.workflowDefinitionId", error.Path);
        Assert.Equal((ReasonCodes.RunsItself, "outer → inner → outer"), (error.Reason.Code, error.Reason.Args[1]));
    }

    /// <summary>Executed with one of its own it keeps it to itself; without, and as an activity, it shares that of the case.</summary>
    [Theory]
    [InlineData("ExecuteWorkflow", "own", "own|case")]
    [InlineData("ExecuteWorkflow", null, "case|case")]
    [InlineData("Child", null, "case|case")]
    public void Correlation_IsThatOfTheWorkflowAround(string type, string? given, string lines)
    {
        var child = Definition("child", Line("getCorrelationId()"));
        var run = type == "Child" ? Runs("c", ("workflowDefinitionId", "child")) : Do(type, "c", ("workflowDefinitionId", "child"), ("waitForCompletion", true), ("correlationId", given));
        var whole = Load(Bytes(Definition("whole", Sequence(Do("Correlate", "k", ("correlationId", "case")), run, Line("getCorrelationId()")))), new DefinitionLibrary([Bytes(child)], []));

        var started = Assert.IsType<Decision.Accepted>(WorkflowEngine.Decide(whole, null, new Act.Start(Facts.Empty), Shipped.Morning));
        Assert.Equal(lines, string.Join('|', started.Effects.OfType<Effect.LineWritten>().Select(line => line.Text)));
    }

    private static WorkflowDefinition Load(byte[] source, DefinitionLibrary library)
    {
        var load = DefinitionLoader.Load("test.json", source, library);
        Assert.Empty(load.Errors);
        return load.Definition!;
    }

    private static byte[] Child(int version, string name)
    {
        var child = Definition("child", Human("step"));
        child["id"] = $"child-{version}";
        child["version"] = version;
        child["root"]!["metadata"] = new JsonObject { ["displayText"] = name };
        return Bytes(child);
    }

    private static JsonObject Runs(string id, params (string Property, JsonNode? Value)[] named)
    {
        var made = Do("x", id, named);
        made["type"] = "Child";
        return made;
    }

    private static byte[] Bytes(JsonObject definition) => Encoding.UTF8.GetBytes(definition.ToJsonString());
}
