using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using PerfFlow.Intake;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Layouts;
using PerfFlow.ServiceDefaults.Intake;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class WorkbookWritingTests
{
    [Fact]
    public void BlankWorkbook_IsValidAndOffersTheListsToChooseFrom()
    {
        using var book = Open(Workbooks.Xlsx(WorkbookData.Empty));

        var names = book.WorkbookPart!.Workbook.Descendants<Sheet>().Select(s => s.Name!.Value);
        Assert.Equal(["填报说明", "项目信息", "绩效指标", "代码表"], names);
        var indicators = SheetOf(book, "绩效指标");
        var lists = indicators.Worksheet.Descendants<DataValidation>().Where(v => v.Type!.Value == DataValidationValues.List).ToList();
        Assert.Contains(lists, v => v.SequenceOfReferences!.InnerText == "F3:F2000" && v.Formula1!.Text.StartsWith("'代码表'!", StringComparison.Ordinal));
        Assert.Equal("*项目代码", indicators.Worksheet.Descendants<Cell>().First(c => c.CellReference == "A2").InnerText);
    }

    [Fact]
    public void TextThatLooksLikeAFormula_StaysText()
    {
        var project = Workbooks.Project().ToDictionary(StringComparer.Ordinal);
        project["projectName"] = "=HYPERLINK(\"http://x\")";
        using var book = Open(Workbooks.Xlsx(new WorkbookData(
            new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal) { ["project"] = [project] })));

        Assert.Empty(SheetOf(book, "项目信息").Worksheet.Descendants<CellFormula>());
    }

    [Theory]
    [InlineData("xlsx")]
    [InlineData("csv")]
    public void MarkedWorkbook_ShowsTheBadCellsInPlaceAndListsWhatToDo(string kind)
    {
        var rows = new[] { Workbooks.Header("indicator"), Workbooks.Row("indicator", LayoutReadingTests.Titles(Workbooks.Indicator()), ("weight", "很多"), ("level2", "别的")) };
        var original = kind == "xlsx"
            ? Workbooks.Xlsx(("绩效指标", rows))
            : System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => string.Join(',', r))));
        var problems = Workbooks.Read(original).Reading!.Faults.Select(IntakeTexts.For(null).Problem).ToList();

        var marked = Mark(original, problems);

        using var book = Open(marked);
        Assert.Equal("问题清单", book.WorkbookPart!.Workbook.Descendants<Sheet>().First().Name);
        var sheet = SheetOf(book, "绩效指标");
        var notes = sheet.WorksheetCommentsPart!.Comments.Descendants<Comment>().ToDictionary(c => c.Reference!.Value!, c => c.InnerText);
        Assert.Contains("“权重”不是数字。", notes["I2"]);
        Assert.Contains("请从下列内容中选择", notes["D2"]);
        var bad = sheet.Worksheet.Descendants<Cell>().First(c => c.CellReference == "I2");
        Assert.Equal("很多", bad.InnerText);
        Assert.Equal((uint)CellLooks.Index(new CellLook(CellFormatKind.General, CellMark.Error)), bad.StyleIndex!.Value);
        Assert.Equal(["layout.unknown", "layout.not_number"], Workbooks.Read(marked).Reading!.Faults.Where(f => f.Place!.Value.Row == 2).Select(f => f.Code).Distinct());
    }

    [Fact]
    public void MarkedWorkbook_WithFindingsOfThePlatform_KeepsEveryValue()
    {
        var original = Workbooks.Xlsx(Workbooks.Data(2, 5));
        var marked = Mark(original, [new IntakeProblem(new CellPlace("项目信息", 3, 10), "320.5", "SD01", ["1"], "资金合计与明细不一致，差额1万元。", "请核对。")]);

        var before = Workbooks.Read(original).Reading!.Document;
        var after = Workbooks.Read(marked).Reading!;
        Assert.Empty(after.Faults);
        Assert.Equal(before.Sheets.SelectMany(s => s.Rows).Select(r => string.Join('|', r.Values)), after.Document.Sheets.SelectMany(s => s.Rows).Select(r => string.Join('|', r.Values)));
        using var book = Open(marked);
        Assert.Equal("J3", Assert.Single(SheetOf(book, "项目信息").WorksheetCommentsPart!.Comments.Descendants<Comment>()).Reference);
    }

    private static byte[] Mark(byte[] original, IReadOnlyList<IntakeProblem> problems)
    {
        string source = Path.GetTempFileName(), target = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(source, original);
            Assert.Null(IntakeParser.Serve(new ParserRequest(source, "goal-filing", target, problems, null, new DocumentLimits())).Refusal);
            return File.ReadAllBytes(target);
        }
        finally
        {
            File.Delete(source);
            File.Delete(target);
        }
    }

    private static SpreadsheetDocument Open(byte[] workbook)
    {
        var book = SpreadsheetDocument.Open(new MemoryStream(workbook), false);
        Assert.Empty(new OpenXmlValidator().Validate(book).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
        return book;
    }

    private static WorksheetPart SheetOf(SpreadsheetDocument book, string name) =>
        (WorksheetPart)book.WorkbookPart!.GetPartById(book.WorkbookPart.Workbook.Descendants<Sheet>().First(s => s.Name == name).Id!);
}
