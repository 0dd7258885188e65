using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Rectification;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Results;

/// <summary>The leader confirmed 整改不到位 and the process died before the result was opened: the sweep opens it.</summary>
public sealed class OpeningMissingResults(PostgresServer postgres) : IAsyncLifetime
{
    private RectificationOffice office = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private MissingResults Sweep => office.App.Get<MissingResults>();

    public async ValueTask InitializeAsync() => office = await RectificationOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => office.DisposeAsync();

    [Fact]
    public async Task CutOffAfterTheLeadersAct_SweepOpensTheResultOnce()
    {
        var id = await CutOffAsync();
        Assert.Equal(CaseStates.NotRectified, (await office.StateAsync(id)).State);
        Assert.Empty(await ResultsAsync(id));

        Assert.Equal(1, await Sweep.SweepAsync(Ct));
        var result = Assert.Single(await ResultsAsync(id));
        Assert.Equal("rectification", (await office.FilingAsync("performance", result)).Prefilled["result.source"]);
        Assert.Equal(0, await Sweep.SweepAsync(Ct));
        Assert.Equal([result], await ResultsAsync(id));
    }

    [Fact]
    public async Task TwoSweepsAndTheFollowerAtOnce_MakeOneResult()
    {
        var id = await CutOffAsync();
        var follower = office.App.Get<IEnumerable<IDecisionPart>>().Single(p => p.Definition == OrderRectification.Definition);
        await Task.WhenAll(
            Enumerable.Range(0, 6).Select(n => n % 3 == 2 ? follower.FollowAsync(id, Ct) : Task.Run(() => Sweep.SweepAsync(Ct), Ct)));
        Assert.Single(await ResultsAsync(id));
    }

    [Fact]
    public async Task ResultProposedByHandMeanwhile_IsEnough()
    {
        var id = await CutOffAsync();
        NoticeOffice.Done(await office.App.Get<ProposeResult>().RunAsync(await office.AsAsync("performance"), id, office.Command(), Ct));
        Assert.Equal(0, await Sweep.SweepAsync(Ct));
        Assert.Single(await ResultsAsync(id));
    }

    [Fact]
    public async Task RectificationThatIsStillRunning_IsLeftAlone()
    {
        var id = await office.OrderedAsync();
        NoticeOffice.Done(await office.App.Get<DeclareRefusal>().RunAsync(await office.AsAsync("performance"), id, "单位多次催办仍不整改反馈", office.Command(), Ct));
        Assert.Equal(0, await Sweep.SweepAsync(Ct));
        Assert.Empty(await ResultsAsync(id));
    }

    /// <summary>An order declared refused and confirmed by the leader, by the runner alone: nothing that follows an act has run.</summary>
    private async Task<long> CutOffAsync()
    {
        var id = await office.OrderedAsync();
        NoticeOffice.Done(await office.App.Get<DeclareRefusal>().RunAsync(await office.AsAsync("performance"), id, "单位多次催办仍不整改反馈", office.Command(), Ct));
        var state = await office.StateAsync(id);
        NoticeOffice.Done(await office.App.Get<WorkflowRunner>().RunAsync(
            new CaseCommand
            {
                Id = office.Command(),
                CaseId = id,
                Act = new Act.Complete(state.Visit!.Value, Facts.Of(("outcome", DecideReview.Approve))),
                Actor = new Actor(1, state.Role!, state.OrganisationId!.Value),
            },
            Ct));
        return id;
    }

    private async Task<List<long>> ResultsAsync(long origin)
    {
        await using var db = office.App.Db();
        return await db.ResultAmounts.Where(r => r.OriginId == origin).Select(r => r.CaseId).ToListAsync(Ct);
    }
}
