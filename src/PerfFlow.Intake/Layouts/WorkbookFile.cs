using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>One cell to write. Text is always written as text, so nothing a user typed can become a formula.</summary>
internal readonly record struct OutCell(int Column, string Text, CellLook Look, bool IsNumber = false);

/// <summary>One row to write; <paramref name="Height"/> in points, 0 leaves it to the program that opens the file.</summary>
internal sealed record OutRow(int Number, IReadOnlyList<OutCell> Cells, double Height = 0);

/// <summary>A restriction on what may be typed into a range.</summary>
internal sealed record OutValidation(string Range, DataValidationValues Type, string Formula1, string? Formula2, string Hint);

/// <summary>One sheet to write.</summary>
internal sealed record OutSheet(string Name, IEnumerable<OutRow> Rows)
{
    /// <summary>Width per column, in characters, from column A.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>Rows that stay in sight.</summary>
    public int FrozenRows { get; init; }

    public IReadOnlyList<string> Merged { get; init; } = [];

    public IReadOnlyList<OutValidation> Validations { get; init; } = [];

    public IReadOnlyList<(CellPlace Place, string Text)> Comments { get; init; } = [];

    public bool Hidden { get; init; }
}

/// <summary>Writes a workbook from scratch, sheet by sheet, without holding it in memory.</summary>
internal static class WorkbookFile
{
    public static void Write(Stream output, IEnumerable<OutSheet> sheets)
    {
        using var document = SpreadsheetDocument.Create(output, SpreadsheetDocumentType.Workbook);
        var book = document.AddWorkbookPart();
        book.AddNewPart<WorkbookStylesPart>("styles").Stylesheet = CellLooks.Stylesheet();
        var list = new Sheets();
        var id = 0u;
        foreach (var sheet in sheets)
        {
            id++;
            var part = book.AddNewPart<WorksheetPart>("sheet" + id.ToString(CultureInfo.InvariantCulture));
            if (sheet.Comments.Count > 0)
            {
                CellComments.Add(part, sheet.Comments);
            }

            WriteSheet(part, sheet);
            list.Append(new Sheet
            {
                Name = sheet.Name,
                SheetId = id,
                Id = book.GetIdOfPart(part),
                State = sheet.Hidden ? SheetStateValues.Hidden : null,
            });
        }

        book.Workbook = new Workbook(list);
        document.PackageProperties.Creator = "PerfFlow";
    }

    private static void WriteSheet(WorksheetPart part, OutSheet sheet)
    {
        using var xml = OpenXmlWriter.Create(part);
        xml.WriteStartElement(new Worksheet());
        if (sheet.FrozenRows > 0)
        {
            var top = "A" + (sheet.FrozenRows + 1).ToString(CultureInfo.InvariantCulture);
            xml.WriteElement(new SheetViews(new SheetView(new Pane
            {
                VerticalSplit = sheet.FrozenRows,
                TopLeftCell = top,
                ActivePane = PaneValues.BottomLeft,
                State = PaneStateValues.Frozen,
            })
            { WorkbookViewId = 0 }));
        }

        if (sheet.Widths.Count > 0)
        {
            xml.WriteElement(new Columns(sheet.Widths.Select((w, i) =>
                new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = w, CustomWidth = true })));
        }

        xml.WriteStartElement(new SheetData());
        foreach (var row in sheet.Rows)
        {
            WriteRow(xml, row);
        }

        xml.WriteEndElement();
        if (sheet.Merged.Count > 0)
        {
            xml.WriteElement(new MergeCells(sheet.Merged.Select(m => new MergeCell { Reference = m })));
        }

        if (sheet.Validations.Count > 0)
        {
            xml.WriteElement(new DataValidations(sheet.Validations.Select(Validation)) { Count = (uint)sheet.Validations.Count });
        }

        if (sheet.Comments.Count > 0)
        {
            xml.WriteElement(new LegacyDrawing { Id = CellComments.DrawingId });
        }

        xml.WriteEndElement();
    }

    private static void WriteRow(OpenXmlWriter xml, OutRow row)
    {
        var number = row.Number.ToString(CultureInfo.InvariantCulture);
        xml.WriteStartElement(row.Height > 0
            ? new Row { RowIndex = (uint)row.Number, Height = row.Height, CustomHeight = true }
            : new Row { RowIndex = (uint)row.Number });
        foreach (var cell in row.Cells)
        {
            var attributes = new List<OpenXmlAttribute>
            {
                new("r", "", CellPlace.Letters(cell.Column) + number),
                new("s", "", CellLooks.Index(cell.Look).ToString(CultureInfo.InvariantCulture)),
            };
            if (cell.Text.Length == 0)
            {
                xml.WriteStartElement(new Cell(), attributes);
            }
            else if (cell.IsNumber)
            {
                xml.WriteStartElement(new Cell(), attributes);
                xml.WriteElement(new CellValue(cell.Text));
            }
            else
            {
                attributes.Add(new OpenXmlAttribute("t", "", "inlineStr"));
                xml.WriteStartElement(new Cell(), attributes);
                xml.WriteElement(new InlineString(new Text(cell.Text) { Space = SpaceProcessingModeValues.Preserve }));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static DataValidation Validation(OutValidation v)
    {
        var validation = new DataValidation(new Formula1(v.Formula1))
        {
            Type = v.Type,
            AllowBlank = true,
            ShowErrorMessage = true,
            ShowInputMessage = v.Hint.Length > 0,
            Prompt = v.Hint.Length > 0 ? v.Hint : null,
            SequenceOfReferences = new ListValue<StringValue> { InnerText = v.Range },
        };
        if (v.Formula2 is not null)
        {
            validation.Append(new Formula2(v.Formula2));
        }

        return validation;
    }
}
