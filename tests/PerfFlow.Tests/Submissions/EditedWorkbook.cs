using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace PerfFlow.Tests.Submissions;

/// <summary>A workbook as a clerk has it open: cells by sheet, heading and row below the heading, counted from 1.</summary>
internal static class EditedWorkbook
{
    private const int HeaderRow = 2;

    public static byte[] With(byte[] workbook, params (string Sheet, string Heading, int Row, string Text)[] cells)
    {
        using var stream = new MemoryStream();
        stream.Write(workbook);
        using (var document = SpreadsheetDocument.Open(stream, isEditable: true))
        {
            foreach (var (sheet, heading, row, text) in cells)
            {
                var (cell, worksheet) = Find(document, sheet, heading, row);
                cell.CellValue = null;
                cell.DataType = CellValues.InlineString;
                cell.InlineString = new InlineString(new Text(text));
                worksheet.Save();
            }
        }

        return stream.ToArray();
    }

    public static string Text(byte[] workbook, string sheet, string heading, int row)
    {
        using var stream = new MemoryStream(workbook);
        using var document = SpreadsheetDocument.Open(stream, isEditable: false);
        var (cell, _) = Find(document, sheet, heading, row);
        return cell.InlineString?.InnerText ?? cell.CellValue?.Text ?? "";
    }

    private static (Cell Cell, Worksheet Worksheet) Find(SpreadsheetDocument document, string name, string heading, int row)
    {
        var book = document.WorkbookPart!;
        var sheet = book.Workbook!.Descendants<Sheet>().Single(s => s.Name == name);
        var worksheet = ((WorksheetPart)book.GetPartById(sheet.Id!.Value!)).Worksheet!;
        var rows = worksheet.Descendants<Row>().ToDictionary(r => (int)r.RowIndex!.Value);
        var title = rows[HeaderRow].Elements<Cell>().First(c => c.InnerText.TrimStart('*').Split('(')[0] == heading);
        var letters = title.CellReference!.Value!.TrimEnd([.. "0123456789"]);
        var place = letters + (HeaderRow + row).ToString(CultureInfo.InvariantCulture);
        return (rows[HeaderRow + row].Elements<Cell>().Single(c => c.CellReference == place), worksheet);
    }
}
