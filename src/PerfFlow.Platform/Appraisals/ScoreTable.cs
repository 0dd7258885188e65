using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Appraisals;

/// <summary>
/// 评分表 of an evaluation: indicators under 决策, 过程, 产出 and 效益, with weights and points (财预〔2020〕10号). Total and grade are
/// computed; an evaluation without a score is 不定等次.
/// </summary>
public static class ScoreTable
{
    public const string Table = "scores";

    /// <summary>综合得分.</summary>
    public const string Total = "appraisal.score";

    /// <summary>评价等级, by name.</summary>
    public const string Grade = "appraisal.grade";

    /// <summary>不定等次: no score is given, as of a policy.</summary>
    public const string Undetermined = "appraisal.undetermined";

    internal const decimal FullScore = 100;

    /// <summary>Of the 100 points, what 产出 and 效益 have at least.</summary>
    internal const decimal LeastForResults = 60;

    internal static readonly string[] Dimensions = ["decision", "process", "output", "benefit"];

    // The ministry's framework for project expenditure (财预〔2020〕10号, annex): a beginning that the evaluator changes.
    private static readonly (string Dimension, string Name, int Weight)[] Framework =
    [
        ("decision", "立项依据充分性", 4), ("decision", "立项程序规范性", 4), ("decision", "绩效目标合理性", 3), ("decision", "绩效指标明确性", 3),
        ("decision", "预算编制科学性", 3), ("decision", "资金分配合理性", 3),
        ("process", "资金到位率", 4), ("process", "预算执行率", 4), ("process", "资金使用合规性", 4), ("process", "管理制度健全性", 4), ("process", "制度执行有效性", 4),
        ("output", "实际完成率", 8), ("output", "质量达标率", 8), ("output", "完成及时性", 7), ("output", "成本节约率", 7),
        ("benefit", "实施效益", 20), ("benefit", "满意度", 10),
    ];

    public static TableSpec Spec { get; } = new(
        Table,
        AppraisalFields.OneOf("dimension", true, Dimensions),
        new FieldSpec("name", FormFieldKind.Text, true) { MaxLength = 100 },
        new FieldSpec("weight", FormFieldKind.Number, true),
        new FieldSpec("score", FormFieldKind.Score, false),
        new FieldSpec("note", FormFieldKind.LongText, false) { MaxLength = 500 })
    {
        Sums = ["weight", "score"],
    };

    /// <summary>Total and grade as facts of a form.</summary>
    internal static IReadOnlyList<FieldSpec> Result => [AppraisalFields.Points(Total), AppraisalFields.Words(Grade)];

    internal static IReadOnlyList<FormRow> Standard =>
        [.. Framework.Select((f, i) => AppraisalFields.Row(FormValue.Write(i + 1), ("dimension", f.Dimension), ("name", f.Name), ("weight", FormValue.Write(f.Weight))))];

    /// <summary>With total and grade; both empty until every row has its points.</summary>
    internal static FormContent Computed(FormContent form, RegionParameters parameters)
    {
        if (form.Flag(Undetermined))
        {
            return form.With(Total, "").With(Grade, Evaluations.Grades.Undetermined);
        }

        var rows = form.Rows(Table);
        decimal? total = rows.Count > 0 && rows.All(r => r.Number("score") is not null) ? AppraisalGrades.Round(rows.Sum(r => r.Number("score")!.Value), parameters) : null;
        return form.With(Total, total).With(Grade, AppraisalGrades.Of(total, parameters));
    }
}
