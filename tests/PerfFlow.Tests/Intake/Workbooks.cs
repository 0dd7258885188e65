using System.IO.Compression;
using System.Text;
using PerfFlow.Intake;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Layouts;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Tests.Intake;

/// <summary>Files as units make them, and as nobody should.</summary>
internal static class Workbooks
{
    public static Layout Goals => Layout.All["goal-filing"];

    public static IReadOnlyDictionary<string, string> Project(string code = "33112123T000000000001") => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["fiscalYear"] = "2024",
        ["projectCode"] = code,
        ["projectName"] = "农村饮用水提升工程",
        ["unitCode"] = "301001",
        ["unitName"] = "青田县水利局",
        ["projectKind"] = "new",
        ["startYear"] = "2024",
        ["endYear"] = "2026",
        ["fundType"] = "generalBudget",
        ["annualTotal"] = "320.5",
        ["annualFiscal"] = "300",
        ["annualOther"] = "20.5",
        ["annualGoal"] = "完成 12 个村的饮用水管网改造，让 8,600 名村民全年用上达标的自来水，水质抽检合格率不低于 98%。",
        ["filledBy"] = "演示人员",
        ["phone"] = "0578-6800000",
    };

    public static IReadOnlyDictionary<string, string> Indicator(int n = 1, string code = "33112123T000000000001") => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["projectCode"] = code,
        ["goalKind"] = "annual",
        ["level1"] = "1",
        ["level2"] = "11",
        ["name"] = "改造管网的村 " + n,
        ["sign"] = "atLeast",
        ["target"] = "12",
        ["meterUnit"] = "个",
        ["weight"] = "12.5",
        ["isCore"] = "true",
    };

    public static WorkbookData Data(int projects = 1, int indicators = 3) => new(
        new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal)
        {
            ["project"] = Enumerable.Range(1, projects).Select(p => Project($"33112123T{p:D12}")).ToList(),
            ["indicator"] = Enumerable.Range(1, indicators).Select(i => Indicator(i, $"33112123T{(i % projects) + 1:D12}")).ToList(),
        });

    public static byte[] Xlsx(WorkbookData? data = null)
    {
        using var stream = new MemoryStream();
        BlankWorkbook.Write(stream, Goals, data ?? Data(), IntakeTexts.For(null));
        return stream.ToArray();
    }

    /// <summary>A workbook with exactly these cells; a cell that starts with "=" becomes a formula with the result 1, a number a number.</summary>
    public static byte[] Xlsx(params (string Sheet, object?[][] Rows)[] sheets)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["[Content_Types].xml"] = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>""",
            ["_rels/.rels"] = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
        };
        StringBuilder list = new(), relations = new();
        for (var i = 0; i < sheets.Length; i++)
        {
            list.Append($"""<sheet name="{sheets[i].Sheet}" sheetId="{i + 1}" r:id="r{i + 1}"/>""");
            relations.Append($"""<Relationship Id="r{i + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{i + 1}.xml"/>""");
            parts[$"xl/worksheets/sheet{i + 1}.xml"] = Sheet(sheets[i].Rows);
        }

        parts["xl/workbook.xml"] = $"""<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>""";
        parts["xl/_rels/workbook.xml.rels"] = $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>""";
        return Zip(parts.Select(p => (p.Key, Encoding.UTF8.GetBytes(p.Value))));
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Body)> parts)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, body) in parts)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(body);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The parts of a workbook with some replaced or added.</summary>
    public static byte[] With(byte[] workbook, params (string Name, byte[] Body)[] changes)
    {
        using var zip = new ZipArchive(new MemoryStream(workbook));
        var parts = zip.Entries.Where(e => changes.All(c => c.Name != e.FullName)).Select(e =>
        {
            using var stream = e.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return (e.FullName, copy.ToArray());
        }).ToList();
        return Zip(parts.Concat(changes));
    }

    public static string Part(byte[] workbook, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(workbook));
        using var reader = new StreamReader((zip.GetEntry(name) ?? zip.Entries.Single(e => e.FullName.Contains(name, StringComparison.Ordinal))).Open());
        return reader.ReadToEnd();
    }

    /// <summary>Header row of a sheet of the layout, as printed.</summary>
    public static object?[] Header(string sheet) => Goals.Sheets.First(s => s.Code == sheet).Columns.Select(c => (object?)((c.Required ? "*" : "") + c.Title)).ToArray();

    /// <summary>A row in the order of <see cref="Header"/>; columns not named are empty.</summary>
    public static object?[] Row(string sheet, IReadOnlyDictionary<string, string> values, params (string Key, object? Value)[] changes) =>
        Goals.Sheets.First(s => s.Code == sheet).Columns
            .Select(c => changes.Any(x => x.Key == c.Key) ? changes.First(x => x.Key == c.Key).Value : values.GetValueOrDefault(c.Key))
            .ToArray();

    /// <summary>Reads in this process, without a child: what is under test is the reading.</summary>
    public static ParserReply Read(byte[] file, DocumentLimits? limits = null, string? layout = "goal-filing")
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return IntakeParser.Serve(new ParserRequest(path, layout, null, null, null, limits ?? new DocumentLimits()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Sheet(object?[][] rows)
    {
        var xml = new StringBuilder("""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>""");
        for (var r = 0; r < rows.Length; r++)
        {
            xml.Append($"""<row r="{r + 1}">""");
            for (var c = 0; c < rows[r].Length; c++)
            {
                var at = CellPlace.Letters(c + 1) + (r + 1);
                xml.Append(rows[r][c] switch
                {
                    null => "",
                    string f when f.StartsWith('=') && f.Length > 1 => $"""<c r="{at}"><f>{f[1..]}</f><v>1</v></c>""",
                    string e when e.StartsWith('#') => $"""<c r="{at}" t="e"><v>{e}</v></c>""",
                    string t => $"""<c r="{at}" t="inlineStr"><is><t>{System.Security.SecurityElement.Escape(t)}</t></is></c>""",
                    IFormattable n => $"""<c r="{at}"><v>{n.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}</v></c>""",
                    var other => throw new ArgumentException(other.ToString()),
                });
            }

            xml.Append("</row>");
        }

        return xml.Append("</sheetData></worksheet>").ToString();
    }
}
