using System.Globalization;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

/// <summary>Methods of numbers, booleans, instants and objects. Instants speak UTC: the machine's zone would not replay.</summary>
internal static class OtherMethods
{
    public static Dictionary<string, Method> All { get; } = new(StringComparer.Ordinal)
    {
        ["getTime"] = (_, self, _) => Operators.ToNumber(self),
        ["getUTCDate"] = (_, self, _) => Instant(self).Day,
        ["getUTCDay"] = (_, self, _) => (double)Instant(self).DayOfWeek,
        ["getUTCFullYear"] = (_, self, _) => Instant(self).Year,
        ["getUTCHours"] = (_, self, _) => Instant(self).Hour,
        ["getUTCMinutes"] = (_, self, _) => Instant(self).Minute,
        ["getUTCMonth"] = (_, self, _) => Instant(self).Month - 1,
        ["getUTCSeconds"] = (_, self, _) => Instant(self).Second,
        ["toISOString"] = (_, self, _) => Operators.ToText(self),
        ["toJSON"] = (_, self, _) => Operators.ToText(self),
        ["toFixed"] = (_, self, a) => Fixed(self.AsNumber, Operators.ToInteger(a.Argument(0))),
        ["toPrecision"] = (_, self, a) => Precision(self.AsNumber, a.Argument(0)),
        ["toString"] = (_, self, a) => Text(self, a.Argument(0)),
        ["valueOf"] = (_, self, _) => self.AsObject is DateTimeOffset ? Operators.ToNumber(self) : self,
        ["hasOwnProperty"] = (_, self, a) => Members.Has(self, Operators.ToText(a.Argument(0))),
    };

    public static bool Fits(in JsValue value, string name) => name switch
    {
        "toString" or "valueOf" => true,
        "toFixed" or "toPrecision" => value.IsNumber,
        "hasOwnProperty" => value.Type == JsType.Object,
        _ => value.AsObject is DateTimeOffset,
    };

    private static DateTimeOffset Instant(in JsValue self) => ((DateTimeOffset)self.AsObject!).ToUniversalTime();

    private static JsValue Text(in JsValue self, in JsValue radix)
    {
        if (!self.IsNumber || radix.Type == JsType.Undefined)
            return Operators.ToText(self);
        var number = Operators.ToInteger(radix);
        return number is >= 2 and <= 36
            ? NumberText.Of(self.AsNumber, (int)number)
            : throw new JsException(ReasonCodes.NumberBase, 0);
    }

    /// <summary>Exact: a double is a finite decimal, so halves are really halves when they are rounded up.</summary>
    private static JsValue Fixed(double number, double digits)
    {
        if (digits is < 0 or > 100)
            throw new JsException(ReasonCodes.Digits, 0, "toFixed", "0", "100");
        if (!double.IsFinite(number) || Math.Abs(number) >= 1e21)
            return NumberText.Of(number);
        var exact = Math.Abs(number).ToString("F" + 400, CultureInfo.InvariantCulture);
        var point = exact.IndexOf('.', StringComparison.Ordinal);
        var kept = exact[..point] + exact.Substring(point + 1, (int)digits);
        var rounded = System.Numerics.BigInteger.Parse(kept, CultureInfo.InvariantCulture) + (exact[point + 1 + (int)digits] >= '5' ? 1 : 0);
        var text = rounded.ToString(CultureInfo.InvariantCulture).PadLeft((int)digits + 1, '0');
        if (digits > 0)
            text = $"{text[..^(int)digits]}.{text[^(int)digits..]}";
        return number < 0 ? "-" + text : text;
    }

    private static JsValue Precision(double number, in JsValue digits)
    {
        if (digits.Type == JsType.Undefined || !double.IsFinite(number))
            return NumberText.Of(number);
        var count = Operators.ToInteger(digits);
        if (count is < 1 or > 100)
            throw new JsException(ReasonCodes.Digits, 0, "toPrecision", "1", "100");
        var precision = (int)count;
        var text = Math.Abs(number).ToString("E" + (precision - 1), CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = number == 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = text[..e].Replace(".", "", StringComparison.Ordinal);
        var sign = number < 0 ? "-" : "";
        if (exponent < -6 || exponent >= precision)
        {
            var shown = precision == 1 ? mantissa : $"{mantissa[0]}.{mantissa[1..]}";
            return $"{sign}{shown}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}";
        }

        if (exponent == precision - 1)
            return sign + mantissa;
        return exponent >= 0
            ? $"{sign}{mantissa[..(exponent + 1)]}.{mantissa[(exponent + 1)..]}"
            : $"{sign}0.{new string('0', -exponent - 1)}{mantissa}";
    }
}
