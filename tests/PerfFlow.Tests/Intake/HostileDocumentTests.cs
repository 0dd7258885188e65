using System.Text;
using PerfFlow.Intake.Documents;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class HostileDocumentTests
{
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

    public static TheoryData<string, string> Packages => new()
    {
        { "xl/vbaProject.bin", "doc.macros" },
        { "xl/macrosheets/sheet1.xml", "doc.macros" },
        { "xl/externalLinks/externalLink1.xml", "doc.external_links" },
        { "xl/connections.xml", "doc.external_links" },
        { "xl/embeddings/oleObject1.bin", "doc.embedded" },
        { "xl/media/inner.zip", "doc.embedded" },
        { "../../etc/cron.d/x.xml", "doc.path" },
        { "/etc/passwd.xml", "doc.path" },
        { "xl\\..\\..\\x.xml", "doc.path" },
        { "C:/x.xml", "doc.path" },
        { "XL/workbook.xml", "doc.path" },
    };

    [Theory]
    [MemberData(nameof(Packages))]
    public void PartThatDoesNotBelong_IsRefused(string part, string code) =>
        Assert.Equal(code, Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), (part, "<x/>"u8.ToArray()))).Refusal);

    [Fact]
    public void MacroContentType_IsRefusedWhateverThePartIsCalled()
    {
        var types = Workbooks.Part(Workbooks.Xlsx(), "[Content_Types].xml").Replace("sheet.main+xml", "x", StringComparison.Ordinal)
            .Replace("application/vnd.openxmlformats-officedocument.spreadsheetml.x", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", StringComparison.Ordinal);
        Assert.Equal("doc.macros", Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), ("[Content_Types].xml", Encoding.UTF8.GetBytes(types)))).Refusal);
    }

    [Theory]
    [InlineData("oleObject", "file:///c:/x.xlsx", "doc.external_links")]
    [InlineData("hyperlink", "file://server/share/x", "doc.external_links")]
    [InlineData("hyperlink", "https://www.qingtian.gov.cn/", null)]
    public void ReferenceOutOfTheFile_IsRefusedUnlessItIsAPlainAddress(string type, string target, string? code)
    {
        var rels = $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="x" Type="{Relations}{type}" Target="{target}" TargetMode="External"/></Relationships>""";
        Assert.Equal(code, Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), ("xl/worksheets/_rels/sheet9.xml.rels", Encoding.UTF8.GetBytes(rels)))).Refusal);
    }

    [Theory]
    [InlineData("""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>""")]
    [InlineData("""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>""")]
    public void DocumentType_IsRefused(string xml) =>
        Assert.Equal("doc.dtd", Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes(xml)))).Refusal);

    [Fact]
    public void ZipBomb_IsStoppedWhileUnpacking()
    {
        var bomb = Workbooks.With(Workbooks.Xlsx(), ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<sst>" + new string(' ', 80_000_000) + "</sst>")));
        Assert.True(bomb.Length < 2_000_000);
        Assert.Equal("doc.unpacked", Workbooks.Read(bomb).Refusal);
    }

    [Fact]
    public void ForgedSizeInTheZip_DoesNotHideABomb()
    {
        var bomb = Workbooks.With(Workbooks.Xlsx(), ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<sst>" + new string(' ', 80_000_000) + "</sst>")));
        Replace(bomb, BitConverter.GetBytes(80_000_011), BitConverter.GetBytes(1_000));
        Assert.NotNull(Workbooks.Read(bomb).Refusal);
    }

    [Fact]
    public void DeepNesting_IsRefused()
    {
        var xml = string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000));
        Assert.Equal("doc.nesting", Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), ("docProps/app.xml", Encoding.UTF8.GetBytes(xml)))).Refusal);
    }

    [Fact]
    public void RowsColumnsCellsBeyondTheLimit_AreRefused()
    {
        Assert.Equal("doc.rows", Workbooks.Read(Sheet("A20001")).Refusal);
        Assert.Equal("doc.columns", Workbooks.Read(Sheet("XFD3")).Refusal);
        Assert.Equal("doc.cells", Workbooks.Read(Workbooks.Xlsx(), new DocumentLimits { MaxCells = 10 }).Refusal);
        Assert.Equal("doc.size", Workbooks.Read(Workbooks.Xlsx(), new DocumentLimits { MaxBytes = 1_000 }).Refusal);
        Assert.Equal("doc.sheets", Workbooks.Read(Workbooks.Xlsx(), new DocumentLimits { MaxSheets = 2 }).Refusal);
        Assert.Equal("doc.parts", Workbooks.Read(Workbooks.Xlsx(), new DocumentLimits { MaxParts = 5 }).Refusal);

        static byte[] Sheet(string cell) => Workbooks.With(Workbooks.Xlsx(), ("xl/worksheets/sheet1.xml", Encoding.UTF8.GetBytes(
            $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>""")));
    }

    public static TheoryData<byte[], string> Contents => new()
    {
        { [], "doc.empty" },
        { "<html><table><tr><td>项目代码</td></tr></table></html>"u8.ToArray(), "doc.web_page" },
        { "\uFEFF <?xml version='1.0'?><Workbook/>"u8.ToArray(), "doc.web_page" },
        { [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "doc.archive" },
        { [0x1F, 0x8B, 8, 0], "doc.archive" },
        { [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0], "doc.kind" },
        { [0xFF, 0xFE, 0x41, 0x00], "doc.kind" },
        { [0x41, 0xFF, 0xFF, 0x0A], "doc.encoding" },
        { "%PDF-1.7"u8.ToArray(), "doc.not_table" },
        { "PK\u0003\u0004 broken"u8.ToArray(), "doc.broken" },
        { "你好，世界"u8.ToArray(), "doc.no_sheet" },
        { Workbooks.Zip([("a.csv", "x"u8.ToArray())]), "doc.archive" },
        { Workbooks.Zip([("[Content_Types].xml", "<x/>"u8.ToArray()), ("xl/workbook.bin", [1])]), "doc.xlsb" },
        { Workbooks.Zip([("mimetype", "x"u8.ToArray()), ("content.xml", "<x/>"u8.ToArray())]), "doc.ods" },
        { Encoding.UTF8.GetBytes(string.Join(',', Workbooks.Header("indicator"))), "doc.no_rows" },
        { Encoding.UTF8.GetBytes(string.Join(',', Workbooks.Header("indicator")) + "\n\"" + new string('a', 40_000)), "doc.broken" },
    };

    [Theory]
    [MemberData(nameof(Contents), DisableDiscoveryEnumeration = true)]
    public void ContentThatIsNoTable_IsNamedForWhatItIs(byte[] content, string code) => Assert.Equal(code, Workbooks.Read(content).Refusal);

    [Fact]
    public void Attachment_IsTakenWithoutReadingButNotWithMacros()
    {
        Assert.Null(Workbooks.Read("%PDF-1.7"u8.ToArray(), layout: null).Refusal);
        Assert.Equal("doc.macros", Workbooks.Read(Workbooks.With(Workbooks.Xlsx(), ("xl/vbaProject.bin", [1])), layout: null).Refusal);
    }

    private static void Replace(byte[] bytes, byte[] what, byte[] with)
    {
        for (var at = bytes.AsSpan().IndexOf(what); at >= 0; at = bytes.AsSpan().IndexOf(what))
        {
            with.CopyTo(bytes, at);
        }
    }
}
