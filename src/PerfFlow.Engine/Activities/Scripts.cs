using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.RunJavaScript</c>, as far as its script is one expression.</summary>
internal sealed class RunJavaScriptNode : Node
{
    private readonly Expression script;
    private readonly OutputTarget result;

    public RunJavaScriptNode(ActivityReader reader)
        : base(reader)
    {
        script = reader.Constant("script", null) is string source
            ? ExpressionReader.Script(reader, source, $"{reader.Path}.script", "script") ?? new LiteralExpression(null)
            : new LiteralExpression(null);
        result = reader.Output("result");
    }

    public override void Execute(Burst burst, Frame parent)
    {
        burst.ScriptOutcomes = null;
        if (script.Evaluate(burst, parent) is { } value)
            result.Set(burst, parent, value);
        burst.Completed(this, parent, burst.ScriptOutcomes is { } outcomes ? new Outcomes(outcomes) : Outcomes.Done);
    }
}
