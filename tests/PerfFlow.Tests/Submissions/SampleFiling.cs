using System.Globalization;
using System.Text.Json;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Tests.Submissions;

/// <summary>A filing in which no check finds anything, and the facts it was made under; tests spoil copies of it.</summary>
internal static class SampleFiling
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> AllTexts = new(LoadTexts);

    public static GoalFilingForm Form { get; } = new()
    {
        FiscalYear = 2024,
        ProjectCode = "33112124T000000001037",
        ProjectName = "校园卫生专业技术服务",
        DepartmentCode = "101",
        DepartmentName = "青田县教育局",
        UnitCode = "101001",
        UnitName = "青田县教育局（本级）",
        Attribute = ProjectAttribute.Continuing,
        StartYear = 2024,
        EndYear = 2024,
        FundKind = FundKind.GeneralBudget,
        Annual = new FundAmounts(468m, 468m, 0m),
        Basis = "学校卫生工作条例要求学校配备专兼职卫生技术人员，本县多数学校没有编制。",
        Content = "向社会购买驻校卫生技术服务，开展学生体检、常见病监测和传染病报告。",
        Plan = "8月完成采购，9月人员到岗，每学期考核一次，考核结果与付款挂钩。",
        Costs =
        [
            new CostRow("1", "驻校技术人员服务费", 42m, "人", 9.6m, 403.2m, "上年合同价"),
            new CostRow("2", "学生健康体检建档", 32_400m, "人", 0.0015m, 48.6m, "每人15元"),
            new CostRow("3", "业务培训与监督检查", null, "", null, 16.2m, "培训4期，检查8次"),
        ],
        AnnualGoal = "为全县中小学配备驻校卫生专业技术人员42名，完成32400名学生健康体检并建档，学生常见病监测覆盖率不低于98%，按季考核承接单位。",
        Indicators =
        [
            Row("1", "1", "11", "配备驻校卫生技术人员", IndicatorOperator.AtLeast, "42", "人", 10),
            Row("2", "1", "11", "学生健康体检并建档人数", IndicatorOperator.AtLeast, "32400", "人", 10),
            Row("3", "1", "12", "技术人员持证上岗率", IndicatorOperator.Equal, "100", "%", 10),
            Row("4", "1", "13", "人员到位时间", IndicatorOperator.AtMost, "2024-09-10", "", 10),
            Row("5", "1", "14", "单名技术人员年服务成本", IndicatorOperator.AtMost, "9.6", "万元/人", 10),
            Row("6", "2", "22", "学生常见病监测覆盖率", IndicatorOperator.AtLeast, "98", "%", 20),
            Row("7", "2", "24", "学生健康档案延续使用", IndicatorOperator.Qualitative, "纳入学籍系统并通过年度验收", "", 10),
            Row("8", "3", "31", "师生及家长满意度", IndicatorOperator.AtLeast, "90", "%", 10),
        ],
        Filler = "陈某某",
        Phone = "0578-6800000",
        Head = "李某某",
        FiledOn = new DateOnly(2023, 10, 16),
    };

    public static CheckFacts Facts { get; } = new()
    {
        Project = new LibraryProject(2024, "33112124T000000001037", "101001", "校园卫生专业技术服务"),
        BudgetSystemAmount = 468m,
        LastYear = new LastYear(
            520m,
            423m,
            [new LastIndicator("学生健康体检并建档人数", "人", 31_000m)],
            [new LastCost("驻校技术人员服务费", 9.6m, 460.8m), new LastCost("业务培训与监督检查", null, 14m)]),
    };

    public static IndicatorRow Row(string id, string level1, string level2, string name, IndicatorOperator sign, string value, string unit, decimal weight) =>
        new(id, level1, level2, name, sign, value, unit, weight, "", "", false);

    public static GoalFilingForm WithRow(string id, Func<IndicatorRow, IndicatorRow> change) =>
        Form with { Indicators = [.. Form.Indicators.Select(r => r.Id == id ? change(r) : r)] };

    /// <summary>The zh-CN text of a key; a key without a text fails the test that shows it.</summary>
    public static string Text(string key) => AllTexts.Value.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No text {key}.");

    public static bool HasText(string key) => AllTexts.Value.ContainsKey(key);

    private static Dictionary<string, string> LoadTexts()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var assembly = typeof(GoalFilingForm).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith("texts.zh-CN.json", true, CultureInfo.InvariantCulture)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var (key, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!)
            {
                texts.Add(key, text);
            }
        }

        return texts;
    }
}
