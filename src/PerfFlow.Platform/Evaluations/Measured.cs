using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>
/// What was measured of an indicator, held against its target: a number, a day, or for 定性 indicators one of the three
/// words of 财预〔2020〕10号. The words are stored as printed, as the signs of the operators are.
/// </summary>
public static class Measured
{
    /// <summary>达成, 部分达成, 未达成, in the order of <see cref="Attainment"/>.</summary>
    public static IReadOnlyList<string> Words { get; } = ["达成", "部分达成", "未达成"];

    /// <summary>Numbers, days and the three words in one writing; anything else as typed, for the checks to report.</summary>
    public static string Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FormValue.Decimal(text.TrimEnd('%', '％')) is { } number ? FormValue.Write(number)
            : FormValue.Date(text) is { } day ? FormValue.Write(day)
            : text.Trim();
    }

    /// <summary>Null where the text is none of <see cref="Words"/>.</summary>
    public static Attainment? Word(string text) => Words.ToList().IndexOf(text) is >= 0 and var index ? (Attainment)index : null;

    public static IndicatorOperator? Sign(FormRow row) => IndicatorOperators.Read(row["operator"]);

    public static bool IsQualitative(FormRow row) => Sign(row) == IndicatorOperator.Qualitative;

    /// <summary>The words for a 定性 row, none for the others: how the cell is filled in.</summary>
    public static IReadOnlyList<string> ChoicesIn(FormRow row) => IsQualitative(row) ? Words : [];

    /// <summary>The target as a number; null for days, words and what cannot be read.</summary>
    public static decimal? Target(FormRow row) => IsQualitative(row) ? null : FormValue.Decimal(row["value"].TrimEnd('%', '％'));

    /// <summary>The target as a day, as 时效 indicators have it.</summary>
    public static DateOnly? TargetDay(FormRow row) => IsQualitative(row) || Target(row) is not null ? null : FormValue.Date(row["value"]);

    /// <summary>Whether a value is of the kind that the row's target asks for. A target in words of a 定量 row is held to nothing.</summary>
    public static bool Fits(FormRow row, string value) => IsQualitative(row) ? Word(value) is not null
        : TargetDay(row) is not null ? FormValue.Date(value) is not null
        : Sign(row) is null || FormValue.Decimal(value) is not null;

    /// <summary>Whether a value does what the target asks; null where that cannot be said.</summary>
    public static bool? Reaches(FormRow row, string value)
    {
        if (IsQualitative(row))
        {
            return Word(value) is { } word ? word == Attainment.Reached : null;
        }

        if (TargetDay(row) is { } due && FormValue.Date(value) is { } day)
        {
            // Of a day, = means on it or before.
            return Sign(row) is IndicatorOperator.AtLeast or IndicatorOperator.MoreThan ? day >= due : day <= due;
        }

        return Target(row) is { } target && FormValue.Decimal(value) is { } actual ? Sign(row) switch
        {
            IndicatorOperator.AtLeast => actual >= target,
            IndicatorOperator.MoreThan => actual > target,
            IndicatorOperator.AtMost => actual <= target,
            IndicatorOperator.LessThan => actual < target,
            IndicatorOperator.Equal => actual == target,
            _ => null,
        }
        : null;
    }
}
