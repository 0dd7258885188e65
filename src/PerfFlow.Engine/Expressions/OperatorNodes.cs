namespace PerfFlow.Engine.Expressions;

internal sealed class UnaryNode(int column, string symbol, JsNode operand) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        var value = operand.Evaluate(context);
        return symbol switch
        {
            "!" => !Operators.Truthy(value),
            "-" => -Operators.ToNumber(value),
            "+" => Operators.ToNumber(value),
            "~" => (double)~Operators.ToInt32(value),
            "typeof" => Operators.TypeOf(value),
            _ => JsValue.Undefined,
        };
    }
}

/// <summary><c>===</c> and <c>!==</c>: what nearly every condition of a definition is.</summary>
internal sealed class StrictEqualsNode(int column, JsNode left, JsNode right, bool negate) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) => Operators.StrictEquals(left.Evaluate(context), right.Evaluate(context)) != negate;
}

internal sealed class LogicalNode(int column, string symbol, JsNode left, JsNode right) : JsNode(column)
{
    public string Symbol { get; } = symbol;

    public override JsValue Evaluate(JsContext context)
    {
        var value = left.Evaluate(context);
        var takesRight = Symbol switch
        {
            "&&" => Operators.Truthy(value),
            "||" => !Operators.Truthy(value),
            _ => value.IsNullish,
        };
        return takesRight ? right.Evaluate(context) : value;
    }
}

internal sealed class ConditionalNode(int column, JsNode condition, JsNode then, JsNode otherwise) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context) =>
        Operators.Truthy(condition.Evaluate(context)) ? then.Evaluate(context) : otherwise.Evaluate(context);
}

internal sealed class CommaNode(int column, JsNode first, JsNode second) : JsNode(column)
{
    public override JsValue Evaluate(JsContext context)
    {
        first.Evaluate(context);
        return second.Evaluate(context);
    }
}

internal sealed class BinaryNode(int column, string symbol, JsNode left, JsNode right) : JsNode(column)
{
    private readonly Func<JsContext, JsValue, JsValue, JsValue> apply = Operation(symbol);

    public string Symbol { get; } = symbol;

    public override JsValue Evaluate(JsContext context) => apply(context, left.Evaluate(context), right.Evaluate(context));

    private static Func<JsContext, JsValue, JsValue, JsValue> Operation(string symbol) => symbol switch
    {
        "+" => (context, a, b) => Operators.Add(context, a, b),
        "-" => (_, a, b) => Operators.ToNumber(a) - Operators.ToNumber(b),
        "*" => (_, a, b) => Operators.ToNumber(a) * Operators.ToNumber(b),
        "/" => (_, a, b) => Operators.ToNumber(a) / Operators.ToNumber(b),
        "%" => (_, a, b) => Operators.ToNumber(a) % Operators.ToNumber(b),
        "**" => (_, a, b) => Power(Operators.ToNumber(a), Operators.ToNumber(b)),
        "<" => (_, a, b) => Operators.Less(a, b) ?? false,
        ">" => (_, a, b) => Operators.Less(b, a) ?? false,
        "<=" => (_, a, b) => Operators.Less(b, a) is false,
        ">=" => (_, a, b) => Operators.Less(a, b) is false,
        "==" => (_, a, b) => Operators.LooseEquals(a, b),
        "!=" => (_, a, b) => !Operators.LooseEquals(a, b),
        "&" => (_, a, b) => (double)(Operators.ToInt32(a) & Operators.ToInt32(b)),
        "|" => (_, a, b) => (double)(Operators.ToInt32(a) | Operators.ToInt32(b)),
        "^" => (_, a, b) => (double)(Operators.ToInt32(a) ^ Operators.ToInt32(b)),
        "<<" => (_, a, b) => (double)(Operators.ToInt32(a) << (Operators.ToInt32(b) & 31)),
        ">>" => (_, a, b) => (double)(Operators.ToInt32(a) >> (Operators.ToInt32(b) & 31)),
        ">>>" => (_, a, b) => (double)((uint)Operators.ToInt32(a) >> (Operators.ToInt32(b) & 31)),
        "in" => (_, a, b) => Members.Has(b, Operators.ToText(a)),
        _ => throw new ArgumentOutOfRangeException(nameof(symbol), symbol, "No such operator."),
    };

    /// <summary>ECMAScript: 1 to an infinite power is NaN, where IEEE says 1.</summary>
    public static double Power(double x, double y) =>
        double.IsNaN(y) || (Math.Abs(x) == 1 && double.IsInfinity(y)) ? double.NaN : Math.Pow(x, y);
}
