using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PerfFlow.Platform.Http;

/// <summary>
/// A table as a file to download: CSV in UTF-8 with a byte order mark, as Chinese Excel opens it, or a workbook of one
/// sheet. Text stays text, so codes keep their digits; numbers stay numbers.
/// </summary>
/// <param name="Name">File name without ending, and name of the sheet.</param>
/// <param name="Heads">The headings.</param>
/// <param name="Rows">Cells: string, int, long, decimal or null.</param>
public sealed record TableFile(string Name, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";

    public FileContentHttpResult Csv()
    {
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend(Heads.Cast<object?>().ToList()))
        {
            text.AppendJoin(',', row.Select(Field)).Append("\r\n");
        }

        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
        return TypedResults.File(bytes, "text/csv; charset=utf-8", Name + ".csv");
    }

    public FileContentHttpResult Xlsx()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(zip, "[Content_Types].xml", x =>
            {
                x.WriteStartElement("Types", "http://schemas.openxmlformats.org/package/2006/content-types");
                Element(x, "Default", ("Extension", "rels"), ("ContentType", "application/vnd.openxmlformats-package.relationships+xml"));
                Element(x, "Override", ("PartName", "/xl/workbook.xml"), ("ContentType", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"));
                Element(x, "Override", ("PartName", "/xl/worksheets/sheet1.xml"), ("ContentType", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"));
                x.WriteEndElement();
            });
            Relation(zip, "_rels/.rels", Relations + "/officeDocument", "xl/workbook.xml");
            Relation(zip, "xl/_rels/workbook.xml.rels", Relations + "/worksheet", "worksheets/sheet1.xml");
            Part(zip, "xl/workbook.xml", x =>
            {
                x.WriteStartElement("workbook", Main);
                x.WriteStartElement("sheets");
                x.WriteStartElement("sheet");
                x.WriteAttributeString("name", SheetName());
                x.WriteAttributeString("sheetId", "1");
                x.WriteAttributeString("id", Relations, "rId1");
                x.WriteEndElement();
                x.WriteEndElement();
                x.WriteEndElement();
            });
            Part(zip, "xl/worksheets/sheet1.xml", Sheet);
        }

        return TypedResults.File(memory.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name + ".xlsx");
    }

    private void Sheet(XmlWriter x)
    {
        x.WriteStartElement("worksheet", Main);
        x.WriteStartElement("sheetData");
        foreach (var row in Rows.Prepend(Heads.Cast<object?>().ToList()))
        {
            x.WriteStartElement("row");
            foreach (var cell in row)
            {
                x.WriteStartElement("c");
                switch (cell)
                {
                    case null:
                        break;
                    case string text:
                        x.WriteAttributeString("t", "inlineStr");
                        x.WriteStartElement("is");
                        x.WriteElementString("t", Clean(text));
                        x.WriteEndElement();
                        break;
                    default:
                        x.WriteElementString("v", Convert.ToString(cell, CultureInfo.InvariantCulture));
                        break;
                }

                x.WriteEndElement();
            }

            x.WriteEndElement();
        }

        x.WriteEndElement();
        x.WriteEndElement();
    }

    /// <summary>A text that a spreadsheet would take for a formula gets an apostrophe: what people typed is never run.</summary>
    private static string Field(object? cell)
    {
        var text = cell is string typed && typed.Length > 0 && typed[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + (string)cell : Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }

    private static string Clean(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));

    /// <summary>Sheet names have at most 31 characters and none of these.</summary>
    private string SheetName()
    {
        var name = string.Concat(Name.Select(c => c is '[' or ']' or ':' or '*' or '?' or '/' or '\\' ? ' ' : c));
        return name.Length > 31 ? name[..31] : name;
    }

    private static void Relation(ZipArchive zip, string path, string type, string target) => Part(zip, path, x =>
    {
        x.WriteStartElement("Relationships", PackageRelations);
        Element(x, "Relationship", ("Id", "rId1"), ("Type", type), ("Target", target));
        x.WriteEndElement();
    });

    private static void Element(XmlWriter x, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        x.WriteStartElement(name);
        foreach (var (attribute, value) in attributes)
        {
            x.WriteAttributeString(attribute, value);
        }

        x.WriteEndElement();
    }

    private static void Part(ZipArchive zip, string path, Action<XmlWriter> write)
    {
        using var stream = zip.CreateEntry(path, CompressionLevel.Fastest).Open();
        using var xml = XmlWriter.Create(stream);
        write(xml);
    }
}
