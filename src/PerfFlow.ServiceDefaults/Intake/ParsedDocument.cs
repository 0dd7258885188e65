using System.Globalization;
using System.Text.Json.Serialization;

namespace PerfFlow.ServiceDefaults.Intake;

/// <summary>What Intake read out of one file: typed values only, each with its place. Meaning is the Platform's.</summary>
/// <param name="Layout">Code of the layout, e.g. <c>goal-filing</c>.</param>
/// <param name="LayoutVersion">Version of that layout at the time of reading.</param>
/// <param name="Sheets">The sheets of the layout that the file holds; a CSV holds one, a workbook all.</param>
public sealed record ParsedDocument(string Layout, int LayoutVersion, IReadOnlyList<ParsedSheet> Sheets)
{
    /// <summary>The sheet with this code, or null when the file does not hold it.</summary>
    public ParsedSheet? Sheet(string code) => Sheets.FirstOrDefault(s => s.Code == code);
}

/// <summary>One sheet of a layout as found in the file.</summary>
/// <param name="Code">Code in the layout, e.g. <c>project</c> or <c>indicator</c>.</param>
/// <param name="Name">Name as the file has it.</param>
/// <param name="HeaderRow">Row of the header, counted from 1.</param>
/// <param name="Columns">Column key → column of the file, counted from 1.</param>
/// <param name="Rows">Rows with at least one value, in the order of the file.</param>
public sealed record ParsedSheet(
    string Code, string Name, int HeaderRow, IReadOnlyDictionary<string, int> Columns, IReadOnlyList<ParsedRow> Rows)
{
    /// <summary>Where the value of a column stands in the file: what a finding of the Platform points at.</summary>
    public CellPlace Place(ParsedRow row, string key) => new(Name, row.Row, Columns.GetValueOrDefault(key));
}

/// <summary>One row: column key → value in canonical form. A key is absent when the cell is empty or could not be read.</summary>
/// <param name="Row">Row of the file, counted from 1.</param>
/// <param name="Good">False when a layout error concerns this row; "take the good rows" leaves it out.</param>
/// <param name="Values">
/// Canonical values: amounts and numbers with a point and without separators (amounts in 万元), years and counts as
/// digits, code lists as their code, yes/no as <c>true</c>/<c>false</c>, dates as yyyy-MM-dd, everything else as text.
/// </param>
public sealed record ParsedRow(int Row, bool Good, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Text or code; null when empty.</summary>
    public string? Text(string key) => Values.GetValueOrDefault(key);

    /// <summary>Amount in 万元 or another decimal number; null when empty.</summary>
    public decimal? Number(string key) =>
        decimal.TryParse(Text(key), NumberStyles.Number, CultureInfo.InvariantCulture, out var n) ? n : null;

    /// <summary>Year or count; null when empty.</summary>
    public int? Whole(string key) =>
        int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null;

    /// <summary>Day; null when empty.</summary>
    public DateOnly? Day(string key) => DateOnly.TryParseExact(Text(key), "yyyy-MM-dd", out var day) ? day : null;

    /// <summary>Yes/no; null when empty.</summary>
    public bool? Flag(string key) => bool.TryParse(Text(key), out var b) ? b : null;
}

/// <summary>A cell. Row and column are counted from 1; 0 means "the whole sheet" (row) or "the whole row" (column).</summary>
public readonly record struct CellPlace(string Sheet, int Row, int Column)
{
    /// <summary>The way Excel names the cell, e.g. <c>J12</c>; empty when the place is no single cell.</summary>
    [JsonIgnore]
    public string Reference => Row > 0 && Column > 0 ? Letters(Column) + Row.ToString(CultureInfo.InvariantCulture) : "";

    /// <summary>Column 1 → A, 27 → AA.</summary>
    public static string Letters(int column)
    {
        var letters = "";
        for (var c = column; c > 0; c = (c - 1) / 26)
        {
            letters = (char)('A' + ((c - 1) % 26)) + letters;
        }

        return letters;
    }
}
