using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Indicators;

/// <summary>一级指标.</summary>
/// <param name="Code">1 产出, 2 效益, 3 满意度, 4 成本.</param>
/// <param name="Name">With the suffix 指标, as printed.</param>
/// <param name="Weight">Points in a filing.</param>
/// <param name="Children">二级指标.</param>
public sealed record IndicatorLevel1(string Code, string Name, decimal Weight, IReadOnlyList<IndicatorLevel2> Children);

/// <summary>二级指标.</summary>
/// <param name="Code">Two digits; the first is the parent's.</param>
/// <param name="Name">With the suffix 指标, as printed.</param>
public sealed record IndicatorLevel2(string Code, string Name);

/// <summary>
/// The tree of upper-level indicators with its points. Frame A is the three-level tree of 财预〔2020〕10号, frame B that of
/// 财预〔2021〕101号, where cost stands by itself (domain.md §4.1). The version says which rule a stored filing was made under.
/// </summary>
public sealed record IndicatorFrame(string Version, IReadOnlyList<IndicatorLevel1> Levels)
{
    public const string Output = "1";
    public const string Benefit = "2";
    public const string Satisfaction = "3";
    public const string Cost = "4";
    public const string Quantity = "11";
    public const string Quality = "12";
    public const string Timeliness = "13";

    private static readonly IndicatorLevel2 ServedSatisfaction = new("31", "服务对象满意度指标");

    private static readonly IndicatorFrame A = new("A-2020",
    [
        new(Output, "产出指标", 50, [new(Quantity, "数量指标"), new(Quality, "质量指标"), new(Timeliness, "时效指标"), new("14", "成本指标")]),
        new(Benefit, "效益指标", 30, [new("21", "经济效益指标"), new("22", "社会效益指标"), new("23", "生态效益指标"), new("24", "可持续影响指标")]),
        new(Satisfaction, "满意度指标", 10, [ServedSatisfaction]),
    ]);

    private static readonly IndicatorFrame B = new("B-2021",
    [
        new(Cost, "成本指标", 20, [new("41", "经济成本指标"), new("42", "社会成本指标"), new("43", "生态环境成本指标")]),
        new(Output, "产出指标", 40, [new(Quantity, "数量指标"), new(Quality, "质量指标"), new(Timeliness, "时效指标")]),
        new(Benefit, "效益指标", 20, [new("21", "经济效益指标"), new("22", "社会效益指标"), new("23", "生态效益指标")]),
        new(Satisfaction, "满意度指标", 10, [ServedSatisfaction]),
    ]);

    /// <summary>
    /// The frame in force for a fiscal year. Frame B exists from fiscal year 2022 on; before that a region's wish for it is A.
    /// Points are the frame's, or the region's where it set them. Where filings total 100 and the points still add up to 90,
    /// the ten of the execution rate, not scored at filing, go to 产出 (practice).
    /// </summary>
    public static IndicatorFrame For(int fiscalYear, RegionParameters parameters)
    {
        var frame = fiscalYear >= 2022 && parameters.Get(ParameterRegister.IndicatorFrame) == "B" ? B : A;
        var levels = frame.Levels.Select(l => l with { Weight = Set(l.Code) is > 0 and var set ? set : l.Weight }).ToList();
        var missing = parameters.Get(ParameterRegister.WeightFilingTotal) - levels.Sum(l => l.Weight);
        return frame with { Levels = [.. levels.Select(l => l.Code == Output && missing > 0 ? l with { Weight = l.Weight + missing } : l)] };

        decimal Set(string code) => parameters.Get(code switch
        {
            Output => ParameterRegister.WeightOutput,
            Benefit => ParameterRegister.WeightBenefit,
            Satisfaction => ParameterRegister.WeightSatisfaction,
            _ => ParameterRegister.WeightCost,
        });
    }

    /// <summary>The tree when no satisfaction is asked for: its points go to 效益 (财预〔2021〕101号).</summary>
    public IndicatorFrame WithoutSatisfaction()
    {
        var points = Levels.Where(l => l.Code == Satisfaction).Sum(l => l.Weight);
        return this with
        {
            Levels = [.. Levels.Where(l => l.Code != Satisfaction).Select(l => l.Code == Benefit ? l with { Weight = l.Weight + points } : l)],
        };
    }

    /// <summary>By code, printed name, or a usual way of writing it; null when the tree has none such.</summary>
    public IndicatorLevel1? Level1(string text)
    {
        var name = IndicatorNames.Normalize(text);
        return Levels.FirstOrDefault(l => l.Code == name || IndicatorNames.Normalize(l.Name) == name);
    }

    /// <inheritdoc cref="Level1" />
    public IndicatorLevel2? Level2(string text)
    {
        var name = IndicatorNames.Normalize(text);
        return Levels.SelectMany(l => l.Children).FirstOrDefault(c => c.Code == name || IndicatorNames.Normalize(c.Name) == name);
    }

    /// <summary>The parent of a second-level code, or null.</summary>
    public IndicatorLevel1? ParentOf(string level2Code) => Levels.FirstOrDefault(l => l.Children.Any(c => c.Code == level2Code));
}
