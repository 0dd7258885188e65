using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PerfFlow.Intake.Documents;

namespace PerfFlow.Intake.Layouts;

/// <summary>What a cell gave: a canonical value, nothing, or a fault.</summary>
internal readonly record struct CellReading(string? Value, string? Fault, string[] Args)
{
    public static CellReading Nothing { get; } = new(null, null, []);

    public static CellReading Of(string value) => new(value, null, []);

    public static CellReading Wrong(string code, params string[] args) => new(null, code, args);
}

/// <summary>
/// Types one cell as its column says. Understands what people write (full-width digits and signs, thousands commas,
/// "指标" after a list entry, 元 after an amount) and never guesses beyond that.
/// </summary>
internal sealed partial class CellRules(Layout layout)
{
    // decimal(18,6): twelve digits before the point, in 万元
    private const decimal HighestAmount = 999_999_999_999m;

    private readonly Dictionary<string, Dictionary<string, string>> _lists = layout.Lists.ToDictionary(
        l => l.Key,
        l => l.Value.SelectMany(i => i.Also.Append(i.Title).Append(i.Code).Select(t => (Key: ListKey(t), i.Code)))
            .DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => t.Code, StringComparer.OrdinalIgnoreCase),
        StringComparer.Ordinal);

    /// <summary>Canonical value of a cell; <paramref name="factor"/> turns the money of the file into 万元.</summary>
    public CellReading Read(LayoutColumn column, RawCell cell, decimal factor)
    {
        if (column.Type == ColumnType.Shown)
        {
            return CellReading.Nothing;
        }

        switch (cell.Kind)
        {
            case RawKind.Empty:
                return CellReading.Nothing;
            case RawKind.Formula:
                return CellReading.Wrong("layout.formula", column.Title);
            case RawKind.Error:
                return CellReading.Wrong("layout.cell_error", column.Title);
        }

        return column.Type switch
        {
            ColumnType.Text => Text(column, cell.Text),
            ColumnType.Code => Code(column, cell),
            ColumnType.Year => Year(column, cell),
            ColumnType.Amount => Amount(column, cell, factor),
            ColumnType.Number => Number(column, cell),
            ColumnType.Quantity => Quantity(column, cell),
            ColumnType.List => Listed(column, cell.Text),
            ColumnType.YesNo => YesNo(column, cell.Text),
            ColumnType.Date => Day(column, cell.Text),
            _ => throw new InvalidOperationException($"column type {column.Type} has no rule"),
        };
    }

    /// <summary>Half-width, without blanks: the form in which numbers, codes and headers are compared.</summary>
    internal static string Half(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)));

    private static string ListKey(string text)
    {
        var key = Half(text);
        return key.Length > 2 && key.EndsWith("指标", StringComparison.Ordinal) ? key[..^2] : key;
    }

    private static CellReading Text(LayoutColumn column, string text) => text.Length <= column.Max
        ? CellReading.Of(text)
        : CellReading.Wrong("layout.too_long", column.Title, column.Max.ToString(), text.Length.ToString());

    private static CellReading Code(LayoutColumn column, RawCell cell)
    {
        var text = Half(cell.Text);
        var lost = cell.Kind == RawKind.Number
            ? Math.Abs(cell.Number) >= 1e15 || cell.Number != Math.Floor(cell.Number)
            : Scientific().IsMatch(text);
        if (lost)
        {
            return CellReading.Wrong("layout.code_digits", column.Title);
        }

        return !CodeCharacters().IsMatch(text) ? CellReading.Wrong("layout.code_chars", column.Title) : Text(column, text);
    }

    private static CellReading Year(LayoutColumn column, RawCell cell)
    {
        var text = Half(cell.Text).TrimEnd('年');
        return text.Length == 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1990 and <= 2100
            ? CellReading.Of(text)
            : CellReading.Wrong("layout.year", column.Title);
    }

    private static CellReading Amount(LayoutColumn column, RawCell cell, decimal factor)
    {
        var text = Half(cell.Text).TrimStart('¥');
        (text, factor) = text.EndsWith("万元", StringComparison.Ordinal) ? (text[..^2], 1m)
            : text.EndsWith("亿元", StringComparison.Ordinal) ? (text[..^2], 10_000m)
            : text.EndsWith('元') ? (text[..^1], 0.0001m)
            : (text, factor);
        if (cell.Kind is RawKind.Percent or RawKind.Date or RawKind.Bool || Parse(text) is not { } read || Math.Abs(read) > HighestAmount)
        {
            return CellReading.Wrong("layout.not_amount", column.Title);
        }

        // six decimals of 万元 are one fen: below that nothing can be meant
        var amount = Math.Round(read * factor, 6, MidpointRounding.AwayFromZero);
        return amount switch
        {
            < 0 => CellReading.Wrong("layout.negative", column.Title),
            > HighestAmount => CellReading.Wrong("layout.not_amount", column.Title),
            _ => CellReading.Of(Canonical(amount)),
        };
    }

    private static CellReading Number(LayoutColumn column, RawCell cell)
    {
        if (cell.Kind is RawKind.Date or RawKind.Bool || Parse(Half(cell.Text)) is not { } number || Math.Abs(number) > HighestAmount)
        {
            return CellReading.Wrong("layout.not_number", column.Title);
        }

        if (number < 0)
        {
            return CellReading.Wrong("layout.negative", column.Title);
        }

        if (column.Highest > 0 && number > column.Highest)
        {
            return CellReading.Wrong("layout.too_high", column.Title, Canonical(column.Highest));
        }

        return Math.Round(number, column.Scale) == number
            ? CellReading.Of(Canonical(number))
            : CellReading.Wrong("layout.decimals", column.Title, column.Scale.ToString());
    }

    private static CellReading Quantity(LayoutColumn column, RawCell cell)
    {
        var half = Half(cell.Text);
        if (half.EndsWith('%') && Parse(half[..^1]) is { } percent)
        {
            return CellReading.Of(Canonical(percent) + "%");
        }

        return cell.Kind != RawKind.Date && Parse(half) is { } number ? CellReading.Of(Canonical(number)) : Text(column, cell.Text);
    }

    private CellReading Listed(LayoutColumn column, string text) =>
        _lists[column.List!].TryGetValue(ListKey(text), out var code)
            ? CellReading.Of(code)
            : CellReading.Wrong("layout.unknown", column.Title, string.Join('、', layout.Lists[column.List!].Select(i => i.Title)));

    private static CellReading YesNo(LayoutColumn column, string text) => Half(text).ToUpperInvariant() switch
    {
        "是" or "Y" or "YES" or "TRUE" or "1" or "√" => CellReading.Of("true"),
        "否" or "N" or "NO" or "FALSE" or "0" or "×" or "X" => CellReading.Of("false"),
        _ => CellReading.Wrong("layout.yes_no", column.Title),
    };

    private static CellReading Day(LayoutColumn column, string text)
    {
        var day = Half(text).Replace('年', '-').Replace('月', '-').Replace("日", "", StringComparison.Ordinal).Replace('/', '-').Replace('.', '-');
        return DateOnly.TryParseExact(day, ["yyyy-M-d", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1990 and <= 2100
            ? CellReading.Of(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : CellReading.Wrong("layout.date", column.Title);
    }

    private static decimal? Parse(string text)
    {
        if (!PlainNumber().IsMatch(text) && !GroupedNumber().IsMatch(text))
        {
            return null;
        }

        return decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private static string Canonical(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[+-]?[0-9]{1,20}(\.[0-9]{0,20})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}(,[0-9]{3}){1,6}(\.[0-9]{0,20})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GroupedNumber();

    [GeneratedRegex(@"^[0-9](\.[0-9]+)?E\+?[0-9]+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Scientific();

    [GeneratedRegex(@"^[0-9A-Za-z._/-]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CodeCharacters();
}
