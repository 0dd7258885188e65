using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PerfFlow.Engine;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>
/// Goal filings of real units and projects, each with a filed round of 1 KB, that wait for their department: what programs
/// with the tokens of the reviewers decide through the API of a served process.
/// </summary>
internal sealed class FiledCases
{
    private const int Departments = 40;
    private const int UnitsEach = 5;
    private const int RoundBytes = 1024;

    private readonly BenchServer server;
    private readonly County county;
    private readonly WorkflowRunner runner;
    private readonly Body[] units;
    private readonly Dictionary<long, string> tokens = [];
    private long clerk;
    private long ids;

    private FiledCases(BenchServer server, County county, Body[] units) => (this.server, this.county, runner, this.units) = (server, county, server.Get<WorkflowRunner>(), units);

    public County County => county;

    /// <summary>A case and who reviews it.</summary>
    public sealed record Filed(long Id, string DepartmentToken, string SectionToken, long DepartmentId);

    private sealed record Body(long UnitId, long DepartmentId, long SectionId, long ProjectId);

    /// <summary>A county whose clock stands in a spring with published calendars, with a reviewer and token in each department and section.</summary>
    public static async Task<FiledCases> CreateAsync(BenchServer server, CancellationToken ct)
    {
        var county = await County.CreateAsync(server, sections: 8, Departments, UnitsEach, projectsEach: 1, ct);
        var shift = (long)(BenchTime.Morning - TimeProvider.System.GetUtcNow()).TotalSeconds;
        await server.ExecuteAsync($"update platform.regions set demo = true, shift = {shift} * interval '1 second'", ct);
        await using var read = server.Owner.CreateCommand("select unit_id, department_id, section_id, id from platform.projects order by id");
        await using var reader = await read.ExecuteReaderAsync(ct);
        var units = new List<Body>();
        while (await reader.ReadAsync(ct))
        {
            units.Add(new Body(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        var clerk = await county.PersonAsync("clerk", Roles.Unit, units[0].UnitId, ct);
        var cases = new FiledCases(server, county, [.. units]) { clerk = clerk.UserId };
        foreach (var department in units.Select(u => u.DepartmentId).Distinct())
        {
            await cases.AddReviewerAsync(department, Roles.Department, ct);
        }

        foreach (var section in units.Select(u => u.SectionId).Distinct())
        {
            await cases.AddReviewerAsync(section, Roles.Section, ct);
        }

        return cases;
    }

    /// <summary>So many cases, started and filed by the runner of the benchmark.</summary>
    public async Task<Filed[]> FileAsync(int count, CancellationToken ct)
    {
        var due = server.Get<RegionClock>().Now(county.RegionId).AddDays(20);
        var caseIds = await runner.NewCaseIdsAsync(count, ct);
        var filed = new Filed[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = ct }, async (i, _) =>
        {
            var unit = units[caseIds[i] % units.Length];
            await AcceptedAsync(
                new CaseCommand
                {
                    Id = NextId(),
                    CaseId = caseIds[i],
                    Act = new Act.Start(Facts.Of(("due", due), ("needsDepartment", true), ("needsPerformanceReview", true))),
                    Actor = Actor.Platform,
                    Seed = new CaseSeed
                    {
                        // A notice has one case of each unit, as in a county; what is known of a notice is read once.
                        DefinitionId = "goal-filing", RegionId = county.RegionId, NoticeId = 1 + caseIds[i] / units.Length, UnitId = unit.UnitId, DepartmentId = unit.DepartmentId,
                        SectionId = unit.SectionId, ObjectId = unit.ProjectId,
                    },
                },
                ct);
            await AcceptedAsync(
                new CaseCommand
                {
                    Id = NextId(),
                    CaseId = caseIds[i],
                    Act = new Act.Complete(1, Facts.Of(("outcome", "Submit"), ("round", 1))),
                    Actor = new Actor(clerk, Roles.Unit, unit.UnitId),
                    Rows = [Round(caseIds[i], clerk, due)],
                },
                ct);
            filed[i] = new Filed(caseIds[i], tokens[unit.DepartmentId], tokens[unit.SectionId], unit.DepartmentId);
        });
        return filed;
    }

    /// <summary>The approval of the department, by the runner of the benchmark: a message to those whose task it was, one to those whose task it is.</summary>
    public Task ApproveAsync(Filed filed, CancellationToken ct) => AcceptedAsync(
        new CaseCommand { Id = NextId(), CaseId = filed.Id, Act = new Act.Complete(2, Facts.Of(("outcome", "Approve"), ("round", 1))), Actor = new Actor(clerk, Roles.Department, filed.DepartmentId) }, ct);

    private static FeatureRow Round(long caseId, long clerk, DateTimeOffset due)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{{\"form\":\"goal-filing\",\"case\":\"{caseId}\",\"text\":\"");
        text += new string([.. Enumerable.Range(0, (RoundBytes - text.Length - 2) / 3).Select(i => (char)('一' + ((caseId * 31 + i * 7919) % 20_000)))]) + "\"}";
        return new FeatureRow(RoundRow.Table.Name, 1, 1, text, SHA256.HashData(Encoding.UTF8.GetBytes(text)), "2026-11", FilingSource.Page, null, clerk, due, 0, "goal-filing");
    }

    private async Task AddReviewerAsync(long body, string role, CancellationToken ct)
    {
        var person = await county.PersonAsync(string.Create(CultureInfo.InvariantCulture, $"reviewer{body}"), role, body, ct);
        var token = "pf_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await server.ExecuteAsync(
            $"""
            insert into platform.api_tokens (user_id, name, hash, hint, created_at, ends_at)
            values ({person.UserId}, 'bench', '\x{Convert.ToHexStringLower(ApiTokens.Hash(token))}', 'pf_', '2020-01-01', '2100-01-01')
            """, ct);
        await server.ExecuteAsync($"update platform.users set two_factor_enabled = true, password_changed_at = '2100-01-01' where id = {person.UserId}", ct);
        tokens[body] = token;
    }

    private async Task AcceptedAsync(CaseCommand command, CancellationToken ct)
    {
        var answer = await runner.RunAsync(command, ct);
        if (!answer.Ok)
        {
            throw new InvalidOperationException($"{command.Act.Name} of case {command.CaseId} was refused: {answer.Refusal!.Code}");
        }
    }

    private Guid NextId() => CommandId.OfEffect(1, 0, (int)Interlocked.Increment(ref ids));
}
