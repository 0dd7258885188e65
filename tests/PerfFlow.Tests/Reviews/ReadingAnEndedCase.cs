using PerfFlow.Platform.Submissions;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>The page of a case that is over shows what there is, and no columns for what there is not.</summary>
public sealed class ReadingAnEndedCase(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task FilesOfEveryForm_AreCountedAndListedWithTheForm()
    {
        var id = await office.PlayedAsync(
            "spot-check", ("Submit", With("spot-check-evidence", "验收单.pdf", "台账.pdf")), ("Submit", With("spot-check-score", "评分底稿.xlsx")), ("Approve", null), ("Submit", null), ("Submit", With("spot-check-settlement")));
        using var performance = await office.SignedInAsync("performance");
        var page = await performance.PageAsync($"/reviews/{id}?tab=files");
        Assert.Equal("3", page.QuerySelector($"a[href='/reviews/{id}?tab=files'] b")!.TextContent);
        Assert.Equal(
            ["验收单.pdf 绩效抽评佐证材料清单", "台账.pdf 绩效抽评佐证材料清单", "评分底稿.xlsx 绩效抽评评分表"],
            page.QuerySelectorAll("table.tb tbody tr").Select(r => $"{r.QuerySelector(".name")!.TextContent.Trim()} {r.Children[2].TextContent.Trim()}"));
    }

    [Fact]
    public async Task ColumnsForChangesAndComments_StandOnlyWhereThereAreSome()
    {
        using var culture = await office.SignedInAsync("culture");
        Assert.Empty(await HeadsAsync(culture, office.Origin));

        // While it is being reviewed, whoever decides may still comment on each row.
        await office.Reviews.FileAsync("health", office.County.HealthProject, ReviewingAFiling.Smaller);
        var open = (await office.Reviews.CaseAsync(office.County.HealthProject)).CaseId;
        Assert.Contains("意见", await HeadsAsync(culture, open));
        Assert.DoesNotContain("改动", await HeadsAsync(culture, open));
    }

    private static async Task<IReadOnlyList<string>> HeadsAsync(Identity.Visitor who, long id) =>
        [.. (await who.PageAsync($"/reviews/{id}")).QuerySelectorAll("table.gt th").Select(h => h.TextContent.Trim()).Where(t => t is "改动" or "意见")];

    private static FormContent With(string form, params string[] files) => FormContent.Empty(FilingKinds.Get(form).Layout) with
    {
        Attachments = [.. files.Select((name, n) => new FormAttachment("evidence", $"{form.Length:00}{n}".PadLeft(32, 'a'), name, new string('c', 64)))],
    };
}
