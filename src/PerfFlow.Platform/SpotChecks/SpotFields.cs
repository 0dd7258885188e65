using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>Paths that the forms of a spot check share, and what is computed of them.</summary>
public static class SpotFields
{
    /// <summary>自评得分; a spot score never overwrites it.</summary>
    public const string Self = "spot.self";

    /// <summary>自评等级.</summary>
    public const string SelfGrade = "spot.selfGrade";

    /// <summary>抽评得分.</summary>
    public const string Total = "spot.score";

    /// <summary>抽评等级.</summary>
    public const string Grade = "spot.grade";

    /// <summary>Spot score less self score.</summary>
    public const string Difference = "spot.difference";

    /// <summary>定稿得分, after an objection.</summary>
    public const string Final = "spot.finalScore";

    /// <summary>定稿等级.</summary>
    public const string FinalGrade = "spot.finalGrade";

    /// <summary>Facts of a table, which the form before has.</summary>
    internal static FieldSpec Known(string path, FormFieldKind kind) => new(path, kind, false) { Fact = true };

    /// <summary>Finds points that are below 0 or above the row's weight.</summary>
    internal static FormRule InRange(string code, string table, string column, string weight) => new(
        code,
        FindingLevel.Error,
        check => check.Rows(table).Where(r => r.Number(column) < 0 || r.Number(column) > r.Number(weight))
            .Select(r => new Hit($"{table}[{r.Id}].{column}", r["name"], r[weight])));

    /// <summary>With the sum of a column and its grade; both empty until every row has its points.</summary>
    internal static FormContent WithSum(FormContent form, string table, string column, string total, string grade, RegionParameters parameters)
    {
        var rows = form.Rows(table);
        decimal? sum = rows.Count > 0 && rows.All(r => r.Number(column) is not null) ? AppraisalGrades.Round(rows.Sum(r => r.Number(column)!.Value), parameters) : null;
        return form.With(total, sum).With(grade, AppraisalGrades.Of(sum, parameters));
    }
}
