using System.Globalization;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>One block of a content file: a department and what its filing is made of.</summary>
internal sealed record DemoSpec
{
    public required string Code { get; init; }

    public required string Department { get; init; }

    public required string Section { get; init; }

    public string? ShortName { get; init; }

    /// <summary>The unit below the department that files; null when the department does.</summary>
    public string? Unit { get; init; }

    public string Project { get; init; } = "";

    public ProjectAttribute Attribute { get; init; } = ProjectAttribute.Continuing;

    public int StartYear { get; init; } = 2024;

    public int EndYear { get; init; } = 2024;

    public string Law { get; init; } = "";

    public string Need { get; init; } = "";

    public string What { get; init; } = "";

    public string How { get; init; } = "";

    public string Aim { get; init; } = "";

    public IReadOnlyList<CostRow> Costs { get; init; } = [];

    public IReadOnlyList<IndicatorRow> Indicators { get; init; } = [];

    public LastYear? LastYear { get; init; }

    /// <summary>What is wrong with the first rounds, first round first; empty when nothing is returned.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public string? CopiedFrom { get; init; }

    public decimal Total => Costs.Sum(c => c.Amount ?? 0);

    public IndicatorRow First(string level2) => Indicators.First(r => r.Level2 == level2);
}

/// <summary>
/// Reads the content files. A block begins with <c>= code name | section</c>; each further line is a key letter and its
/// text: u unit, x short name, p project | attribute | years, l law, n need, w what, h how, a aim, c costs, q quantities,
/// z quality, t time, m cost indicator, b benefits, s satisfaction, y last year, f faults. Items are set apart by " ; ",
/// their parts by blanks.
/// </summary>
internal static class DemoSpecReader
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IReadOnlyList<DemoSpec> Read(string file)
    {
        using var stream = typeof(DemoSpec).Assembly.GetManifestResourceStream($"PerfFlow.Platform.Demo.Content.{file}")
            ?? throw new InvalidOperationException($"The content file {file} is not in the assembly.");
        using var reader = new StreamReader(stream);
        var specs = new List<DemoSpec>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                var head = line[2..].Split(" | ");
                specs.Add(new DemoSpec { Code = head[0][..3], Department = head[0][4..], Section = head[1] });
            }
            else if (line.Length > 2)
            {
                var key = line[..line.IndexOf(' ', StringComparison.Ordinal)];
                specs[^1] = Take(specs[^1], key, line[(key.Length + 1)..]);
            }
        }

        return specs;
    }

    private static DemoSpec Take(DemoSpec spec, string key, string text) => key switch
    {
        "u" => spec with { Unit = text },
        "x" => spec with { ShortName = text },
        "p" => Project(spec, text.Split(" | ")),
        "l" => spec with { Law = text },
        "n" => spec with { Need = text },
        "w" => spec with { What = text },
        "h" => spec with { How = text },
        "a" => spec with { Aim = text },
        "c" => spec with { Costs = [.. Items(text).Select(Cost)] },
        "q" => Rows(spec, text, IndicatorFrame.Quantity),
        "z" => Rows(spec, text, IndicatorFrame.Quality),
        "t" => Rows(spec, text, IndicatorFrame.Timeliness),
        "m" => Rows(spec, text, "14"),
        "b" => Rows(spec, text, null),
        "s" => Rows(spec, text.Replace(" ", "满意度 ", StringComparison.Ordinal) + " %", "31"),
        "y" => spec with { LastYear = Year(Items(text)) },
        "f" => text.StartsWith("copy ", StringComparison.Ordinal) ? spec with { Faults = ["copy"], CopiedFrom = text[5..] } : spec with { Faults = text.Split(' ') },
        _ => throw new FormatException($"Block {spec.Code} has a line \"{key}\"."),
    };

    private static DemoSpec Project(DemoSpec spec, string[] parts)
    {
        var years = parts.Length > 2 ? parts[2].Split('-') : ["2024", "2024"];
        return spec with
        {
            Project = parts[0],
            Attribute = parts[1] switch { "新增" => ProjectAttribute.New, "一次性" => ProjectAttribute.OneOff, _ => ProjectAttribute.Continuing },
            StartYear = int.Parse(years[0], Invariant),
            EndYear = int.Parse(years[1], Invariant),
        };
    }

    private static CostRow Cost(string item, int index)
    {
        var parts = item.Split(' ');
        var (quantity, price) = parts.Length == 4 ? (Number(parts[1]), Number(parts[3])) : ((decimal?)null, (decimal?)null);
        var amount = quantity * price is { } product ? decimal.Round(product, 2, MidpointRounding.AwayFromZero) : Number(parts[1]);
        return new CostRow((index + 1).ToString(Invariant), parts[0], quantity, parts.Length == 4 ? parts[2] : "", price, amount, "");
    }

    private static DemoSpec Rows(DemoSpec spec, string text, string? level2)
    {
        var rows = spec.Indicators.ToList();
        foreach (var item in Items(text))
        {
            var parts = item.Split(' ');
            var code = level2 ?? parts[0];
            var at = level2 is null ? 1 : 0;
            var words = parts[at + 1] == ":";
            var value = parts[at + 1].TrimStart('=', '≤');
            var date = value.Length == 10 && value[4] == '-';
            var sign = words ? IndicatorOperator.Qualitative
                : parts[at + 1][0] == '=' ? IndicatorOperator.Equal
                : parts[at + 1][0] == '≤' || date || code == "14" ? IndicatorOperator.AtMost
                : IndicatorOperator.AtLeast;
            rows.Add(new IndicatorRow(
                (rows.Count + 1).ToString(Invariant), code[..1], code, parts[at], sign, words ? parts[at + 2] : value, words || date ? "" : parts[at + 2], null, "", Method(code), code == IndicatorFrame.Quantity && rows.Count == 0));
        }

        return spec with { Indicators = rows };
    }

    // 取值方式 as 财预〔2021〕101号 names them.
    private static string Method(string level2) => level2 switch { "31" => "问卷调查", "11" or "21" or "22" => "情况统计", _ => "直接证明" };

    private static LastYear Year(IReadOnlyList<string> items)
    {
        var sums = items[0].Split(' ');
        var reached = items.Skip(1).Select(i => i.Split(' ')).Select(p => new LastIndicator(p[0], p[2], Number(p[1])));
        return new LastYear(Number(sums[0]), Number(sums[1]), [.. reached], []);
    }

    private static string[] Items(string text) => text.Split(" ; ");

    private static decimal Number(string text) => decimal.Parse(text, Invariant);
}
