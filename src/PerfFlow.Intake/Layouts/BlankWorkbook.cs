using System.Globalization;
using DocumentFormat.OpenXml.Spreadsheet;
using PerfFlow.Intake.Documents;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>
/// The workbook a unit fills in: instructions, one sheet per sheet of the layout with lists to choose from, and a
/// hidden sheet with those lists. With data it is the prefilled workbook.
/// </summary>
internal static class BlankWorkbook
{
    /// <summary>Title row and header row stand above the data.</summary>
    public const int HeaderRow = 2;

    // choosing from lists works down to here; a file may be longer
    private const int LastPreparedRow = 2_000;

    public static void Write(Stream output, Layout layout, WorkbookData data, IntakeTexts words)
    {
        var lists = layout.Lists.Keys.ToList();
        var sheets = new List<OutSheet> { Instructions(layout, words) };
        sheets.AddRange(layout.Sheets.Select(s => DataSheet(layout, s, data.Sheets.GetValueOrDefault(s.Code) ?? [], lists, words)));
        sheets.Add(Lists(layout, lists, words));
        WorkbookFile.Write(output, sheets);
    }

    /// <summary>How cells of a column are shown.</summary>
    public static CellFormatKind FormatOf(ColumnType type) => type switch
    {
        ColumnType.Code or ColumnType.Date => CellFormatKind.Text,
        ColumnType.Amount => CellFormatKind.Amount,
        ColumnType.Shown => CellFormatKind.Shown,
        _ => CellFormatKind.General,
    };

    /// <summary>What the user may choose or type in a column, for rows below the header.</summary>
    public static IReadOnlyList<OutValidation> Validations(Layout layout, LayoutSheet sheet, int headerRow, IReadOnlyDictionary<string, int> columns, IntakeTexts words)
    {
        var lists = layout.Lists.Keys.ToList();
        var validations = new List<OutValidation>();
        foreach (var column in sheet.Columns.Where(c => columns.ContainsKey(c.Key)))
        {
            var letters = CellPlace.Letters(columns[column.Key]);
            var range = string.Create(CultureInfo.InvariantCulture, $"{letters}{headerRow + 1}:{letters}{Math.Max(headerRow + 1, LastPreparedRow)}");
            var validation = column.Type switch
            {
                ColumnType.List => new OutValidation(range, DataValidationValues.List, ListRange(layout, lists, column.List!, words), null, column.Hint),
                ColumnType.YesNo => new OutValidation(range, DataValidationValues.List, "\"是,否\"", null, column.Hint),
                ColumnType.Year => new OutValidation(range, DataValidationValues.Whole, "1990", "2100", column.Hint),
                ColumnType.Amount => new OutValidation(range, DataValidationValues.Decimal, "0", "999999999999", column.Hint),
                ColumnType.Number => new OutValidation(range, DataValidationValues.Decimal, "0",
                    (column.Highest > 0 ? column.Highest : 999_999_999_999m).ToString(CultureInfo.InvariantCulture), column.Hint),
                _ => null,
            };
            if (validation is not null)
            {
                validations.Add(validation);
            }
        }

        return validations;
    }

    /// <summary>The hidden sheet that the lists of <see cref="Validations"/> point into.</summary>
    public static OutSheet Lists(Layout layout, IReadOnlyList<string> lists, IntakeTexts words)
    {
        var longest = lists.Select(l => layout.Lists[l].Count).DefaultIfEmpty(0).Max();
        var rows = Enumerable.Range(0, longest).Select(i => new OutRow(i + 1, lists
            .Select((l, c) => (Items: layout.Lists[l], Column: c + 1))
            .Where(l => i < l.Items.Count)
            .Select(l => new OutCell(l.Column, l.Items[i].Title, CellLook.Plain)).ToList()));
        return new OutSheet(words["sheet.lists"], rows) { Hidden = true };
    }

    private static string ListRange(Layout layout, List<string> lists, string list, IntakeTexts words)
    {
        var letters = CellPlace.Letters(lists.IndexOf(list) + 1);
        return string.Create(CultureInfo.InvariantCulture, $"'{words["sheet.lists"]}'!${letters}$1:${letters}${layout.Lists[list].Count}");
    }

    private static OutSheet DataSheet(
        Layout layout, LayoutSheet sheet, IReadOnlyList<IReadOnlyDictionary<string, string>> data, List<string> lists, IntakeTexts words)
    {
        var columns = sheet.Columns.Select((c, i) => (c.Key, i)).ToDictionary(c => c.Key, c => c.i + 1, StringComparer.Ordinal);
        var title = new OutRow(1, [new OutCell(1, words["title.unit", sheet.Title], CellLook.Title)], 28);
        var header = new OutRow(HeaderRow, sheet.Columns.Select(c => new OutCell(columns[c.Key], HeaderText(c),
            c.Required ? CellLook.RequiredHeader : CellLook.Header)).ToList(), 32);
        var rows = data.Select((values, i) => new OutRow(HeaderRow + 1 + i, sheet.Columns
            .Select(c => Cell(layout, c, columns[c.Key], values.GetValueOrDefault(c.Key) ?? "")).ToList()));

        // an empty row in the right formats: what is typed or pasted below the last row starts from it
        var empty = new OutRow(HeaderRow + 1 + data.Count, sheet.Columns.Select(c => new OutCell(columns[c.Key], "", new CellLook(FormatOf(c.Type)))).ToList());
        return new OutSheet(sheet.Name, [title, header, .. rows, .. EmptyRows(empty, data.Count == 0 ? 50 : 20)])
        {
            Widths = sheet.Columns.Select(c => c.Width).ToList(),
            FrozenRows = HeaderRow,
            Merged = [$"A1:{CellPlace.Letters(sheet.Columns.Count)}1"],
            Validations = Validations(layout, sheet, HeaderRow, columns, words),
        };
    }

    private static IEnumerable<OutRow> EmptyRows(OutRow first, int count) =>
        Enumerable.Range(0, count).Select(i => first with { Number = first.Number + i });

    private static string HeaderText(LayoutColumn column) =>
        (column.Required ? "*" : "") + column.Title + (column.Type == ColumnType.Amount ? "(万元)" : "");

    private static OutCell Cell(Layout layout, LayoutColumn column, int at, string value)
    {
        var look = new CellLook(FormatOf(column.Type));
        var shown = column.Type switch
        {
            ColumnType.List => layout.Lists[column.List!].FirstOrDefault(i => i.Code == value)?.Title ?? value,
            ColumnType.YesNo => value switch { "true" => "是", "false" => "否", _ => value },
            _ => CleanText.Of(value, 32_767),
        };
        var number = column.Type is ColumnType.Amount or ColumnType.Number or ColumnType.Year or ColumnType.Quantity
            && decimal.TryParse(shown, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return new OutCell(at, shown, look, number);
    }

    private static OutSheet Instructions(Layout layout, IntakeTexts words)
    {
        var rows = new List<OutRow> { new(1, [new OutCell(1, layout.Title, CellLook.Title)], 28) };
        rows.AddRange(layout.Notes.Select((n, i) => new OutRow(i + 2, [new OutCell(1, n, CellLook.Plain)], 32)));
        string[] heads = ["sheet", "column", "required", "hint"];
        rows.Add(new OutRow(rows.Count + 1, heads.Select((h, i) => new OutCell(i + 1, words["instructions.head." + h], CellLook.Header)).ToList()));
        foreach (var (sheet, column) in layout.Sheets.SelectMany(s => s.Columns.Select(c => (s, c))))
        {
            rows.Add(new OutRow(rows.Count + 1,
            [
                new OutCell(1, sheet.Name, CellLook.Plain),
                new OutCell(2, column.Title, CellLook.Plain),
                new OutCell(3, words[column.Required ? "instructions.yes" : "instructions.no"], CellLook.Plain),
                new OutCell(4, column.Hint, CellLook.Plain),
            ]));
        }

        return new OutSheet(words["sheet.instructions"], rows)
        {
            Widths = [14, 18, 12, 70],
            Merged = Enumerable.Range(1, layout.Notes.Count + 1).Select(r => string.Create(CultureInfo.InvariantCulture, $"A{r}:D{r}")).ToList(),
        };
    }
}
