using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Data;

/// <summary>A statement written by hand over mapped columns gives the rows that a query of the model gives.</summary>
public sealed class RowsReadByHand(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_has_the_value_that_the_model_reads()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        var project = office.County.HealthProject;
        await office.FileAsync("health", project, ReviewingAFiling.Smaller);
        await office.DecideAsync("culture", project, "Return", new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"), new CommentDraft("goal.annual", null, "请核实。"));
        await office.FileAsync("health", project, ReviewingAFiling.Smaller, answer: "disputed");
        var about = await office.CaseAsync(project);
        await using var source = NpgsqlDataSource.Create(office.App.Database.OwnerConnectionString);
        await using var seats = source.CreateCommand(
            $"""
            insert into platform.participants (case_id, step, number, node, ord, place, state, visit, person_id, role, organisation_id, weight, added_by, outcome, changed_at)
            values ({about.CaseId}, 1, 1, 'review', 1, 0, 2, 1, null, null, null, 1, 0, null, '2023-10-09'), ({about.CaseId}, 1, 2, 'review', 2, 2, 1, 4, 7, 'FIN_SECTION', 3, 2, 1, 'Reply', '2023-10-10')
            """);
        await seats.ExecuteNonQueryAsync(Ct);

        await AgreesAsync<CaseRow>(office.App, source);
        await AgreesAsync<TaskRow>(office.App, source);
        await AgreesAsync<CommentRow>(office.App, source);
        await AgreesAsync<AnswerRow>(office.App, source);
        await AgreesAsync<ParticipantRow>(office.App, source);
        await AgreesAsync<RoundRow>(office.App, source);
    }

    private static async Task AgreesAsync<T>(PerfFlowApp app, NpgsqlDataSource source)
        where T : class
    {
        await using var db = app.Db();
        var byModel = await db.Set<T>().AsNoTracking().ToListAsync(Ct);
        var byHand = new List<T>();
        var mapped = new MappedRows<T>(db.Model);
        await using var command = source.CreateCommand(mapped.Select + " where true");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
        {
            byHand.Add(mapped.Read(reader));
        }

        Assert.NotEmpty(byHand);
        Assert.Equal(Lines(byModel), Lines(byHand));
    }

    private static IEnumerable<string> Lines<T>(IEnumerable<T> rows) => rows.Select(r => JsonSerializer.Serialize(r)).Order(StringComparer.Ordinal);
}
