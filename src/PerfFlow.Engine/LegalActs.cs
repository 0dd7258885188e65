using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>One act and why it is not possible now; null = it is.</summary>
public sealed record LegalAct(string Name, string? RefusalCode);

/// <summary>Which acts exist for a visit of a case now, by the same table that <see cref="WorkflowEngine"/> decides by.</summary>
public static class LegalActs
{
    /// <summary>
    /// Every act that can be aimed at the visit (an open one, or a completed one for <c>Withdraw</c>) or at the case, each with
    /// null or a code of <see cref="RefusalCodes"/>. Facts are not known here: whether somebody opened the next step, or whether
    /// an outcome lacks a due date, is decided by the act itself.
    /// </summary>
    public static IReadOnlyList<LegalAct> For(Instance? instance, int visit) =>
        [.. ActTable.Names.Select(name => new LegalAct(name, ActTable.Refusal(name, instance, visit)))];

    /// <summary>The outcomes that the step of an open visit offers now; empty if there is no such visit.</summary>
    public static IReadOnlyList<string> Outcomes(Instance instance, int visit) =>
        instance.FrameOf(visit) is { Node: RunTaskNode task } frame ? task.Offered(frame) : [];

    /// <summary>How far the step has come at which an open visit is a seat; null where one person decides it.</summary>
    public static Tally? TallyOf(Instance instance, int visit) =>
        instance.FrameOf(visit) is { Counter: > 0, Parent.Panel: { } panel } ? panel.TallyOf(visit) : null;

    /// <summary>Those of them along which <c>Skip</c> may let the step go by: none that sends work back, none of what is to be filled in.</summary>
    public static IReadOnlyList<string> SkipOutcomes(Instance instance, int visit) =>
        instance.FrameOf(visit) is { Node: RunTaskNode { Kind: not "fill" } task } frame ? [.. task.Offered(frame).Where(outcome => !task.SendsBack(outcome))] : [];

    /// <summary>The steps that the case was at before it first came to that of the open visit, and why <c>ReturnTo</c> cannot take it there; null = it can.</summary>
    /// <param name="instance">The case.</param>
    /// <param name="visit">The open visit that would return.</param>
    /// <param name="visited">The steps that this case has decided, in the order in which it first did.</param>
    public static IReadOnlyList<LegalAct> ReturnTargets(Instance instance, int visit, IReadOnlyList<string> visited)
    {
        if (ActTable.Refusal("ReturnTo", instance, visit) is not null || instance.FrameOf(visit) is not { } frame || RunTaskNode.Container(frame).Node is not Flowchart flow)
            return [];
        return [.. visited.TakeWhile(step => step != frame.Node.Id).Where(step => flow.Target(step) is not null)
            .Select(step => new LegalAct(step, flow.EntryOf(step) is null ? RefusalCodes.StepJoins : null))];
    }

    /// <summary>Every human step of the definition, and why <c>Move</c> cannot take the case there now; null = it can.</summary>
    public static IReadOnlyList<LegalAct> MoveTargets(Instance instance)
    {
        var refusal = ActTable.Refusal("Move", instance, 0);
        return [.. instance.Definition.HumanSteps.Select(step => new LegalAct(step.ActivityId, refusal ?? Flowchart.Entry(instance.Frames, step.ActivityId).Refusal))];
    }
}
