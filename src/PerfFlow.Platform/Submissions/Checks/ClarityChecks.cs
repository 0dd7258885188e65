using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>XH: can it be measured, and is it detailed enough?</summary>
internal static class ClarityChecks
{
    // A whole goal is called vague only by phrases; single words like 提升 stand in good goals too.
    private const int PhraseLength = 4;

    /// <summary>XH01: an indicator in words that say nothing, and a yearly goal of such phrases without one figure.</summary>
    public static IEnumerable<Hit> VagueWords(CheckInput input)
    {
        var words = CheckWords.Shipped;
        foreach (var row in input.Form.Indicators)
        {
            var value = row.Value;
            if (value.Length > 0 && CheckInput.Number(row) is null && !HasFigure(value) && Names(words.Vague, value) && !Names(words.Measurable, value))
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name, value);
            }
        }

        var goal = input.Form.AnnualGoal;
        if (!HasFigure(goal) && words.Vague.FirstOrDefault(w => w.Length >= PhraseLength && goal.Contains(w, StringComparison.Ordinal)) is { } phrase)
        {
            yield return new Hit("goal.annual", phrase) { Variant = "goal" };
        }

        static bool Names(IEnumerable<string> list, string text) => list.Any(w => text.Contains(w, StringComparison.Ordinal));
        static bool HasFigure(string text) => text.Any(char.IsDigit);
    }

    /// <summary>XH02: 定量 needs a number and a unit (a date needs none); a percentage lies between 0 and 100.</summary>
    public static IEnumerable<Hit> NumberAndUnit(CheckInput input)
    {
        foreach (var row in input.Quantitative.Where(r => r.Value.Length > 0))
        {
            if (CheckInput.LastDayNamed(row.Value) is not null)
            {
                continue;
            }

            var number = CheckInput.Number(row);
            var percent = row.Unit is "%" or "％" || row.Value.EndsWith('%');
            if (number is null || (row.Unit.Length == 0 && !percent))
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name);
            }
            else if (percent && (number < 0 || (number > 100 && row.Name.IndexOfAny(['增', '涨', '倍', '升']) < 0)))
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name, row.Value) { Variant = "percent" };
            }
        }
    }

    /// <summary>XH03.</summary>
    public static IEnumerable<Hit> QualitativeShare(CheckInput input)
    {
        var rows = input.Form.Indicators;
        var share = rows.Count == 0 ? 0 : 100m * rows.Count(r => r.Operator == IndicatorOperator.Qualitative) / rows.Count;
        if (share > input.Parameters.Get(ParameterRegister.CheckQualitativeShare))
        {
            yield return new Hit("indicators", CheckInput.Show(share));
        }
    }

    /// <summary>XH04.</summary>
    public static IEnumerable<Hit> IndicatorCount(CheckInput input)
    {
        var fewest = input.Parameters.Get(ParameterRegister.CheckFewestIndicators);
        var most = input.Parameters.Get(ParameterRegister.CheckMostIndicators);
        var count = input.Form.Indicators.Count;
        if (count < fewest)
        {
            yield return new Hit("indicators", FormValue.Write(count), FormValue.Write(fewest));
        }
        else if (count > most)
        {
            yield return new Hit("indicators", FormValue.Write(count), FormValue.Write(most)) { Variant = "many" };
        }
    }

    /// <summary>XH05: every percentage at 100 (two at least), or a satisfaction of 100.</summary>
    public static IEnumerable<Hit> AllHundred(CheckInput input)
    {
        var percentages = input.Quantitative.Where(r => r.Unit is "%" or "％").ToList();
        if (percentages.Count >= 2 && percentages.TrueForAll(r => CheckInput.Number(r) == 100))
        {
            yield return new Hit("indicators");
        }
        else if (percentages.Find(r => r.Level1 == IndicatorFrame.Satisfaction && CheckInput.Number(r) == 100) is { } row)
        {
            yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name) { Variant = "satisfaction" };
        }
    }
}
