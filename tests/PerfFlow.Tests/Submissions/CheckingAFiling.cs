using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using Xunit;

namespace PerfFlow.Tests.Submissions;

public class CheckingAFiling
{
    private static readonly GoalFilingForm Good = SampleFiling.Form;
    private static readonly CheckFacts Facts = SampleFiling.Facts;

    private static readonly LastYear Slow = Facts.LastYear! with { Budget = 468m, Paid = 234m, Costs = [], Indicators = [] };

    /// <summary>Per code: what is wrong. The twin in which only that is put right is the good filing itself.</summary>
    private static readonly Dictionary<string, Func<(GoalFilingForm Form, CheckFacts Facts)>> Spoiled = new(StringComparer.Ordinal)
    {
        ["WZ01"] = () => (Good with { Phone = "" }, Facts),
        ["WZ01 row"] = () => (SampleFiling.WithRow("3", r => r with { Level2 = null }), Facts),
        ["WZ01 attachment"] = () => (Good, Facts with { RequiredAttachments = ["basis-document"] }),
        ["WZ01 several years"] = () => (Good with { EndYear = 2026 }, Facts),
        ["WZ02"] = () => (Good with { AnnualGoal = "配备42名卫生技术人员。" }, Facts),
        ["WZ02 content"] = () => (Good with { Content = Good.AnnualGoal }, Facts),
        ["WZ03"] = () => (Good with { Indicators = [.. Good.Indicators.Where(r => r.Level2 != "11")] }, Facts),
        ["WZ03 benefit"] = () => (Good with { Indicators = [.. Good.Indicators.Where(r => r.Level1 != "2")] }, Facts),
        ["WZ03 only quantity"] = () => (Good with { Indicators = [.. Good.Indicators.Where(r => r.Level1 != "1" || r.Level2 == "11")] }, Facts),
        ["WZ04"] = () => (Good with { Indicators = [.. Good.Indicators.Where(r => r.Level1 != "3")] }, Facts),
        ["WZ05"] = () => (Good with { Attribute = ProjectAttribute.New, Annual = new FundAmounts(500m, 500m, 0m) }, Facts),
        ["WZ05 bond"] = () => (Good with { FundKind = FundKind.SpecialBond }, Facts),
        ["WZ06"] = () => (SampleFiling.WithRow("2", r => r with { Name = "配备驻校卫生技术人员 指标" }), Facts),
        ["XH01"] = () => (SampleFiling.WithRow("6", r => r with { Operator = IndicatorOperator.Qualitative, Value = "学生健康水平明显改善", Unit = "" }), Facts),
        ["XH01 goal"] = () => (Good with { AnnualGoal = "为全县中小学配备驻校卫生专业技术人员，学生健康水平明显改善，服务质量进一步提高，受到各方好评。" }, Facts),
        ["XH02"] = () => (SampleFiling.WithRow("2", r => r with { Value = "若干" }), Facts),
        ["XH02 unit"] = () => (SampleFiling.WithRow("2", r => r with { Unit = "" }), Facts),
        ["XH02 percent"] = () => (SampleFiling.WithRow("6", r => r with { Value = "980" }), Facts),
        ["XH03"] = () => (Good with { Indicators = [.. Good.Indicators.Select(r => r.Level1 == "1" ? r with { Operator = IndicatorOperator.Qualitative, Value = "符合合同标准" } : r)] }, Facts),
        ["XH04"] = () => (Good with { Indicators = [.. Good.Indicators.Where(r => r.Id is "1" or "3" or "6" or "8")] }, Facts),
        ["XH04 many"] = () => (Good with { Indicators = [.. Enumerable.Range(1, 21).Select(n => SampleFiling.Row($"{n}", "1", "12", $"服务{n}", IndicatorOperator.AtLeast, "1", "次", 2))] }, Facts),
        ["XH05"] = () => (Good with { Indicators = [.. Good.Indicators.Select(r => r.Unit == "%" ? r with { Value = "100" } : r)] }, Facts),
        ["XH05 satisfaction"] = () => (SampleFiling.WithRow("8", r => r with { Value = "100" }), Facts),
        ["XG01"] = () => (Good with { AnnualGoal = "完成年初部署的各项任务，全年开展活动12次以上，参与群众不少于3000人次，群众获得感增强。" }, Facts),
        ["XG02"] = () => (SampleFiling.WithRow("6", r => r with { Name = "家长满意程度" }), Facts),
        ["XG03"] = () => (Good, Facts with { Others = [new OtherFiling("青田县卫生健康局", TextSketch.Of(Good with { DepartmentName = "青田县卫生健康局", AnnualGoal = Good.AnnualGoal.Replace("42", "30", StringComparison.Ordinal) }))] }),
        ["XG04"] = () => (SampleFiling.WithRow("1", r => r with { Name = "拨付资金", Unit = "万元", Value = "468" }), Facts),
        ["SD01"] = () => (Good with { Annual = Good.Annual with { Other = 10m } }, Facts),
        ["SD01 costs"] = () => (Good with { Costs = [.. Good.Costs.Skip(1)] }, Facts),
        ["SD01 line"] = () => (Good with { Costs = [Good.Costs[0] with { Quantity = 40m }, .. Good.Costs.Skip(1)] }, Facts),
        ["SD01 medium term"] = () => (Good with { MediumTerm = new FundAmounts(400m, 400m, 0m) }, Facts),
        ["SD02"] = () => (SampleFiling.WithRow("2", r => r with { Value = "20000" }), Facts with { LastYear = Facts.LastYear! with { Budget = 460m } }),
        ["SD03"] = () => (Good, Facts with { LastYear = Facts.LastYear! with { Costs = [new LastCost("业务培训与监督检查", null, 10.6m)] } }),
        ["SD03 quantity"] = () => (SampleFiling.WithRow("2", r => r with { Value = "24000" }), Facts),
        ["SD03 standard"] = () => (Good, Facts with { StandardPrices = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["驻校技术人员服务费"] = 7m } }),
        ["SD04"] = () => (SampleFiling.WithRow("2", r => r with { Value = "31000" }), Facts with { LastYear = Facts.LastYear! with { Budget = 380m, Paid = 375m } }),
        ["SD05"] = () => (SampleFiling.WithRow("5", r => r with { Name = "项目总成本", Value = "500", Unit = "万元" }), Facts),
        ["SD05 yuan"] = () => (SampleFiling.WithRow("5", r => r with { Name = "项目总成本", Value = "4680001", Unit = "元" }), Facts),
        ["KX01"] = () => (SampleFiling.WithRow("4", r => r with { Value = "2025-01-20" }), Facts),
        ["KX01 in the name"] = () => (SampleFiling.WithRow("4", r => r with { Name = "2025年3月底前人员到位率", Value = "95", Unit = "%" }), Facts),
        ["KX02"] = () => (Good, Facts with { LastYear = Slow }),
        ["QZ01"] = () => (SampleFiling.WithRow("1", r => r with { Weight = 6 }), Facts),
        ["QZ02"] = () => (Good with { Indicators = [.. Good.Indicators.Select(r => r.Id == "1" ? r with { Weight = 5 } : r.Id == "6" ? r with { Weight = 25 } : r)] }, Facts),
        ["QZ03"] = () => (SampleFiling.WithRow("1", r => r with { Weight = 0.5m }), Facts),
        ["SJ01"] = () => (Good, Facts with { Project = null }),
        ["SJ01 unit"] = () => (Good with { UnitCode = "102001" }, Facts),
        ["SJ01 year"] = () => (Good with { FiscalYear = 2025 }, Facts),
        ["SJ02"] = () => (Good, Facts with { BudgetSystemAmount = 520m }),
        ["SJ03"] = () => (GoalFilingText.FromFields([.. GoalFilingText.ToFields(Good), new("funds.annual.other", "无")]), Facts),
        ["SJ03 row"] = () => (GoalFilingText.FromFields([.. GoalFilingText.ToFields(Good), new("indicators[3].weight", "十分")]), Facts),
        ["SJ03 period"] = () => (Good with { StartYear = 2025 }, Facts),
        ["SJ03 length"] = () => (Good with { Plan = new string('字', 2001) }, Facts),
    };

    public static TheoryData<string> Cases => [.. Spoiled.Keys];

    [Fact]
    public void GoodFiling_PassesEveryCheck()
    {
        var report = GoalFilingChecks.Run(Good, Facts, RegionParameters.Defaults);
        Assert.Empty(report.Findings.Select(f => f.Sentence(SampleFiling.Text)));
        Assert.Equal(28, report.Ran);
        Assert.Equal(28, report.Passed);
        Assert.True(report.CanSubmit);
        Assert.Equal((100, 0), (report.Rating.Points, report.Rating.Grade));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SpoiledFiling_IsFoundByItsCheck(string name)
    {
        var code = name.Split(' ')[0];
        var (form, facts) = Spoiled[name]();
        var findings = GoalFilingChecks.Run(form, facts, RegionParameters.Defaults).Findings;
        var finding = Assert.Single(findings.Where(f => f.Code == code).Take(1));
        Assert.Equal(GoalFilingChecks.Find(code)!.Level, finding.Level);
        Assert.DoesNotContain('{', finding.Sentence(SampleFiling.Text));
        Assert.True(finding.Remedy(SampleFiling.Text).Length > 5);
    }

    [Fact]
    public void EveryCheckThatRuns_HasASpoiledFiling() => Assert.Equal(
        GoalFilingChecks.Rules.Where(r => r.Find is not null).Select(r => r.Code).Order(StringComparer.Ordinal),
        Spoiled.Keys.Select(k => k.Split(' ')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryCheckAndField_HasItsTexts()
    {
        Assert.All(GoalFilingChecks.Rules, r => Assert.True(SampleFiling.HasText(r.NameKey) && SampleFiling.HasText($"checks.{r.Code}.sentence") && SampleFiling.HasText($"checks.{r.Code}.remedy"), r.Code));
        var labels = GoalFilingFields.Scalars.Select(f => f.LabelKey).Concat(GoalFilingFields.Cost.Select(f => f.LabelKey)).Concat(GoalFilingFields.Indicator.Select(f => f.LabelKey));
        Assert.All(labels, key => Assert.True(SampleFiling.HasText(key), key));
        Assert.All(ReturnReasons.All, r => Assert.True(SampleFiling.HasText(r.TextKey) && r.Checks.All(c => GoalFilingChecks.Find(c) is not null), r.Code));
    }

    [Fact]
    public void Warning_IsLiftedByAnExplanation_ErrorIsNot()
    {
        var facts = Facts with { LastYear = Slow };
        var unexplained = GoalFilingChecks.Run(Good, facts, RegionParameters.Defaults);
        Assert.Equal("KX02", Assert.Single(unexplained.Unexplained).Code);
        Assert.False(unexplained.CanSubmit);

        var explained = Good with { Explanations = new Dictionary<string, string>(StringComparer.Ordinal) { ["KX02"] = "受汛期影响工期顺延，12月集中支付。" } };
        var report = GoalFilingChecks.Run(explained, facts, RegionParameters.Defaults);
        Assert.True(report.CanSubmit);
        Assert.Equal(97, report.Rating.Points);

        var error = GoalFilingChecks.Run(Good with { Phone = "", Explanations = new Dictionary<string, string>(StringComparer.Ordinal) { ["WZ01"] = "单位没有固定电话。" } }, Facts, RegionParameters.Defaults);
        Assert.False(error.CanSubmit);
    }

    [Fact]
    public void ShortExplanation_DoesNotCount()
    {
        var form = Good with { Explanations = new Dictionary<string, string>(StringComparer.Ordinal) { ["KX02"] = "无" } };
        Assert.False(GoalFilingChecks.Run(form, Facts with { LastYear = Slow }, RegionParameters.Defaults).CanSubmit);
    }

    [Fact]
    public void Region_SetsTheLevelOfACheck()
    {
        var (vague, facts) = Spoiled["XH01"]();
        var strict = new RegionParameters(new Dictionary<string, string>(StringComparer.Ordinal) { ["check.XH01.level"] = "E", ["check.QZ01.level"] = "off" });
        Assert.Equal(FindingLevel.Error, Assert.Single(GoalFilingChecks.Run(vague, facts, strict).Findings).Level);
        Assert.DoesNotContain(GoalFilingChecks.Run(SampleFiling.WithRow("1", r => r with { Weight = 6 }), Facts, strict).Findings, f => f.Code == "QZ01");
    }

    [Fact]
    public void Copy_DoesNotNameTheOtherUnitInItsSentence()
    {
        var (form, facts) = Spoiled["XG03"]();
        var finding = Assert.Single(GoalFilingChecks.Run(form, facts, RegionParameters.Defaults).Findings);
        Assert.Equal("青田县卫生健康局", finding.OtherUnit);
        Assert.DoesNotContain("卫生健康局", finding.Sentence(SampleFiling.Text), StringComparison.Ordinal);
    }

    [Fact]
    public void WaivedSatisfaction_GivesItsPointsToBenefit()
    {
        var waived = Good with
        {
            SatisfactionWaiver = "项目为内部设备更新，没有直接服务对象。",
            Indicators = [.. Good.Indicators.Where(r => r.Level1 != "3").Select(r => r.Id == "6" ? r with { Weight = 30 } : r)],
        };
        Assert.Empty(GoalFilingChecks.Run(waived, Facts, RegionParameters.Defaults).Findings);
    }
}
