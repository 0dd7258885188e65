using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Expressions;

/// <summary>The value of a property of an activity.</summary>
internal abstract class Expression
{
    /// <summary>The value, if it is the same always.</summary>
    public virtual bool TryConstant(out object? value)
    {
        value = null;
        return false;
    }

    /// <summary>The value here and now.</summary>
    /// <param name="burst">The work of one act.</param>
    /// <param name="frame">The frame of the container of the activity.</param>
    public abstract object? Evaluate(Burst burst, Frame frame);

    public virtual bool Test(Burst burst, Frame frame) => Operators.Truthy(JsValue.From(Evaluate(burst, frame)));

    public string Text(Burst burst, Frame frame) => Evaluate(burst, frame) is { } value ? Operators.ToText(JsValue.From(value)) : "";
}

internal sealed class LiteralExpression(object? literal) : Expression
{
    public override bool TryConstant(out object? value)
    {
        value = literal;
        return true;
    }

    public override object? Evaluate(Burst burst, Frame frame) => literal;

    /// <summary>The literal as its declared type has it: Elsa's files write numbers as text.</summary>
    public LiteralExpression As(FactType type) => new(FactTypes.Converted(literal, type));

    public override bool Test(Burst burst, Frame frame) =>
        literal is string text ? string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) : base.Test(burst, frame);
}

internal sealed class VariableExpression(VariableReference variable) : Expression
{
    public override object? Evaluate(Burst burst, Frame frame) => variable.Get(frame);
}

internal sealed class InputExpression(string name, InputSource source) : Expression
{
    public override object? Evaluate(Burst burst, Frame frame) => source.Get(burst, frame, name, out var value) ? value : null;
}

/// <summary>
/// Reads inputs of the workflow that an activity belongs to: of the act or, where it does not say, those kept from the start;
/// inside another workflow those that it gave.
/// </summary>
internal sealed class InputSource(bool nested, int hops)
{
    public bool Get(Burst burst, Frame frame, string name, out object? value)
    {
        if (!nested && burst.Input.TryGetValue(name, out value))
            return true;
        for (var i = 0; i < hops; i++)
            frame = frame.Parent!;
        value = null;
        return frame.Variables[WorkflowScope.InputsIndex] is Facts inputs && inputs.TryGetValue(name, out value);
    }
}

/// <summary>A compiled JavaScript expression.</summary>
internal sealed class JavaScriptExpression(JsNode node) : Expression
{
    public JsNode Node { get; } = node;

    public override object? Evaluate(Burst burst, Frame frame) => Node.Evaluate(burst.Script(frame)).ToFact();

    public override bool Test(Burst burst, Frame frame) => Operators.Truthy(Node.Evaluate(burst.Script(frame)));
}
