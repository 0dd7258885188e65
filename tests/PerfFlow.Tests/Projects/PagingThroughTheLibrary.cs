using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Projects;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Projects;

public sealed class PagingThroughTheLibrary(PostgresServer postgres) : IAsyncLifetime
{
    private const int Count = 45;
    private PerfFlowApp app = null!;
    private Viewer viewer = null!;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        var county = await SmallCounty.CreateAsync(app);
        viewer = await county.AsAsync("performance");
        await using var db = app.Db();
        for (var i = 0; i < Count; i++)
        {
            // Amounts repeat, so that an order by amount has ties across the edges of pages.
            db.Projects.Add(new Project
            {
                RegionId = county.RegionId, FiscalYear = 2025, Code = $"33112125T{i:D12}", Name = $"项目{i}", UnitId = county.School.Id, DepartmentId = county.Education.Id,
                SectionId = county.CultureSection.Id, Kind = ProjectKinds.Specific, FundKind = FundKinds.General, Initial = i % 4, Adjusted = i % 4, Paid = i % 3, ChangedAt = app.Time.GetUtcNow(),
            });
        }

        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("code")]
    [InlineData("-code")]
    [InlineData("adjusted")]
    [InlineData("-adjusted")]
    [InlineData("share")]
    [InlineData("-share")]
    public async Task ForwardsAndBack_ShowsEveryProjectOnceInTheSameOrder(string sort)
    {
        var forwards = new List<long>();
        string? cursor = null, last = null;
        do
        {
            var page = await PageAsync(sort, cursor);
            forwards.AddRange(page.Lines.Select(l => l.Id));
            (last, cursor) = (page.Previous, page.Next);
        }
        while (cursor is not null);

        Assert.Equal(Count, forwards.Distinct().Count());
        Assert.Equal(Count, forwards.Count);
        var backwards = new List<long>();
        for (cursor = last; cursor is not null;)
        {
            var page = await PageAsync(sort, cursor);
            backwards.InsertRange(0, page.Lines.Select(l => l.Id));
            cursor = page.Previous;
        }

        Assert.Equal(forwards[..backwards.Count], backwards);
        Assert.Equal(40, backwards.Count);
    }

    [Fact]
    public async Task ForgedCursor_IsRefused()
    {
        await using var scope = app.Scope();
        var read = scope.ServiceProvider.GetRequiredService<ReadProjects>();

        Assert.Equal("project-cursor", (await read.ListAsync(viewer, new ProjectQuery(2025, Cursor: "x"), TestContext.Current.CancellationToken)).Refusal?.Code);
    }

    private async Task<ProjectList> PageAsync(string sort, string? cursor)
    {
        await using var scope = app.Scope();
        return (await scope.ServiceProvider.GetRequiredService<ReadProjects>()
            .ListAsync(viewer, new ProjectQuery(2025, Sort: sort, Cursor: cursor), TestContext.Current.CancellationToken)).Value;
    }
}
