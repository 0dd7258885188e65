using System.Net;
using PerfFlow.Tests.Appraisals;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Http;

/// <summary>A browser sends every condition of a filter bar, also those left at 不限: an empty one is none.</summary>
public sealed class FiltersLeftOpen(PostgresServer postgres)
{
    private static readonly string[] Pages =
    [
        "/department-evaluations?year=&department=&grade=&state=", "/finance-evaluations?year=", "/spot-checks?year=&department=", "/results?year=&kind=ratio", "/results?year=&kind=&stage=&after=",
        "/projects?year=&text=&unit=&kind=", "/projects?year=2024&unit=&kind=", "/tasks?node=&unit=&round=&due=&q=", "/notices?year=", "/document-numbers?year=", "/rectifications?tab=doing&after=",
        "/filings?tab=todo&after=", "/tasks/done?from=", "/search?q=", "/api/results?year=&kind=", "/api/projects?year=&unit=", "/api/tasks?unit=&round=",
    ];

    [Fact]
    public async Task Page_AnswersAsWithoutThem()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "department-evaluation");
        using var performance = await desk.SignedInAsync("performance");
        var wrong = new List<string>();
        foreach (var path in Pages)
        {
            using var answer = await performance.GetAsync(path);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                wrong.Add($"{path}: {answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }
}
