using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.SetVariable</c>.</summary>
internal sealed class SetVariableActivity : Node
{
    private readonly VariableReference? variable;
    private readonly Expression value;

    public SetVariableActivity(ActivityReader reader)
        : base(reader)
    {
        value = reader.Input("value") ?? new LiteralExpression(null);
        if (!reader.Has("variable"))
        {
            reader.Error("variable", ReasonCodes.NeedsProperty, "SetVariable", "variable");
            return;
        }

        var meant = reader.Element.GetProperty("variable");
        variable = VariableReader.Find(reader.Scope, meant);
        if (variable is null)
            reader.Error("variable", ReasonCodes.NoVariableHere, VariableReader.Describe(meant));
    }

    public override void Execute(Burst burst, Frame parent)
    {
        variable!.Set(parent, value.Evaluate(burst, parent));
        burst.Completed(this, parent, Outcomes.Done);
    }
}

/// <summary><c>Elsa.SetOutput</c>: an output of the workflow that the activity belongs to.</summary>
internal sealed class SetOutputActivity : Node
{
    private readonly Expression name;
    private readonly Expression value;
    private readonly int hops;

    public SetOutputActivity(ActivityReader reader)
        : base(reader)
    {
        name = reader.Required("outputName");
        value = reader.Input("outputValue") ?? new LiteralExpression(null);
        hops = reader.Scope.HopsToWorkflow();
    }

    public override void Execute(Burst burst, Frame parent)
    {
        new WorkflowOutput(name.Text(burst, parent), hops).Set(parent, value.Evaluate(burst, parent));
        burst.Completed(this, parent, Outcomes.Done);
    }
}

/// <summary><c>Elsa.SetName</c>: the name of the case.</summary>
internal sealed class SetNameActivity : Node
{
    private readonly Expression value;

    public SetNameActivity(ActivityReader reader)
        : base(reader)
    {
        value = reader.Required("value");
    }

    public override void Execute(Burst burst, Frame parent)
    {
        burst.Name = value.Text(burst, parent);
        burst.Completed(this, parent, Outcomes.Done);
    }
}

/// <summary><c>Elsa.Correlate</c>: what the case is found by.</summary>
internal sealed class CorrelateActivity : Node
{
    private readonly Expression correlation;
    private readonly Correlation around;

    public CorrelateActivity(ActivityReader reader)
        : base(reader)
    {
        correlation = reader.Required("correlationId");
        around = Correlation.Of(reader.Scope);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        around.Set(burst, parent, correlation.Text(burst, parent));
        burst.Completed(this, parent, Outcomes.Done);
    }
}
