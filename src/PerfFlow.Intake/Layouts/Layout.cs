using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfFlow.Intake.Layouts;

/// <summary>What a cell of a column must hold.</summary>
internal enum ColumnType
{
    /// <summary>Free text up to <see cref="LayoutColumn.Max"/> characters.</summary>
    Text,

    /// <summary>Text that looks like a number: codes, telephone numbers. A number of Excel is taken only while no digit was lost.</summary>
    Code,

    /// <summary>Four digits.</summary>
    Year,

    /// <summary>Money in 万元, not negative, at most six decimals.</summary>
    Amount,

    /// <summary>Decimal number, not negative, at most <see cref="LayoutColumn.Scale"/> decimals.</summary>
    Number,

    /// <summary>Number or words; a percentage goes to the column of its unit.</summary>
    Quantity,

    /// <summary>One of a list.</summary>
    List,

    /// <summary>是/否.</summary>
    YesNo,

    /// <summary>Day.</summary>
    Date,

    /// <summary>Written by the platform for the reader's sake; never read, whatever stands in it.</summary>
    Shown,
}

/// <summary>One entry of a list: the code that is handed on, the title a user picks, other spellings that are understood.</summary>
internal sealed record LayoutItem(string Code, string Title, IReadOnlyList<string> Also);

/// <summary>One column, in the order in which a blank workbook shows it; the order in a filled one is free.</summary>
internal sealed record LayoutColumn(
    string Key,
    string Title,
    ColumnType Type,
    string Hint,
    bool Required = false,
    int Max = 0,
    int Scale = 4,
    decimal Highest = 0,
    int Width = 14,
    string? List = null,
    string? Unit = null);

/// <summary>One sheet: title row, header row, data rows.</summary>
/// <param name="Code">Code under which its rows are handed on.</param>
/// <param name="Name">Name of the sheet in the workbook.</param>
/// <param name="Title">Text of the title row.</param>
/// <param name="Columns">Columns in the order of a blank workbook.</param>
/// <param name="Key">Columns that together name a row once; empty when rows may repeat.</param>
/// <param name="Optional">A workbook may lack it; one sheet there must be in any case.</param>
internal sealed record LayoutSheet(
    string Code, string Name, string Title, IReadOnlyList<string> Key, IReadOnlyList<LayoutColumn> Columns, bool Optional = false);

/// <summary>
/// The layout of a file that units hand in (domain.md §4.9). Layouts are data: a JSON file beside this one;
/// a new form needs no code. <paramref name="Notes"/> head the instructions of a blank workbook.
/// </summary>
internal sealed record Layout(
    string Code,
    int Version,
    string Title,
    IReadOnlyList<string> Notes,
    IReadOnlyDictionary<string, IReadOnlyList<LayoutItem>> Lists,
    IReadOnlyList<LayoutSheet> Sheets)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Every layout shipped, by code.</summary>
    public static IReadOnlyDictionary<string, Layout> All { get; } = LoadAll();

    private static Dictionary<string, Layout> LoadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var layouts = new Dictionary<string, Layout>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name.Contains(".Layouts.", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)
                && !name.Contains(".texts.", StringComparison.Ordinal))
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var layout = JsonSerializer.Deserialize<Layout>(stream, Json)!;
                layout.Validate();
                layouts.Add(layout.Code, layout);
            }
        }

        return layouts;
    }

    /// <summary>A layout that refers to nothing it does not have; called for every layout at load, so a slip shows at start.</summary>
    private void Validate()
    {
        foreach (var sheet in Sheets)
        {
            var keys = sheet.Columns.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
            if (keys.Count != sheet.Columns.Count || sheet.Key.Any(k => !keys.Contains(k)))
            {
                throw new InvalidDataException($"layout {Code}, sheet {sheet.Code}: column keys repeat or the row key names none");
            }

            foreach (var column in sheet.Columns)
            {
                if (column.Type == ColumnType.List && (column.List is null || !Lists.ContainsKey(column.List)))
                {
                    throw new InvalidDataException($"layout {Code}, sheet {sheet.Code}, column {column.Key}: no such list");
                }

                if (column is { Type: ColumnType.Shown, Required: true })
                {
                    throw new InvalidDataException($"layout {Code}, sheet {sheet.Code}, column {column.Key}: what is not read cannot be required");
                }

                if (column.Unit is not null && !keys.Contains(column.Unit))
                {
                    throw new InvalidDataException($"layout {Code}, sheet {sheet.Code}, column {column.Key}: no such unit column");
                }
            }
        }
    }
}
