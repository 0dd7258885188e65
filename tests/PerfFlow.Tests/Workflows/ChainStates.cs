using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Workflows;

/// <summary>Where cases of the rest of the chain stand, who holds their steps, and how their answer periods end.</summary>
public sealed class ChainStates(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Due = Monday.AddDays(10);

    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private int ids;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres, null, null, Monday);
        county = await SmallCounty.CreateAsync(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Result_GoesFromTheSectionThroughTheBudgetSectionToTheLeader()
    {
        var id = await StartAsync("result-application", ("proposer", "FIN_SECTION"));

        await StandsAsync(id, CaseStates.FinanceFill, "FIN_SECTION", county.CultureSection.Id);
        await CompleteAsync(id, "Submit");
        await StandsAsync(id, CaseStates.Budget, "FIN_BUDGET", county.Bureau.Id);
        await CompleteAsync(id, "Return");
        await StandsAsync(id, CaseStates.FinanceFill, "FIN_SECTION", county.CultureSection.Id);
        await CompleteAsync(id, "Submit");
        await CompleteAsync(id, "Approve");
        await StandsAsync(id, CaseStates.Leader, "FIN_LEADER", county.Bureau.Id);
        await CompleteAsync(id, "Approve");
        await StandsAsync(id, CaseStates.Budget, "FIN_BUDGET", county.Bureau.Id);
        await CompleteAsync(id, "Submit");
        Assert.Equal(CaseStates.Approved, (await StateAsync(id)).State);
    }

    [Fact]
    public async Task ResultRejected_ReadsAsRejected()
    {
        var id = await StartAsync("result-application", ("proposer", "FIN_PERF"));
        await CompleteAsync(id, "Submit");
        await CompleteAsync(id, "Approve");
        await CompleteAsync(id, "Reject");

        Assert.Equal(CaseStates.Rejected, (await StateAsync(id)).State);
    }

    [Fact]
    public async Task DepartmentEvaluation_WaitsForTheDepartmentNotForTheUnit()
    {
        var id = await StartAsync("department-evaluation", ("due", Due));

        await StandsAsync(id, CaseStates.DepartmentFill, "DEPT", county.Education.Id);
        await CompleteAsync(id, "Submit");
        await StandsAsync(id, CaseStates.Section, "FIN_SECTION", county.CultureSection.Id);
        await CompleteAsync(id, "Return", ("due", Due));
        await StandsAsync(id, CaseStates.Returned, "DEPT", county.Education.Id);
        await CompleteAsync(id, "Submit");
        await CompleteAsync(id, "Approve");
        Assert.NotNull((await StateAsync(id)).DueAt);
    }

    [Fact]
    public async Task AnswerPeriodThatPasses_IsSilence()
    {
        var id = await FedBackAsync(Due);
        await StandsAsync(id, CaseStates.ToFill, "UNIT", county.School.Id);
        Assert.Equal(1L, await ScalarAsync("select count(*) from platform.timers where case_id = $1", id));

        app.Time.Advance(TimeSpan.FromDays(11));
        await app.Get<TimerPump>().FireDueAsync(CancellationToken.None);

        var state = await StateAsync(id);
        Assert.Equal((CaseStates.Approved, null), (state.State, state.Visit));
        Assert.Equal(0L, await ScalarAsync("select (select count(*) from platform.tasks where case_id = $1) + (select count(*) from platform.timers where case_id = $1)", id));
    }

    [Fact]
    public async Task Objection_TakesTheTimerAway()
    {
        var id = await FedBackAsync(Due);
        await CompleteAsync(id, "Submit");

        await StandsAsync(id, CaseStates.FinanceFill, "FIN_PERF", county.Bureau.Id);
        Assert.Equal(0L, await ScalarAsync("select count(*) from platform.timers where case_id = $1", id));
    }

    [Fact]
    public async Task AnswerPeriodThatIsOverAlready_LeavesNoTaskBehind()
    {
        var id = await FedBackAsync(app.Time.GetUtcNow().AddDays(-1));

        Assert.Equal(CaseStates.Approved, (await StateAsync(id)).State);
        Assert.Equal(0L, await ScalarAsync("select (select count(*) from platform.tasks where case_id = $1) + (select count(*) from platform.timers where case_id = $1)", id));
    }

    [Fact]
    public async Task Rectification_RefusedIsFoundByTheLeader()
    {
        var id = await StartAsync("rectification", ("due", Due));
        await StandsAsync(id, CaseStates.ToFill, "UNIT", county.School.Id);
        await CompleteAsync(id, "AskExtension");
        await StandsAsync(id, CaseStates.Performance, "FIN_PERF", county.Bureau.Id);
        await CompleteAsync(id, "Refuse");
        await StandsAsync(id, CaseStates.ToFill, "UNIT", county.School.Id);

        var wait = (int)await ScalarAsync("select visit::bigint from platform.waits where case_id = $1 and event = 'not-rectified'", id);
        await DoAsync(id, new Act.DeliverEvent(wait, "not-rectified", Facts.Empty), Actor.Platform);
        await StandsAsync(id, CaseStates.Leader, "FIN_LEADER", county.Bureau.Id);
        Assert.Equal(0L, await ScalarAsync("select count(*) from platform.waits where case_id = $1", id));
        await CompleteAsync(id, "Approve");
        Assert.Equal(CaseStates.NotRectified, (await StateAsync(id)).State);
    }

    [Fact]
    public async Task ExtensionPulledBack_ReadsAsWithdrawnUntilTheNextDecision()
    {
        var id = await StartAsync("rectification", ("due", Due));
        var asked = (await StateAsync(id)).Visit!.Value;
        await CompleteAsync(id, "AskExtension");
        await DoAsync(id, new Act.Withdraw(asked, Facts.Empty), new Actor(1, "UNIT", county.School.Id));
        Assert.Equal(CaseStates.Withdrawn, (await StateAsync(id)).State);

        await CompleteAsync(id, "AskExtension");
        await CompleteAsync(id, "Grant", ("due", Due.AddDays(5)));
        Assert.Equal((CaseStates.ToFill, Due.AddDays(5)), ((await StateAsync(id)).State, (await StateAsync(id)).DueAt));
    }

    /// <summary>A spot check whose result the unit was told.</summary>
    private async Task<long> FedBackAsync(DateTimeOffset answerDue)
    {
        var id = await StartAsync("spot-check", ("due", Due));
        await StandsAsync(id, CaseStates.ToFill, "UNIT", county.School.Id);
        await CompleteAsync(id, "Submit");
        await StandsAsync(id, CaseStates.FinanceFill, "FIN_SECTION", county.CultureSection.Id);
        await CompleteAsync(id, "Submit");
        await StandsAsync(id, CaseStates.Performance, "FIN_PERF", county.Bureau.Id);
        await CompleteAsync(id, "Approve", ("answerDue", answerDue));
        return id;
    }

    private async Task StandsAsync(long id, string state, string role, long organisation)
    {
        var row = await StateAsync(id);
        Assert.Equal((state, role, organisation), (row.State, row.Role, row.OrganisationId));
        Assert.Contains(state, CaseStates.InOrder);
    }

    private async Task<CaseStateRow> StateAsync(long id)
    {
        await using var db = app.Db();
        return db.CaseStates.Single(s => s.CaseId == id);
    }

    private async Task<long> StartAsync(string definition, params (string, object?)[] facts)
    {
        var id = (await app.Get<WorkflowRunner>().NewCaseIdsAsync(1, CancellationToken.None))[0];
        await DoAsync(id, new Act.Start(Facts.Of(facts)), Actor.Platform, new CaseSeed
        {
            DefinitionId = definition, RegionId = county.RegionId, NoticeId = null, UnitId = county.School.Id, DepartmentId = county.Education.Id,
            SectionId = county.CultureSection.Id, ObjectId = id,
        });
        return id;
    }

    /// <summary>The holder of the open step decides.</summary>
    private async Task CompleteAsync(long id, string outcome, params (string, object?)[] facts)
    {
        var state = await StateAsync(id);
        await DoAsync(id, new Act.Complete(state.Visit!.Value, Facts.Of([("outcome", outcome), .. facts])), new Actor(1, state.Role!, state.OrganisationId!.Value));
    }

    private async Task DoAsync(long id, Act act, Actor actor, CaseSeed? seed = null)
    {
        var command = new CaseCommand { Id = CommandId.Of($"chain {Interlocked.Increment(ref ids)}"), CaseId = id, Act = act, Actor = actor };
        var answer = await app.Get<WorkflowRunner>().RunAsync(seed is null ? command : command with { Seed = seed }, CancellationToken.None);
        Assert.True(answer.Ok, answer.Refusal?.Code);
    }

    private async Task<long> ScalarAsync(string sql, long id)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString("perfflow_platform"));
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
