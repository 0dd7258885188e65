using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;
using Xunit;
using static PerfFlow.Platform.Indicators.IndicatorOperator;

namespace PerfFlow.Tests.Evaluations;

/// <summary>domain.md §4.6, case by case.</summary>
public sealed class ScoringIndicators
{
    private static readonly Scoring Usual = Scoring.Of(RegionParameters.Defaults);

    [Theory]
    [InlineData(AtLeast, 10, 42, 42, 10)]
    [InlineData(AtLeast, 10, 42, 60, 10)]
    [InlineData(AtLeast, 10, 42, 38, 9.05)]
    [InlineData(MoreThan, 10, 42, 42, 10)]
    [InlineData(AtLeast, 10, 42, 0, 0)]
    [InlineData(AtLeast, 10, 42, -3, 0)]
    [InlineData(AtLeast, 10, 0, 0, 10)]
    [InlineData(AtLeast, 10, 0, -1, 10)]
    [InlineData(AtLeast, 10, 0, 1, 0)]
    [InlineData(AtLeast, 10, -5, -4, 10)]
    [InlineData(AtLeast, 10, -5, -6, 0)]
    public void MoreIsBetter_ScoresByProportion(IndicatorOperator sign, double weight, double target, double actual, double score) =>
        Assert.Equal((decimal)score, Usual.Indicator(sign, (decimal)weight, (decimal)target, (decimal)actual));

    [Theory]
    [InlineData(AtMost, 10, 10, 10, 10)]
    [InlineData(AtMost, 10, 10, 2, 10)]
    [InlineData(LessThan, 10, 10, 10, 10)]
    [InlineData(AtMost, 10, 10, 12, 8)]
    [InlineData(AtMost, 10, 10, 19.99, 0.01)]
    [InlineData(AtMost, 10, 10, 20, 0)]
    [InlineData(AtMost, 10, 10, 50, 0)]
    [InlineData(AtMost, 10, 0, 0, 10)]
    [InlineData(AtMost, 10, 0, 0.1, 0)]
    [InlineData(AtMost, 10, -5, -4, 0)]
    public void LessIsBetter_LosesByTheShareAboveTheTarget(IndicatorOperator sign, double weight, double target, double actual, double score) =>
        Assert.Equal((decimal)score, Usual.Indicator(sign, (decimal)weight, (decimal)target, (decimal)actual));

    [Theory]
    [InlineData(10, 10, 12, 8.33)]
    [InlineData(10, 10, 20, 5)]
    [InlineData(10, 10, 40, 2.5)]
    [InlineData(10, 0, 3, 0)]
    public void LessIsBetter_ByRatio_WhereTheRegionSaysSo(double weight, double target, double actual, double score) =>
        Assert.Equal((decimal)score, With("score.reverse", "RATIO").Indicator(AtMost, (decimal)weight, (decimal)target, (decimal)actual));

    [Theory]
    [InlineData("POSITIVE", 100, 100, 10)]
    [InlineData("POSITIVE", 100, 95, 9.5)]
    [InlineData("POSITIVE", 100, 130, 10)]
    [InlineData("REVERSE", 100, 130, 7)]
    [InlineData("REVERSE", 100, 200, 0)]
    [InlineData("REVERSE", 100, 95, 9.5)]
    [InlineData("POSITIVE", 0, 0, 10)]
    [InlineData("POSITIVE", 0, 3, 0)]
    [InlineData("REVERSE", 0, 3, 0)]
    [InlineData("POSITIVE", -2, -2, 10)]
    [InlineData("POSITIVE", -2, 0, 0)]
    public void Equal_ExactIsFull_MoreAsTheRegionSays(string rule, double target, double actual, double score) =>
        Assert.Equal((decimal)score, With("score.equal", rule).Indicator(Equal, 10, (decimal)target, (decimal)actual));

    [Fact]
    public void Qualitative_IsNotComputed() => Assert.Null(Usual.Indicator(Qualitative, 10, 0, 0));

    [Theory]
    [InlineData(Attainment.Reached, 8, true)]
    [InlineData(Attainment.Reached, 10, true)]
    [InlineData(Attainment.Reached, 7.99, false)]
    [InlineData(Attainment.Reached, 10.01, false)]
    [InlineData(Attainment.Partly, 6, true)]
    [InlineData(Attainment.Partly, 7.99, true)]
    [InlineData(Attainment.Partly, 8, false)]
    [InlineData(Attainment.Missed, 0, true)]
    [InlineData(Attainment.Missed, 5.99, true)]
    [InlineData(Attainment.Missed, 6, false)]
    [InlineData(Attainment.Missed, -1, false)]
    public void Qualitative_StaysWithinItsBand(Attainment attainment, double score, bool held) => Assert.Equal(held, Scoring.Band(attainment, 10).Holds((decimal)score));

    [Theory]
    [InlineData(520, 423, 8.13)]
    [InlineData(468, 468, 10d)]
    [InlineData(468, 500, 10d)]
    [InlineData(468, 0, 0d)]
    [InlineData(468, -1, 0d)]
    [InlineData(0, 0, null)]
    public void Execution_IsPaidOverTheYearsBudget(double budget, double paid, double? score) =>
        Assert.Equal((decimal?)score, Usual.Execution(10, (decimal)budget, (decimal)paid));

    [Theory]
    [InlineData(AtLeast, 100, 130, false)]
    [InlineData(AtLeast, 100, 130.1, true)]
    [InlineData(Equal, 100, 131, true)]
    [InlineData(AtMost, 100, 70, false)]
    [InlineData(AtMost, 100, 69.9, true)]
    [InlineData(AtLeast, 0, 5, false)]
    [InlineData(Qualitative, 100, 500, false)]
    public void OverAchievement_IsFlaggedBeyondTheParameter(IndicatorOperator sign, double target, double actual, bool over) => Assert.Equal(over, Usual.IsOver(sign, (decimal)target, (decimal)actual));

    [Fact]
    public void Half_IsRoundedUp()
    {
        Assert.Equal(0.13m, Usual.Indicator(AtLeast, 1, 200, 25));
        Assert.Equal(3.3333m, With("score.round", "4").Indicator(AtLeast, 10, 3, 1));
        Assert.Equal(81.35m, Scoring.Rate(520, 423));
        Assert.Null(Scoring.Rate(0, 0));
    }

    [Theory]
    [InlineData(100, "优")]
    [InlineData(90, "优")]
    [InlineData(89.6, "良")]
    [InlineData(80, "良")]
    [InlineData(79.99, "中")]
    [InlineData(60, "中")]
    [InlineData(59.99, "差")]
    [InlineData(0, "差")]
    public void Grade_FollowsTheBands(double score, string grade) => Assert.Equal(grade, Grades.Of((decimal)score, RegionParameters.Defaults));

    [Fact]
    public void Grade_FollowsTheRegionsBandsAndNames_AndWithoutScoreIsUndetermined()
    {
        var region = new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["grade.bands"] = "80,70,60", ["grade.labels"] = "优秀,良好,中等,较差" });
        Assert.Equal(["优秀", "良好", "中等", "较差", "不定等次"], [Grades.Of(80, region), Grades.Of(79, region), Grades.Of(60, region), Grades.Of(1, region), Grades.Of(null, region)]);
    }

    /// <summary>Whatever is filed: a score between nothing and the weight, never worse for a better result.</summary>
    [Theory]
    [InlineData("LINEAR", "POSITIVE")]
    [InlineData("RATIO", "REVERSE")]
    public void AnyTargetAndActual_StayWithinTheWeight_AndAreMonotone(string reverse, string equal)
    {
        var scoring = With("score.reverse", reverse, ("score.equal", equal));
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var sign = (IndicatorOperator)random.Next(5);
            var (weight, target) = (random.Next(1, 4001) / 100m, (random.Next(20_001) - 5_000) / (decimal)random.Next(1, 100));
            var (low, high) = ((random.Next(40_001) - 10_000) / 100m, 0m);
            high = low + (random.Next(10_000) / 100m);
            var (first, second) = (scoring.Indicator(sign, weight, target, low)!.Value, scoring.Indicator(sign, weight, target, high)!.Value);
            Assert.InRange(first, 0, weight);
            Assert.InRange(second, 0, weight);
            if (sign.IsReverse())
            {
                Assert.True(first >= second, $"{sign} {weight} {target}: {low} → {first}, {high} → {second}");
            }
            else if (sign != Equal && target != 0)
            {
                Assert.True(first <= second, $"{sign} {weight} {target}: {low} → {first}, {high} → {second}");
            }
        }
    }

    private static Scoring With(string key, string text, params (string Key, string Text)[] more) =>
        Scoring.Of(new RegionParameters(new Dictionary<string, string>(more.Select(m => new KeyValuePair<string, string>(m.Key, m.Text)), StringComparer.Ordinal) { [key] = text }));
}
