using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace PerfFlow.Intake.Documents;

/// <summary>
/// CSV in UTF-8 (with or without BOM) or GB18030, separated by comma, tab or semicolon. Excel in China saves
/// "CSV" in GB18030 and "CSV UTF-8" with a BOM; both are taken without asking.
/// </summary>
internal static class CsvText
{
    static CsvText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static IEnumerable<RawSheet> Sheets(Stream file, DocumentLimits limits)
    {
        file.Position = 0;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        yield return new RawSheet("", Rows(Decode(bytes), limits));
    }

    /// <summary>The text, or a refusal when it is neither valid UTF-8 nor valid GB18030.</summary>
    internal static string Decode(byte[] bytes)
    {
        var body = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes;
        foreach (var name in (string[])["utf-8", "GB18030"])
        {
            try
            {
                var text = Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(body);
                return text.AsSpan().ContainsAny('\0', '\u0001', '\u0002') ? throw new DocumentRefusedException("doc.kind") : text;
            }
            catch (DecoderFallbackException)
            {
                // not in this encoding: the next one decides
            }
        }

        throw new DocumentRefusedException("doc.encoding");
    }

    private static IEnumerable<RawRow> Rows(string text, DocumentLimits limits)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = Delimiter(text),
            HasHeaderRecord = false,
            IgnoreBlankLines = false,
            BadDataFound = null,
            MaxFieldSize = limits.MaxCellText + 2,
        };
        using var csv = new CsvParser(new StringReader(text), configuration);
        var cells = 0;
        for (var number = 1; Read(csv); number++)
        {
            var record = csv.Record ?? [];
            if (record.Length > limits.MaxColumns && record.Skip(limits.MaxColumns).Any(f => f.Length > 0))
            {
                throw new DocumentRefusedException("doc.columns", limits.MaxColumns.ToString());
            }

            var row = new RawRow(number, record.Take(limits.MaxColumns).Select(f => Cell(f, limits)).ToList());
            cells += record.Length;
            if (cells > limits.MaxCells)
            {
                throw new DocumentRefusedException("doc.cells", limits.MaxCells.ToString());
            }

            if (row.IsEmpty)
            {
                continue;
            }

            yield return number <= limits.MaxRows ? row : throw new DocumentRefusedException("doc.rows", limits.MaxRows.ToString());
        }
    }

    private static bool Read(CsvParser csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvHelperException)
        {
            // an unclosed quotation mark swallows the rest of the file into one field
            throw new DocumentRefusedException("doc.broken");
        }
    }

    private static RawCell Cell(string field, DocumentLimits limits)
    {
        // ="00123" is how systems keep the zeros of a code through Excel: a text, not a calculation
        if (field.Length > 3 && field.StartsWith("=\"", StringComparison.Ordinal) && field.EndsWith('"'))
        {
            return DocumentReader.Text(field[2..^1], limits);
        }

        var cell = DocumentReader.Text(field, limits);
        return cell.Text.Length > 1 && cell.Text[0] is '=' or '@' && cell.Text is not ("=>" or "=<")
            ? cell with { Kind = RawKind.Formula }
            : cell;
    }

    private static string Delimiter(string text)
    {
        Span<int> counts = [0, 0, 0];
        foreach (var line in text.AsSpan(0, Math.Min(text.Length, 8_192)).EnumerateLines())
        {
            counts[0] += line.Count(',');
            counts[1] += line.Count('\t');
            counts[2] += line.Count(';');
        }

        return counts[1] > counts[0] && counts[1] >= counts[2] ? "\t" : counts[2] > counts[0] ? ";" : ",";
    }
}
