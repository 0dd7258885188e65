using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;
using Xunit;

namespace PerfFlow.Tests.Indicators;

public class ReadingIndicators
{
    private static readonly IndicatorFrame FrameA = IndicatorFrame.For(2024, RegionParameters.Defaults);

    [Theory]
    [InlineData("数量指标", "11")]
    [InlineData(" 数量 ", "11")]
    [InlineData("质 量指标", "12")]
    [InlineData("社会", "22")]
    [InlineData("可持续影响指标", "24")]
    [InlineData("服务对象满意度", "31")]
    [InlineData("１１", "11")]
    [InlineData("数目", null)]
    public void SecondLevel_IsReadInItsUsualWritings(string text, string? code) => Assert.Equal(code, FrameA.Level2(text)?.Code);

    [Theory]
    [InlineData("≥", IndicatorOperator.AtLeast)]
    [InlineData(">=", IndicatorOperator.AtLeast)]
    [InlineData("＞＝", IndicatorOperator.AtLeast)]
    [InlineData("＝", IndicatorOperator.Equal)]
    [InlineData("＜", IndicatorOperator.LessThan)]
    [InlineData("不超过", IndicatorOperator.AtMost)]
    [InlineData("定性指标", IndicatorOperator.Qualitative)]
    public void Sign_IsReadInItsUsualWritings(string text, IndicatorOperator expected) => Assert.Equal(expected, IndicatorOperators.Read(text));

    [Fact]
    public void Sign_ReadsBackWhatIsPrinted() =>
        Assert.All(Enum.GetValues<IndicatorOperator>(), o => Assert.Equal(o, IndicatorOperators.Read(o.Symbol())));

    [Fact]
    public void FrameB_HasCostAsItsOwnLevelFrom2022()
    {
        var wish = new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["weights.indicator_frame"] = "B" });
        Assert.Equal(["成本指标 20", "产出指标 40", "效益指标 20", "满意度指标 10"], IndicatorFrame.For(2024, wish).Levels.Select(l => $"{l.Name} {l.Weight:0}"));
        Assert.Equal("A-2020", IndicatorFrame.For(2021, wish).Version);
    }

    [Fact]
    public void Filing100_PutsTheTenOfExecutionUnderOutput() => Assert.Equal(
        [60m, 30m, 10m],
        IndicatorFrame.For(2024, new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["weights.filing_total"] = "100" })).Levels.Select(l => l.Weight));

    [Fact]
    public void WithoutSatisfaction_BenefitTakesItsPoints() => Assert.Equal([50m, 40m], FrameA.WithoutSatisfaction().Levels.Select(l => l.Weight));
}
