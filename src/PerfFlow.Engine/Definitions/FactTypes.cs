using System.Globalization;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Definitions;

/// <summary>What the type aliases of Elsa come to here.</summary>
internal enum FactType : byte
{
    Any,
    Whole,
    Real,
    Flag,
    Text,
    Instant,
}

internal static class FactTypes
{
    /// <summary>The type of an alias such as Int32 or of a .NET type name; what is not known is Any.</summary>
    public static FactType Named(string? name) => (name ?? "").Split(',')[0].Split('.')[^1] switch
    {
        "Byte" or "Int16" or "Int32" or "Int64" => FactType.Whole,
        "Single" or "Double" or "Decimal" => FactType.Real,
        "Boolean" => FactType.Flag,
        "String" => FactType.Text,
        "DateTime" or "DateTimeOffset" => FactType.Instant,
        _ => FactType.Any,
    };

    /// <summary>The value as the type has it; as it is where it does not fit.</summary>
    public static object? Converted(object? value, FactType type) => (type, value) switch
    {
        (FactType.Any, _) or (_, null) => value,
        (FactType.Whole, string text) when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) => whole,
        (FactType.Whole, double real) when Math.Abs(real) < 9e15 => (long)Math.Round(real, MidpointRounding.ToEven),
        (FactType.Real, string text) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        (FactType.Flag, string text) when bool.TryParse(text, out var flag) => flag,
        (FactType.Text, long or double or bool) => Operators.ToText(JsValue.From(value)),
        (FactType.Instant, string text) when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) => instant,
        _ => value,
    };

    public static bool Fits(object? value, FactType type) => (type, value) switch
    {
        (FactType.Any, _) or (_, null) => true,
        (FactType.Whole, long) or (FactType.Real, long or double) or (FactType.Flag, bool) or (FactType.Text, string) or (FactType.Instant, DateTimeOffset) => true,
        _ => false,
    };
}
