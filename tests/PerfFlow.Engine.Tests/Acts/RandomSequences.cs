using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>Any sequence of acts on the shipped definitions: illegal ones change nothing, legal ones keep what always holds.</summary>
public class RandomSequences
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(160);

    public static TheoryData<string> Files => [.. Shipped.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Definition_KeepsItsInvariants(string file)
    {
        var definition = Shipped.Load(file);
        Check.One(Runs, Prop.ForAll<byte[]>(script => Play(definition, script)));
    }

    [Fact]
    public void SeveralWhoSign_KeepTheInvariants() => Check.One(Runs.WithMaxTest(600), Prop.ForAll<byte[]>(script => Play(Signing.Route, script)));

    [Fact]
    public void EveryWayOfSigning_IsReached()
    {
        var wanted = ((string[])["all", "any", "turn", "votes", "plain"]).SelectMany(step => new[] { $"{step} Approve", $"{step} Return", $"{step} Reply" }).ToHashSet(StringComparer.Ordinal);
        var decided = new HashSet<string>(StringComparer.Ordinal);
        var random = new System.Random(7);
        for (var i = 0; i < 6000 && !decided.IsSupersetOf(wanted); i++)
        {
            var script = new byte[240];
            random.NextBytes(script);
            Play(Signing.Route, script, decided: decided);
        }

        Assert.Superset(wanted, decided);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryStepAndOutcome_IsReached(string file)
    {
        var definition = Shipped.Load(file);
        var offered = definition.HumanSteps.SelectMany(step => step.Outcomes.Select(outcome => $"{step.ActivityId} {outcome}")).ToList();
        var decided = new HashSet<string>(StringComparer.Ordinal);
        var random = new System.Random(7);
        for (var i = 0; i < 1500 && !decided.IsSupersetOf(offered); i++)
        {
            var script = new byte[160];
            random.NextBytes(script);
            Play(definition, script, decided: decided);
        }

        Assert.Equal(offered.Order(StringComparer.Ordinal), decided.Where(each => !each.EndsWith(" Reply", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryActIsReachedLegally()
    {
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        var random = new System.Random(7);
        for (var i = 0; i < 300; i++)
        {
            var script = new byte[120];
            random.NextBytes(script);
            Play((i % 3) switch { 0 => Shipped.GoalFiling, 1 => Shipped.Notice, _ => Shipped.Rectification }, script, accepted);
        }

        Assert.Equal(
            ["AddParticipant", "Cancel", "Complete", "Copy", "DeliverEvent", "Extend", "FireTimer", "Move", "Reassign", "RemoveParticipant", "Reopen", "ReturnTo", "Skip", "Start", "Succeed", "TakeBack", "Void", "Waive", "Withdraw"],
            accepted.Order(StringComparer.Ordinal));
    }

    private static void Play(WorkflowDefinition definition, byte[] script, HashSet<string>? accepted = null, HashSet<string>? decided = null)
    {
        var acts = new ActScript(script);
        var run = new CaseRun(definition);
        var inbox = new Inbox();
        var history = new History();
        var performed = new List<(Act Act, DateTimeOffset Now, byte[] State)>();
        while (acts.Next(run) is { } act)
        {
            var before = run.Instance;
            var expected = StateTable.Expected(act.Name, before, ActScript.VisitOf(act), history);
            var told = LegalActs.For(before, ActScript.VisitOf(act)).Single(legal => legal.Name == act.Name).RefusalCode;
            Assert.Equal(expected, told);

            var refused = run.TryDo(act);
            if (expected is not null)
            {
                Assert.Equal(expected, refused?.Code);
                continue;
            }

            if (refused is not null)
            {
                Assert.Contains(refused.Code, acts.Excuses.Concat(acts.Maybes));
                continue;
            }

            Assert.Empty(acts.Excuses);
            accepted?.Add(act.Name);
            if (act is Act.Complete { Visit: var visit, Facts: var facts })
                decided?.Add($"{before!.OpenVisits.Single(open => open.Visit == visit).ActivityId} {facts["outcome"]}");
            history.Note(act, before, run.Effects);
            Holds(before, run.Instance!, run.Effects, inbox);
            performed.Add((act, run.Now, InstanceCodec.Write(run.Instance!)));
        }

        Replays(definition, performed);
        if (definition == Signing.Route && run.Instance is { Status: InstanceStatus.Running })
            ComesToItsEnd(run);
    }

    /// <summary>No case is lost: whatever was done to it, it ends when everybody who is asked approves or answers.</summary>
    private static void ComesToItsEnd(CaseRun run)
    {
        for (var i = 0; i < 200 && run.Instance!.Status == InstanceStatus.Running; i++)
        {
            var visit = run.Instance.OpenVisits[0].Visit;
            run.Do(new Act.Complete(visit, Facts.Of(("outcome", LegalActs.Outcomes(run.Instance, visit)[0]))));
        }

        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    private static void Holds(Instance? before, Instance after, List<Effect> effects, Inbox inbox)
    {
        Assert.Equal((before?.Revision ?? 0) + 1, after.Revision);
        Assert.True(after.LastVisit >= (before?.LastVisit ?? 0));
        foreach (var opened in effects.OfType<Effect.TaskOpened>())
        {
            Assert.InRange(opened.Visit, (before?.LastVisit ?? 0) + 1, after.LastVisit);
            Assert.InRange(opened.OpenedBy, 0, opened.Visit - 1);
            Assert.NotEmpty(opened.Outcomes);
        }

        Assert.Equal(after.Status == InstanceStatus.Running, after.OpenVisits.Count > 0);
        Assert.Equal(after.Status != InstanceStatus.Running, effects.OfType<Effect.CaseEnded>().Any());
        inbox.Apply(effects);
        inbox.Matches(after);
        // where several sign, the case also keeps who they are and the facts of those who decided
        Assert.True(InstanceCodec.Write(after).Length < (after.Definition != Signing.Route && inbox.Seats == 0 ? 200 : 500 + (inbox.Seats * 250)));
    }

    private static void Replays(WorkflowDefinition definition, List<(Act Act, DateTimeOffset Now, byte[] State)> performed)
    {
        Instance? instance = null;
        foreach (var (act, now, state) in performed)
        {
            instance = Assert.IsType<Decision.Accepted>(WorkflowEngine.Decide(definition, instance, act, now)).Instance;
            Assert.Equal(state, InstanceCodec.Write(instance));
        }
    }
}
