using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>Something of a case that runs, waits or failed, and where it goes in another version.</summary>
/// <param name="ActivityId">In the version that the case runs on.</param>
/// <param name="Name">Its display text.</param>
/// <param name="Kind">fill, review, act, task, timer or event of what waits; else the type of the activity.</param>
/// <param name="To">Its place in the other version; null = it has none.</param>
/// <param name="RefusalCode">Why it cannot go there; null = it can.</param>
public sealed record MigrationStep(string ActivityId, string Name, string Kind, string? To, string? RefusalCode)
{
    /// <summary>What differs, as it is here: a kind, form or role; null where nothing does or it is nothing that has a name.</summary>
    public string? Was { get; init; }

    /// <summary>The same as it is there.</summary>
    public string? Now { get; init; }

    /// <summary>The open task is taken back and handed out anew by the rule of the other version.</summary>
    public bool Anew { get; init; }
}

/// <summary>What an operator chose for a migration.</summary>
/// <param name="Renamed">Activity id in the version that the case runs on → id in the other one, for those that have another.</param>
/// <param name="Anew">Ids in the version that the case runs on of open steps that somebody else decides there, and that are to be handed out anew.</param>
public sealed record MigrationChoices(IReadOnlyDictionary<string, string> Renamed, IReadOnlySet<string> Anew)
{
    public static MigrationChoices Of(Facts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return new(
            (facts.GetValueOrDefault("map") as Facts ?? Facts.Empty).Where(pair => pair.Value is string).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal),
            (facts.GetValueOrDefault("anew") as IReadOnlyList<object?> ?? []).OfType<string>().ToHashSet(StringComparer.Ordinal));
    }
}

/// <summary>
/// Takes the state of a case over to another version of its definition. Activities are found by their ids, under the container
/// that holds them; what is open stays open with its visit, due instant, seats and holder. Nothing is run and nothing is decided. A step that
/// somebody else decides there is handed out anew where the operator chose so: nobody is asked something else behind their back, and
/// nobody's unfinished entries pass to others.
/// </summary>
public static class Migration
{
    /// <summary>What the case has open or failed, and why it cannot go over; all codes null = it can.</summary>
    public static IReadOnlyList<MigrationStep> Plan(Instance instance, WorkflowDefinition to, MigrationChoices choices)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(choices);
        return Carry(instance.Frames, to, choices, instance.Status == InstanceStatus.Running).Steps;
    }

    /// <summary>The frames as the other version has them, null where one of the steps says why not.</summary>
    /// <param name="running">Of a case that failed nothing is handed out: it is repaired first.</param>
    internal static (Frame[]? Frames, IReadOnlyList<MigrationStep> Steps) Carry(Frame[] frames, WorkflowDefinition to, MigrationChoices choices, bool running)
    {
        string Renamed(string id) => choices.Renamed.GetValueOrDefault(id, id);
        var made = new Frame?[frames.Length];
        var steps = new List<MigrationStep>();
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = frames[i];
            var parent = frame.Parent is null ? null : made[Array.IndexOf(frames, frame.Parent)];
            if (frame.Parent is not null && parent is null)
                continue; // its container has no place, which has been told
            var (node, refusal) = Place(frame, parent, to, Renamed);
            var difference = refusal is null && node is not null ? Difference(frame, node, Renamed) : null;
            var anew = running && difference?.Code == RefusalCodes.MigrateRole && choices.Anew.Contains(frame.Node.Id);
            refusal ??= anew ? null : difference?.Code;
            if (frame.Visit is not null || frame.Faulted || refusal is not null)
            {
                steps.Add(new MigrationStep(frame.Node.Id, frame.Node.Name, frame.Visit?.Kind ?? frame.Node.Type, refusal is null ? node!.Id : null, refusal)
                {
                    Was = difference?.Was, Now = difference?.Now, Anew = anew,
                });
            }

            if (refusal is null)
                made[i] = Made(frame, node!, parent, Renamed);
        }

        if (!steps.TrueForAll(step => step.RefusalCode is null))
            return (null, steps);
        for (var i = 0; i < frames.Length; i++)
        {
            if (frames[i].Node is Flowchart && Flowchart.CarryTokens(frames[i], made[i]!, made!, Renamed) is { } join)
                steps.Add(new MigrationStep(join.Id, join.Name, join.Type, null, RefusalCodes.MigrateJoin));
            if (made[i]!.Node is SequenceNode sequence && Array.Find(made, frame => frame!.Parent == made[i]) is { } child)
                made[i]!.Counter = sequence.After(child.Node);
        }

        return steps.TrueForAll(step => step.RefusalCode is null) ? ([.. made.OfType<Frame>()], steps) : (null, steps);
    }

    private static (Node? Node, string? Refusal) Place(Frame frame, Frame? parent, WorkflowDefinition to, Func<string, string> renamed)
    {
        if (parent is null)
            return (to.Workflow, null);
        if (frame.Counter > 0 && frame.Node is RunTaskNode && frame.Parent!.Node == frame.Node)
            return (parent.Node, null); // a seat of the step above it
        var own = frame.Node is IterationNode or WorkflowNode;
        var id = renamed(frame.Node.Id);
        var named = Array.FindAll(to.Nodes, node => own ? node.Outer == parent.Node : node.Id == id);
        if (named.Length == 0)
            return (null, RefusalCodes.MigrateMissing);
        var here = Array.FindAll(named, node => node.Outer == parent.Node);
        return here switch
        {
            [] => (null, RefusalCodes.MigrateElsewhere),
            // What failed may be mended by another activity in its place.
            [var node] when frame.Faulted || node.GetType() == frame.Node.GetType() => (node, null),
            _ => (null, RefusalCodes.MigrateDiffers),
        };
    }

    /// <summary>What is open must mean the same to the people and clocks that it waits for.</summary>
    private static (string Code, string? Was, string? Now)? Difference(Frame frame, Node node, Func<string, string> renamed) => (frame.Node, node) switch
    {
        _ when frame.Faulted => null,
        (RunTaskNode was, RunTaskNode now) => was.Difference(now, frame.Panel is not null),
        (EventNode, EventNode now) => frame.Data is IReadOnlyList<object?> { Count: 2 } wait && now.WaitsFor((string)wait[0]!) ? null : (RefusalCodes.MigrateEvent, null, null),
        (ParallelNode was, ParallelNode now) => was.IsLike(now, renamed) ? null : (RefusalCodes.MigrateBranches, null, null),
        _ => null,
    };

    private static Frame Made(Frame frame, Node node, Frame? parent, Func<string, string> renamed)
    {
        var made = new Frame(node, parent)
        {
            Counter = frame.Counter,
            Data = frame.Data switch
            {
                Back back => Renamed(back, renamed),
                Panel panel => panel with { Back = Renamed(panel.Back, renamed) },
                var data => data,
            },
            Visit = frame.Visit is { } visit ? visit with { ActivityId = node.Id, Kind = node is WaitingNode waiting ? waiting.Kind : visit.Kind } : null,
            Breaking = frame.Breaking,
            Faulted = frame.Faulted,
        };
        if (node is ContainerNode container && frame.Node is ContainerNode before && !frame.Faulted)
            made.Declare(Values(before, frame, container));
        return made;
    }

    /// <summary>By name; what only the other version has begins with its default.</summary>
    private static object?[] Values(ContainerNode before, Frame frame, ContainerNode now)
    {
        var values = (object?[])now.Scope.Defaults.Clone();
        for (var i = 0; i < values.Length; i++)
        {
            var variable = now.Scope.Variables[i];
            var known = before.Scope.Variables.FindIndex(v => v.Name == variable.Name);
            if (known >= 0)
                values[i] = variable.Stored(frame.Variables[known]);
        }

        return values;
    }

    private static Back? Renamed(Back? back, Func<string, string> renamed) =>
        back is null ? null : back with { Step = renamed(back.Step), Outer = Renamed(back.Outer, renamed) };
}
