using System.Globalization;
using System.Text.RegularExpressions;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>What one check is given, with the readings of the form that several of them share.</summary>
internal sealed partial record CheckInput(GoalFilingForm Form, CheckFacts Facts, RegionParameters Parameters)
{
    private static readonly string[] CostCodes = ["14", "41", "42", "43"];

    /// <summary>The frame in force; without satisfaction rows its points stand under 效益.</summary>
    public IndicatorFrame Frame { get; } = FrameOf(Form, Parameters);

    public IEnumerable<IndicatorRow> Quantitative => Form.Indicators.Where(r => r.Operator is not (null or IndicatorOperator.Qualitative));

    public static string PlaceOf(IndicatorRow row) => $"indicators[{row.Id}]";

    public static bool IsCost(IndicatorRow row) => row.Level2 is not null && CostCodes.Contains(row.Level2);

    public static decimal? Number(IndicatorRow row) => FormValue.Decimal(row.Value.TrimEnd('%', '％'));

    /// <summary>The last day that a date, a month or a year named in the text can mean; null when it names none.</summary>
    public static DateOnly? LastDayNamed(string text)
    {
        var match = NamedDay().Match(IndicatorNames.Narrow(text));
        if (!match.Success || Part("month") is > 12 or < 1)
        {
            return null;
        }

        var (year, month) = (Part("year")!.Value, Part("month") ?? 12);
        var last = DateTime.DaysInMonth(year, month);
        return new DateOnly(year, month, Math.Clamp(Part("day") ?? last, 1, last));

        int? Part(string name) => match.Groups[name] is { Success: true } g ? int.Parse(g.Value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Two decimals, as amounts and percentages stand in sentences.</summary>
    public static string Show(decimal value) => decimal.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Last year's figure of the same indicator, by name and unit.</summary>
    public LastIndicator? Before(IndicatorRow row) => Facts.LastYear?.Indicators.FirstOrDefault(l =>
        IndicatorNames.Narrow(l.Name) == IndicatorNames.Narrow(row.Name) && IndicatorNames.Narrow(l.Unit) == IndicatorNames.Narrow(row.Unit));

    /// <summary>How much this year's amount lies above last year's budget, in %; null without one.</summary>
    public decimal? Growth => Facts.LastYear is { Budget: > 0 } last && Form.Annual.Total is { } total ? (total / last.Budget - 1) * 100 : null;

    private static IndicatorFrame FrameOf(GoalFilingForm form, RegionParameters parameters)
    {
        var frame = IndicatorFrame.For(form.FiscalYear ?? 2024, parameters);
        return form.Indicators.Any(r => r.Level1 == IndicatorFrame.Satisfaction) ? frame : frame.WithoutSatisfaction();
    }

    [GeneratedRegex(@"(?<year>20\d\d)(?:年|[-./])(?:(?<month>\d{1,2})(?:(?:月|[-./])(?<day>\d{1,2})?)?)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedDay();
}

/// <summary>What a check reports before level and explanation are added.</summary>
internal sealed record Hit(string Place, params string[] Args)
{
    public string? Variant { get; init; }

    public string? OtherUnit { get; init; }
}
