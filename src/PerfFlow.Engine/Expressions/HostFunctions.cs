using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

internal delegate JsValue HostFunction(JsContext context, JsValue[] arguments);

/// <summary>Functions and constants that exist everywhere: they see nothing but their arguments.</summary>
internal static class HostFunctions
{
    public static FrozenDictionary<string, HostFunction> All { get; } = new Dictionary<string, HostFunction>(StringComparer.Ordinal)
    {
        ["Math.abs"] = Numeric(Math.Abs),
        ["Math.acos"] = Numeric(Math.Acos),
        ["Math.asin"] = Numeric(Math.Asin),
        ["Math.atan"] = Numeric(Math.Atan),
        ["Math.atan2"] = (_, a) => Math.Atan2(Operators.ToNumber(a.Argument(0)), Operators.ToNumber(a.Argument(1))),
        ["Math.cbrt"] = Numeric(x => Math.Round(Math.Cbrt(x)) is var root && root * root * root == x ? root : Math.Cbrt(x)),
        ["Math.ceil"] = Numeric(Math.Ceiling),
        ["Math.cos"] = Numeric(Math.Cos),
        ["Math.exp"] = Numeric(Math.Exp),
        ["Math.floor"] = Numeric(Math.Floor),
        ["Math.hypot"] = (_, a) => Math.Sqrt(a.Sum(x => Operators.ToNumber(x) * Operators.ToNumber(x))),
        ["Math.log"] = Numeric(Math.Log),
        ["Math.log10"] = Numeric(Math.Log10),
        ["Math.log2"] = Numeric(Math.Log2),
        ["Math.max"] = (_, a) => a.Aggregate(double.NegativeInfinity, (best, x) => Math.Max(best, Operators.ToNumber(x))),
        ["Math.min"] = (_, a) => a.Aggregate(double.PositiveInfinity, (best, x) => Math.Min(best, Operators.ToNumber(x))),
        ["Math.pow"] = (_, a) => BinaryNode.Power(Operators.ToNumber(a.Argument(0)), Operators.ToNumber(a.Argument(1))),
        ["Math.round"] = Numeric(x => Math.Floor(x) is var floor && x - floor >= 0.5 ? floor + 1 : floor),
        ["Math.sign"] = Numeric(x => double.IsNaN(x) ? x : Math.Sign(x)),
        ["Math.sin"] = Numeric(Math.Sin),
        ["Math.sqrt"] = Numeric(Math.Sqrt),
        ["Math.tan"] = Numeric(Math.Tan),
        ["Math.trunc"] = Numeric(Math.Truncate),
        ["Number"] = (_, a) => a.Length == 0 ? 0 : Operators.ToNumber(a[0]),
        ["Number.isFinite"] = (_, a) => a.Argument(0).IsNumber && double.IsFinite(a[0].AsNumber),
        ["Number.isInteger"] = (_, a) => a.Argument(0).IsNumber && IsInteger(a[0].AsNumber),
        ["Number.isNaN"] = (_, a) => a.Argument(0).IsNumber && double.IsNaN(a[0].AsNumber),
        ["Number.isSafeInteger"] = (_, a) => a.Argument(0).IsNumber && IsInteger(a[0].AsNumber) && Math.Abs(a[0].AsNumber) <= 9007199254740991,
        ["Number.parseFloat"] = (_, a) => ParseFloat(Operators.ToText(a.Argument(0))),
        ["Number.parseInt"] = (_, a) => ParseInt(Operators.ToText(a.Argument(0)), a.Argument(1)),
        ["parseFloat"] = (_, a) => ParseFloat(Operators.ToText(a.Argument(0))),
        ["parseInt"] = (_, a) => ParseInt(Operators.ToText(a.Argument(0)), a.Argument(1)),
        ["isNaN"] = (_, a) => double.IsNaN(Operators.ToNumber(a.Argument(0))),
        ["isFinite"] = (_, a) => double.IsFinite(Operators.ToNumber(a.Argument(0))),
        ["String"] = (_, a) => a.Length == 0 ? "" : Operators.ToText(a[0]),
        ["String.fromCharCode"] = (_, a) => string.Concat(a.Select(x => (char)(ushort)Operators.ToInt32(x))),
        ["Boolean"] = (_, a) => Operators.Truthy(a.Argument(0)),
        ["Array"] = (_, a) => JsValue.Object(a),
        ["Array.from"] = ArrayFrom,
        ["Array.isArray"] = (_, a) => Members.IsList(a.Argument(0)),
        ["Array.of"] = (_, a) => JsValue.Object(a),
        ["Object.assign"] = Assign,
        ["Object.entries"] = (context, a) => Listed(context, Members.Keys(a.Argument(0)).Select(key => JsValue.Object(new[] { key, Members.Get(a[0], key) }))),
        ["Object.fromEntries"] = FromEntries,
        ["Object.keys"] = (context, a) => Listed(context, Members.Keys(a.Argument(0)).Select(key => (JsValue)key)),
        ["Object.values"] = (context, a) => Listed(context, Members.Keys(a.Argument(0)).Select(key => Members.Get(a[0], key))),
        ["JSON.parse"] = (context, a) => Parse(context, Operators.ToText(a.Argument(0))),
        ["JSON.stringify"] = (context, a) => Stringify(context, a.Argument(0)),
        ["isNullOrEmpty"] = (_, a) => IsBlank(a.Argument(0), string.IsNullOrEmpty),
        ["isNullOrWhiteSpace"] = (_, a) => IsBlank(a.Argument(0), string.IsNullOrWhiteSpace),
        ["toJson"] = (context, a) => Stringify(context, a.Argument(0)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FrozenDictionary<string, double> Constants { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["Math.E"] = Math.E,
        ["Math.LN10"] = Math.Log(10),
        ["Math.LN2"] = Math.Log(2),
        ["Math.LOG10E"] = Math.Log10(Math.E),
        ["Math.LOG2E"] = Math.Log2(Math.E),
        ["Math.PI"] = Math.PI,
        ["Math.SQRT1_2"] = Math.Sqrt(0.5),
        ["Math.SQRT2"] = Math.Sqrt(2),
        ["Number.EPSILON"] = Math.Pow(2, -52),
        ["Number.MAX_SAFE_INTEGER"] = 9007199254740991,
        ["Number.MAX_VALUE"] = double.MaxValue,
        ["Number.MIN_SAFE_INTEGER"] = -9007199254740991,
        ["Number.MIN_VALUE"] = double.Epsilon,
        ["Number.NEGATIVE_INFINITY"] = double.NegativeInfinity,
        ["Number.NaN"] = double.NaN,
        ["Number.POSITIVE_INFINITY"] = double.PositiveInfinity,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static HostFunction Numeric(Func<double, double> function) => (_, arguments) => function(Operators.ToNumber(arguments.Argument(0)));

    private static bool IsInteger(double number) => double.IsFinite(number) && number == Math.Floor(number);

    private static JsValue IsBlank(in JsValue value, Func<string?, bool> test) => value.IsNullish || (value.IsString && test(value.AsString));

    private static JsValue Listed(JsContext context, IEnumerable<JsValue> values)
    {
        var list = values.ToArray();
        context.Spend(list.Length);
        return JsValue.Object(list);
    }

    private static double ParseFloat(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        for (var length = trimmed.Length; length > 0; length--)
        {
            var part = trimmed[..length].ToString();
            if (part.EndsWith("Infinity", StringComparison.Ordinal) || (!char.IsWhiteSpace(part[^1]) && !part.Contains('x', StringComparison.OrdinalIgnoreCase)))
            {
                var number = part.Length > 400 ? double.NaN : Operators.ToNumber(part);
                if (!double.IsNaN(number))
                    return number;
            }
        }

        return double.NaN;
    }

    private static double ParseInt(string text, in JsValue radix)
    {
        var digits = text.AsSpan().Trim();
        var negative = digits.StartsWith("-");
        if (negative || digits.StartsWith("+"))
            digits = digits[1..];
        var number = Operators.ToInt32(radix);
        if (number is 0 or 16 && digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            digits = digits[2..];
            number = 16;
        }

        number = number == 0 ? 10 : number;
        if (number is < 2 or > 36)
            return double.NaN;
        double value = 0;
        var any = false;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : 99;
            if (digit >= number)
                break;
            value = (value * number) + digit;
            any = true;
        }

        return any ? negative ? -value : value : double.NaN;
    }

    private static JsValue ArrayFrom(JsContext context, JsValue[] arguments)
    {
        var source = arguments.Argument(0);
        JsValue[] items;
        if (source.IsString || Members.IsList(source))
        {
            items = Members.Elements(context, source);
        }
        else
        {
            var length = Math.Max(0, source.IsNullish ? throw new JsException(ReasonCodes.ArrayFrom, 0) : Operators.ToInteger(Members.Get(source, "length")));
            context.Spend((int)Math.Min(length, JsContext.MaxSteps + 1));
            items = Enumerable.Range(0, (int)length).Select(i => Members.Get(source, i.ToString(CultureInfo.InvariantCulture))).ToArray();
        }

        return Operators.IsFunction(arguments.Argument(1))
            ? JsValue.Object(items.Select((item, i) => context.Call(arguments[1], item, i)).ToArray())
            : JsValue.Object((JsValue[])items.Clone());
    }

    /// <summary>A new object: values of the case and of other expressions are never changed in place.</summary>
    private static JsValue Assign(JsContext context, JsValue[] arguments)
    {
        var made = new JsObject();
        foreach (var source in arguments.Where(argument => !argument.IsNullish))
        {
            foreach (var key in Members.Keys(source))
            {
                context.Spend(1);
                made[key] = Members.Get(source, key);
            }
        }

        return JsValue.Object(made);
    }

    private static JsValue FromEntries(JsContext context, JsValue[] arguments)
    {
        var made = new JsObject();
        foreach (var entry in Members.Elements(context, arguments.Argument(0)))
        {
            var pair = Members.Elements(context, entry);
            made[Operators.ToText(pair.Argument(0))] = pair.Argument(1);
        }

        return JsValue.Object(made);
    }

    private static JsValue Parse(JsContext context, string text)
    {
        context.Spend(text.Length / 8);
        try
        {
            using var document = JsonDocument.Parse(text);
            return JsValue.From(Facts.ValueFromJson(document.RootElement));
        }
        catch (JsonException e)
        {
            throw new JsException(ReasonCodes.TextNoJson, 0, e.Message);
        }
    }

    private static JsValue Stringify(JsContext context, in JsValue value)
    {
        if (value.Type == JsType.Undefined || Operators.IsFunction(value))
            return JsValue.Undefined;
        var text = new StringBuilder();
        Append(context, text, value, 0);
        return text.ToString();
    }

    private static void Append(JsContext context, StringBuilder text, in JsValue value, int depth)
    {
        context.Spend(1);
        if (depth > 60)
            throw new JsException(ReasonCodes.ValueTooDeep, 0);
        switch (value.Type)
        {
            case JsType.String:
                AppendText(text, value.AsString);
                break;
            case JsType.Object when value.AsObject is DateTimeOffset:
                AppendText(text, Operators.ToText(value));
                break;
            case JsType.Object when Members.IsList(value):
                text.Append('[');
                for (var i = 0; i < Members.Length(value); i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Append(context, text, Members.At(value, i), depth + 1);
                }

                text.Append(']');
                break;
            case JsType.Object when Operators.IsFunction(value):
                text.Append("null");
                break;
            case JsType.Object:
                AppendObject(context, text, value, depth);
                break;
            case JsType.Number when !double.IsFinite(value.AsNumber):
            case JsType.Undefined:
                text.Append("null");
                break;
            default:
                text.Append(Operators.ToText(value));
                break;
        }
    }

    private static void AppendObject(JsContext context, StringBuilder text, in JsValue value, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var key in Members.Keys(value))
        {
            var member = Members.Get(value, key);
            if (member.Type == JsType.Undefined || Operators.IsFunction(member))
                continue;
            if (!first)
                text.Append(',');
            first = false;
            AppendText(text, key);
            text.Append(':');
            Append(context, text, member, depth + 1);
        }

        text.Append('}');
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        text.Append('"');
    }
}
