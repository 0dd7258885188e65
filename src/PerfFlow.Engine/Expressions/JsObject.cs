using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>An object made by an expression. It is filled while it is made and read afterwards.</summary>
internal sealed class JsObject
{
    private readonly List<string> keys = [];
    private readonly Dictionary<string, JsValue> values = new(StringComparer.Ordinal);

    public int Count => keys.Count;

    public IReadOnlyList<string> Keys => keys;

    public JsValue this[string key]
    {
        get => values.TryGetValue(key, out var value) ? value : JsValue.Undefined;
        set
        {
            if (!values.ContainsKey(key))
                keys.Add(key);
            values[key] = value;
        }
    }

    public bool Has(string key) => values.ContainsKey(key);

    public Facts ToFacts() => Facts.Of(keys
        .Where(key => values[key].Type != JsType.Undefined)
        .Select(key => (key, values[key].ToFact()))
        .ToArray());
}

/// <summary>An arrow function with the parameters that it can see.</summary>
internal sealed record JsFunction(ArrowNode Node, JsLocals? Outer);

/// <summary>The parameters of one call of an arrow function.</summary>
internal sealed record JsLocals(JsValue[] Slots, JsLocals? Outer);

/// <summary>An expression failed while it ran.</summary>
internal sealed class JsException(Reason reason) : Exception(reason.ToString())
{
    /// <param name="code">One of <see cref="ReasonCodes"/>.</param>
    /// <param name="column">Column in the expression, from 1; 0 = not known.</param>
    public JsException(string code, int column, params string?[] args)
        : this(new Reason(code, args) { Column = column })
    {
    }

    public Reason Reason { get; } = reason;
}
