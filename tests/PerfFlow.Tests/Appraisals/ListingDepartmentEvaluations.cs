using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Appraisals;

/// <summary>The list of department evaluations: number, amount and grades, filters, files; of a unit and a department their own.</summary>
public sealed class ListingDepartmentEvaluations(PostgresServer postgres) : IAsyncLifetime
{
    private AppraisalDesk desk = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        desk = await AppraisalDesk.OpenAsync(postgres, "department-evaluation");
        await desk.FileAsync("education", EvaluatingByTheDepartment.Planned);
        await desk.DecidedAsync("culture", "Approve");
        await desk.FileAsync("education", form => EvaluatingByTheDepartment.Scored(form, 12.5m), "report");
        Assert.Null(Assert.Single((await ListAsync("performance")).Lines).Score);
        await desk.DecidedAsync("performance", "Approve");
        await AppraisalDesk.StartAsync(desk.Office, "department-evaluation", desk.CaseId, desk.County.HealthProject);
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task List_CountsNumberAmountAndGrades()
    {
        var list = await ListAsync("performance");
        Assert.Equal((2024, 2, 1, 468 + desk.County.HealthProject.Adjusted), (list.Year, list.Items, list.Confirmed, list.Amount));
        Assert.Equal(new GradeCount("良", 1), Assert.Single(list.ByGrade));
        Assert.Equal((87.5m, "own", 1, true), (list.Lines[0].Score, list.Lines[0].Organised, list.Lines[0].Problems, list.Lines[0].Final));
        Assert.Equal((null, "", false), (list.Lines[1].Score, list.Lines[1].Grade, list.Lines[1].Final));
    }

    [Fact]
    public async Task Filters_NarrowPageApiAndFileAlike()
    {
        using var performance = await desk.SignedInAsync("performance");
        var page = await performance.PageAsync("/department-evaluations?year=&department=&grade=%E8%89%AF&state=");
        var text = page.Body!.TextContent;
        Assert.Contains("87.50", text, StringComparison.Ordinal);
        Assert.Single(page.QuerySelectorAll("tr[data-row]"));
        Assert.NotNull(page.QuerySelector("nav a[href='/department-evaluations']"));
        foreach (var (query, count) in new[] { ("", 2), ("?state=open", 1), ("?state=confirmed", 1), ("?year=2023", 0), ($"?department={Uri.EscapeDataString(desk.County.Education.Name)}", 1) })
        {
            var json = await performance.Http.GetFromJsonAsync<JsonElement>($"/api/department-evaluations{query}", Ct);
            Assert.Equal((query, count), (query, json.GetProperty("lines").GetArrayLength()));
        }

        using var csv = await performance.GetAsync("/department-evaluations/export.csv?year=2024&state=confirmed");
        var lines = (await csv.Content.ReadAsStringAsync(Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal((2, true), (lines.Length, lines[1].StartsWith("1,青田县教育局,青田县实验小学,校园卫生专业技术服务,", StringComparison.Ordinal)));
        using var xlsx = await performance.GetAsync("/department-evaluations/export.xlsx");
        Assert.Equal(HttpStatusCode.OK, xlsx.StatusCode);
    }

    [Theory]
    [InlineData("school", 1)]
    [InlineData("education", 1)]
    [InlineData("health", 1)]
    [InlineData("farm", 0)]
    [InlineData("culture", 2)]
    [InlineData("farmSection", 0)]
    public async Task Person_SeesTheCasesThatAreTheirs(string person, int count)
    {
        Assert.Equal(count, (await ListAsync(person)).Items);
        using var who = await desk.SignedInAsync(person);
        Assert.Equal(count, (await who.PageAsync("/department-evaluations")).QuerySelectorAll("tr[data-row]").Length);
        var csv = await who.Http.GetStringAsync("/api/department-evaluations/export.csv", Ct);
        Assert.Equal(count, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length - 1);
    }

    private async Task<DepartmentList> ListAsync(string person) =>
        await desk.App.Get<ReadDepartmentEvaluations>().RunAsync(await desk.County.AsAsync(person), new DepartmentQuery(null, null, null, null), Ct);
}
