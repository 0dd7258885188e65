using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Tests.Access;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>What stands beside the form: attachments to take, the year before, the unit that a text resembles, and the way to hand over.</summary>
public sealed class WhatAReviewerReads(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AttachmentsOfTheRound_AreTakenFromThePage_WithNameAndSize()
    {
        await using var filed = new FiledCounty(postgres);
        await filed.InitializeAsync();
        var health = filed["health"];
        using var reviewer = await filed.Office.SignedInAsync("culture");
        var page = await reviewer.PageAsync($"/reviews/{health.CaseId}?tab=files");
        var link = page.QuerySelector("table a.name");

        Assert.Equal("依据-health.pdf", link?.TextContent.Trim());
        Assert.Contains("0.1 KB", page.QuerySelector("table tbody")?.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("%PDF-1.4", await reviewer.Http.GetStringAsync(link!.GetAttribute("href"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task YearBefore_StandsBesideMoneyAndIndicators_WhereThereIsOne()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        using var reviewer = await office.SignedInAsync("culture");
        Assert.DoesNotContain("上年", (await reviewer.PageAsync($"/reviews/{about.CaseId}")).QuerySelector("main .gt thead")?.TextContent, StringComparison.Ordinal);

        await office.DecideAsync("culture", office.County.HealthProject, "Approve");
        await NextYearAsync(office);
        var later = await office.Office.IssuedAsync(NoticeOffice.Draft with { FiscalYear = 2025 });
        var next = (await office.Office.CasesAsync(later)).Single(c => c.UnitId == office.County.Health.Id);
        await office.FileAsync("health", next, f => ReviewingAFiling.Smaller(f) with { FiscalYear = 2025 });

        var page = await reviewer.PageAsync($"/reviews/{next.CaseId}");
        var funds = page.QuerySelector("#p-funds-annual-total")!;
        Assert.Contains("120.00", funds.TextContent, StringComparison.Ordinal);
        Assert.Contains("75.00%", funds.TextContent, StringComparison.Ordinal);
        Assert.Contains("上年（2024）", page.QuerySelector("#p-indicators thead")?.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnitThatATextResembles_IsNamedToFinanceReviewersOfBoth_AndToNobodyElse()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        await office.FileAsync("school", office.County.SchoolProject);
        await office.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        var about = await office.CaseAsync(office.County.HealthProject);
        foreach (var (person, named) in new[] { ("culture", true), ("performance", true), ("leader", false), ("health", false) })
        {
            using var reader = await office.SignedInAsync(person);
            var text = (await reader.PageAsync($"/reviews/{about.CaseId}")).QuerySelector("main")!.TextContent;
            Assert.Contains("XG03", text, StringComparison.Ordinal);
            Assert.Equal(named, text.Contains("雷同的填报来自“青田县实验小学”", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task HandOver_IsLinkedForWhoMay_AndExplainedToWhoMayNot()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        var about = await office.CaseAsync(office.County.SchoolProject);
        var link = $"a[href='/cases/{about.CaseId}/hand-over']";
        using var head = await office.SignedInAsync("schoolHead");
        Assert.NotNull((await head.PageAsync($"/filings/{about.CaseId}")).QuerySelector(link));
        using var clerk = await office.SignedInAsync("school");
        var page = await clerk.PageAsync($"/filings/{about.CaseId}");
        Assert.Null(page.QuerySelector(link));
        Assert.Contains("单位负责人", page.QuerySelector("[data-no-hand-over]")?.TextContent, StringComparison.Ordinal);

        await office.FileAsync("school", office.County.SchoolProject);
        using var bureau = await office.SignedInAsync("performance");
        Assert.NotNull((await bureau.PageAsync($"/reviews/{about.CaseId}")).QuerySelector(link));
        Assert.NotNull((await bureau.PageAsync($"/filings/{about.CaseId}")).QuerySelector(link));
        using var department = await office.SignedInAsync("education");
        Assert.NotNull((await department.PageAsync($"/reviews/{about.CaseId}")).QuerySelector("[data-no-hand-over]"));
    }

    /// <summary>The same project in the library of 2025; of 2024's budget 75 % was paid.</summary>
    private static async Task NextYearAsync(ReviewOffice office)
    {
        var last = office.County.HealthProject;
        await using var db = office.App.Db();
        await db.Projects.Where(p => p.Id == last.Id).ExecuteUpdateAsync(p => p.SetProperty(x => x.Paid, 90m), Ct);
        db.Projects.Add(new Project
        {
            RegionId = last.RegionId, FiscalYear = 2025, Code = last.Code, Name = last.Name, UnitId = last.UnitId, DepartmentId = last.DepartmentId, SectionId = last.SectionId,
            Kind = last.Kind, FundKind = last.FundKind, Initial = 120m, Adjusted = 120m, ChangedAt = last.ChangedAt, Demo = true,
        });
        await db.SaveChangesAsync(Ct);
    }
}
