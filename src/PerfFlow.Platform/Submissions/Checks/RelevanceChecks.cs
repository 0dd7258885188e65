using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>XG: does it belong to this project, and is it the unit's own?</summary>
internal static class RelevanceChecks
{
    /// <summary>XG01: the goal shares no pair of characters with the project's or the department's name, common ones aside.</summary>
    public static IEnumerable<Hit> GoalAndProject(CheckInput input)
    {
        var form = input.Form;
        var pairs = Pairs(form.ProjectName).Concat(Pairs(form.DepartmentName)).Except(CheckWords.Shipped.Common).ToList();
        if (form.AnnualGoal.Length > 0 && pairs.Count > 0 && !pairs.Exists(p => form.AnnualGoal.Contains(p, StringComparison.Ordinal)))
        {
            yield return new Hit("goal.annual", form.ProjectName);
        }

        static IEnumerable<string> Pairs(string name) => Enumerable.Range(0, Math.Max(0, name.Length - 1)).Select(i => name.Substring(i, 2));
    }

    /// <summary>XG02.</summary>
    public static IEnumerable<Hit> WrongLevel(CheckInput input)
    {
        foreach (var row in input.Form.Indicators)
        {
            var sign = CheckWords.Shipped.Misplaced.FirstOrDefault(s =>
                row.Level2 is not null && s.WrongIn.Contains(row.Level2) && s.Words.Any(w => row.Name.Contains(w, StringComparison.Ordinal)));
            var belongs = sign?.Belongs.FirstOrDefault(code => input.Frame.ParentOf(code) is not null) ?? sign?.Belongs[0];
            if (belongs is not null)
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.level2", row.Name, $"@indicators.{belongs}");
            }
        }
    }

    /// <summary>XG03: the most similar filing of another department, when it is nearly the same.</summary>
    public static IEnumerable<Hit> Copied(CheckInput input)
    {
        if (input.Facts.Others.Count == 0 || input.Form.AnnualGoal.Length == 0)
        {
            yield break;
        }

        var own = TextSketch.Of(input.Form);
        var (other, likeness) = input.Facts.Others.Select(o => (o, own.Likeness(o.Sketch))).MaxBy(x => x.Item2);
        if (likeness >= input.Parameters.Get(ParameterRegister.CheckCopyLikeness))
        {
            yield return new Hit("goal.annual", CheckInput.Show(likeness)) { OtherUnit = other.UnitName };
        }
    }

    /// <summary>XG04: money or staff put in, counted as an output.</summary>
    public static IEnumerable<Hit> InputAsOutput(CheckInput input) => input.Form.Indicators
        .Where(r => r.Level1 == IndicatorFrame.Output && !CheckInput.IsCost(r))
        .Where(r => CheckWords.Shipped.Inputs.Any(w => r.Name.Contains(w, StringComparison.Ordinal))
            || (r.Level2 == IndicatorFrame.Quantity && r.Unit is "元" or "万元" or "亿元"))
        .Select(r => new Hit(CheckInput.PlaceOf(r), r.Name));
}
