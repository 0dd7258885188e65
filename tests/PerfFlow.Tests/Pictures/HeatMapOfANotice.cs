using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Pictures;

/// <summary>Three cases of a notice, counted by hand: the school's returned once, the health bureau's approved, the farm's untouched.</summary>
public sealed class HeatMapOfANotice(PostgresServer postgres) : IAsyncLifetime
{
    private ReviewOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        office = await ReviewOffice.OpenAsync(postgres);
        var county = office.County;
        await office.FileAsync("school", county.SchoolProject);
        await OnDayAsync(1, () => office.FileAsync("health", county.HealthProject, ReviewingAFiling.Smaller));
        await OnDayAsync(2, () => office.DecideAsync("education", county.SchoolProject, "Return"));
        await OnDayAsync(3, () => office.FileAsync("school", county.SchoolProject));
        // Saturday and Sunday lie between.
        await OnDayAsync(7, () => office.DecideAsync("education", county.SchoolProject, "Approve"));
        await OnDayAsync(8, () => office.DecideAsync("culture", county.HealthProject, "Approve"));
    }

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task ThreeCases_AreCountedAsByHand()
    {
        var picture = await ReadAsync("performance");
        var steps = picture.Steps.ToDictionary(step => step.Step.Id);

        Assert.Equal((3, 1, 0, 0), (picture.Cases, picture.Ended, picture.Older, picture.Elsewhere));
        // Filed after 0, 1 and, the second time, 1 working day; only the farm has not filed.
        Assert.Equal((1, 3, 0, 1.0), Of(steps["fill"]));
        // Decided after 2 working days and after Thursday to Monday, which is 2.
        Assert.Equal((0, 2, 1, 2.0), Of(steps["departmentReview"]));
        Assert.Equal(50, steps["departmentReview"].ReturnedShare);
        // The health bureau's: from Tuesday to Tuesday, 5 working days. The school's stands there.
        Assert.Equal((1, 1, 0, 5.0), Of(steps["sectionReview"]));
        Assert.Equal((0, 0, 0, null), Of(steps["performanceReview"]));
        Assert.Null(steps["performanceReview"].ReturnedShare);
    }

    [Fact]
    public async Task Reviewer_CountsTheCasesOfTheSection_AndAUnitItsOwn()
    {
        Assert.Equal(2, (await ReadAsync("culture")).Cases);
        var farm = await ReadAsync("farm");
        Assert.Equal((1, 1), (farm.Cases, farm.Steps.Single(step => step.Step.Id == "fill").Standing));
        Assert.Equal(0, farm.Steps.Sum(step => step.Decided));
    }

    [Fact]
    public async Task PageAndApi_SayTheSame_AndTheMatrixLeadsThere()
    {
        using var performance = await office.SignedInAsync("performance");
        var page = await performance.PageAsync($"/notices/{office.Notice}/picture");
        var review = page.QuerySelectorAll(".picture-list li").Single(line => line.QuerySelector("b")!.TextContent == "主管部门审核").TextContent;
        Assert.Contains("停留 0 个", review, StringComparison.Ordinal);
        Assert.Contains("退回 1 次，占 50%", review, StringComparison.Ordinal);
        Assert.NotNull((await performance.PageAsync($"/notices/{office.Notice}/matrix")).QuerySelector($"a[href='/notices/{office.Notice}/picture']"));
        var answer = await performance.Http.GetFromJsonAsync<JsonElement>($"/api/notices/{office.Notice}/picture", Ct);
        var step = answer.GetProperty("steps").EnumerateArray().Single(each => each.GetProperty("id").GetString() == "departmentReview");
        Assert.Equal((2, 1, 2.0), (step.GetProperty("decided").GetInt32(), step.GetProperty("returned").GetInt32(), step.GetProperty("medianDays").GetDouble()));

        using var admin = await office.SignedInAsync("admin");
        using var hidden = await admin.GetAsync($"/notices/{office.Notice}/picture");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
    }

    [Fact]
    public async Task CasesOnTwoVersions_AreDrawnByTheNewest_AndTheOldAreCounted()
    {
        var farm = await office.CaseAsync(office.County.FarmProject);
        await PublishAsync(farm.CaseId);
        var picture = await ReadAsync("performance");

        Assert.Equal((2, 2), (picture.Version, picture.Older));
        Assert.Equal((1, 3, 0, 1.0), Of(picture.Steps.Single(step => step.Step.Id == "fill")));
        Assert.DoesNotContain(picture.Steps, step => step.Step.Id == "sectionReview");
        Assert.Equal(1, picture.Elsewhere);
    }

    /// <summary>A second version in which the section's step has another id; one case runs on it.</summary>
    private async Task PublishAsync(long caseId)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "workflows", "goal-filing.json"), Ct);
        var json = JsonNode.Parse(text.Replace("\"sectionReview\"", "\"sectionLook\"", StringComparison.Ordinal))!;
        json["version"] = 2;
        json["id"] = "goal-filing-2";
        await using var source = NpgsqlDataSource.Create(office.App.Database.OwnerConnectionString);
        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        await using var insert = source.CreateCommand(
            "insert into platform.definitions (definition_id, version, source_hash, source, published_at) values ('goal-filing', 2, $1, $2, $3) returning id");
        insert.Parameters.Add(new() { Value = System.Security.Cryptography.SHA256.HashData(bytes), NpgsqlDbType = NpgsqlDbType.Bytea });
        insert.Parameters.Add(new() { Value = bytes, NpgsqlDbType = NpgsqlDbType.Bytea });
        insert.Parameters.Add(new() { Value = NoticeOffice.Monday });
        var row = (int)(await insert.ExecuteScalarAsync(Ct))!;
        await using var move = source.CreateCommand($"update platform.cases set definition = {row} where id = {caseId}");
        await move.ExecuteNonQueryAsync(Ct);
        await office.App.Get<DefinitionCatalog>().LoadAsync(Path.Combine(Repository.Root, "workflows"), Ct);
    }

    private async Task OnDayAsync(int day, Func<Task> act)
    {
        office.App.Time.Set(NoticeOffice.Monday.AddDays(day));
        await act();
    }

    private async Task<NoticePicture> ReadAsync(string person)
    {
        var read = await office.App.Get<ReadNoticePicture>().RunAsync(await office.County.AsAsync(person), office.Notice, Ct);
        NoticeOffice.Done(read);
        return read.Value;
    }

    private static (int Standing, int Decided, int Returned, double? Median) Of(NoticeStep step) => (step.Standing, step.Decided, step.Returned, step.MedianDays);
}
