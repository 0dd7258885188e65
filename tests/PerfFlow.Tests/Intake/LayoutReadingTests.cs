using System.Text;
using System.Text.RegularExpressions;
using PerfFlow.Intake.Layouts;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed partial class LayoutReadingTests
{
    static LayoutReadingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public void PrefilledWorkbook_GivesBackItsValuesWithTheirPlaces()
    {
        var reply = Workbooks.Read(Workbooks.Xlsx(Workbooks.Data(2, 7)));

        Assert.Null(reply.Refusal);
        Assert.Equal("xlsx", reply.Kind);
        Assert.Empty(reply.Reading!.Faults);
        var project = reply.Reading.Document.Sheet("project")!;
        Assert.Equal(2, project.Rows.Count);
        Assert.Equal(Workbooks.Project("33112123T000000000001"), project.Rows[0].Values);
        Assert.Equal(320.5m, project.Rows[0].Number("annualTotal"));
        Assert.Equal("J3", project.Place(project.Rows[0], "annualTotal").Reference);
        var indicators = reply.Reading.Document.Sheet("indicator")!;
        Assert.Equal(7, indicators.Rows.Count);
        Assert.True(indicators.Rows[0].Flag("isCore"));
        Assert.All(indicators.Rows, r => Assert.True(r.Good));
    }

    [Theory]
    [InlineData("sign", "＞", "moreThan")]
    [InlineData("sign", "≧", "atLeast")]
    [InlineData("sign", "＝", "equal")]
    [InlineData("level1", "产出", "1")]
    [InlineData("level2", "数量", "11")]
    [InlineData("level2", " 社会效益 指标", "22")]
    [InlineData("level2", "成本指标", "14")]
    [InlineData("level2", "经济成本", "41")]
    [InlineData("target", "９５％", "95", "")]
    [InlineData("target", "1,200", "1200")]
    [InlineData("target", "优良", "优良")]
    [InlineData("weight", "１２．５", "12.5")]
    [InlineData("isCore", "√", "true")]
    [InlineData("goalKind", "年度目标", "annual")]
    [InlineData("projectCode", "33112123Ｔ000000000001", "33112123T000000000001")]
    public void WhatPeopleWrite_IsNormalised(string column, string written, string read, string? unit = null)
    {
        var changes = unit is null ? new[] { (column, (object?)written) } : [(column, written), ("meterUnit", unit)];
        var reply = Workbooks.Read(Workbooks.Xlsx(
            ("绩效指标", [["标题"], Workbooks.Header("indicator"), Workbooks.Row("indicator", Titles(Workbooks.Indicator()), changes)]),
            ("项目信息", [Workbooks.Header("project"), Workbooks.Row("project", Titles(Workbooks.Project()))])));

        Assert.Equal([], reply.Reading!.Faults.Select(f => f.Code));
        Assert.Equal(read, reply.Reading.Document.Sheet("indicator")!.Rows[0].Text(column));
        if (unit is not null)
        {
            Assert.Equal("%", reply.Reading.Document.Sheet("indicator")!.Rows[0].Text("meterUnit"));
        }
    }

    [Theory]
    [InlineData("annualTotal", "一百万", "layout.not_amount")]
    [InlineData("annualTotal", "-5", "layout.negative")]
    [InlineData("annualTotal", "1,2", "layout.not_amount")]
    [InlineData("annualTotal", "=SUM(K3:L3)", "layout.formula")]
    [InlineData("annualTotal", "#REF!", "layout.cell_error")]
    [InlineData("annualTotal", null, "layout.required")]
    [InlineData("fiscalYear", "24", "layout.year")]
    [InlineData("fundType", "福利彩票", "layout.unknown")]
    [InlineData("projectCode", 3.3112123e20, "layout.code_digits")]
    [InlineData("projectCode", "3.31E+20", "layout.code_digits")]
    [InlineData("projectCode", "代码一", "layout.code_chars")]
    [InlineData("projectCode", "1234567890123456789012", "layout.too_long")]
    public void BadCell_IsReportedWithItsPlaceAndTheRowIsNotGood(string column, object? written, string code)
    {
        var reply = Workbooks.Read(Workbooks.Xlsx(
            ("项目信息", [["单位：万元"], Workbooks.Header("project"), Workbooks.Row("project", Titles(Workbooks.Project()), (column, written))]),
            ("绩效指标", [Workbooks.Header("indicator"), Workbooks.Row("indicator", Titles(Workbooks.Indicator()))])));

        var fault = Assert.Single(reply.Reading!.Faults);
        Assert.Equal(code, fault.Code);
        var sheet = reply.Reading.Document.Sheet("project")!;
        Assert.Equal(sheet.Place(sheet.Rows[0], column), fault.Place);
        Assert.False(sheet.Rows[0].Good);
        Assert.True(reply.Reading.Document.Sheet("indicator")!.Rows[0].Good);
    }

    [Fact]
    public void AmountsDeclaredInYuan_AreTurnedIntoWanYuan()
    {
        var reply = Workbooks.Read(Workbooks.Xlsx(
            ("项目信息", [["项目信息（单位：元）"], Workbooks.Header("project"), Workbooks.Row("project", Titles(Workbooks.Project()), ("annualTotal", 3205000.55))]),
            ("绩效指标", [Workbooks.Header("indicator"), Workbooks.Row("indicator", Titles(Workbooks.Indicator()))])));

        Assert.Equal(320.500055m, reply.Reading!.Document.Sheet("project")!.Rows[0].Number("annualTotal"));
    }

    [Fact]
    public void HeaderProblems_AreReportedOnce()
    {
        var header = Workbooks.Header("indicator").Where(t => t is not "*三级指标").Append("*计算符号").Append("我的备注").ToArray();
        var reply = Workbooks.Read(Workbooks.Xlsx(("绩效指标", [header, Workbooks.Row("indicator", Titles(Workbooks.Indicator()))])));

        var codes = reply.Reading!.Faults.Select(f => f.Code).ToList();
        Assert.Contains("layout.column_missing", codes);
        Assert.Contains("layout.column_twice", codes);
        Assert.Contains("layout.column_unknown", codes);
        Assert.Contains("layout.sheet_missing", codes);
        Assert.False(reply.Reading.Faults.First(f => f.Code == "layout.column_unknown").Blocks);
    }

    [Fact]
    public void SecondRowOfTheSameProject_IsReported()
    {
        var row = Workbooks.Row("project", Titles(Workbooks.Project()));
        var reply = Workbooks.Read(Workbooks.Xlsx(
            ("项目信息", [Workbooks.Header("project"), row, row, ["合计", null, null, null, null, null, null, null, null, 641]]),
            ("绩效指标", [Workbooks.Header("indicator"), Workbooks.Row("indicator", Titles(Workbooks.Indicator()))])));

        var fault = Assert.Single(reply.Reading!.Faults);
        Assert.Equal(("layout.repeated", 3), (fault.Code, fault.Place!.Value.Row));
        Assert.Equal(2, reply.Reading.Document.Sheet("project")!.Rows.Count);
    }

    [Theory]
    [InlineData("utf-8", true, ",")]
    [InlineData("utf-8", false, ",")]
    [InlineData("GB18030", false, ",")]
    [InlineData("GB18030", false, "\t")]
    public void Csv_IsReadInEveryEncodingAndRecognisedByItsHeader(string encoding, bool bom, string separator)
    {
        var lines = new[] { ["绩效指标（单位：万元）"], Workbooks.Header("indicator"), Workbooks.Row("indicator", Titles(Workbooks.Indicator()), ("name", "名称，含\n换行和“引号”\"")) };
        var text = string.Join("\r\n", lines.Select(l => string.Join(separator, l.Select(c => c is string s && s.AsSpan().ContainsAny('\n', '"') ? "\"" + s.Replace("\"", "\"\"") + "\"" : c))));
        var bytes = Encoding.GetEncoding(encoding).GetBytes((bom ? "\uFEFF" : "") + text);

        var reply = Workbooks.Read(bytes);

        Assert.Null(reply.Refusal);
        Assert.Equal("csv", reply.Kind);
        Assert.Empty(reply.Reading!.Faults);
        var sheet = Assert.Single(reply.Reading.Document.Sheets);
        Assert.Equal("indicator", sheet.Code);
        Assert.Equal("名称，含\n换行和“引号”\"", sheet.Rows[0].Text("name"));
        Assert.Equal(3, sheet.Rows[0].Row);
    }

    [Fact]
    public void Csv_FormulaIsRefusedButQuotedCodeIsText()
    {
        var row = Workbooks.Row("indicator", Titles(Workbooks.Indicator()), ("projectCode", "\"=\"\"0012\"\"\""), ("name", "=1+1"));
        var text = string.Join(',', Workbooks.Header("indicator")) + "\n" + string.Join(',', row);

        var reply = Workbooks.Read(Encoding.UTF8.GetBytes(text));

        Assert.Equal("layout.formula", Assert.Single(reply.Reading!.Faults).Code);
        Assert.Equal("0012", reply.Reading.Document.Sheets[0].Rows[0].Text("projectCode"));
    }

    [Theory]
    [InlineData("2024年6月30日")]
    [InlineData("2024/6/30")]
    [InlineData("20240630")]
    [InlineData("２０２４.６.３０")]
    public void ProjectLibrary_TakesTheTablesThatAreThere(string day)
    {
        var library = Workbooks.Xlsx(("执行表", [["单位：元"], ["项目代码", "截止日期", "支付数"], ["33112123T000000000001", day, 1234500.0], ["33112123T000000000002", "六月底", 1.0]]));

        var reply = Workbooks.Read(library, layout: "project-library");

        var rows = Assert.Single(reply.Reading!.Document.Sheets).Rows;
        Assert.Equal((new DateOnly(2024, 6, 30), 123.45m), (rows[0].Day("asOf"), rows[0].Number("paid")));
        Assert.Equal(("layout.date", "B4"), (Assert.Single(reply.Reading.Faults).Code, reply.Reading.Faults[0].Place!.Value.Reference));
    }

    [Fact]
    public void EveryLayout_CanBeWrittenAndReadBack()
    {
        foreach (var layout in Layout.All.Values)
        {
            using var blank = new MemoryStream();
            BlankWorkbook.Write(blank, layout, PerfFlow.ServiceDefaults.Intake.WorkbookData.Empty, IntakeTexts.For(null));
            Assert.Equal("doc.no_rows", Workbooks.Read(blank.ToArray(), layout: layout.Code).Refusal);
        }
    }

    [Fact]
    public void EveryCodeOfTheSource_HasItsSentences()
    {
        var texts = IntakeTexts.For("zh-CN");
        var missing = texts.Keys.Where(k => k.EndsWith(".wrong", StringComparison.Ordinal) && !texts.Keys.Contains(k[..^6] + ".remedy"));
        Assert.Empty(missing);
        foreach (var file in Directory.EnumerateFiles(Source.Folder("src/PerfFlow.Intake"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match code in Code().Matches(File.ReadAllText(file)))
            {
                Assert.Contains(code.Groups["code"].Value + ".wrong", texts.Keys);
            }
        }
    }

    [GeneratedRegex("\"(?<code>(doc|layout)\\.[a-z_]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    // What a user sees in the cells instead of the codes.
    internal static IReadOnlyDictionary<string, string> Titles(IReadOnlyDictionary<string, string> values) =>
        values.ToDictionary(v => v.Key, v => Workbooks.Goals.Sheets.SelectMany(s => s.Columns).FirstOrDefault(c => c.Key == v.Key && c.List is not null) is { } column
            ? Workbooks.Goals.Lists[column.List!].First(i => i.Code == v.Value).Title
            : v.Value == "true" ? "是" : v.Value, StringComparer.Ordinal);
}

internal static class Source
{
    /// <summary>A folder of the repository, found from where the tests run.</summary>
    public static string Folder(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PerfFlow.sln")))
            {
                return Path.Combine(folder.FullName, relative);
            }
        }

        throw new DirectoryNotFoundException(relative);
    }
}
