using System.Text;

namespace PerfFlow.Tests.Intake;

/// <summary>Writes an .xls (compound file with BIFF8) of text cells: nothing on the registry does, and units still send them.</summary>
internal static class XlsFile
{
    private const int Sector = 512;

    /// <summary>The bytes of a workbook with one sheet.</summary>
    /// <param name="sheet">Name of the only sheet.</param>
    /// <param name="rows">Cells; a cell "=" + anything is written as a formula.</param>
    /// <param name="extraStorage">Name of a further stream in the directory.</param>
    /// <param name="extraGlobals">Records put before the end of the workbook's globals.</param>
    public static byte[] Write(string sheet, object?[][] rows, string? extraStorage = null, params (int Id, byte[] Data)[] extraGlobals)
    {
        var body = new MemoryStream();
        Record(body, 0x0809, Bof(5));
        foreach (var (id, data) in extraGlobals)
        {
            Record(body, id, data);
        }

        var name = Encoding.Unicode.GetBytes(sheet);
        var sheetRecord = (int)body.Position + 4;
        Record(body, 0x0085, [0, 0, 0, 0, 0, 0, (byte)sheet.Length, 1, .. name]);
        Record(body, 0x000A, []);
        var start = (int)body.Position;
        Record(body, 0x0809, Bof(0x10));
        Record(body, 0x0200, [.. U32(0), .. U32(rows.Length), .. U16(0), .. U16(rows.Max(r => r.Length)), 0, 0]);
        for (var r = 0; r < rows.Length; r++)
        {
            for (var c = 0; c < rows[r].Length; c++)
            {
                Cell(body, r, c, rows[r][c]);
            }
        }

        Record(body, 0x000A, []);
        var book = body.ToArray();
        U32(start).CopyTo(book, sheetRecord);
        return Compound(book, extraStorage);
    }

    private static void Cell(MemoryStream body, int row, int column, object? value)
    {
        byte[] head = [.. U16(row), .. U16(column), 0, 0];
        if (value is string { Length: > 1 } formula && formula.StartsWith('='))
        {
            Record(body, 0x0006, [.. head, .. BitConverter.GetBytes(1.0), 0, 0, 0, 0, 0, 0, 3, 0, 0x1E, 1, 0]);
        }
        else if (value is string text)
        {
            Record(body, 0x0204, [.. head, .. U16(text.Length), 1, .. Encoding.Unicode.GetBytes(text)]);
        }
        else if (value is double number)
        {
            Record(body, 0x0203, [.. head, .. BitConverter.GetBytes(number)]);
        }
    }

    private static byte[] Compound(byte[] book, string? extra)
    {
        // at least 4096 bytes, so that it lies in ordinary sectors
        var sectors = Math.Max(8, (book.Length + Sector - 1) / Sector);
        var fatSectors = ((sectors + 8) / 128) + 1;
        var file = new byte[Sector * (1 + fatSectors + 1 + sectors)];
        new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }.CopyTo(file, 0);
        U16(0x3E).CopyTo(file, 0x18);
        U16(3).CopyTo(file, 0x1A);
        U16(0xFFFE).CopyTo(file, 0x1C);
        U16(9).CopyTo(file, 0x1E);
        U16(6).CopyTo(file, 0x20);
        U32(fatSectors).CopyTo(file, 0x2C);
        U32(fatSectors).CopyTo(file, 0x30);
        U32(4096).CopyTo(file, 0x38);
        U32(-2).CopyTo(file, 0x3C);
        U32(-2).CopyTo(file, 0x44);
        for (var i = 0; i < 109; i++)
        {
            U32(i < fatSectors ? i : -1).CopyTo(file, 0x4C + (i * 4));
        }

        for (var i = 0; i < fatSectors * 128; i++)
        {
            var first = fatSectors + 1;
            var next = i < fatSectors ? -3 : i == fatSectors ? -2 : i < first + sectors - 1 ? i + 1 : i == first + sectors - 1 ? -2 : -1;
            U32(next).CopyTo(file, Sector + (i * 4));
        }

        var directory = Sector * (1 + fatSectors);
        Entry(file, directory, "Root Entry", 5, -2, 0, child: 1);
        Entry(file, directory + 128, "Workbook", 2, fatSectors + 1, Math.Max(4096, book.Length), right: extra is null ? -1 : 2);
        if (extra is not null)
        {
            Entry(file, directory + 256, extra, 2, -2, 0);
        }

        book.CopyTo(file, Sector * (2 + fatSectors));
        return file;
    }

    private static void Entry(byte[] file, int at, string name, byte type, int start, int size, int child = -1, int right = -1)
    {
        Encoding.Unicode.GetBytes(name).CopyTo(file, at);
        U16((name.Length + 1) * 2).CopyTo(file, at + 0x40);
        file[at + 0x42] = type;
        file[at + 0x43] = 1;
        U32(-1).CopyTo(file, at + 0x44);
        U32(right).CopyTo(file, at + 0x48);
        U32(child).CopyTo(file, at + 0x4C);
        U32(start).CopyTo(file, at + 0x74);
        U32(size).CopyTo(file, at + 0x78);
    }

    private static byte[] Bof(int type) => [.. U16(0x0600), .. U16(type), .. U16(0x0DBB), .. U16(1996), 0, 0, 0, 0, 6, 0, 0, 0];

    private static void Record(MemoryStream body, int id, byte[] data)
    {
        body.Write(U16(id));
        body.Write(U16(data.Length));
        body.Write(data);
    }

    private static byte[] U16(int value) => BitConverter.GetBytes((ushort)value);

    private static byte[] U32(int value) => BitConverter.GetBytes(value);
}
