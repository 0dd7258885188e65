using System.Globalization;
using PerfFlow.Platform.Indicators;

namespace PerfFlow.Platform.Demo;

/// <summary>An indicator of a project of an earlier year.</summary>
internal sealed record YearIndicator(string Level2, string Name, string Sign, string Value, string Unit, int Weight)
{
    /// <summary>As a clause: 抽检药品批次不少于320批次.</summary>
    public string Clause => DateOnly.TryParseExact(Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? $"{day.Month}月{day.Day}日前{Name.Replace("日期", "", StringComparison.Ordinal)}"
        : Sign == "定性" ? Name + Value
        : Sign == "≤" ? Value == "0" ? $"{Name}为零" : $"{Name}不超过{Value}{Unit}"
        : $"{Name}不低于{Value}{Unit}";

    /// <summary>With what was measured instead of the target.</summary>
    public string Reached(string actual) => DateOnly.TryParseExact(actual, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? $"{day.Month}月{day.Day}日{Name.Replace("日期", "", StringComparison.Ordinal)}"
        : Sign == "定性" ? $"{Name}{actual}" : $"{Name}{actual}{Unit}";
}

/// <summary>What a project of the played year is chosen for.</summary>
internal enum YearGroup
{
    /// <summary>One of the 217 of the eleven departments.</summary>
    Spot,

    /// <summary>One of the 75.</summary>
    Department,

    /// <summary>One of the nine.</summary>
    Finance,
}

/// <summary>
/// A project of 2022. The eleven departments, the two named projects and the sums of the groups are the county's report's;
/// names, amounts and goals are invented demo data.
/// </summary>
/// <param name="N">Its place in the file: what is varied, is varied by it.</param>
/// <param name="Amount">万元, the adjusted budget of the year.</param>
/// <param name="Paid">万元, at the end of the year.</param>
internal sealed record YearProject(
    int N, YearGroup Group, string Code, string Name, string DepartmentCode, string UnitCode, decimal Amount, decimal Paid, string Served, IReadOnlyList<YearIndicator> Indicators)
{
    public const int FiscalYear = 2022;

    /// <summary>What sentence patterns may name.</summary>
    public IReadOnlyDictionary<string, string> Names => names ??= new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["name"] = Name, ["served"] = Served, ["amount"] = Amount.ToString("0.##", CultureInfo.InvariantCulture), ["paid"] = Paid.ToString("0.##", CultureInfo.InvariantCulture),
        ["rate"] = (Paid / Amount * 100).ToString("0.#", CultureInfo.InvariantCulture), ["q"] = Indicators[0].Clause, ["qname"] = Indicators[0].Name, ["z"] = Indicators[1].Clause,
        ["zname"] = Indicators[1].Name, ["t"] = Indicators[2].Clause, ["b"] = Indicators[3].Clause, ["bname"] = Indicators[3].Name,
    };

    private IReadOnlyDictionary<string, string>? names;

    public string Say(string key) => DemoSentences.Pick(key, N, Names);

    /// <summary>The same with other choices of sentences for several places of one form.</summary>
    public string Say(string key, int shift) => DemoSentences.Pick(key, N + shift, Names);

    /// <summary>A block begins with <c>= department group</c>; a line is name | amount | quantity | quality | level:benefit | who is asked, values after blanks.</summary>
    public static IReadOnlyList<YearProject> Read(string file, Func<string, string?> unitOf)
    {
        using var stream = typeof(YearProject).Assembly.GetManifestResourceStream($"PerfFlow.Platform.Demo.Content.{file}")
            ?? throw new InvalidOperationException($"The content file {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        var projects = new List<YearProject>();
        var (department, group) = ("", YearGroup.Spot);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                (department, group) = (line[2..5], Enum.Parse<YearGroup>(line[6..], ignoreCase: true));
            }
            else if (line.Length > 0)
            {
                projects.Add(Of(line.Split(" | "), projects.Count, department, group, unitOf));
            }
        }

        return projects;
    }

    private static YearProject Of(string[] parts, int n, string department, YearGroup group, Func<string, string?> unitOf)
    {
        var amount = decimal.Parse(parts[1], CultureInfo.InvariantCulture);
        // Between 82 and 100 per cent were spent.
        var paid = decimal.Round(amount * (100 - (n * 7 % 19)) / 100, 2);
        var benefit = parts[4].Split(':');
        var soft = n % 4 == 1;
        List<YearIndicator> rows =
        [
            Row(IndicatorFrame.Quantity, parts[2], 20),
            Row(IndicatorFrame.Quality, parts[3], 15),
            new(IndicatorFrame.Timeliness, "年度任务完成日期", "≤", $"{FiscalYear}-{10 + (n % 3):00}-{10 + (n % 18):00}", "", 15),
            Row(benefit[0], benefit[1], soft ? 20 : 30),
        ];
        if (soft)
        {
            rows.Add(new YearIndicator("24", "长效管理机制", "定性", "健全并有效运行", "", 10));
        }

        rows.Add(new YearIndicator("31", parts[5] + "满意度", "≥", (85 + (n % 4 * 2)).ToString(CultureInfo.InvariantCulture), "%", 10));
        var unit = n % 3 == 0 ? unitOf(department) ?? department : department;
        return new YearProject(n, group, string.Create(CultureInfo.InvariantCulture, $"33112122T{n + 301:000000000000}"), parts[0], department, unit, amount, paid, parts[5], rows);
    }

    private static YearIndicator Row(string level2, string text, int weight)
    {
        var parts = text.Split(' ');
        return new YearIndicator(level2, parts[0], parts[1] == "0" ? "≤" : parts[1] == "100" && parts[2] == "%" ? "＝" : "≥", parts[1], parts[2], weight);
    }
}
