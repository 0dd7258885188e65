using System.IO.Compression;

namespace PerfFlow.Intake.Documents;

/// <summary>Opens a zip whose directory holds nothing that could be a trick; nothing is ever unpacked to disk.</summary>
internal static class ZipParts
{
    /// <summary>Parts of an office file that are data or dress. Whatever else a package carries, nobody here wants it.</summary>
    private static readonly HashSet<string> KnownEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".xml", ".rels", ".psmdcp", ".vml", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".odttf", ".fntdata",
    };

    public static ZipArchive Open(Stream file, DocumentLimits limits)
    {
        file.Position = 0;
        ZipArchive zip;
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            Check(zip, limits);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException or NotSupportedException)
        {
            throw new DocumentRefusedException("doc.broken");
        }

        return zip;
    }

    /// <summary>Parts that are XML and therefore read by somebody.</summary>
    public static bool IsXml(string name) =>
        name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".psmdcp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses parts that do not belong into an office file: macros, embedded objects, other archives.</summary>
    public static void CheckContents(ZipArchive zip)
    {
        foreach (var part in zip.Entries)
        {
            var name = part.FullName;
            if (name.Contains("vbaProject", StringComparison.OrdinalIgnoreCase) || Within(name, "macrosheets")
                || Within(name, "dialogsheets") || name.EndsWith("vbaData.xml", StringComparison.OrdinalIgnoreCase))
            {
                throw new DocumentRefusedException("doc.macros");
            }

            if (Within(name, "externalLinks") || Within(name, "queryTables") || Within(name, "customData")
                || name.EndsWith("/connections.xml", StringComparison.OrdinalIgnoreCase))
            {
                throw new DocumentRefusedException("doc.external_links");
            }

            if (Within(name, "embeddings") || Within(name, "activeX") || !Known(name))
            {
                throw new DocumentRefusedException("doc.embedded", Short(name));
            }
        }
    }

    internal static string Short(string name) => name.Length <= 80 ? name : name[..80] + "…";

    private static void Check(ZipArchive zip, DocumentLimits limits)
    {
        if (zip.Entries.Count > limits.MaxParts)
        {
            throw new DocumentRefusedException("doc.parts", zip.Entries.Count.ToString(), limits.MaxParts.ToString());
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in zip.Entries)
        {
            var name = part.FullName;
            if (part.IsEncrypted)
            {
                throw new DocumentRefusedException("doc.encrypted");
            }

            if (!seen.Add(name.Replace('\\', '/')) || name.Length is 0 or > 260 || name[0] is '/' or '\\' || name.Contains(':', StringComparison.Ordinal)
                || name.Any(char.IsControl) || name.Split('/', '\\').Contains("..", StringComparer.Ordinal))
            {
                throw new DocumentRefusedException("doc.path");
            }
        }
    }

    private static bool Known(string name) =>
        name.EndsWith('/')
        || KnownEndings.Contains(Path.GetExtension(name))
        || (name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) && Within(name, "printerSettings"));

    private static bool Within(string name, string folder) =>
        name.Contains("/" + folder + "/", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Passes a part on and counts what comes out of it: the only size of a zip that cannot be forged.</summary>
internal sealed class CountingStream(Stream inner, UnpackedBudget budget) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var n = inner.Read(buffer);
        budget.Spend(n);
        return n;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>What the parts of one file may unpack to, together.</summary>
internal sealed class UnpackedBudget(long max)
{
    private long _spent;

    public void Spend(long bytes)
    {
        _spent += bytes;
        if (_spent > max)
        {
            throw new DocumentRefusedException("doc.unpacked", Recogniser.Megabytes(max));
        }
    }
}
