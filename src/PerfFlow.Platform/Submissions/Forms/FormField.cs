using System.Globalization;

namespace PerfFlow.Platform.Submissions;

/// <summary>How a field is typed and shown.</summary>
public enum FormFieldKind
{
    Text,
    LongText,
    Money,
    Number,

    /// <summary>Points that were given or computed: a number that is shown with two decimals.</summary>
    Score,
    Year,
    Date,
    Choice,
    Flag,
}

/// <summary>
/// One field of a form or of a table's row: the only place that knows its path, its label, whether it must be filled, how
/// its value is written and how typed text is read. Pages, import, checks, differences and canonical bytes all walk these.
/// </summary>
/// <typeparam name="T">The form, or the row.</typeparam>
/// <param name="Path">Within the form, or within the row.</param>
/// <param name="Kind">How it is typed.</param>
/// <param name="Required">Empty means WZ01.</param>
/// <param name="Text">The value as canonical text; empty when there is none.</param>
/// <param name="Read">The form or row with this text read into the field, or null when the text cannot be read as its kind.</param>
public sealed record FormField<T>(string Path, FormFieldKind Kind, bool Required, Func<T, string> Text, Func<T, string, T?> Read)
    where T : class
{
    /// <summary>Key of the label's text: <c>fields.&lt;path&gt;</c>, the row fields under <c>fields.indicators.*</c> and <c>fields.costs.*</c>.</summary>
    public string LabelKey { get; init; } = $"fields.{Path}";

    /// <summary>Longest text that can be submitted, in characters; longer ones stay in the draft and are reported (SJ03).</summary>
    public int MaxLength { get; init; } = Kind == FormFieldKind.LongText ? 2000 : 180;

    /// <summary>Codes a choice may take, in the order shown; the text of each is <c>&lt;LabelKey&gt;.&lt;code&gt;</c>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>Canonical writing and tolerant reading of single values.</summary>
internal static class FormValue
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Without trailing zeros, so that 468 and 468.00 are the same bytes.</summary>
    public static string Write(decimal? value) => value?.ToString("0.######", Invariant) ?? "";

    public static string Write(int? value) => value?.ToString(Invariant) ?? "";

    public static string Write(DateOnly? value) => value?.ToString("yyyy-MM-dd", Invariant) ?? "";

    /// <summary>A number as people type it: thousands commas of either width, full-width digits.</summary>
    public static decimal? Decimal(string text)
    {
        var narrow = Indicators.IndicatorNames.Narrow(text).Replace(",", "", StringComparison.Ordinal).Replace("，", "", StringComparison.Ordinal);
        return decimal.TryParse(narrow, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, Invariant, out var value) && Math.Abs(value) < 1_000_000_000_000m
            ? decimal.Round(value, 6, MidpointRounding.AwayFromZero)
            : null;
    }

    public static int? Year(string text)
    {
        var narrow = Indicators.IndicatorNames.Narrow(text).Replace("年", "", StringComparison.Ordinal);
        return int.TryParse(narrow, NumberStyles.None, Invariant, out var year) && year is >= 2000 and <= 2099 ? year : null;
    }

    public static DateOnly? Date(string text)
    {
        var narrow = Indicators.IndicatorNames.Narrow(text).Replace('年', '-').Replace('月', '-').Replace("日", "", StringComparison.Ordinal).Replace('/', '-').Replace('.', '-');
        return DateOnly.TryParseExact(narrow, ["yyyy-M-d", "yyyyMMdd"], Invariant, DateTimeStyles.None, out var date) ? date : null;
    }
}
