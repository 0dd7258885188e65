using System.Globalization;
using System.Text;

namespace PerfFlow.Engine.Expressions;

/// <summary>Conversions and comparisons of ECMAScript 2020 (chapter 7), for the values that exist here.</summary>
internal static class Operators
{
    public static bool Truthy(in JsValue value) => value.Type switch
    {
        JsType.Boolean => value.AsBoolean,
        JsType.Number => value.AsNumber != 0 && !double.IsNaN(value.AsNumber),
        JsType.String => value.AsString.Length > 0,
        JsType.Object => true,
        _ => false,
    };

    public static string TypeOf(in JsValue value) => value.Type switch
    {
        JsType.Undefined or JsType.Skipped => "undefined",
        JsType.Boolean => "boolean",
        JsType.Number => "number",
        JsType.String => "string",
        JsType.Object when IsFunction(value) => "function",
        _ => "object",
    };

    public static bool IsFunction(in JsValue value) => value.AsObject is JsFunction or HostFunction;

    public static double ToNumber(in JsValue value) => value.Type switch
    {
        JsType.Null => 0,
        JsType.Boolean => value.AsBoolean ? 1 : 0,
        JsType.Number => value.AsNumber,
        JsType.String => ToNumber(value.AsString),
        JsType.Object when value.AsObject is DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
        JsType.Object => ToNumber(ToText(value)),
        _ => double.NaN,
    };

    public static double ToNumber(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length == 0)
            return 0;
        if (trimmed.Length > 2 && trimmed[0] == '0' && char.ToLowerInvariant(trimmed[1]) is 'x' or 'b' or 'o')
            return Radix(trimmed[2..], char.ToLowerInvariant(trimmed[1]) switch { 'x' => 16, 'b' => 2, _ => 8 });
        if (trimmed is "Infinity" or "+Infinity")
            return double.PositiveInfinity;
        if (trimmed is "-Infinity")
            return double.NegativeInfinity;
        foreach (var c in trimmed)
        {
            if (!char.IsAsciiDigit(c) && c is not ('.' or 'e' or 'E' or '+' or '-'))
                return double.NaN;
        }

        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    public static double ToInteger(in JsValue value)
    {
        var number = ToNumber(value);
        return double.IsNaN(number) ? 0 : Math.Truncate(number);
    }

    public static int ToInt32(in JsValue value)
    {
        var number = ToNumber(value);
        if (!double.IsFinite(number))
            return 0;
        var wrapped = Math.Truncate(number) % 4294967296;
        return unchecked((int)(uint)(long)(wrapped < 0 ? wrapped + 4294967296 : wrapped));
    }

    public static string ToText(in JsValue value) => value.Type switch
    {
        JsType.Undefined or JsType.Skipped => "undefined",
        JsType.Null => "null",
        JsType.Boolean => value.AsBoolean ? "true" : "false",
        JsType.Number => NumberText.Of(value.AsNumber),
        JsType.String => value.AsString,
        _ => ObjectText(value),
    };

    public static JsValue Add(JsContext context, in JsValue left, in JsValue right)
    {
        if (left.IsNumber && right.IsNumber)
            return left.AsNumber + right.AsNumber;
        if (left.Type is JsType.String or JsType.Object || right.Type is JsType.String or JsType.Object)
        {
            var text = ToText(left) + ToText(right);
            context.Spend(text.Length / 64);
            return text;
        }

        return ToNumber(left) + ToNumber(right);
    }

    public static bool StrictEquals(in JsValue left, in JsValue right)
    {
        if (left.Type != right.Type)
            return false;
        return left.Type switch
        {
            JsType.Number => left.AsNumber == right.AsNumber,
            JsType.String => string.Equals(left.AsString, right.AsString, StringComparison.Ordinal),
            JsType.Boolean => left.AsBoolean == right.AsBoolean,
            JsType.Object => ReferenceEquals(left.AsObject, right.AsObject),
            _ => true,
        };
    }

    public static bool LooseEquals(in JsValue left, in JsValue right)
    {
        if (left.Type == right.Type)
            return StrictEquals(left, right);
        if (left.IsNullish || right.IsNullish)
            return left.IsNullish && right.IsNullish;
        if (left.Type == JsType.Object && right.Type is JsType.String)
            return string.Equals(ToText(left), right.AsString, StringComparison.Ordinal);
        if (right.Type == JsType.Object && left.Type is JsType.String)
            return string.Equals(ToText(right), left.AsString, StringComparison.Ordinal);
        return ToNumber(Primitive(left)) == ToNumber(Primitive(right));
    }

    /// <summary>SameValueZero: what <c>includes</c> uses.</summary>
    public static bool SameValueZero(in JsValue left, in JsValue right) =>
        left.IsNumber && right.IsNumber && double.IsNaN(left.AsNumber) && double.IsNaN(right.AsNumber) || StrictEquals(left, right);

    /// <summary>left &lt; right; null where the order is undefined (NaN).</summary>
    public static bool? Less(in JsValue left, in JsValue right)
    {
        var a = left.AsObject is DateTimeOffset ? ToNumber(left) : Primitive(left);
        var b = right.AsObject is DateTimeOffset ? ToNumber(right) : Primitive(right);
        if (a.IsString && b.IsString)
            return string.CompareOrdinal(a.AsString, b.AsString) < 0;
        var x = ToNumber(a);
        var y = ToNumber(b);
        return double.IsNaN(x) || double.IsNaN(y) ? null : x < y;
    }

    private static JsValue Primitive(in JsValue value) => value.Type == JsType.Object ? ToText(value) : value;

    private static double Radix(ReadOnlySpan<char> digits, int radix)
    {
        double number = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
                return double.NaN;
            number = (number * radix) + digit;
        }

        return number;
    }

    private static string ObjectText(in JsValue value)
    {
        switch (value.AsObject)
        {
            case DateTimeOffset instant:
                return Instant(instant);
            case JsFunction or HostFunction:
                return "function";
            default:
                if (!Members.IsList(value))
                    return "[object Object]";
                var text = new StringBuilder();
                for (var i = 0; i < Members.Length(value); i++)
                {
                    if (i > 0)
                        text.Append(',');
                    var item = Members.At(value, i);
                    if (!item.IsNullish)
                        text.Append(ToText(item));
                }

                return text.ToString();
        }
    }

    /// <summary>An instant as text is ISO 8601 in UTC; a form that depends on the machine's zone would not replay.</summary>
    internal static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
