using System.Globalization;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>Writes a specification out as the form a careful unit would file.</summary>
internal sealed class DemoFilingWriter(DemoSpec spec, int n, string projectCode)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public string UnitCode { get; } = spec.Unit is null ? spec.Code : spec.Code + "001";

    /// <summary>What sentence patterns may name.</summary>
    public IReadOnlyDictionary<string, string> Names { get; } = NamesOf(spec);

    public string Say(string key) => DemoSentences.Pick(key, n, Names);

    public GoalFilingForm Good()
    {
        var years = spec.EndYear - spec.StartYear + 1;
        return new GoalFilingForm
        {
            FiscalYear = 2024,
            ProjectCode = projectCode,
            ProjectName = spec.Project,
            DepartmentCode = spec.Code,
            DepartmentName = spec.Department,
            UnitCode = UnitCode,
            UnitName = spec.Unit ?? spec.Department,
            Attribute = spec.Attribute,
            StartYear = spec.StartYear,
            EndYear = spec.EndYear,
            FundKind = FundKind.GeneralBudget,
            Annual = new FundAmounts(spec.Total, spec.Total, 0),
            MediumTerm = years == 1 ? FundAmounts.None : new FundAmounts(spec.Total * years, spec.Total * years, 0),
            Basis = Say("basis"),
            Content = Say("content"),
            Plan = Say("plan"),
            Costs = spec.Costs,
            AnnualGoal = Say("goal"),
            MediumTermGoal = years == 1 ? "" : Say("mediumTerm"),
            Indicators = Weighted(spec.Indicators),
            Filler = DemoPeople.NameOf("clerk" + UnitCode),
            Phone = $"0578-68{UnitCode[^3..]}{n % 90 + 10}",
            Head = DemoPeople.NameOf("head" + UnitCode),
            FiledOn = new DateOnly(2023, 10, 10).AddDays(n % 9),
        };
    }

    /// <summary>Spreads the points of each upper level over its rows: 50, 30 and 10, without satisfaction 50 and 40.</summary>
    public static IReadOnlyList<IndicatorRow> Weighted(IEnumerable<IndicatorRow> rows)
    {
        var list = rows.ToList();
        var benefit = list.Exists(r => r.Level1 == IndicatorFrame.Satisfaction) ? 30 : 40;
        return [.. list.Select(row =>
        {
            var peers = list.FindAll(r => r.Level1 == row.Level1);
            var points = row.Level1 switch { IndicatorFrame.Output => 50, IndicatorFrame.Benefit => benefit, _ => 10 };
            return row with { Weight = (points / peers.Count) + (peers.IndexOf(row) < points % peers.Count ? 1 : 0) };
        })];
    }

    /// <summary>A row as a clause of a sentence.</summary>
    public static string Clause(IndicatorRow row)
    {
        if (DateOnly.TryParseExact(row.Value, "yyyy-MM-dd", Invariant, DateTimeStyles.None, out var date))
        {
            return $"{row.Name.Replace("日期", "", StringComparison.Ordinal)}不晚于{date.Month}月{date.Day}日";
        }

        return row.Operator switch
        {
            IndicatorOperator.Qualitative => row.Name + row.Value,
            IndicatorOperator.Equal => $"{row.Name}达到{row.Value}{row.Unit}",
            IndicatorOperator.AtMost => row.Value == "0" ? $"{row.Name}为零" : $"{row.Name}不超过{row.Value}{row.Unit}",
            _ => row.Unit == "%" ? $"{row.Name}不低于{row.Value}%" : $"{row.Name}不少于{row.Value}{row.Unit}",
        };
    }

    private static Dictionary<string, string> NamesOf(DemoSpec spec)
    {
        var q = Of(IndicatorFrame.Quantity);
        var z = Of(IndicatorFrame.Quality);
        var b = spec.Indicators.Where(r => r.Level1 == IndicatorFrame.Benefit).ToList();
        var t = spec.First(IndicatorFrame.Timeliness);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = spec.Project,
            ["law"] = spec.Law,
            ["need"] = spec.Need,
            ["what"] = spec.What,
            ["how"] = spec.How,
            ["aim"] = spec.Aim,
            ["items"] = string.Join('、', spec.Costs.Select(c => c.Item)),
            ["item1"] = spec.Costs[0].Item,
            ["itemLast"] = spec.Costs[^1].Item,
            ["costs"] = spec.Costs.Count.ToString(Invariant),
            ["amount"] = spec.Total.ToString("0.##", Invariant),
            ["q"] = string.Join('，', q.Select(Clause)),
            ["q1"] = Clause(q[0]),
            ["q1name"] = q[0].Name,
            ["q2"] = Clause(q[^1]),
            ["q2name"] = q[^1].Name,
            ["z"] = string.Join('，', z.Select(Clause)),
            ["z1"] = Clause(z[0]),
            ["z1name"] = z[0].Name,
            ["t"] = Clause(t),
            ["t1name"] = t.Name,
            ["date"] = t.Value,
            ["m1name"] = spec.First("14").Name,
            ["b"] = string.Join('，', b.Select(Clause)),
            ["b1"] = Clause(b[0]),
            ["b1name"] = b[0].Name,
            ["served"] = spec.First("31").Name.Replace("满意度", "", StringComparison.Ordinal),
            ["count"] = spec.Indicators.Count.ToString(Invariant),
            ["year"] = "2024",
            ["end"] = spec.EndYear.ToString(Invariant),
            ["medium"] = (spec.Total * (spec.EndYear - spec.StartYear + 1)).ToString("0.##", Invariant),
        };

        List<IndicatorRow> Of(string level2) => [.. spec.Indicators.Where(r => r.Level2 == level2)];
    }
}
