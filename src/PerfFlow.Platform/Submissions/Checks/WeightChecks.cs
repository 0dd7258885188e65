using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>QZ: the points.</summary>
internal static class WeightChecks
{
    private const decimal HighestSingle = 40m;
    private const decimal LowestSingle = 1m;

    /// <summary>QZ01.</summary>
    public static IEnumerable<Hit> Total(CheckInput input)
    {
        var total = input.Form.Indicators.Sum(r => r.Weight ?? 0);
        var due = input.Parameters.Get(ParameterRegister.WeightFilingTotal);
        if (total != due)
        {
            yield return new Hit("indicators", CheckInput.Show(total), FormValue.Write(due));
        }
    }

    /// <summary>QZ02: unless the unit wrote why its points differ. A level without rows is WZ03's and WZ04's.</summary>
    public static IEnumerable<Hit> Levels(CheckInput input)
    {
        if (input.Form.WeightException.Length > 0)
        {
            yield break;
        }

        foreach (var level in input.Frame.Levels)
        {
            var rows = input.Form.Indicators.Where(r => r.Level1 == level.Code).ToList();
            var points = rows.Sum(r => r.Weight ?? 0);
            if (rows.Count > 0 && points != level.Weight)
            {
                yield return new Hit("indicators", $"@indicators.{level.Code}", CheckInput.Show(level.Weight), CheckInput.Show(points));
            }
        }
    }

    /// <summary>QZ03.</summary>
    public static IEnumerable<Hit> Single(CheckInput input) => input.Form.Indicators
        .Where(r => r.Weight is > HighestSingle or < LowestSingle)
        .Select(r => new Hit($"{CheckInput.PlaceOf(r)}.weight", r.Name, FormValue.Write(r.Weight)));
}
