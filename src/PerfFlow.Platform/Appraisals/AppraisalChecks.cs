using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Appraisals;

/// <summary>The checks of evaluation forms. PF = 评分, PJ = 评价.</summary>
internal static class AppraisalChecks
{
    /// <summary>PF01 weights add up to 100, PF02 产出 and 效益 have 60 of them, PF03 points between 0 and the weight, PF04 a reason for every deduction.</summary>
    public static IReadOnlyList<FormRule> Scores { get; } =
    [
        new("PF01", FindingLevel.Error, WholeWeight),
        new("PF02", FindingLevel.Error, WeightOfResults),
        new("PF03", FindingLevel.Error, PointsInRange),
        new("PF04", FindingLevel.Error, DeductionsExplained),
    ];

    /// <summary>PJ01 the end of the evaluation is not before its beginning, PJ02 an agency is named.</summary>
    public static IReadOnlyList<FormRule> Plan { get; } = [new("PJ01", FindingLevel.Error, Period), new("PJ02", FindingLevel.Error, AgencyNamed)];

    /// <summary>A rule that finds an empty field while <paramref name="asked"/> holds.</summary>
    public static FormRule Needed(string code, Func<FormContent, bool> asked, params IReadOnlyList<string> paths) =>
        new(code, FindingLevel.Error, check => asked(check.Form) ? paths.Where(p => check.Form[p].Length == 0).Select(p => new Hit(p, "@" + check.Kind.Layout.Field(p)!.LabelKey)) : []);

    /// <summary>A rule that finds rows in which <paramref name="column"/> is empty while <paramref name="asked"/> holds.</summary>
    public static FormRule NeededInRows(string code, string table, string column, Func<FormRow, bool> asked) =>
        new(code, FindingLevel.Error, check => check.Rows(table).Where(r => asked(r) && r[column].Length == 0)
            .Select(r => new Hit($"{table}[{r.Id}].{column}", r[check.Kind.Layout.Table(table)!.NameColumn])));

    private static IEnumerable<Hit> WholeWeight(FormCheck check)
    {
        var sum = check.Rows(ScoreTable.Table).Sum(r => r.Number("weight") ?? 0);
        if (sum != ScoreTable.FullScore && Scored(check))
        {
            yield return new Hit(ScoreTable.Table, FormValue.Write(sum));
        }
    }

    private static IEnumerable<Hit> WeightOfResults(FormCheck check)
    {
        var sum = check.Rows(ScoreTable.Table).Where(r => r["dimension"] is "output" or "benefit").Sum(r => r.Number("weight") ?? 0);
        if (sum < ScoreTable.LeastForResults && Scored(check))
        {
            yield return new Hit(ScoreTable.Table, FormValue.Write(sum));
        }
    }

    private static IEnumerable<Hit> PointsInRange(FormCheck check) => !Scored(check) ? [] : check.Rows(ScoreTable.Table)
        .Where(r => r.Number("score") is not { } score || score < 0 || score > r.Number("weight"))
        .Select(r => new Hit($"{ScoreTable.Table}[{r.Id}].score", r["name"], r["weight"]));

    private static IEnumerable<Hit> DeductionsExplained(FormCheck check) => !Scored(check) ? [] : check.Rows(ScoreTable.Table)
        .Where(r => r.Number("score") < r.Number("weight") && r["note"].Length == 0)
        .Select(r => new Hit($"{ScoreTable.Table}[{r.Id}].note", r["name"]));

    private static IEnumerable<Hit> Period(FormCheck check)
    {
        if (FormValue.Date(check.Form["plan.from"]) is { } from && FormValue.Date(check.Form["plan.until"]) is { } until && until < from)
        {
            yield return new Hit("plan.until", check.Form["plan.from"], check.Form["plan.until"]);
        }
    }

    private static IEnumerable<Hit> AgencyNamed(FormCheck check)
    {
        if (check.Form["plan.organised"] == "agency" && check.Form["plan.agency"].Length == 0)
        {
            yield return new Hit("plan.agency");
        }
    }

    private static bool Scored(FormCheck check) => !check.Form.Flag(ScoreTable.Undetermined);
}
