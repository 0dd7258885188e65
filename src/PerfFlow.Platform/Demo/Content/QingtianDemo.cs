using System.Globalization;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// 青田县: 69 departments and the 32 towns and streets, taken as the 101 of the county's report of 2023. The report names
/// eleven of the departments, three of the towns and two of the projects; the other bodies, every amount, text and person
/// are demo data.
/// </summary>
public static class QingtianDemo
{
    /// <summary>Code of the bureau's own body; its sections are 000001 to 000006.</summary>
    public const string Bureau = "000";

    private const string Region = "331121";
    private const string County = "青田县";

    private static readonly string[] Sections = ["教科文股", "社保股", "农业股", "经建股", "行政政法股", "企业金融股"];

    private static readonly Lazy<DemoCounty> Made = new(Make);

    /// <summary>Made once per process; always the same.</summary>
    public static DemoCounty Content => Made.Value;

    private static DemoCounty Make()
    {
        IReadOnlyList<DemoSpec> first =
        [
            .. DemoSpecReader.Read("qingtian.departments-1.data.txt"),
            .. DemoSpecReader.Read("qingtian.departments-2.data.txt"),
            .. DemoSpecReader.Read("qingtian.towns.data.txt"),
        ];
        var bodies = Bodies(first);
        var (filings, later) = (Filings(first, 1037), Filings(DemoSpecReader.Read("qingtian.second.data.txt"), 2001));
        var evaluated = YearProject.Read("qingtian.2022.data.txt", department => bodies.Find(b => b.ParentCode == department)?.Code);
        return new DemoCounty(
            Region,
            County,
            bodies,
            DemoPeople.Of(bodies, Bureau, [.. evaluated.Where(p => p.Group != YearGroup.Spot).Select(p => p.DepartmentCode).Distinct()]),
            DemoNotice.Read("qingtian.notices.data.json"),
            filings,
            later)
        {
            YearNotices = DemoNotice.Read("qingtian.year.data.json").ToDictionary(n => n.Opens, StringComparer.Ordinal),
            Evaluated = evaluated,
            Monitored = MonitoredProject.Of([.. filings, .. later]),
        };
    }

    private static List<DemoBody> Bodies(IReadOnlyList<DemoSpec> specs)
    {
        var bodies = new List<DemoBody> { new(Bureau, BodyKind.Bureau, "青田县财政局", "县财政局", null, null) };
        bodies.AddRange(Sections.Select(s => new DemoBody(SectionCode(s), BodyKind.Section, s, s, Bureau, null)));
        foreach (var spec in specs)
        {
            var kind = spec.Code[0] == '2' ? BodyKind.Town : BodyKind.Department;
            bodies.Add(new DemoBody(spec.Code, kind, spec.Department, spec.ShortName ?? ShortName(spec.Department), null, SectionCode(spec.Section)));
            if (spec.Unit is { } unit)
            {
                bodies.Add(new DemoBody(spec.Code + "001", BodyKind.Unit, unit, ShortName(unit), spec.Code, null));
            }
        }

        return bodies;
    }

    private static List<DemoFiling> Filings(IReadOnlyList<DemoSpec> specs, int firstSerial)
    {
        var writers = specs.Select((spec, n) => (spec, n, writer: new DemoFilingWriter(spec, n, $"{Region}24T{firstSerial + n:000000000000}"))).ToList();
        var goods = writers.ToDictionary(w => w.spec.Code, w => w.writer.Good(), StringComparer.Ordinal);
        return [.. writers.Select(w => Filing(w.spec, w.n, w.writer, goods))];
    }

    private static DemoFiling Filing(DemoSpec spec, int n, DemoFilingWriter writer, Dictionary<string, GoalFilingForm> goods)
    {
        var good = goods[spec.Code];
        var lastYear = spec.LastYear is { } year && spec.Faults.Contains("estimate")
            ? year with { Costs = [.. spec.Costs.Select(c => new LastCost(c.Item, c.UnitPrice, c.Amount ?? 0))] }
            : spec.LastYear;
        var project = new DemoProject(2024, good.ProjectCode, spec.Project, writer.UnitCode, spec.Attribute, good.FundKind!.Value, spec.Total);
        var filing = new DemoFiling(spec.Code, writer.UnitCode, SectionCode(spec.Section), project, lastYear, [], spec.CopiedFrom);

        var faults = new DemoFaults(spec, writer, n, code => goods[code]);
        var rounds = new List<DemoRound>();
        for (var i = 0; i < spec.Faults.Count; i++)
        {
            // A round has its own fault and those that a later return will name.
            var form = spec.Faults.Skip(i).Reverse().Aggregate(good, (f, fault) => faults.Spoil(fault, f));
            rounds.Add(new DemoRound(Explained(form, filing.Facts, writer), faults.ReturnOf(spec.Faults[i], form)));
        }

        rounds.Add(new DemoRound(Explained(good, filing.Facts, writer), null));
        return filing with { Rounds = [.. rounds.Select((r, i) => r with { Form = r.Form with { FiledOn = good.FiledOn!.Value.AddDays(8 * i) } })] };
    }

    // What a unit writes beside the warnings it lets stand.
    private static GoalFilingForm Explained(GoalFilingForm form, CheckFacts facts, DemoFilingWriter writer)
    {
        var codes = GoalFilingChecks.Run(form, facts, RegionParameters.Defaults).Unexplained.Select(f => f.Code).Distinct();
        var texts = new Dictionary<string, string>(form.Explanations, StringComparer.Ordinal);
        foreach (var code in codes)
        {
            texts.Add(code, writer.Say($"explain.{code}"));
        }

        return form with { Explanations = texts };
    }

    private static string SectionCode(string name) =>
        Bureau + (Array.IndexOf(Sections, name) + 1).ToString("000", CultureInfo.InvariantCulture);

    private static string ShortName(string name)
    {
        var own = name.StartsWith("青田县", StringComparison.Ordinal) ? name[3..] : name;
        if (own.EndsWith("街道办事处", StringComparison.Ordinal))
        {
            return own[..^3].Replace("人民政府", "", StringComparison.Ordinal);
        }

        if (own.EndsWith("镇人民政府", StringComparison.Ordinal) || own.EndsWith("乡人民政府", StringComparison.Ordinal))
        {
            return own[..^4];
        }

        return name.StartsWith("青田县", StringComparison.Ordinal) ? "县" + own : name;
    }
}
