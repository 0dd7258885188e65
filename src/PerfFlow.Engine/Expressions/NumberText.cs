using System.Globalization;

namespace PerfFlow.Engine.Expressions;

/// <summary>Number to text as ECMAScript does it: shortest digits that read back, exponent only beyond 1e21 and below 1e-6.</summary>
internal static class NumberText
{
    public static string Of(double number)
    {
        if (double.IsNaN(number))
            return "NaN";
        if (double.IsInfinity(number))
            return number > 0 ? "Infinity" : "-Infinity";
        if (number == 0)
            return "0";
        if (Math.Abs(number) < 1e15 && number == Math.Floor(number))
            return ((long)number).ToString(CultureInfo.InvariantCulture);

        var (negative, digits, point) = Split(number);
        var sign = negative ? "-" : "";
        return sign + point switch
        {
            > 21 or <= -6 => Exponential(digits, point - 1),
            _ when point >= digits.Length => digits.PadRight(point, '0'),
            > 0 => $"{digits[..point]}.{digits[point..]}",
            _ => "0." + new string('0', -point) + digits,
        };
    }

    /// <summary>Digits in a base from 2 to 36; fractions are cut after 52 places.</summary>
    public static string Of(double number, int radix)
    {
        if (radix == 10 || !double.IsFinite(number))
            return Of(number);
        const string Symbols = "0123456789abcdefghijklmnopqrstuvwxyz";
        var whole = Math.Truncate(Math.Abs(number));
        var fraction = Math.Abs(number) - whole;
        var text = whole == 0 ? "0" : "";
        for (; whole >= 1; whole = Math.Floor(whole / radix))
            text = Symbols[(int)(whole % radix)] + text;
        if (fraction > 0)
        {
            text += '.';
            for (var i = 0; i < 52 && fraction > 0; i++)
            {
                fraction *= radix;
                text += Symbols[(int)fraction];
                fraction -= Math.Truncate(fraction);
            }
        }

        return number < 0 ? "-" + text : text;
    }

    private static string Exponential(string digits, int exponent) =>
        (digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}") + (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);

    /// <summary>Shortest digits, and where the point stands: 0.digits × 10^point.</summary>
    private static (bool Negative, string Digits, int Point) Split(double number)
    {
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var exponent = 0;
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? text.Length : dot) + exponent;
        var digits = text.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (number < 0, digits[leading..].TrimEnd('0'), point - leading);
    }
}
