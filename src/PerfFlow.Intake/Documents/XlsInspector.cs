using System.Buffers.Binary;
using System.Text;

namespace PerfFlow.Intake.Documents;

/// <summary>
/// Walks the records of a BIFF8 workbook: macro sheets, references to other files, encryption, cells with formulas.
/// Record numbers: [MS-XLS] 2.3.
/// </summary>
internal static class XlsInspector
{
    private const int Formula = 0x0006;
    private const int Eof = 0x000A;
    private const int FilePass = 0x002F;
    private const int BoundSheet = 0x0085;
    private const int ExternBook = 0x01AE;
    private const int Bof = 0x0809;
    private const int MulRk = 0x00BD;
    private const int BoolErr = 0x0205;
    private static readonly HashSet<int> ValueRecords = [Formula, 0x00FD, 0x0203, 0x0204, BoolErr, 0x027E, MulRk, 0x00D6];

    /// <summary>Marks per sheet, by its name.</summary>
    public static IReadOnlyDictionary<string, SheetMarks> Inspect(Stream file, DocumentLimits limits)
    {
        var compound = CompoundFile.Read(file);
        var names = compound.Names;
        if (names.Contains("_VBA_PROJECT_CUR") || names.Contains("_VBA_PROJECT") || names.Contains("VBA"))
        {
            throw new DocumentRefusedException("doc.macros");
        }

        if (names.Contains("\u0001Ole10Native") || names.Any(n => n.StartsWith("MBD", StringComparison.Ordinal)))
        {
            throw new DocumentRefusedException("doc.embedded", "OLE");
        }

        // BIFF5 ("Book") is Excel 95; the reader knows it, but no office of today writes it.
        var workbook = compound.Stream("Workbook") ?? throw new DocumentRefusedException("doc.kind");
        return Walk(workbook, limits);
    }

    private static Dictionary<string, SheetMarks> Walk(byte[] book, DocumentLimits limits)
    {
        var sheets = new Dictionary<uint, (string Name, SheetMarks Marks)>();
        SheetMarks? current = null;
        var cells = 0;
        for (var at = 0; at + 4 <= book.Length;)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(book.AsSpan(at));
            int length = BinaryPrimitives.ReadUInt16LittleEndian(book.AsSpan(at + 2));
            if (at + 4 + length > book.Length)
            {
                break;
            }

            var data = book.AsSpan(at + 4, length);
            switch (id)
            {
                case FilePass:
                    throw new DocumentRefusedException("doc.encrypted");
                case Bof when sheets.TryGetValue((uint)at, out var found):
                    current = found.Marks;
                    break;
                case Eof:
                    current = null;
                    break;
                case BoundSheet when length >= 8:
                    ReadSheet(data, sheets, limits);
                    break;
                case ExternBook:
                    RefuseOtherFiles(data);
                    break;
                case var _ when current is not null && ValueRecords.Contains(id) && length >= 6:
                    if (++cells > limits.MaxCells)
                    {
                        throw new DocumentRefusedException("doc.cells", limits.MaxCells.ToString());
                    }

                    var row = BinaryPrimitives.ReadUInt16LittleEndian(data) + 1;
                    var column = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]) + 1;
                    current.Cell(row, column, id == Formula, id == BoolErr && length >= 8 && data[7] == 1, limits);
                    break;
            }

            at += 4 + length;
        }

        var marks = new Dictionary<string, SheetMarks>(StringComparer.Ordinal);
        return sheets.Values.All(s => marks.TryAdd(s.Name, s.Marks)) ? marks : throw new DocumentRefusedException("doc.broken");
    }

    private static void ReadSheet(ReadOnlySpan<byte> data, Dictionary<uint, (string, SheetMarks)> sheets, DocumentLimits limits)
    {
        if (data[5] is 1 or 6)
        {
            throw new DocumentRefusedException("doc.macros");
        }

        if (sheets.Count >= limits.MaxSheets)
        {
            throw new DocumentRefusedException("doc.sheets", limits.MaxSheets.ToString());
        }

        int count = data[6];
        var wide = (data[7] & 1) == 1;
        var text = data[8..];
        if (text.Length < (wide ? count * 2 : count))
        {
            throw new DocumentRefusedException("doc.broken");
        }

        var name = wide ? Encoding.Unicode.GetString(text[..(count * 2)]) : Encoding.Latin1.GetString(text[..count]);
        sheets[BinaryPrimitives.ReadUInt32LittleEndian(data)] = (name, new SheetMarks());
    }

    // Every workbook with names has one record for itself (0401) and perhaps one for add-in functions (3A01).
    private static void RefuseOtherFiles(ReadOnlySpan<byte> data)
    {
        var itself = data.Length == 4 && BinaryPrimitives.ReadUInt16LittleEndian(data[2..]) is 0x0401 or 0x3A01;
        if (!itself)
        {
            throw new DocumentRefusedException("doc.external_links");
        }
    }
}
