namespace PerfFlow.Intake.Documents;

/// <summary>What a file is by its content. Its name and the content type that a browser sent are never asked.</summary>
internal enum DocumentKind
{
    /// <summary>Zip with the parts of an Excel workbook.</summary>
    Xlsx,

    /// <summary>Compound file with a BIFF8 workbook.</summary>
    Xls,

    /// <summary>Text in UTF-8 or GB18030.</summary>
    Csv,

    /// <summary>Zip with the parts of a Word document; attachment only.</summary>
    Docx,

    /// <summary>Attachment only.</summary>
    Pdf,

    /// <summary>Attachment only.</summary>
    Png,

    /// <summary>Attachment only.</summary>
    Jpeg,
}

/// <summary>Recognises a file by its content and refuses what is none of <see cref="DocumentKind"/>, saying what it is.</summary>
internal static class Recogniser
{
    private static readonly byte[] Ole = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static DocumentKind Recognise(Stream file, DocumentLimits limits)
    {
        if (file.Length == 0)
        {
            throw new DocumentRefusedException("doc.empty");
        }

        if (file.Length > limits.MaxBytes)
        {
            throw new DocumentRefusedException("doc.size", Megabytes(file.Length), Megabytes(limits.MaxBytes));
        }

        Span<byte> head = stackalloc byte[512];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return head switch
        {
            _ when head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) => Zip(file, limits),
            _ when head.StartsWith(Ole) => Compound(file),
            _ when head.StartsWith("%PDF-"u8) => DocumentKind.Pdf,
            _ when head.StartsWith(Png) => DocumentKind.Png,
            [0xFF, 0xD8, 0xFF, ..] => DocumentKind.Jpeg,
            _ when head.StartsWith("Rar!"u8) || head.StartsWith("7z\u00BC\u00AF"u8) || head is [0x37, 0x7A, 0xBC, 0xAF, ..] or [0x1F, 0x8B, ..]
                => throw new DocumentRefusedException("doc.archive"),
            _ when LooksLikeMarkup(head) => throw new DocumentRefusedException("doc.web_page"),
            _ when head.ContainsAnyExceptInRange((byte)0x20, (byte)0xFF) && HasBinary(head) => throw new DocumentRefusedException("doc.kind"),
            _ => DocumentKind.Csv,
        };
    }

    internal static string Megabytes(long bytes) =>
        (bytes / 1048576m).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture) + " MB";

    private static DocumentKind Zip(Stream file, DocumentLimits limits)
    {
        using var zip = ZipParts.Open(file, limits);
        var names = zip.Entries.Select(e => e.FullName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.Contains("[Content_Types].xml"))
        {
            if (names.Contains("xl/workbook.xml"))
            {
                return DocumentKind.Xlsx;
            }

            if (names.Contains("word/document.xml"))
            {
                return DocumentKind.Docx;
            }

            throw new DocumentRefusedException(names.Contains("xl/workbook.bin") ? "doc.xlsb" : "doc.kind");
        }

        throw new DocumentRefusedException(names.Contains("mimetype") && names.Contains("content.xml") ? "doc.ods" : "doc.archive");
    }

    private static DocumentKind Compound(Stream file)
    {
        var names = CompoundFile.Read(file).Names;
        if (names.Contains("EncryptedPackage"))
        {
            throw new DocumentRefusedException("doc.encrypted");
        }

        return names.Contains("Workbook") || names.Contains("Book")
            ? DocumentKind.Xls
            : throw new DocumentRefusedException("doc.kind");
    }

    // Many systems export an HTML table or SpreadsheetML under the name .xls; Excel opens it, with a warning.
    private static bool LooksLikeMarkup(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        return text.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }

    private static bool HasBinary(ReadOnlySpan<byte> head)
    {
        foreach (var b in head)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return true;
            }
        }

        return false;
    }
}
