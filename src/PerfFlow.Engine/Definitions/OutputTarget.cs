using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Definitions;

/// <summary>An output of the workflow that an activity belongs to.</summary>
internal sealed record WorkflowOutput(string Name, int Hops)
{
    public void Set(Frame frame, object? value)
    {
        for (var i = 0; i < Hops; i++)
            frame = frame.Parent!;
        var outputs = frame.Variables[WorkflowScope.OutputsIndex] as Facts ?? Facts.Empty;
        frame.Set(WorkflowScope.OutputsIndex, outputs.With(Name, value));
    }
}

/// <summary>Where an output of an activity goes.</summary>
internal sealed class OutputTarget(string activityId, string activityName, string output)
{
    public VariableReference? Variable { get; set; }

    public WorkflowOutput? WorkflowOutput { get; set; }

    public void Set(Burst burst, Frame frame, object? value)
    {
        Variable?.Set(frame, value);
        WorkflowOutput?.Set(frame, value);
        burst.Results?.Set(activityId, activityName, output, value);
    }
}

/// <summary>What activities gave in this burst, kept only for definitions whose scripts ask for it by activity.</summary>
internal sealed class ActivityResults
{
    private readonly Dictionary<string, object?> values = new(StringComparer.OrdinalIgnoreCase);

    public object? Last { get; private set; }

    public object? Get(string activity, string output) => values.GetValueOrDefault($"{activity}\n{output}");

    public void Set(string id, string name, string output, object? value)
    {
        values[$"{id}\n{output}"] = value;
        values[$"{name}\n{output}"] = value;
        Last = value;
    }
}
