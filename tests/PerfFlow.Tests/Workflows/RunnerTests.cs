using Npgsql;
using Xunit;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Workflows;

/// <summary>What every act is promised: decided once, durable with its rows and its line, or nothing at all.</summary>
public sealed class RunnerTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly Guid Seed = new("00000000-0000-0000-0000-000000000001");
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private WorkflowRunner runner = null!;
    private int ids;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        county = await SmallCounty.CreateAsync(app);
        runner = app.Get<WorkflowRunner>();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Approval_path_closes_the_case_and_leaves_a_trail_that_verifies()
    {
        var (id, visit) = await StartAsync();
        visit = await OpenedAsync(CompleteAsync(id, visit, "Submit", UnitClerk()));
        visit = await OpenedAsync(CompleteAsync(id, visit, "Approve", Department()));
        var last = await CompleteAsync(id, visit, "Approve", Section());

        Assert.Equal(InstanceStatus.Finished, last.Value.Status);
        Assert.Equal(0L, await ScalarAsync("select count(*) from platform.tasks where case_id = $1", id));
        Assert.Equal(4L, await ScalarAsync("select count(*) from platform.journal where case_id = $1", id));
        Assert.True((await VerifyAsync()).Verified);
    }

    [Fact]
    public async Task The_same_command_twice_has_effect_once_and_one_answer()
    {
        var (id, visit) = await StartAsync();
        var command = Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), UnitClerk());

        var first = await runner.RunAsync(command, CancellationToken.None);
        var second = await runner.RunAsync(command, CancellationToken.None);

        Assert.False(first.Value.Repeated);
        Assert.True(second.Value.Repeated);
        Assert.Equal(first.Value.Seq, second.Value.Seq);
        Assert.Equal(2L, await ScalarAsync("select count(*) from platform.journal where case_id = $1", id));
    }

    [Fact]
    public async Task An_answer_is_forgotten_with_its_day_after_seven_days_and_the_visit_still_refuses_the_repeat()
    {
        var (id, visit) = await StartAsync();
        var command = Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), UnitClerk());
        await runner.RunAsync(command, CancellationToken.None);
        var sweep = app.Get<CommandSweep>();

        app.Time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(0, await sweep.SweepAsync(CancellationToken.None));
        app.Time.Advance(TimeSpan.FromDays(1.1));
        Assert.Equal(2, await sweep.SweepAsync(CancellationToken.None));

        Assert.Equal("visit-closed", (await runner.RunAsync(command, CancellationToken.None)).Refusal?.Code);
    }

    [Fact]
    public async Task Other_content_under_a_known_id_is_refused()
    {
        var (id, visit) = await StartAsync();
        var command = Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), UnitClerk());
        await runner.RunAsync(command, CancellationToken.None);

        var other = await runner.RunAsync(command with { Rows = [ActReason.Of("x", "y")] }, CancellationToken.None);

        Assert.Equal("command-reused", other.Refusal?.Code);
    }

    [Fact]
    public async Task Of_two_hundred_simultaneous_decisions_on_one_visit_one_is_accepted()
    {
        var (id, visit) = await StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => CompleteAsync(id, visit, "Submit", UnitClerk())));

        Assert.Equal(1, outcomes.Count(o => o.Ok));
        Assert.All(outcomes.Where(o => !o.Ok), o => Assert.Equal(RefusalKind.Conflict, o.Refusal!.Kind));
        Assert.Equal(2L, await ScalarAsync("select count(*) from platform.journal where case_id = $1", id));
    }

    [Fact]
    public async Task A_refused_command_leaves_nothing_behind()
    {
        var (id, visit) = await StartAsync();

        var refused = await runner.RunAsync(
            Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Approve"))), UnitClerk()) with { Rows = [ActReason.Of("x", "y")] }, CancellationToken.None);

        Assert.False(refused.Ok);
        Assert.Equal(1L, await ScalarAsync("select count(*) from platform.journal where case_id = $1", id));
        Assert.Equal(0L, await ScalarAsync("select count(*) from platform.act_reasons where case_id = $1", id));
        Assert.Equal(1L, await ScalarAsync("select count(*) from platform.commands where case_id = $1", id));
    }

    [Fact]
    public async Task Only_the_body_that_holds_the_task_decides_it()
    {
        var (id, visit) = await StartAsync();

        var stranger = await CompleteAsync(id, visit, "Submit", new Actor(county.IdOf("health"), "UNIT", county.Health.Id));

        Assert.Equal("not-holder", stranger.Refusal?.Code);
    }

    [Fact]
    public async Task One_bad_row_refuses_its_own_command_and_no_other_of_the_batch()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => StartAsync(unit: 1_000 + n)));
        var tooLong = new FeatureRow(ActReason.Table.Name, "x", null);

        var outcomes = await Task.WhenAll(starts.Select(async (s, n) =>
        {
            var command = Command(s.Id, new Act.Complete(s.Visit, Facts.Of(("outcome", "Submit"))), new Actor(1, "UNIT", 1_000 + n));
            try
            {
                return (await runner.RunAsync(n == 7 ? command with { Rows = [tooLong] } : command, CancellationToken.None)).Ok;
            }
            catch (PostgresException)
            {
                return false;
            }
        }));

        Assert.Equal([7], outcomes.Index().Where(o => !o.Item).Select(o => o.Index));
    }

    [Fact]
    public async Task A_command_that_cannot_be_decided_fails_alone()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => StartAsync(unit: 2_000 + n)));
        var broken = Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            var seedless = Command(-1 - n, new Act.Start(Facts.Of(("due", Due))), Actor.Platform);
            return await Record.ExceptionAsync(() => runner.RunAsync(seedless, CancellationToken.None));
        }));

        var outcomes = await Task.WhenAll(starts.Select((s, n) => CompleteAsync(s.Id, s.Visit, "Submit", new Actor(1, "UNIT", 2_000 + n))));

        Assert.All(outcomes, o => Assert.True(o.Ok, o.Refusal?.Code));
        Assert.All(await broken, e => Assert.IsType<InvalidOperationException>(e));
    }

    [Fact]
    public async Task A_moved_guard_refuses_the_command()
    {
        var (id, visit) = await StartAsync();
        var draft = await ScalarAsync(
            "insert into platform.drafts (case_id, visit, region_id, form, source, version, saved_at, saved_by) values ($1, 1, 1, '{}', 'page', 3, '2024-01-01', 1) returning id", id);

        var command = Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), UnitClerk());
        var stale = await runner.RunAsync(command with { Guards = [new Guard("drafts", draft, 2)] }, CancellationToken.None);
        var fresh = await runner.RunAsync(command with { Guards = [new Guard("drafts", draft, 3)] }, CancellationToken.None);

        Assert.Equal("moved-on", stale.Refusal?.Code);
        Assert.True(fresh.Ok);
    }

    [Fact]
    public async Task Withdrawal_is_possible_until_the_next_step_was_looked_at()
    {
        var (id, visit) = await StartAsync();
        await CompleteAsync(id, visit, "Submit", UnitClerk());
        var back = await runner.RunAsync(Command(id, new Act.Withdraw(visit, Facts.Of(("due", Due))), UnitClerk()), CancellationToken.None);
        Assert.True(back.Ok, back.Refusal?.Code);

        var again = back.Value.Opened[0];
        await CompleteAsync(id, again, "Submit", UnitClerk());
        await ScalarAsync("update platform.tasks set opened_at = '2024-01-01' where case_id = $1 returning 1::bigint", id);
        var late = await runner.RunAsync(Command(id, new Act.Withdraw(again, Facts.Of(("due", Due))), UnitClerk()), CancellationToken.None);

        Assert.Equal("already-opened", late.Refusal?.Code);
    }

    [Theory]
    [InlineData("update platform.journal set line = set_byte(line, 1, 255 - get_byte(line, 1)) where case_id = $1 and seq = 2 returning 1::bigint", "line-changed")]
    [InlineData("delete from platform.journal where case_id = $1 and seq = 2 returning 1::bigint", "line-missing")]
    [InlineData("update platform.cases set head_seq = 9 where id = $1 returning 1::bigint", "line-missing")]
    [InlineData("update platform.journal set actor_id = actor_id + 1 where case_id = $1 and seq = 2 returning 1::bigint", "line-changed")]
    [InlineData("update platform.journal set outcome = 'ReturnToUnit' where case_id = $1 and seq = 3 returning 1::bigint", "line-changed")]
    [InlineData("update platform.journal set at = at - interval '1 day' where case_id = $1 and seq = 2 returning 1::bigint", "line-changed")]
    [InlineData("update platform.journal set node = 'x' where case_id = $1 and seq = 2 returning 1::bigint", "line-changed")]
    [InlineData("update platform.journal set visit_opened_at = null where case_id = $1 and seq = 3 returning 1::bigint", "line-changed")]
    [InlineData("update platform.act_reasons set text = 'z' where case_id = $1 returning 1::bigint", "row-changed")]
    [InlineData("delete from platform.act_reasons where case_id = $1 returning 1::bigint", "row-missing")]
    [InlineData("insert into platform.act_reasons select case_id, 3, 0, act, text from platform.act_reasons where case_id = $1 returning 1::bigint", "row-added")]
    public async Task Verification_names_stream_and_kind_of_every_break(string damage, string kind)
    {
        var (id, visit) = await StartAsync();
        var submitted = await runner.RunAsync(Command(id, new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), UnitClerk()) with { Rows = [ActReason.Of("x", "y")] }, CancellationToken.None);
        await CompleteAsync(id, submitted.Value.Opened[0], "Approve", Department());
        Assert.True((await VerifyAsync()).Verified);

        await ScalarAsync(damage, id, app.Database.OwnerConnectionString);

        var found = (await VerifyAsync()).Breaks[0];
        Assert.Equal((id, kind), (found.Stream, found.Kind));
    }

    [Theory]
    [InlineData("update platform.journal set act = 'x'")]
    [InlineData("delete from platform.journal")]
    [InlineData("update platform.act_reasons set text = 'x'")]
    [InlineData("delete from platform.rounds")]
    public async Task The_service_role_cannot_change_the_trail(string sql)
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString("perfflow_platform"));
        await using var command = source.CreateCommand(sql);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private DateTimeOffset Due => app.Time.GetUtcNow().AddDays(10);

    private Actor UnitClerk() => new(county.IdOf("school"), "UNIT", county.School.Id);

    private Actor Department() => new(county.IdOf("education"), "DEPT", county.Education.Id);

    private Actor Section() => new(county.IdOf("culture"), "FIN_SECTION", county.CultureSection.Id);

    private CaseCommand Command(long id, Act act, Actor actor) => new() { Id = CommandId.Of($"{Seed} {Interlocked.Increment(ref ids)}"), CaseId = id, Act = act, Actor = actor };

    private Task<Outcome<CaseAnswer>> CompleteAsync(long id, int visit, string outcome, Actor actor) =>
        runner.RunAsync(Command(id, new Act.Complete(visit, Facts.Of(("outcome", outcome))), actor), CancellationToken.None);

    private static async Task<int> OpenedAsync(Task<Outcome<CaseAnswer>> act)
    {
        var outcome = await act;
        Assert.True(outcome.Ok, outcome.Refusal?.Code);
        return Assert.Single(outcome.Value.Opened);
    }

    private async Task<(long Id, int Visit)> StartAsync(long? unit = null)
    {
        var id = (await runner.NewCaseIdsAsync(1, CancellationToken.None))[0];
        var outcome = await runner.RunAsync(
            Command(id, new Act.Start(Facts.Of(("due", Due), ("needsDepartment", unit is null), ("needsPerformanceReview", false))), Actor.Platform) with
            {
                Seed = new CaseSeed
                {
                    DefinitionId = "goal-filing", RegionId = county.RegionId, NoticeId = 1, UnitId = unit ?? county.School.Id, DepartmentId = unit ?? county.Education.Id,
                    SectionId = county.CultureSection.Id, ObjectId = id,
                },
            },
            CancellationToken.None);
        Assert.True(outcome.Ok, outcome.Refusal?.Code);
        return (id, outcome.Value.Opened[0]);
    }

    private async Task<JournalReport> VerifyAsync()
    {
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString("perfflow_platform"));
        return await new JournalVerifier(source, app.Get<FeatureTables>()).RunAsync(null, CancellationToken.None);
    }

    private async Task<long> ScalarAsync(string sql, long id, string? connection = null)
    {
        await using var source = NpgsqlDataSource.Create(connection ?? app.Database.ConnectionString("perfflow_platform"));
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
