using System.Runtime.InteropServices;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

internal enum JsType : byte
{
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Object,

    /// <summary>The rest of an optional chain is skipped; never seen outside one.</summary>
    Skipped,
}

/// <summary>
/// A value while an expression runs. Objects are <see cref="Facts"/> and lists of the case as they are, and
/// <see cref="JsObject"/>, <c>JsValue[]</c> and <see cref="JsFunction"/> made by the expression itself.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct JsValue
{
    private const double MaxSafeInteger = 9007199254740991;

    private readonly object? reference;
    private readonly double number;

    private JsValue(JsType type, double number, object? reference)
    {
        Type = type;
        this.number = number;
        this.reference = reference;
    }

    public static JsValue Undefined => default;

    public static JsValue Null { get; } = new(JsType.Null, 0, null);

    public static JsValue True { get; } = new(JsType.Boolean, 1, null);

    public static JsValue False { get; } = new(JsType.Boolean, 0, null);

    public static JsValue NaN { get; } = new(JsType.Number, double.NaN, null);

    public static JsValue Skipped { get; } = new(JsType.Skipped, 0, null);

    public JsType Type { get; }

    public bool IsNullish => Type <= JsType.Null;

    public bool IsString => Type == JsType.String;

    public bool IsNumber => Type == JsType.Number;

    public bool AsBoolean => number != 0;

    public double AsNumber => number;

    public string AsString => (string)reference!;

    public object? AsObject => reference;

    public static implicit operator JsValue(double value) => new(JsType.Number, value, null);

    public static implicit operator JsValue(bool value) => value ? True : False;

    public static implicit operator JsValue(string value) => new(JsType.String, 0, value);

    public static JsValue Object(object value) => new(JsType.Object, 0, value);

    /// <summary>The view of a value of the case; nothing is copied.</summary>
    public static JsValue From(object? value) => value switch
    {
        null => Null,
        string text => text,
        bool flag => flag,
        long whole => whole,
        double real => real,
        _ => Object(value),
    };

    /// <summary>The value as the case keeps it: whole numbers as long, undefined as null, functions not at all.</summary>
    public object? ToFact() => Type switch
    {
        JsType.Boolean => number != 0,
        JsType.Number => FactOf(number),
        JsType.String => reference,
        JsType.Object => reference switch
        {
            JsValue[] array => Array.ConvertAll(array, item => item.ToFact()),
            JsObject made => made.ToFacts(),
            JsFunction or HostFunction => throw new JsException(ReasonCodes.FunctionLeaves, 0),
            _ => reference,
        },
        _ => null,
    };

    private static object FactOf(double number) =>
        Math.Abs(number) <= MaxSafeInteger && number == Math.Floor(number) ? (object)(long)number : number;
}
