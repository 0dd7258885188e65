using System.Collections.Frozen;
using System.Text.Json;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Activities;

/// <summary>The activity types that can be run. What is not here, and is no workflow of the library, is refused at load.</summary>
internal static class ActivityTypes
{
    private static readonly FrozenDictionary<string, Func<ActivityReader, Node>> Known = new Dictionary<string, Func<ActivityReader, Node>>(StringComparer.Ordinal)
    {
        ["Elsa.Flowchart"] = reader => new Flowchart(reader),
        ["Elsa.Start"] = reader => new MarkerNode(reader),
        ["Elsa.End"] = reader => new EndNode(reader),
        ["Elsa.Finish"] = reader => new FinishNode(reader),
        ["Elsa.Complete"] = reader => new CompleteNode(reader),
        ["Elsa.Fault"] = reader => new FaultNode(reader),
        ["Elsa.FlowDecision"] = reader => new FlowDecisionNode(reader),
        ["Elsa.FlowSwitch"] = reader => new FlowSwitchNode(reader),
        ["Elsa.FlowFork"] = reader => new FlowForkNode(reader),
        ["Elsa.FlowJoin"] = reader => new FlowJoinNode(reader),
        ["Elsa.SetVariable"] = reader => new SetVariableActivity(reader),
        ["Elsa.SetOutput"] = reader => new SetOutputActivity(reader),
        ["Elsa.SetName"] = reader => new SetNameActivity(reader),
        ["Elsa.Correlate"] = reader => new CorrelateActivity(reader),
        ["Elsa.WriteLine"] = reader => new WriteLineNode(reader),
        ["Elsa.RunTask"] = reader => new RunTaskNode(reader),
        ["Elsa.Delay"] = reader => new DelayNode(reader, "timeSpan"),
        ["Elsa.Timer"] = reader => new DelayNode(reader, "interval"),
        ["Elsa.Cron"] = reader => new CronNode(reader),
        ["Elsa.StartAt"] = reader => new StartAtNode(reader),
        ["Elsa.BulkDispatchWorkflows"] = reader => new BulkDispatchNode(reader),
        ["Elsa.DispatchWorkflow"] = reader => new ExecuteWorkflowNode(reader, dispatches: true),
        ["Elsa.ExecuteWorkflow"] = reader => new ExecuteWorkflowNode(reader, dispatches: false),
        ["Elsa.Sequence"] = reader => new SequenceNode(reader),
        ["Elsa.FlowNode"] = reader => new BoxNode(reader),
        ["Elsa.If"] = reader => new IfNode(reader),
        ["Elsa.Switch"] = reader => new SwitchNode(reader),
        ["Elsa.Parallel"] = reader => new ParallelNode(reader, "activities"),
        ["Elsa.Fork"] = reader => new ParallelNode(reader, "branches"),
        ["Elsa.For"] = reader => new ForNode(reader),
        ["Elsa.ForEach"] = reader => new ForEachNode(reader),
        ["Elsa.While"] = reader => new WhileNode(reader),
        ["Elsa.ParallelForEach"] = reader => new ParallelForEachNode(reader),
        ["Elsa.Break"] = reader => new BreakNode(reader),
        ["Elsa.Event"] = reader => new EventNode(reader),
        ["Elsa.PublishEvent"] = reader => new PublishEventNode(reader),
        ["Elsa.RunJavaScript"] = reader => new RunJavaScriptNode(reader),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Compiles one activity; null if it is wrong, which the context then knows.</summary>
    public static Node? Read(LoadContext context, VariableScope scope, JsonElement element, string path, string? owner, string? property)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            context.Error(path, owner, property, ReasonCodes.ActivityShape);
            return null;
        }

        var reader = new ActivityReader(context, scope, element, path, type.GetString()!);
        Node? node = null;
        var mark = context.Nodes.Count;
        if (Known.TryGetValue(reader.Type, out var make))
            node = make(reader);
        else if (SubWorkflows.ByActivity(reader) is { } workflow)
            node = new WorkflowActivityNode(reader, workflow);
        else
            SubWorkflows.Missing(reader);
        if (node is not null)
        {
            context.Enclose(mark, node);
            context.Add(node);
        }

        return node;
    }
}
