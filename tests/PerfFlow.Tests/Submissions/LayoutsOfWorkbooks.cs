using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PerfFlow.Intake.Layouts;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>
/// Intake's layout of a derived workbook says what the form says: its fields in their order, their titles, types and lists.
/// After a change of a form run these tests with PERFFLOW_WRITE_LAYOUTS naming Intake's folder Layouts.
/// </summary>
public sealed class LayoutsOfWorkbooks
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Texts T = new TextCatalogue(typeof(TextCatalogue).Assembly, strict: true).In(TextCatalogue.Chinese);

    public static TheoryData<string> Forms => [.. FilingKinds.All.Where(k => k.Workbook.Sheet == DerivedWorkbook.Sheet).Select(k => k.Code)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Layout_IsThatOfTheForm(string code)
    {
        var expected = Text(FilingKinds.Get(code));
        if (Environment.GetEnvironmentVariable("PERFFLOW_WRITE_LAYOUTS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, $"{code}.json"), expected);
        }

        using var stream = typeof(Layout).Assembly.GetManifestResourceStream($"PerfFlow.Intake.Layouts.{code}.json");
        Assert.NotNull(stream);
        using var reader = new StreamReader(stream);
        Assert.Equal(expected, reader.ReadToEnd());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Titles_OfASheet_AreReadAsDifferentColumns(string code)
    {
        foreach (var sheet in Layout.All[code].Sheets)
        {
            Assert.Equal(sheet.Columns.Count, sheet.Columns.Select(c => LayoutReader.Title(c.Title)).Distinct(StringComparer.Ordinal).Count());
            Assert.InRange(sheet.Name.Length, 1, 31);
        }
    }

    private static string Text(FilingKind kind)
    {
        var (layout, shown) = (kind.Layout, kind.Workbook.Shown);
        var title = T[$"forms.{kind.Code}"];
        var lists = layout.Fields.Select(f => (Key: f.Path, Spec: f)).Concat(layout.Tables.SelectMany(t => t.Columns.Select(c => (Key: DerivedWorkbook.ColumnOf(t, c), Spec: c))))
            .Where(f => f.Spec.Kind == FormFieldKind.Choice && !shown.ContainsKey(f.Key)).ToList();
        Assert.DoesNotContain(lists, l => l.Spec.Multiple);
        List<(string Code, string Name, IReadOnlyList<string> Columns, bool Optional)> sheets =
        [
            (DerivedWorkbook.Sheet, "表单", [.. layout.Fields.OrderBy(f => f.Path != DerivedWorkbook.CaseColumn).Select(f => f.Path == DerivedWorkbook.CaseColumn ? Project : Column(f.Path, f, shown))], false),
            .. layout.Tables.Select(t => (t.Name, T[$"fields.{t.Name}"], (IReadOnlyList<string>)[Project, Row(t), .. t.Columns.Select(c => Column(DerivedWorkbook.ColumnOf(t, c), c, shown))], true)),
        ];
        string[] notes =
        [
            "带 * 的列必须填写；金额单位为万元；请不要改动表头和工作表名称。",
            "请填写数据，不要填写公式；代码列请保持文本格式，否则 Excel 会丢失位数。",
            "每件表单在“表单”中占一行，其余工作表每行是表单中对应表格的一行；空白的格子和没有的工作表保持表单原有的内容。",
            "灰色的栏目由系统填写，只供查看，导入时不读取。",
        ];
        var text = new StringBuilder();
        text.Append("{\n  \"code\": ").Append(Quoted(kind.Code)).Append(",\n  \"version\": 1,\n  \"title\": ").Append(Quoted(title)).Append(",\n  \"notes\": [\n    ")
            .AppendJoin(",\n    ", notes.Select(Quoted)).Append("\n  ],\n  \"lists\": {");
        text.AppendJoin(",", lists.Select(l => $"\n    {Quoted(l.Key)}: [\n      {string.Join(",\n      ", l.Spec.Choices.Select(c => $"{{ \"code\": {Quoted(c)}, \"title\": {Quoted(T[$"{l.Spec.LabelKey}.{c}"])}, \"also\": [] }}"))}\n    ]"));
        text.Append(lists.Count > 0 ? "\n  },\n" : "},\n").Append("  \"sheets\": [");
        text.AppendJoin(",", sheets.Select(s =>
            $"\n    {{\n      \"code\": {Quoted(s.Code)},\n      \"name\": {Quoted(s.Name)},\n      \"title\": {Quoted($"{title}——{s.Name}")},\n      \"key\": [{(s.Optional ? "" : Quoted(DerivedWorkbook.CaseColumn))}],\n"
            + $"      \"optional\": {(s.Optional ? "true" : "false")},\n      \"columns\": [\n        {string.Join(",\n        ", s.Columns)}\n      ]\n    }}"));
        return text.Append("\n  ]\n}\n").ToString();
    }

    private static string Project =>
        $"{{ \"key\": {Quoted(DerivedWorkbook.CaseColumn)}, \"title\": {Quoted(T["fields.project.code"])}, \"type\": \"code\", \"required\": true, \"max\": 40, \"width\": 26, \"hint\": \"与表单的项目代码一致，单元格为文本格式，不要改动。\" }}";

    private static string Row(TableSpec table) =>
        $"{{ \"key\": {Quoted(DerivedWorkbook.RowColumn)}, \"title\": \"行号\", \"type\": \"code\", \"max\": 40, \"width\": 8, \"hint\": {Quoted(table.Fixed ? "预填表格已有的行号不要改动；这张表不能增加行。" : "预填表格已有的行号不要改动；新增的行留空。")} }}";

    private static string Column(string key, FieldSpec spec, IReadOnlyDictionary<string, FieldSpec> shown)
    {
        var label = T[spec.LabelKey];
        var column = new StringBuilder().Append("{ \"key\": ").Append(Quoted(key)).Append(", \"title\": ");
        if (shown.ContainsKey(key))
        {
            return column.Append(Quoted(label)).Append($", \"type\": \"shown\", \"width\": {Width(spec)}, \"hint\": \"由系统填写，只供查看，导入时不读取。\" }}").ToString();
        }

        var (type, hint) = spec.Kind switch
        {
            FormFieldKind.Money => ("\"amount\"", "单位万元。"),
            FormFieldKind.Number or FormFieldKind.Score => ("\"number\"", "填写数字。"),
            FormFieldKind.Year => ("\"year\"", "四位数字年份。"),
            FormFieldKind.Date => ("\"date\"", "例如 2023-10-31。"),
            FormFieldKind.Choice => ($"\"list\", \"list\": {Quoted(key)}", "从下拉列表中选择。"),
            FormFieldKind.Flag => ("\"yesNo\"", "填 是 或 否。"),
            _ => ($"\"text\", \"max\": {spec.MaxLength}", $"不超过 {spec.MaxLength} 字。"),
        };
        // The unit of an amount is added to the head by Intake.
        return column.Append(Quoted(spec.Kind == FormFieldKind.Money ? label.Replace("（万元）", "", StringComparison.Ordinal) : label))
            .Append($", \"type\": {type}, {(spec.Required ? "\"required\": true, " : "")}\"width\": {Width(spec)}, \"hint\": {Quoted(hint)} }}").ToString();
    }

    private static int Width(FieldSpec spec) => spec.Kind switch { FormFieldKind.LongText => 48, FormFieldKind.Text => 24, FormFieldKind.Money or FormFieldKind.Choice => 16, _ => 14 };

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Json);
}
