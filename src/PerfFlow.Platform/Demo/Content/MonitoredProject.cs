using System.Globalization;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>What finance concludes of a monitored project, as the demo plays it.</summary>
internal enum MonitorEnd
{
    Fine,
    Adjust,
    Rectify,
}

/// <summary>
/// A project of 2023 and how far it is at the end of September. The number of key projects and what is recovered in all are
/// the county's report's; which projects, and how much of each, is invented.
/// </summary>
/// <param name="Amount">万元, the year's budget.</param>
/// <param name="Paid">万元, by the end of September.</param>
/// <param name="Recovered">万元 that goes back to the county; 0 for most.</param>
internal sealed record MonitoredProject(int N, string Code, string Name, string UnitCode, decimal Amount, decimal Paid, bool Key, MonitorEnd End, decimal Recovered, IReadOnlyList<YearIndicator> Indicators)
{
    public const int FiscalYear = 2023;

    public const int KeyProjects = 38;

    /// <summary>Together 1,197 万元.</summary>
    private static readonly Dictionary<string, decimal> Recoveries = new(StringComparer.Ordinal)
    {
        ["中小学校舍安全维修改造"] = 460, ["园区标准厂房配套与企业服务"] = 205, ["集镇生活污水管网接户"] = 170, ["松材线虫病疫木除治"] = 115, ["地质灾害监测预警与避险搬迁"] = 145, ["县级文物保护单位修缮"] = 102,
    };

    private static readonly string[] Adjusted = ["城乡公交运营补贴", "稻鱼共生系统保护与产业扶持", "残疾儿童康复救助"];

    /// <summary>Whether it is far behind.</summary>
    public bool Slow => End == MonitorEnd.Rectify;

    public IReadOnlyDictionary<string, string> Names => names ??= new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["name"] = Name, ["paid"] = Text(Paid), ["rate"] = (Paid / Amount * 100).ToString("0.#", CultureInfo.InvariantCulture), ["q"] = Indicators[0].Clause, ["qname"] = Indicators[0].Name,
        ["z"] = Indicators.First(i => i.Level2 == IndicatorFrame.Quality).Clause, ["b"] = Indicators.First(i => i.Level2[0] == '2').Clause, ["bname"] = Indicators.First(i => i.Level2[0] == '2').Name,
    };

    private IReadOnlyDictionary<string, string>? names;

    public string Say(string key) => DemoSentences.Pick(key, N, Names);

    /// <summary>Projects that stood in last year's budget: of the filings that know their last year, and of the other continuing ones.</summary>
    public static IReadOnlyList<MonitoredProject> Of(IReadOnlyList<DemoFiling> filings)
    {
        var old = filings.Where(f => f.LastYear is not null || (f.Project.Attribute == ProjectAttribute.Continuing && f.Project.Code[^4] == '1')).ToList();
        // The largest are watched closely, and all that are behind.
        var key = old.OrderByDescending(f => Recoveries.ContainsKey(f.Project.Name)).ThenByDescending(f => f.LastYear?.Budget ?? f.Project.Amount).Take(KeyProjects).ToHashSet();
        return [.. old.Select((f, n) => Of(f, n, key.Contains(f)))];
    }

    private static MonitoredProject Of(DemoFiling filing, int n, bool key)
    {
        var name = filing.Project.Name;
        var amount = filing.LastYear?.Budget ?? decimal.Round(filing.Project.Amount * (92 + (n % 7)) / 100, 1);
        var paid = filing.LastYear?.Paid ?? decimal.Round(amount * (68 + (n * 5 % 17)) / 100, 2);
        var code = filing.LastYear is null ? string.Concat("33112123", filing.Project.Code.AsSpan(8)) : filing.Project.Code;
        var end = Recoveries.ContainsKey(name) ? MonitorEnd.Rectify : Adjusted.Contains(name) ? MonitorEnd.Adjust : MonitorEnd.Fine;
        return new MonitoredProject(n, code, name, filing.UnitCode, amount, paid, key, end, Recoveries.GetValueOrDefault(name), [.. filing.Good.Indicators.Select(Indicator)]);
    }

    private static YearIndicator Indicator(IndicatorRow row) =>
        new(row.Level2!, row.Name, row.Operator!.Value.Symbol(), FormValue.Date(row.Value) is { } day ? FormValue.Write(day.AddYears(-1)) : row.Value, row.Unit, 0);

    private static string Text(decimal amount) => amount.ToString("0.##", CultureInfo.InvariantCulture);
}
