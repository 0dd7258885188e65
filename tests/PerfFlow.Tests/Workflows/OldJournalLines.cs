using System.Text;
using System.Text.Json;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Workflows;

/// <summary>Journals that hold lines of before migration 0092: JSON, hashed without their columns.</summary>
public sealed class OldJournalLines(PostgresServer postgres) : IAsyncLifetime
{
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private int ids;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        county = await SmallCounty.CreateAsync(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task CaseThatGoesOn_VerifiesAndIsReplayedAcrossBothKinds()
    {
        var id = await OldCaseAsync();
        Assert.Empty((await VerifyAsync()).Breaks);

        await ActAsync(id, new Act.Complete(2, Facts.Of(("outcome", "Approve"))), new Actor(county.IdOf("education"), "DEPT", county.Education.Id));

        Assert.Empty((await VerifyAsync()).Breaks);
        var lines = await LinesAsync(id);
        Assert.Equal([true, true, false], lines.Select(l => JournalLine.IsOld(l.Line)));
        var catalog = app.Get<DefinitionCatalog>();
        var replayed = CaseReplay.Run(catalog.Get(await ScalarAsync<int>($"select definition from platform.cases where id = {id}")), lines);
        Assert.True(replayed.Ok, replayed.Refusal?.Code);
        Assert.Equal([3], replayed.Value[^1].Open.Select(v => v.Visit));
    }

    [Theory]
    [InlineData("update platform.journal set actor_id = actor_id + 1", "columns-changed")]
    [InlineData("update platform.journal set outcome = 'ReturnToUnit'", "columns-changed")]
    [InlineData("update platform.journal set at = at - interval '1 day'", "columns-changed")]
    [InlineData("update platform.journal set line = set_byte(line, 7, 64)", "line-changed")]
    [InlineData("update platform.act_reasons set text = 'z'", "row-changed")]
    public async Task Damage_IsNamed(string damage, string kind)
    {
        var id = await OldCaseAsync();

        await ScalarAsync<int>($"{damage} where case_id = {id} and seq = 2 returning 1");

        var found = (await VerifyAsync()).Breaks[0];
        Assert.Equal((id, 2, kind), (found.Stream, found.Seq, found.Kind));
    }

    /// <summary>A case with two lines as the runner wrote them then.</summary>
    private async Task<long> OldCaseAsync()
    {
        var id = (await app.Get<WorkflowRunner>().NewCaseIdsAsync(1, CancellationToken.None))[0];
        await ActAsync(id, new Act.Start(Facts.Of(("due", app.Time.GetUtcNow().AddDays(10)), ("needsDepartment", true), ("needsPerformanceReview", false))), Actor.Platform, new CaseSeed
        {
            DefinitionId = "goal-filing", RegionId = county.RegionId, NoticeId = 1, UnitId = county.School.Id, DepartmentId = county.Education.Id, SectionId = county.CultureSection.Id, ObjectId = id,
        });
        await ActAsync(id, new Act.Complete(1, Facts.Of(("outcome", "Submit"), ("round", 1))), new Actor(county.IdOf("school"), "UNIT", county.School.Id));

        var hash = JournalLine.Genesis;
        foreach (var entry in await LinesAsync(id))
        {
            var line = await OldAsync(id, entry);
            hash = OldJournalLine.Hash(hash, line);
            await ScalarAsync<int>($"update platform.journal set line = '\\x{Convert.ToHexString(line)}', hash = '\\x{Convert.ToHexString(hash)}' where case_id = {id} and seq = {entry.Seq} returning 1");
        }

        await ScalarAsync<int>($"update platform.cases set head_hash = '\\x{Convert.ToHexString(hash)}' where id = {id} returning 1");
        return id;
    }

    private async Task<byte[]> OldAsync(long id, JournalEntry entry)
    {
        var text = await ScalarAsync<string>(
            $"""
            select format('"r":"%s","g":%s,"u":%s,"t":%s,"s":%s,"c":"%s"', role, organisation_id, actor_id, floor(extract(epoch from at) * 1000)::bigint,
                floor(extract(epoch from recorded_at) * 1000)::bigint, gen_random_uuid()) from platform.journal where case_id = {id} and seq = {entry.Seq}
            """);
        using var facts = new MemoryStream();
        await using (var json = new Utf8JsonWriter(facts))
        {
            entry.Facts.WriteTo(json);
        }

        var visit = entry.Visit > 0 ? $"\"v\":{entry.Visit}," : "";
        var rows = JournalLine.Rows(entry.Line) is { Count: > 0 } hashes ? $",\"h\":[{string.Join(',', hashes.Select(h => $"\"{Convert.ToBase64String(h)}\""))}]" : "";
        return Encoding.UTF8.GetBytes($$"""{"q":{{entry.Seq}},"a":"{{entry.Act}}",{{visit}}"f":{{Encoding.UTF8.GetString(facts.ToArray())}},{{text}}{{rows}}}""");
    }

    private async Task ActAsync(long id, Act act, Actor actor, CaseSeed? seed = null)
    {
        var answer = await app.Get<WorkflowRunner>().RunAsync(
            new CaseCommand { Id = CommandId.Of($"old {++ids}"), CaseId = id, Act = act, Actor = actor, Seed = seed, Rows = act is Act.Complete { Visit: 1 } ? [ActReason.Of("x", "y")] : [] }, CancellationToken.None);
        Assert.True(answer.Ok, answer.Refusal?.Code);
    }

    private async Task<List<JournalEntry>> LinesAsync(long id)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        await using var command = source.CreateCommand($"select seq, at, act, visit, outcome, line from platform.journal where case_id = {id} order by seq");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<JournalEntry>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(new JournalEntry(
                reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<byte[]>(5)));
        }

        return lines;
    }

    private async Task<JournalReport> VerifyAsync()
    {
        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        return await new JournalVerifier(source, app.Get<FeatureTables>()).RunAsync(null, CancellationToken.None);
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.OwnerConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
