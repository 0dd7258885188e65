using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>A workflow around its root activity: it owns the variables, the inputs and the outputs.</summary>
internal sealed class WorkflowNode(string id, string name, VariableScope scope) : ContainerNode(id, name, "Workflow", scope)
{
    /// <summary>Set once, when the root has been read.</summary>
    public Node Root { get; set; } = null!;

    public override void Execute(Burst burst, Frame parent) => throw new InvalidOperationException("A workflow is begun, not executed.");

    /// <summary>Begins it as a case of its own.</summary>
    public void Begin(Burst burst)
    {
        var frame = Open(burst, null);
        if (Scope.Workflow.KeptInputs.Count > 0)
            frame.Set(WorkflowScope.InputsIndex, burst.Input.Only([.. Scope.Workflow.KeptInputs]));
        burst.Schedule(Root, frame);
    }

    /// <summary>Begins it inside another workflow.</summary>
    /// <param name="correlation">Its own, where it has one.</param>
    public void Begin(Burst burst, Frame parent, Facts inputs, string? correlation = null)
    {
        var frame = Open(burst, parent);
        frame.Set(WorkflowScope.InputsIndex, inputs);
        if (Scope.Variables.Count > WorkflowScope.OutputsIndex + 1 && Scope.Variables[WorkflowScope.OutputsIndex + 1].Name == Correlation.Name)
            frame.Set(WorkflowScope.OutputsIndex + 1, correlation);
        burst.Schedule(Root, frame);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes) => burst.Complete(frame, Outcomes.Done);
}
