using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Demo;
using Xunit;

namespace PerfFlow.Tests.Demo;

/// <summary>The projects of the played year add up to the figures of the county's report.</summary>
public class ContentOfTheYear
{
    /// <summary>As the report names them.</summary>
    private static readonly string[] Eleven =
    [
        "青田县市场监督管理局", "中共青田县委党校", "青田县总工会", "青田县发展和改革局", "丽水市生态环境局青田分局", "青田县卫生健康局", "青田县退役军人事务局", "青田县邮政管理局", "青田县农业农村局",
        "青田县祯埠镇人民政府", "青田县黄垟乡人民政府",
    ];

    private static readonly DemoCounty County = QingtianDemo.Content;

    [Fact]
    public void Evaluated_HasTheFiguresOfTheReport()
    {
        Assert.Equal((217, 35_800m), Sum(YearGroup.Spot));
        Assert.Equal((75, 50_000m), Sum(YearGroup.Department));
        Assert.Equal((9, 29_100m), Sum(YearGroup.Finance));
        var names = County.Bodies.ToDictionary(b => b.Code, b => b.Name, StringComparer.Ordinal);
        Assert.Equal(Eleven.Order(StringComparer.Ordinal), County.Evaluated.Where(p => p.Group == YearGroup.Spot).Select(p => names[p.DepartmentCode]).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(County.Evaluated, p => p is { Group: YearGroup.Finance, Name: "2022学年校园卫生专业技术服务项目", DepartmentCode: "101" });
        Assert.Contains(County.Evaluated, p => p is { Group: YearGroup.Finance, Name: "规上企业加班追产补贴项目", DepartmentCode: "103" });

        static (int, decimal) Sum(YearGroup group) => (County.Evaluated.Count(p => p.Group == group), County.Evaluated.Where(p => p.Group == group).Sum(p => p.Amount));
    }

    [Fact]
    public void Monitored_HasTheFiguresOfTheReport()
    {
        Assert.Equal(38, County.Monitored.Count(p => p.Key));
        Assert.Equal(1_197m, County.Monitored.Sum(p => p.Recovered));
        Assert.All(County.Monitored, p => Assert.True(p.Recovered <= p.Amount - p.Paid && (p.Recovered == 0) == (p.End != MonitorEnd.Rectify), p.Name));
        Assert.Contains(County.Monitored, p => p.End == MonitorEnd.Adjust);
    }

    [Fact]
    public void Projects_AreDistinctAndTheirGoalsComplete()
    {
        var all = County.Evaluated.Select(p => (p.Code, p.Name, p.Indicators)).ToList();
        Assert.Equal(all.Count, all.Select(p => p.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all.Count, all.Select(p => p.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(County.Monitored.Count, County.Monitored.Select(p => p.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(County.Evaluated, p =>
        {
            Assert.Equal(90, p.Indicators.Sum(i => i.Weight));
            Assert.Equal(p.Indicators.Count, p.Indicators.Select(i => i.Name).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(21, p.Code.Length);
            Assert.InRange(p.Paid, 0, p.Amount);
        });
    }

    [Fact]
    public void Notices_FallOnWorkingDaysAndOpenEveryLinkOnce()
    {
        Assert.Equal(5, County.YearNotices.Count);
        Assert.All(County.YearNotices.Values, n => Assert.True(WorkingCalendar.National.IsWorkingDay(n.IssuedOn) && WorkingCalendar.National.IsWorkingDay(n.DueOn), n.Title));
        Assert.Contains(County.YearNotices.Values, n => n.Title.EndsWith("关于做好2023年绩效评价工作的通知", StringComparison.Ordinal));
    }

    [Fact]
    public void Sentences_AreCompleteAndVaried()
    {
        string[] keys = ["self.goal", "self.conclusion", "self.problems", "self.proposals", "plan.reason", "plan.method", "department.conclusion", "problem.text", "problem.demand", "finance.grounds"];
        Assert.All(County.Evaluated, p => Assert.All(keys, k => Assert.DoesNotContain('{', p.Say(k))));
        Assert.True(County.Evaluated.Select(p => p.Say("self.goal")).Distinct(StringComparer.Ordinal).Count() == County.Evaluated.Count);
        Assert.True(County.Evaluated.Select(p => p.Say("self.conclusion")).Distinct(StringComparer.Ordinal).Count() > 200);
    }
}
