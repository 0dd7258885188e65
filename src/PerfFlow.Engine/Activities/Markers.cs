using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.Start</c>: a place that a drawing can name.</summary>
internal sealed class MarkerNode(ActivityReader reader) : Node(reader)
{
    public override void Execute(Burst burst, Frame parent) => burst.Completed(this, parent, Outcomes.Done);
}

/// <summary><c>Elsa.End</c>: the flowchart around it completes at once, whatever else runs in it.</summary>
internal sealed class EndNode(ActivityReader reader) : Node(reader)
{
    public override bool IsTerminal => true;

    public override void Execute(Burst burst, Frame parent) => burst.Completed(this, parent, Outcomes.Done);
}

/// <summary><c>Elsa.Finish</c>: the whole case is finished at once.</summary>
internal sealed class FinishNode(ActivityReader reader) : Node(reader)
{
    public override void Execute(Burst burst, Frame parent) => burst.Finish(Outcomes.Done);
}

/// <summary><c>Elsa.Complete</c>: the workflow that it belongs to completes with these outcomes.</summary>
internal sealed class CompleteNode : Node
{
    private readonly Expression outcomes;

    public CompleteNode(ActivityReader reader)
        : base(reader)
    {
        outcomes = reader.Input("outcomes") ?? new LiteralExpression(null);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var given = outcomes.Evaluate(burst, parent) switch
        {
            string text => [text],
            IReadOnlyList<object?> list => list.Select(item => Operators.ToText(JsValue.From(item))).ToArray(),
            _ => (string[])["Done"],
        };
        var frame = parent;
        while (frame.Node is not WorkflowNode)
            frame = frame.Parent!;
        burst.Complete(frame, new Outcomes(given));
    }
}

/// <summary><c>Elsa.Fault</c>: the case stops here and waits for repair.</summary>
internal sealed class FaultNode : Node
{
    private readonly Expression code;
    private readonly Expression message;

    public FaultNode(ActivityReader reader)
        : base(reader)
    {
        code = reader.Input("code") ?? new LiteralExpression(null);
        message = reader.Input("message") ?? new LiteralExpression(null);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var text = message.Text(burst, parent);
        burst.Fault(this, parent, text.Length > 0 ? text : code.Text(burst, parent));
    }
}

/// <summary><c>Elsa.WriteLine</c>.</summary>
internal sealed class WriteLineNode : Node
{
    private readonly Expression text;

    public WriteLineNode(ActivityReader reader)
        : base(reader)
    {
        text = reader.Input("text") ?? new LiteralExpression(null);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        burst.Emit(new Effect.LineWritten(text.Text(burst, parent)));
        burst.Completed(this, parent, Outcomes.Done);
    }
}
