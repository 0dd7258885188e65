using PerfFlow.Platform.Indicators;

namespace PerfFlow.Platform.Submissions;

/// <summary>KX: can it be done in time and with this money? KX03 (plan, conditions, safeguards) is a person's judgement.</summary>
internal static class FeasibilityChecks
{
    private const decimal SlowExecution = 60m;

    /// <summary>KX01: a date of a 时效 indicator before the project begins or after it, or the fiscal year, ends.</summary>
    public static IEnumerable<Hit> DatesInPeriod(CheckInput input)
    {
        var form = input.Form;
        foreach (var row in form.Indicators.Where(r => r.Level2 == IndicatorFrame.Timeliness))
        {
            var day = CheckInput.LastDayNamed(row.Value) ?? CheckInput.LastDayNamed(row.Name);
            if (day?.Year < form.StartYear || day?.Year > form.EndYear || day?.Year > form.FiscalYear)
            {
                yield return new Hit($"{CheckInput.PlaceOf(row)}.value", row.Name, FormValue.Write(day));
            }
        }
    }

    /// <summary>KX02: last year's money was not spent, and no less is asked for.</summary>
    public static IEnumerable<Hit> LastExecution(CheckInput input)
    {
        if (input.Facts.LastYear is { Execution: < SlowExecution and { } rate } && input.Growth >= 0)
        {
            yield return new Hit("funds.annual.total", CheckInput.Show(rate));
        }
    }
}
