using PerfFlow.Engine;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Handover;

/// <summary>移交: an open task goes to one person and back, and only those who may do it can.</summary>
public sealed class HandOverTaskTests(PostgresServer postgres) : IAsyncLifetime
{
    private PerfFlowApp app = null!;
    private SmallCounty county = null!;
    private HandOverTask handOver = null!;
    private long caseId;
    private int visit;
    private int commands;

    public async ValueTask InitializeAsync()
    {
        app = await PerfFlowApp.StartAsync(postgres);
        county = await SmallCounty.CreateAsync(app);
        handOver = app.Get<HandOverTask>();
        var runner = app.Get<WorkflowRunner>();
        caseId = (await runner.NewCaseIdsAsync(1, CancellationToken.None))[0];
        var started = await runner.RunAsync(
            new CaseCommand
            {
                Id = Command(), CaseId = caseId, Actor = Actor.Platform,
                Act = new Act.Start(Facts.Of(("due", app.Time.GetUtcNow().AddDays(9)), ("needsDepartment", true), ("needsPerformanceReview", false))),
                Seed = new CaseSeed { DefinitionId = "goal-filing", RegionId = county.RegionId, NoticeId = 1, UnitId = county.School.Id, DepartmentId = county.Education.Id, SectionId = county.CultureSection.Id, ObjectId = county.SchoolProject.Id },
            },
            CancellationToken.None);
        visit = started.Value.Opened[0];
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task The_head_gives_the_task_to_one_clerk_and_only_that_clerk_decides_it()
    {
        var given = await HandOverAsync("schoolHead", county.IdOf("school"), "原填报人调离");
        Assert.True(given.Ok, given.Refusal?.Code);

        var runner = app.Get<WorkflowRunner>();
        var head = await runner.RunAsync(Submit("schoolHead"), CancellationToken.None);
        var clerk = await runner.RunAsync(Submit("school"), CancellationToken.None);

        Assert.Equal("not-holder", head.Refusal?.Code);
        Assert.True(clerk.Ok, clerk.Refusal?.Code);
        await Guarantees.AssertTrailAsync(app);
    }

    [Fact]
    public async Task Given_back_it_belongs_to_the_whole_body_again()
    {
        await HandOverAsync("schoolHead", county.IdOf("school"), "原填报人调离");

        var back = await HandOverAsync("performance", null, "接手人休假");

        Assert.True(back.Ok, back.Refusal?.Code);
        Assert.Null((await handOver.FindAsync(await county.AsAsync("schoolHead"), caseId, CancellationToken.None)).Value.Holder);
    }

    [Theory]
    [InlineData("school", "right-reassign")]
    [InlineData("health", "not-found")]
    public async Task Others_may_not(string person, string code) =>
        Assert.Equal(code, (await HandOverAsync(person, county.IdOf("school"), "原填报人调离")).Refusal?.Code);

    [Fact]
    public async Task Nobody_without_the_role_can_take_it()
    {
        Assert.Equal("taker-without-role", (await HandOverAsync("schoolHead", county.IdOf("health"), "原填报人调离")).Refusal?.Code);
        Assert.Equal("reason-too-short", (await HandOverAsync("schoolHead", county.IdOf("school"), " ")).Refusal?.Code);
    }

    private async Task<ServiceDefaults.Outcome<CaseAnswer>> HandOverAsync(string person, long? to, string reason) =>
        await handOver.RunAsync(await county.AsAsync(person), caseId, visit, to, reason, Command(), CancellationToken.None);

    private CaseCommand Submit(string person) => new()
    {
        Id = Command(), CaseId = caseId, Act = new Act.Complete(visit, Facts.Of(("outcome", "Submit"))), Actor = new Actor(county.IdOf(person), "UNIT", county.School.Id),
    };

    private Guid Command() => CommandId.Of($"handover {Interlocked.Increment(ref commands)}");
}
