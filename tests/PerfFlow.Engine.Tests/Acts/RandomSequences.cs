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

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryStepAndOutcome_IsReached(string file)
    {
        var definition = Shipped.Load(file);
        var offered = definition.HumanSteps.SelectMany(step => step.Outcomes.Select(outcome => $"{step.ActivityId} {outcome}")).ToList();
        var decided = new HashSet<string>(StringComparer.Ordinal);
        var random = new System.Random(7);
        for (var i = 0; i < 1500 && decided.Count < offered.Count; i++)
        {
            var script = new byte[160];
            random.NextBytes(script);
            Play(definition, script, decided: decided);
        }

        Assert.Equal(offered.Order(StringComparer.Ordinal), decided.Order(StringComparer.Ordinal));
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
            ["Cancel", "Complete", "DeliverEvent", "Extend", "FireTimer", "Move", "Reassign", "Reopen", "Skip", "Start", "Void", "Waive", "Withdraw"],
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
                Assert.Contains(refused.Code, acts.Excuses);
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
        Assert.True(InstanceCodec.Write(after).Length < 200);
        inbox.Apply(effects);
        inbox.Matches(after);
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
