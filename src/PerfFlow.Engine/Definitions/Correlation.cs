using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Definitions;

/// <summary>
/// The correlation that an activity sees: that of its case, or of the workflow around it that was executed with one of its own. A
/// workflow that is used as an activity has none: in Elsa it runs in the same instance.
/// </summary>
internal sealed class Correlation
{
    /// <summary>The variable in which an executed workflow keeps its own.</summary>
    public const string Name = "$correlation";

    private readonly VariableReference? own;

    private Correlation(VariableReference? own) => this.own = own;

    public static Correlation Of(VariableScope scope)
    {
        var hops = 0;
        for (var at = scope; at is not null; at = at.Outer)
        {
            var index = at.Variables.FindIndex(variable => variable.Name == Name);
            if (index >= 0)
                return new Correlation(new VariableReference(at.Variables[index], hops, index));
            // between a workflow and what runs it stands the frame of the activity
            hops += at.Outer is { } outer && outer.Workflow != at.Workflow ? 2 : 1;
        }

        return new Correlation(null);
    }

    /// <param name="frame">Of the container around the activity.</param>
    public string? Get(Burst burst, Frame frame) => own is null ? burst.CorrelationId : own.Get(frame) as string;

    public void Set(Burst burst, Frame frame, string value)
    {
        if (own is null)
            burst.CorrelationId = value;
        else
            own.Set(frame, value);
    }
}
