using System.IO.Compression;
using System.Xml;

namespace PerfFlow.Intake.Documents;

/// <summary>What a look at the raw sheet found that the reader of values does not tell.</summary>
internal sealed class SheetMarks
{
    /// <summary>Last row that holds a value or a formula, from 1.</summary>
    public int LastRow { get; private set; }

    /// <summary>Cells with a formula: where data is due, a result is not data.</summary>
    public HashSet<(int Row, int Column)> Formulas { get; } = [];

    /// <summary>Cells with an error such as #REF!.</summary>
    public HashSet<(int Row, int Column)> Errors { get; } = [];

    public void Cell(int row, int column, bool formula, bool error, DocumentLimits limits)
    {
        if (row < 1 || column < 1)
        {
            throw new DocumentRefusedException("doc.broken");
        }

        if (row > limits.MaxRows)
        {
            throw new DocumentRefusedException("doc.rows", limits.MaxRows.ToString());
        }

        if (column > limits.MaxColumns)
        {
            throw new DocumentRefusedException("doc.columns", limits.MaxColumns.ToString());
        }

        LastRow = Math.Max(LastRow, row);
        if (formula)
        {
            Formulas.Add((row, column));
        }

        if (error)
        {
            Errors.Add((row, column));
        }
    }
}

/// <summary>
/// Reads every XML part of a workbook once, strictly and within its budget, before the reader of values may touch it:
/// no DTD, bounded depth and size, no reference that leaves the file.
/// </summary>
internal sealed class XlsxInspector
{
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string StrictOffice = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    private readonly DocumentLimits _limits;
    private readonly ZipArchive _zip;
    private readonly UnpackedBudget _budget;
    private readonly Dictionary<string, SheetMarks> _parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, string Relation)> _sheets = [];
    private readonly Dictionary<string, string> _relations = new(StringComparer.Ordinal);
    private int _cells;

    private XlsxInspector(ZipArchive zip, DocumentLimits limits)
    {
        _zip = zip;
        _limits = limits;
        _budget = new UnpackedBudget(limits.MaxUnpackedBytes);
    }

    /// <summary>Marks per sheet, by the name of the sheet; empty for a document that is no workbook.</summary>
    public static IReadOnlyDictionary<string, SheetMarks> Inspect(Stream file, DocumentLimits limits)
    {
        using var zip = ZipParts.Open(file, limits);
        ZipParts.CheckContents(zip);
        return new XlsxInspector(zip, limits).Run();
    }

    private Dictionary<string, SheetMarks> Run()
    {
        foreach (var part in _zip.Entries)
        {
            var name = part.FullName.Replace('\\', '/');
            if (ZipParts.IsXml(name))
            {
                Scan(part, name);
            }
            else
            {
                _budget.Spend(part.Length);
            }
        }

        var marks = new Dictionary<string, SheetMarks>(StringComparer.Ordinal);
        if (_sheets.Count > _limits.MaxSheets)
        {
            throw new DocumentRefusedException("doc.sheets", _limits.MaxSheets.ToString());
        }

        foreach (var (name, relation) in _sheets)
        {
            if (!_relations.TryGetValue(relation, out var target) || !marks.TryAdd(name, _parts.GetValueOrDefault(target, new SheetMarks())))
            {
                throw new DocumentRefusedException("doc.broken");
            }
        }

        return marks;
    }

    private void Scan(ZipArchiveEntry part, string name)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            CloseInput = true,
            IgnoreComments = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = _limits.MaxUnpackedBytes,
        };
        try
        {
            using var xml = XmlReader.Create(new CountingStream(part.Open(), _budget), settings);
            var sheet = name.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
                ? _parts[name] = new SheetMarks()
                : null;
            if (sheet is not null)
            {
                ScanSheet(xml, sheet);
                return;
            }

            while (Next(xml))
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    ScanElement(xml, name);
                }
            }
        }
        catch (XmlException e)
        {
            // The framework has one exception for all; a prohibited DTD is told apart by its message only.
            throw new DocumentRefusedException(e.Message.Contains("DTD", StringComparison.Ordinal) ? "doc.dtd" : "doc.broken");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new DocumentRefusedException("doc.broken");
        }
    }

    private bool Next(XmlReader xml)
    {
        if (!xml.Read())
        {
            return false;
        }

        return xml.Depth <= _limits.MaxXmlDepth ? true : throw new DocumentRefusedException("doc.nesting");
    }

    private void ScanElement(XmlReader xml, string part)
    {
        switch (xml.LocalName)
        {
            case "Override" or "Default" when part == "[Content_Types].xml":
                if (xml.GetAttribute("ContentType") is { } type
                    && (type.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase) || type.Contains("vbaProject", StringComparison.OrdinalIgnoreCase)))
                {
                    throw new DocumentRefusedException("doc.macros");
                }

                break;
            case "Relationship":
                ScanRelation(xml, part);
                break;
            case "sheet" when part.Equals("xl/workbook.xml", StringComparison.OrdinalIgnoreCase):
                _sheets.Add((xml.GetAttribute("name") ?? "", xml.GetAttribute("id", Office) ?? xml.GetAttribute("id", StrictOffice) ?? ""));
                break;
            case "ddeLink" or "oleLink":
                throw new DocumentRefusedException("doc.external_links");
        }
    }

    private void ScanRelation(XmlReader xml, string part)
    {
        var target = xml.GetAttribute("Target") ?? "";
        if (string.Equals(xml.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase))
        {
            // A clickable address in a cell is fetched by nobody here; everything else that points outside is refused.
            var harmless = (xml.GetAttribute("Type") ?? "").EndsWith("/hyperlink", StringComparison.Ordinal)
                && (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || target.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                    || target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase));
            if (!harmless)
            {
                throw new DocumentRefusedException("doc.external_links");
            }
        }
        else if (part.Equals("xl/_rels/workbook.xml.rels", StringComparison.OrdinalIgnoreCase) && xml.GetAttribute("Id") is { } id)
        {
            _relations[id] = target.StartsWith('/') ? target[1..] : "xl/" + target;
        }
    }

    private void ScanSheet(XmlReader xml, SheetMarks marks)
    {
        int row = 0, column = 0;
        var (inCell, formula, value, error) = (false, false, false, false);
        while (Next(xml))
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                switch (xml.LocalName)
                {
                    case "row":
                        row = int.TryParse(xml.GetAttribute("r"), out var r) ? r : row + 1;
                        column = 0;
                        break;
                    case "c":
                        (formula, value) = (false, false);
                        error = xml.GetAttribute("t") == "e";
                        (row, column) = Place(xml.GetAttribute("r"), row, column + 1);
                        inCell = !xml.IsEmptyElement;
                        break;
                    case "f" when inCell:
                        formula = true;
                        break;
                    case "v" or "is" when inCell && !xml.IsEmptyElement:
                        value = true;
                        break;
                }
            }
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "c")
            {
                inCell = false;
                if (value || formula)
                {
                    Count();
                    marks.Cell(row, column, formula, error, _limits);
                }
            }
        }
    }

    private void Count()
    {
        if (++_cells > _limits.MaxCells)
        {
            throw new DocumentRefusedException("doc.cells", _limits.MaxCells.ToString());
        }
    }

    private static (int Row, int Column) Place(string? reference, int row, int column)
    {
        if (reference is null)
        {
            return (row, column);
        }

        int c = 0, r = 0;
        foreach (var ch in reference)
        {
            if (ch is >= 'A' and <= 'Z' && r == 0 && c < 100_000)
            {
                c = (c * 26) + (ch - 'A' + 1);
            }
            else if (ch is >= '0' and <= '9' && r < 100_000_000)
            {
                r = (r * 10) + (ch - '0');
            }
            else
            {
                throw new DocumentRefusedException("doc.broken");
            }
        }

        return (r, c);
    }
}
