using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Demo;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Submissions;
using Xunit;

namespace PerfFlow.Tests.Demo;

public class ContentOfTheDemo
{
    private static readonly DemoCounty County = QingtianDemo.Content;

    [Fact]
    public void FirstRound_HasTheFiguresOfTheReport()
    {
        Assert.Equal(101, County.FirstRound.Count);
        Assert.Equal(101, County.FirstRound.Select(f => f.DepartmentCode).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(71, County.FirstRound.Where(f => f.IsReturned).Select(f => f.UnitCode).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(25, County.FirstRound.Count(f => f.UnitCode != f.DepartmentCode));
        Assert.Contains(County.FirstRound, f => f.Project is { Name: "校园卫生专业技术服务", Amount: 468m, Code: "33112124T000000001037" });
        Assert.Contains(County.FirstRound, f => f.Project.Name == "规上企业加班追产补贴");
    }

    [Fact]
    public void SecondRound_HasAFewDozenOtherProjects()
    {
        Assert.InRange(County.SecondRound.Count, 24, 48);
        Assert.Contains(County.SecondRound, f => f.IsReturned);
        var bodies = County.Bodies.ToDictionary(b => b.Code, b => b.Name, StringComparer.Ordinal);
        Assert.All(County.SecondRound, f => Assert.Equal(bodies[f.DepartmentCode], f.Good.DepartmentName));
    }

    [Fact]
    public void Notices_FallOnWorkingDays()
    {
        Assert.Equal(2, County.Notices.Count);
        Assert.All(County.Notices, n =>
        {
            Assert.True(WorkingCalendar.National.IsWorkingDay(n.IssuedOn) && WorkingCalendar.National.IsWorkingDay(n.DueOn), n.Title);
            Assert.True(n is { Title.Length: > 10, Grounds.Length: > 20, Matters.Length: > 50, Demands.Length: > 20 });
        });
    }

    [Fact]
    public void EveryFiling_HasItsBodiesAndPeople()
    {
        var bodies = County.Bodies.ToDictionary(b => b.Code, StringComparer.Ordinal);
        Assert.Equal(County.Bodies.Count, County.Bodies.Select(b => b.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(6, County.Bodies.Count(b => b.Kind == BodyKind.Section));
        Assert.Equal(32, County.Bodies.Count(b => b.Kind == BodyKind.Town));
        Assert.All(County.FirstRound.Concat(County.SecondRound), f =>
        {
            Assert.Equal(BodyKind.Section, bodies[f.SectionCode].Kind);
            Assert.Equal(f.DepartmentCode, bodies[f.UnitCode].ParentCode ?? f.UnitCode);
            Assert.Contains(County.People, p => p.BodyCode == f.UnitCode && p.Role == Roles.Unit);
            Assert.Contains(County.People, p => p.BodyCode == f.UnitCode && p.Role == Roles.UnitHead);
            Assert.True(f.UnitCode == f.DepartmentCode || County.People.Any(p => p.BodyCode == f.DepartmentCode && p.Role == Roles.Department));
        });
        Assert.All(County.People, p => Assert.True(Roles.Fits(p.Role, bodies[p.BodyCode].Kind), p.Login));
        Assert.Equal(County.People.Count, County.People.Select(p => p.Login).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void GoodVersions_PassWithEveryWarningExplained()
    {
        var wrong = new List<string>();
        foreach (var filing in All)
        {
            var report = GoalFilingChecks.Run(filing.Good, filing.Facts with { Others = OthersOf(filing) }, RegionParameters.Defaults);
            wrong.AddRange(report.Findings.Where(f => f.Blocks).Select(f => $"{filing.Project.Name}: {f.Code} {f.Sentence(SampleFiling.Text)}"));
            wrong.AddRange(report.Findings.Where(f => f.Code != "KX02").Select(f => $"{filing.Project.Name}: {f.Code} in the good version"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void ReturnedVersions_CanBeSubmittedAndFailForTheirReason()
    {
        var wrong = new List<string>();
        foreach (var filing in All)
        {
            foreach (var round in filing.Rounds.Where(r => r.Return is not null))
            {
                var report = GoalFilingChecks.Run(round.Form, filing.Facts with { Others = OthersOf(filing) }, RegionParameters.Defaults);
                var codes = report.Findings.Select(f => f.Code).ToHashSet(StringComparer.Ordinal);
                wrong.AddRange(report.Findings.Where(f => f.Blocks).Select(f => $"{filing.Project.Name}: {f.Code} {f.Sentence(SampleFiling.Text)}"));
                wrong.AddRange(round.Return!.Reasons.Where(r => !ReturnReasons.Find(r)!.Checks.Any(codes.Contains)).Select(r => $"{filing.Project.Name}: {r} without a finding, only {string.Join(' ', codes)}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Returns_AreConcreteAndAnswered()
    {
        var returns = All.SelectMany(f => f.Rounds.Select((r, i) => (Filing: f, Round: r, Next: f.Rounds.ElementAtOrDefault(i + 1)))).Where(x => x.Round.Return is not null).ToList();
        Assert.All(returns, x =>
        {
            Assert.InRange(x.Round.Return!.Text.Length, 10, 400);
            Assert.DoesNotContain('{', x.Round.Return.Text);
            Assert.NotEmpty(x.Round.Return.Comments);
            Assert.All(x.Round.Return.Comments, c => Assert.True(c is { Text.Length: >= 10, Answer.Length: >= 8 } && !c.Answer.Contains('{', StringComparison.Ordinal), c.Text));
            Assert.All(x.Round.Return.Comments, c => Assert.True(Exists(x.Round.Form, c.Place), c.Place));
            Assert.False(FormDiff.Between(GoalFiling.Write(x.Round.Form), GoalFiling.Write(x.Next!.Form)).IsEmpty);
        });
        Assert.True(returns.Select(x => x.Round.Return!.Text).Distinct(StringComparer.Ordinal).Count() >= returns.Count - 2);
        Assert.True(returns.SelectMany(x => x.Round.Return!.Reasons).Distinct(StringComparer.Ordinal).Count() >= 6);
        Assert.Contains(returns, x => x.Round.Return!.Comments.Any(c => c.Disputed));
    }

    [Fact]
    public void Copies_AreFoundAgainstWhatWasFiledBefore()
    {
        var copies = County.FirstRound.Where(f => f.CopiedFrom is not null).ToList();
        Assert.Equal(5, copies.Count);
        Assert.All(copies, f =>
        {
            var source = County.FirstRound.Single(o => o.DepartmentCode == f.CopiedFrom);
            Assert.False(source.IsReturned);
            var facts = f.Facts with { Others = [new OtherFiling(source.Good.UnitName, TextSketch.Of(source.Good))] };
            Assert.Contains(GoalFilingChecks.Run(f.Rounds[0].Form, facts, RegionParameters.Defaults).Findings, x => x.Code == "XG03");
        });
    }

    [Fact]
    public void Texts_AreVariedAndComplete()
    {
        Assert.All(All, f => Assert.All(GoalFilingText.ToFields(f.Good), p => Assert.DoesNotContain('{', p.Value)));
        Assert.Equal(All.Count, All.Select(f => f.Good.AnnualGoal).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(All.Count, All.Select(f => f.Project.Code).Distinct(StringComparer.Ordinal).Count());
        var sketches = All.Select(f => TextSketch.Of(f.Good)).ToList();
        for (var i = 0; i < sketches.Count; i++)
        {
            Assert.All(sketches.Skip(i + 1), other => Assert.True(sketches[i].Likeness(other) < 60, All[i].Project.Name));
        }
    }

    private static IReadOnlyList<DemoFiling> All { get; } = [.. County.FirstRound, .. County.SecondRound];

    private static IReadOnlyList<(string DepartmentCode, OtherFiling Filing)> Sketches { get; } =
        [.. All.Select(o => (o.DepartmentCode, new OtherFiling(o.Good.UnitName, TextSketch.Of(o.Good))))];

    private static List<OtherFiling> OthersOf(DemoFiling filing) =>
        [.. Sketches.Where(s => s.DepartmentCode != filing.DepartmentCode).Select(s => s.Filing)];

    private static bool Exists(GoalFilingForm form, string place) =>
        place is "indicators" or "costs" || GoalFilingText.ToFields(form).Any(p => p.Key == place || p.Key.StartsWith(place + ".", StringComparison.Ordinal));
}
