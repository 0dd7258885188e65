using System.Globalization;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>A workflow that is used as an activity: it runs inside the case, with inputs and outputs of its own.</summary>
internal sealed class WorkflowActivityNode : Node
{
    private readonly (string Name, Expression Value)[] inputs;
    private readonly (string Name, OutputTarget Target)[] outputs;
    private readonly WorkflowNode? workflow;

    public WorkflowActivityNode(ActivityReader reader, DefinitionSource source)
        : base(reader)
    {
        workflow = SubWorkflows.Read(reader, source, "type", byId: source.VersionId.Length == 0 || source.VersionId != reader.Text("workflowDefinitionVersionId"), correlates: false);
        inputs = workflow is null ? [] : [.. workflow.Scope.Workflow.Inputs
            .Select(name => (name, reader.Input(Camel(name))))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => (pair.name, pair.Item2!))];
        outputs = workflow is null ? [] : [.. workflow.Scope.Workflow.Outputs.Select(name => (name, reader.Output(Camel(name))))];
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var given = Facts.Of([.. inputs.Select(input => (input.Name, input.Value.Evaluate(burst, parent)))]);
        workflow!.Begin(burst, burst.Open(this, parent), given);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        foreach (var (name, target) in outputs)
            target.Set(burst, frame.Parent!, burst.ChildOutputs.GetValueOrDefault(name));
        burst.Complete(frame, outcomes);
    }

    private static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>
/// <c>Elsa.ExecuteWorkflow</c>, and <c>Elsa.DispatchWorkflow</c> that waits: the other workflow runs inside the case. Where
/// nobody waits and the other workflow does wait for something, it becomes a case of its own.
/// </summary>
internal sealed class ExecuteWorkflowNode : Node
{
    private readonly Expression definitionId;
    private readonly Expression input;
    private readonly OutputTarget result;
    private readonly Expression? ownCorrelation;
    private readonly Correlation around;
    private readonly WorkflowNode? workflow;
    private readonly bool outputOnly;

    public ExecuteWorkflowNode(ActivityReader reader, bool dispatches)
        : base(reader)
    {
        outputOnly = dispatches;
        definitionId = reader.Required("workflowDefinitionId");
        input = reader.Input("input") ?? new LiteralExpression(null);
        result = reader.Output("result");
        ownCorrelation = reader.Input("correlationId");
        around = Correlation.Of(reader.Scope);
        var waits = reader.Constant("waitForCompletion", false) is true or "true" or "True";
        if (dispatches && !waits)
            return;
        if (waits)
        {
            workflow = SubWorkflows.ReadById(reader, definitionId);
            return;
        }

        if (!definitionId.TryConstant(out var id) || id is not string text || reader.Context.Find(text) is not { } known)
            return;
        var before = reader.Context.Mark();
        workflow = SubWorkflows.Read(reader, known, "workflowDefinitionId", byId: true);
        if (reader.Context.Nodes.Skip(before.Nodes).Any(node => node is WaitingNode))
        {
            reader.Context.Forget(before);
            workflow = null;
        }
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var given = input.Evaluate(burst, parent) as Facts ?? Facts.Empty;
        if (workflow is not null)
        {
            var correlation = ownCorrelation?.Text(burst, parent) is { Length: > 0 } own ? own : around.Get(burst, parent);
            workflow.Begin(burst, burst.Open(this, parent), given, correlation);
            return;
        }

        burst.StartCases(Dispatches.Target(burst, parent, definitionId, Name), [given]);
        burst.Completed(this, parent, Outcomes.Done);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        result.Set(burst, frame.Parent!, outputOnly
            ? burst.ChildOutputs
            : Facts.Of(("status", "Finished"), ("subStatus", "Finished"), ("output", burst.ChildOutputs)));
        burst.Complete(frame, Outcomes.Done);
    }
}

internal static class SubWorkflows
{
    /// <summary>The library's definition that an activity type means: by version, by definition, or by its name.</summary>
    public static DefinitionSource? ByActivity(ActivityReader reader)
    {
        var library = reader.Context.Library;
        var version = reader.Text("workflowDefinitionVersionId");
        var definition = reader.Text("workflowDefinitionId");
        return library.Concat(reader.Context.Others).FirstOrDefault(source => version is { Length: > 0 } && source.VersionId == version)
            ?? (definition is null ? null : reader.Context.Find(definition))
            ?? library.Where(source => source.UsableAsActivity && WorkflowScope.Pascal(source.Name) == reader.Type).MaxBy(source => source.Version);
    }

    /// <summary>No activity, and no definition of the library that could be one.</summary>
    public static void Missing(ActivityReader reader)
    {
        if ((reader.Text("workflowDefinitionId") ?? reader.Text("workflowDefinitionVersionId")) is { } named)
            reader.Error("type", ReasonCodes.NoDefinition, named);
        else
            reader.Error("type", ReasonCodes.NoActivity, reader.Type);
    }

    /// <summary>Compiles the definition that an input names, which must be a literal because the graph depends on it.</summary>
    public static WorkflowNode? ReadById(ActivityReader reader, Expression definitionId)
    {
        if (definitionId.TryConstant(out var id) && id is string text && reader.Context.Find(text) is { } known)
            return Read(reader, known, "workflowDefinitionId", byId: true);
        if (id is null)
            reader.Error("workflowDefinitionId", ReasonCodes.LiteralDefinition);
        else
            reader.Error("workflowDefinitionId", ReasonCodes.NoDefinition, Convert.ToString(id, CultureInfo.InvariantCulture));
        return null;
    }

    /// <summary>Compiles it as a part of the workflow that is being read.</summary>
    public static WorkflowNode? Read(ActivityReader reader, DefinitionSource source, string property, bool byId, bool correlates = true)
    {
        if (reader.Context.Enter(source) is { } circle)
        {
            reader.Error(property, ReasonCodes.RunsItself, source.DefinitionId, string.Join(" → ", circle));
            return null;
        }

        var workflow = WorkflowReader.Read(reader.Context, source, reader.Scope, reader.Id, $"{reader.Path}.{property}({source.DefinitionId})", correlates);
        reader.Context.Leave();
        reader.Context.Takes(reader.Id, source, byId);
        return workflow;
    }
}
