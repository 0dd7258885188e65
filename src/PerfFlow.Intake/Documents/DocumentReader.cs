using System.Globalization;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace PerfFlow.Intake.Documents;

/// <summary>Opens a recognised and inspected file and hands out its cells, sheet by sheet. Runs in the child process only.</summary>
internal static class DocumentReader
{
    static DocumentReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Refuses an attachment that could do harm when somebody opens it; its content is not read.</summary>
    public static void InspectAttachment(Stream file, DocumentKind kind, DocumentLimits limits)
    {
        switch (kind)
        {
            case DocumentKind.Xlsx or DocumentKind.Docx:
                XlsxInspector.Inspect(file, limits);
                break;
            case DocumentKind.Xls:
                XlsInspector.Inspect(file, limits);
                break;
        }
    }

    /// <summary>The sheets in the order of the file. Each must be read to its end before the next one is asked for.</summary>
    public static IEnumerable<RawSheet> Sheets(Stream file, DocumentKind kind, DocumentLimits limits) => kind switch
    {
        DocumentKind.Xlsx or DocumentKind.Xls => Workbook(file, kind, limits),
        DocumentKind.Csv => CsvText.Sheets(file, limits),
        _ => throw new DocumentRefusedException("doc.kind"),
    };

    private static IEnumerable<RawSheet> Workbook(Stream file, DocumentKind kind, DocumentLimits limits)
    {
        var marks = kind == DocumentKind.Xlsx ? XlsxInspector.Inspect(file, limits) : XlsInspector.Inspect(file, limits);
        file.Position = 0;
        using var reader = Guarded(() => Open(file, kind));
        do
        {
            var mark = marks.GetValueOrDefault(reader.Name) ?? throw new DocumentRefusedException("doc.broken");
            yield return new RawSheet(reader.Name, Rows(reader, mark, limits));
        }
        while (Guarded(reader.NextResult));
    }

    private static IExcelDataReader Open(Stream file, DocumentKind kind)
    {
        var configuration = new ExcelReaderConfiguration { FallbackEncoding = Encoding.GetEncoding("GB18030"), LeaveOpen = true };
        return kind == DocumentKind.Xlsx
            ? ExcelReaderFactory.CreateOpenXmlReader(file, configuration)
            : ExcelReaderFactory.CreateBinaryReader(file, configuration);
    }

    private static IEnumerable<RawRow> Rows(IExcelDataReader reader, SheetMarks marks, DocumentLimits limits)
    {
        for (var number = 1; number <= marks.LastRow && Guarded(reader.Read); number++)
        {
            var row = number;
            yield return new RawRow(number, Guarded(() => Cells(reader, row, marks, limits)));
        }
    }

    private static RawCell[] Cells(IExcelDataReader reader, int row, SheetMarks marks, DocumentLimits limits)
    {
        var cells = new RawCell[Math.Min(reader.FieldCount, limits.MaxColumns)];
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = Cell(reader, i, limits);
            cells[i] = marks.Formulas.Contains((row, i + 1)) ? cell with { Kind = RawKind.Formula }
                : marks.Errors.Contains((row, i + 1)) ? cell with { Kind = RawKind.Error }
                : cell;
        }

        return cells;
    }

    private static RawCell Cell(IExcelDataReader reader, int i, DocumentLimits limits)
    {
        switch (reader.GetValue(i))
        {
            case null:
                return RawCell.Empty;
            case string text:
                return Text(text, limits);
            case bool flag:
                return new RawCell(RawKind.Bool, flag ? "是" : "否", flag ? 1 : 0);
            case DateTime date:
                return new RawCell(RawKind.Date, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), 0);
            case IFormattable number and (double or int):
                var value = Convert.ToDouble(number, CultureInfo.InvariantCulture);
                if (!double.IsFinite(value))
                {
                    return new RawCell(RawKind.Error, value.ToString(CultureInfo.InvariantCulture), 0);
                }

                var percent = reader.GetNumberFormatString(i)?.Contains('%', StringComparison.Ordinal) == true;
                var shown = percent ? Numbers.Exact(value * 100) + "%" : Numbers.Exact(value);
                return new RawCell(percent ? RawKind.Percent : RawKind.Number, shown, value);
            case var other:
                return Text(Convert.ToString(other, CultureInfo.InvariantCulture) ?? "", limits);
        }
    }

    internal static RawCell Text(string text, DocumentLimits limits)
    {
        var clean = CleanText.Of(text, limits.MaxCellText);
        return clean.Length == 0 ? RawCell.Empty : new RawCell(RawKind.Text, clean, 0);
    }

    // The reader of values is foreign code on hostile input: whatever it trips over is a broken file, never our fault.
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (DocumentRefusedException or OutOfMemoryException))
        {
            throw new DocumentRefusedException(e is InvalidPasswordException ? "doc.encrypted" : "doc.broken");
        }
    }
}

/// <summary>Text as it may be stored, compared and shown.</summary>
internal static class CleanText
{
    /// <summary>Without control characters (line breaks become one \n), without blanks at the ends, at most so many characters.</summary>
    public static string Of(string text, int max)
    {
        var plain = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("_x000D_", "", StringComparison.Ordinal);
        if (plain.AsSpan().ContainsAnyInRange('\0', '\u001F') || plain.AsSpan().ContainsAnyInRange('\u007F', '\u009F') || plain.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            plain = string.Concat(plain.EnumerateRunes()
                .Where(r => r.Value == '\n' || r.Value == '\t' || (!Rune.IsControl(r) && r != Rune.ReplacementChar))
                .Select(r => r.ToString()));
        }

        plain = plain.Trim().Trim('\uFEFF', '\u200B');
        return plain.Length <= max ? plain : plain[..max];
    }
}

/// <summary>Numbers of Excel as a user typed them.</summary>
internal static class Numbers
{
    /// <summary>
    /// Excel keeps 15 significant digits; rounding to them gives back what was typed (0.1 + binary noise → 0.1).
    /// </summary>
    public static string Exact(double value)
    {
        var text = value.ToString("G15", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) && Math.Abs(value) is < 1e28 and > 1e-20
            ? ((decimal)value).ToString("0.############################", CultureInfo.InvariantCulture)
            : text;
    }
}
