using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Workflows;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// What a county owes before a round begins, so that the round meets the platform's own acts too: answer periods that pass
/// while it goes on (timers), and rectifications that ended 不到位 just before their process died (the sweep for results).
/// </summary>
internal static class OwedWork
{
    private const int Periods = 8;
    private const int Results = 3;

    private static readonly DateTimeOffset AnswerDue = new(2023, 10, 16, 16, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Needs a host whose runner is started.</summary>
    public static async Task LeaveAsync(IServiceProvider host, int region)
    {
        var runner = host.GetRequiredService<WorkflowRunner>();
        await using var db = await host.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(Ct);
        var projects = await db.Projects.Where(p => p.RegionId == region).OrderBy(p => p.Code).Take(Periods).ToListAsync(Ct);
        for (var n = 0; n < projects.Count; n++)
        {
            var origin = await LeavePeriodAsync(runner, db, projects[n], AnswerDue);
            if (n < Results)
            {
                await LeaveResultAsync(new Hand(runner, db, projects[n]), origin);
            }
        }
    }

    /// <summary>A spot check whose result the unit was told: the case ends when the answer period passes in silence.</summary>
    public static async Task<long> LeavePeriodAsync(WorkflowRunner runner, PlatformDb db, Project project, DateTimeOffset answerDue)
    {
        var spot = new Hand(runner, db, project);
        await spot.StartAsync("spot-check", null);
        await spot.CompleteAsync("Submit");
        await spot.CompleteAsync("Submit");
        await spot.CompleteAsync("Approve", ("answerDue", answerDue));
        return spot.CaseId;
    }

    private static async Task LeaveResultAsync(Hand hand, long origin)
    {
        await hand.StartAsync("rectification", origin);
        await hand.DeliverAsync("not-rectified");
        await hand.CompleteAsync("Approve");
    }

    /// <summary>Acts on one case for whoever holds its step, by the runner alone: nothing that a use case does besides.</summary>
    private sealed class Hand(WorkflowRunner runner, PlatformDb db, Project project)
    {
        private int acts;

        public long CaseId { get; private set; }

        public async Task StartAsync(string definition, long? origin)
        {
            CaseId = (await runner.NewCaseIdsAsync(1, Ct))[0];
            await DoAsync(new Act.Start(Facts.Of(("due", AnswerDue.AddDays(30)))), Actor.Platform, new CaseSeed
            {
                DefinitionId = definition, RegionId = project.RegionId, NoticeId = null, OriginId = origin, UnitId = project.UnitId, DepartmentId = project.DepartmentId,
                SectionId = project.SectionId, ObjectId = project.Id,
            }, origin is { } of ? [new FeatureRow(RectificationOrderRow.Table.Name, of, 1, "spot-check", "", AnswerDue.AddDays(30))] : []);
        }

        public async Task CompleteAsync(string outcome, params (string, object?)[] facts)
        {
            var state = await db.CaseStates.AsNoTracking().SingleAsync(s => s.CaseId == CaseId, Ct);
            await DoAsync(new Act.Complete(state.Visit!.Value, Facts.Of([("outcome", outcome), .. facts])), new Actor(1, state.Role!, state.OrganisationId!.Value), null, []);
        }

        public async Task DeliverAsync(string name)
        {
            var visit = (await db.Database.SqlQuery<int>($"select visit as \"Value\" from platform.waits where case_id = {CaseId} and event = {name}").ToListAsync(Ct)).Single();
            await DoAsync(new Act.DeliverEvent(visit, name, Facts.Empty), Actor.Platform, null, []);
        }

        private async Task DoAsync(Act act, Actor actor, CaseSeed? seed, IReadOnlyList<FeatureRow> rows)
        {
            var command = new CaseCommand { Id = CommandId.Of($"owed {CaseId} {++acts}"), CaseId = CaseId, Act = act, Actor = actor, Seed = seed, Rows = rows };
            var answer = await runner.RunAsync(command, Ct);
            Assert.True(answer.Ok, $"{act.Name}: {answer.Refusal?.Code}");
        }
    }
}
