using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Evaluations;

/// <summary>How far a 定性 target was reached (财预〔2020〕10号).</summary>
public enum Attainment
{
    /// <summary>达成年度指标: 100–80% of the weight.</summary>
    Reached,

    /// <summary>部分达成并具有一定效果: below 80, from 60%.</summary>
    Partly,

    /// <summary>未达成且效果较差: below 60%.</summary>
    Missed,
}

/// <summary>The points that an attainment allows.</summary>
/// <param name="Low">Least, included.</param>
/// <param name="High">Most.</param>
/// <param name="HighIncluded">Whether the most itself may be given.</param>
public sealed record ScoreBand(decimal Low, decimal High, bool HighIncluded)
{
    public bool Holds(decimal score) => score >= Low && (HighIncluded ? score <= High : score < High);
}

/// <summary>
/// Points of indicators and of budget execution (domain.md §4.6): pure, the same for page, import, submission and every
/// evaluation. Weights and scores are points; every result is rounded half up and lies between 0 and the weight.
/// </summary>
/// <param name="ReverseByRatio">A target that less is better for and that was missed: T/A instead of the straight line.</param>
/// <param name="EqualAsReverse">More than an exact target counts as missed, not as reached.</param>
/// <param name="OverFlag">A/T above which a result has to be explained.</param>
/// <param name="Decimals">Of every score.</param>
public sealed record Scoring(bool ReverseByRatio, bool EqualAsReverse, decimal OverFlag, int Decimals)
{
    /// <summary>As the region and year have it.</summary>
    public static Scoring Of(RegionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new(
            parameters.Get(ParameterRegister.ScoreReverse) == "RATIO",
            parameters.Get(ParameterRegister.ScoreEqual) == "REVERSE",
            parameters.Get(ParameterRegister.ScoreOverFlag),
            parameters.Get(ParameterRegister.ScoreRound));
    }

    /// <summary>Points of a 定量 indicator; null for a 定性 one, which a person scores within its band.</summary>
    public decimal? Indicator(IndicatorOperator sign, decimal weight, decimal target, decimal actual) => sign switch
    {
        IndicatorOperator.Qualitative => null,
        IndicatorOperator.AtLeast or IndicatorOperator.MoreThan => Positive(weight, target, actual),
        IndicatorOperator.AtMost or IndicatorOperator.LessThan => Reverse(weight, target, actual),
        _ when actual == target => Round(weight),
        _ when actual > target && target > 0 => EqualAsReverse ? Reverse(weight, target, actual) : Round(weight),
        _ when target <= 0 => 0,
        _ => Positive(weight, target, actual),
    };

    /// <summary>Points of the execution rate, paid over the whole year's budget; null where there was no budget to execute.</summary>
    public decimal? Execution(decimal weight, decimal budget, decimal paid) =>
        budget <= 0 ? null : Round(weight * Math.Clamp(paid / budget, 0, 1));

    /// <summary>执行率 in per cent, as printed; null without a budget.</summary>
    public static decimal? Rate(decimal? budget, decimal? paid) =>
        budget > 0 && paid is { } spent ? Math.Round(spent / budget.Value * 100, 2, MidpointRounding.AwayFromZero) : null;

    /// <summary>The result is so much better than the target that the target may have been too low.</summary>
    public bool IsOver(IndicatorOperator sign, decimal target, decimal actual) => target > 0 && sign switch
    {
        IndicatorOperator.Qualitative => false,
        IndicatorOperator.AtMost or IndicatorOperator.LessThan => actual / target < 2 - OverFlag,
        _ => actual / target > OverFlag,
    };

    /// <summary>What may be given for a 定性 indicator.</summary>
    public static ScoreBand Band(Attainment attainment, decimal weight) => attainment switch
    {
        Attainment.Reached => new(0.8m * weight, weight, true),
        Attainment.Partly => new(0.6m * weight, 0.8m * weight, false),
        _ => new(0, 0.6m * weight, false),
    };

    /// <summary>Half up, never below 0.</summary>
    public decimal Round(decimal points) => Math.Round(Math.Max(points, 0), Decimals, MidpointRounding.AwayFromZero);

    // Below a target of 0 or less there is no proportion: it is reached or not. For 0 itself the vendors' rule is that only
    // 0 (or less) is full.
    private decimal Positive(decimal weight, decimal target, decimal actual)
    {
        if (target == 0)
        {
            return actual <= 0 ? Round(weight) : 0;
        }

        return actual >= target ? Round(weight) : target < 0 ? 0 : Round(weight * actual / target);
    }

    private decimal Reverse(decimal weight, decimal target, decimal actual)
    {
        if (actual <= target)
        {
            return Round(weight);
        }

        if (target <= 0)
        {
            return 0;
        }

        return ReverseByRatio ? Round(weight * target / actual) : Round(weight * (1 - ((actual - target) / target)));
    }
}
