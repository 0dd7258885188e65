using System.IO.Compression;
using System.Text;

namespace PerfFlow.Tests.Intake;

/// <summary>Broken and hostile files made out of good ones; the same number gives the same file.</summary>
internal sealed class Mutations(int seed)
{
    private static readonly string[] Snippets =
    [
        "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<f>1+1</f>", "&#x0;", "]]>", "<c r=\"ZZZZZ9999999999\">", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        "<c t=\"s\"><v>999999999</v></c>", "<c t=\"d\"><v>x</v></c>", "<v>1e400</v>", "<v>NaN</v>", "<v>-1</v>", "\uD83D\uDE00", "<a><a><a><a>", "<!--", "r:id=\"\"", "<c r=\"A0\"><v>1</v></c>",
        "<row r=\"-5\">", "<dimension ref=\"A1:XFD1048576\"/>", "<mergeCell ref=\"A1:XFD1048576\"/>", "<c s=\"4000000000\"><v>1</v></c>",
    ];

    private readonly byte[] _xlsx = Workbooks.Xlsx(Workbooks.Data(3, 20));
    private readonly byte[] _plain = Workbooks.Xlsx(
        ("项目信息", [["单位：万元"], Workbooks.Header("project"), Workbooks.Row("project", Workbooks.Project())]),
        ("绩效指标", [Workbooks.Header("indicator"), Workbooks.Row("indicator", Workbooks.Indicator())]));

    private readonly byte[] _xls = XlsFile.Write("绩效指标", [Workbooks.Header("indicator"), Workbooks.Row("indicator", Workbooks.Indicator())]);
    private readonly byte[] _csv = Encoding.UTF8.GetBytes(string.Join(',', Workbooks.Header("indicator")) + "\n" + string.Join(',', Workbooks.Row("indicator", Workbooks.Indicator())));

    public byte[] Make(int number)
    {
        var random = new Random(seed + number);
        return (number % 10) switch
        {
            0 => Flip(_xlsx, random, 1 + random.Next(40)),
            1 => Flip(_xls, random, 1 + random.Next(60)),
            2 => Flip(_csv, random, 1 + random.Next(60)),
            3 => Cut(random.Next(2) == 0 ? _xlsx : _xls, random),
            4 => Splice(random),
            5 or 6 or 7 => PartChanged(random, snippet: true),
            8 => PartChanged(random, snippet: false),
            _ => Large(random),
        };
    }

    private static byte[] Flip(byte[] source, Random random, int times)
    {
        var copy = source.ToArray();
        for (var i = 0; i < times; i++)
        {
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        }

        return copy;
    }

    private static byte[] Cut(byte[] source, Random random) => source[..random.Next(source.Length)];

    private byte[] Splice(Random random)
    {
        byte[][] all = [_xlsx, _plain, _xls, _csv];
        byte[] a = all[random.Next(4)], b = all[random.Next(4)];
        return [.. a.AsSpan(0, random.Next(a.Length)), .. b.AsSpan(random.Next(b.Length))];
    }

    // A part of the zip is changed and packed again properly, so that the damage reaches the readers behind the zip.
    private byte[] PartChanged(Random random, bool snippet)
    {
        var source = random.Next(2) == 0 ? _xlsx : _plain;
        using var zip = new ZipArchive(new MemoryStream(source));
        var part = zip.Entries[random.Next(zip.Entries.Count)].FullName;
        var body = Encoding.UTF8.GetBytes(Workbooks.Part(source, part));
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(body.Length + 1);
            body = snippet
                ? [.. body.AsSpan(0, Tag(body, at)), .. Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]), .. body.AsSpan(Tag(body, at))]
                : Flip(body, random, 1 + random.Next(5));
        }

        return Workbooks.With(source, (part, body));
    }

    private static int Tag(byte[] body, int from)
    {
        var at = body.AsSpan(from).IndexOf((byte)'<');
        return at < 0 ? body.Length : from + at;
    }

    // Sizes that hurt a reader which trusts what a file says of itself.
    private byte[] Large(Random random)
    {
        var cells = string.Concat(Enumerable.Range(0, random.Next(1, 3_000)).Select(i => $"<c r=\"A{i + 1}\" t=\"inlineStr\"><is><t>{new string((char)('a' + random.Next(26)), random.Next(2_000))}</t></is></c>"));
        var sheet = $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9"/></cols><sheetData><row>{cells}</row></sheetData></worksheet>""";
        return random.Next(3) switch
        {
            0 => Workbooks.With(_plain, ("xl/worksheets/sheet1.xml", Encoding.UTF8.GetBytes(sheet))),
            1 => Workbooks.With(_plain, ("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">" + string.Concat(Enumerable.Repeat("<si><t/></si>", random.Next(1_000_000))) + "</sst>"))),
            _ => Workbooks.With(_plain, ("xl/styles.xml", Encoding.UTF8.GetBytes("<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs>" + string.Concat(Enumerable.Repeat("<xf numFmtId=\"9\"/>", random.Next(500_000))) + "</cellXfs></styleSheet>"))),
        };
    }
}
