using System.Collections.Frozen;

namespace PerfFlow.Engine.Expressions;

internal delegate JsValue Method(JsContext context, JsValue self, JsValue[] arguments);

/// <summary>The methods that values have. None of them changes its value: <c>sort</c> and <c>reverse</c> give a new list.</summary>
internal static class Methods
{
    private static readonly FrozenDictionary<string, Method> Texts = TextMethods.All.ToFrozenDictionary(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Method> Lists = ListMethods.All.ToFrozenDictionary(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Method> Others = OtherMethods.All.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Some kind of value has a method of this name.</summary>
    public static bool Exists(string name) => Texts.ContainsKey(name) || Lists.ContainsKey(name) || Others.ContainsKey(name);

    public static Method? Find(in JsValue value, string name)
    {
        var own = value.IsString ? Texts : Members.IsList(value) ? Lists : null;
        return own?.GetValueOrDefault(name) ?? (OtherMethods.Fits(value, name) ? Others.GetValueOrDefault(name) : null);
    }

    public static JsValue Argument(this JsValue[] arguments, int index) => index < arguments.Length ? arguments[index] : JsValue.Undefined;

    /// <summary>A position counted from the end where negative, kept within 0 and the length.</summary>
    public static int Relative(in JsValue value, int length, int whenAbsent)
    {
        if (value.Type == JsType.Undefined)
            return whenAbsent;
        var at = Operators.ToInteger(value);
        return (int)(at < 0 ? Math.Max(0, length + at) : Math.Min(at, length));
    }

    public static int Clamped(in JsValue value, int length, int whenAbsent) =>
        value.Type == JsType.Undefined ? whenAbsent : (int)Math.Clamp(Operators.ToInteger(value), 0, length);
}
