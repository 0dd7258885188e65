using System.Globalization;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>Reading properties and elements, of values of the case and of those that an expression makes.</summary>
internal static class Members
{
    public static bool IsList(in JsValue value) => value.AsObject is JsValue[] or IReadOnlyList<object?>;

    public static int Length(in JsValue list) => list.AsObject switch
    {
        JsValue[] made => made.Length,
        IReadOnlyList<object?> fact => fact.Count,
        _ => 0,
    };

    public static JsValue At(in JsValue list, int index) => list.AsObject switch
    {
        JsValue[] made => made[index],
        IReadOnlyList<object?> fact => JsValue.From(fact[index]),
        _ => JsValue.Undefined,
    };

    /// <summary>The elements that spreading, <c>Array.from</c> and the like give: of a list or, by code points, of a text.</summary>
    public static JsValue[] Elements(JsContext context, in JsValue value)
    {
        if (value.AsObject is JsValue[] made)
            return made;
        if (value.AsObject is IReadOnlyList<object?> fact)
        {
            context.Spend(fact.Count);
            return fact.Select(JsValue.From).ToArray();
        }

        if (!value.IsString)
            throw new JsException(ReasonCodes.NotIterable, 0, Operators.TypeOf(value));
        context.Spend(value.AsString.Length);
        return value.AsString.EnumerateRunes().Select(rune => (JsValue)rune.ToString()).ToArray();
    }

    public static JsValue Get(in JsValue target, string name)
    {
        switch (target.Type)
        {
            case JsType.Object:
                return target.AsObject switch
                {
                    Facts facts => facts.TryGetValue(name, out var value) ? JsValue.From(value) : JsValue.Undefined,
                    JsObject made => made[name],
                    _ when IsList(target) => ListProperty(target, name),
                    _ => JsValue.Undefined,
                };
            case JsType.String:
                if (name == "length")
                    return target.AsString.Length;
                return Index(name, target.AsString.Length) is { } at ? target.AsString[at].ToString() : JsValue.Undefined;
            case JsType.Undefined or JsType.Null:
                throw new JsException(ReasonCodes.ReadOf, 0, name, Operators.ToText(target));
            default:
                return JsValue.Undefined;
        }
    }

    public static JsValue Get(in JsValue target, in JsValue key)
    {
        if (key.IsNumber && IsList(target))
        {
            var number = key.AsNumber;
            return number >= 0 && number < Length(target) && number == Math.Floor(number) ? At(target, (int)number) : JsValue.Undefined;
        }

        return Get(target, Operators.ToText(key));
    }

    public static bool Has(in JsValue target, string name) => target.AsObject switch
    {
        Facts facts => facts.ContainsKey(name),
        JsObject made => made.Has(name),
        _ when IsList(target) => name == "length" || Index(name, Length(target)) is not null,
        _ => throw new JsException(ReasonCodes.InNeedsObject, 0),
    };

    /// <summary>The own keys in the order of ECMAScript for lists and objects; texts have one per character.</summary>
    public static IEnumerable<string> Keys(JsValue target) => target.AsObject switch
    {
        Facts facts => facts.Keys,
        JsObject made => made.Keys,
        _ when IsList(target) => Enumerable.Range(0, Length(target)).Select(i => i.ToString(CultureInfo.InvariantCulture)),
        string text => Enumerable.Range(0, text.Length).Select(i => i.ToString(CultureInfo.InvariantCulture)),
        _ when target.IsNullish => throw new JsException(ReasonCodes.NoKeys, 0, Operators.ToText(target)),
        _ => [],
    };

    private static JsValue ListProperty(in JsValue list, string name)
    {
        if (name == "length")
            return Length(list);
        return Index(name, Length(list)) is { } at ? At(list, at) : JsValue.Undefined;
    }

    private static int? Index(string name, int length) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < length ? at : null;
}
