using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>The verbs among reviewers: return to a step, take back, sign with others, ask, copy.</summary>
public static partial class WorkflowEngine
{
    private static Decision ReturnTo(Burst burst, Instance instance, Act.ReturnTo act)
    {
        if (burst.Input.GetValueOrDefault("visited") is not IReadOnlyList<object?> visited)
            return new Decision.Refused(RefusalCodes.MissingFact, "visited");
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        var container = RunTaskNode.Container(frame);
        if (container.Node is not Flowchart flow || flow.Target(act.Target) is not { } target || !visited.TakeWhile(step => step is string id && id != frame.Node.Id).Contains(act.Target))
            return new Decision.Refused(RefusalCodes.NotEarlier, $"The case was not at '{act.Target}' before '{frame.Node.Id}'.");
        if (flow.EntryOf(act.Target) is not { } entry || (act.Straight && flow.EntryOf(frame.Node.Id) is null))
            return new Decision.Refused(RefusalCodes.StepJoins, $"'{act.Target}' cannot be entered, or '{frame.Node.Id}' not again.");

        var owed = frame.Counter > 0 ? frame.Parent!.Panel!.Back : frame.Data as Back;
        burst.Emit(new Effect.TaskClosed(act.Visit, "returned"));
        burst.Opener = act.Visit;
        burst.Returned = true;
        RunTaskNode.Returned(frame);
        burst.Clear(container, "superseded");
        burst.Destine(target, null, act.Straight ? new Back(frame.Node.Id, act.By, owed) : null);
        burst.Schedule(entry, container);
        burst.Run();
        return LeadsOn(burst.Accept(instance, new Undo(act.Visit, burst.Irreversible ? [] : instance.Frames, Overtaken: false)));
    }

    private static Decision TakeBack(Burst burst, Instance instance, int visit)
    {
        if (instance.PanelOf(visit) is not { Panel: { } panel } place || !panel.Seats.Any(seat => seat.Visit == visit && seat.IsDecided))
            return Restore(burst, instance);
        burst.Resume(instance, instance.Frames);
        var step = burst.Frames[Array.IndexOf(instance.Frames, place)];
        return Sitting(burst, instance, () =>
        {
            ((RunTaskNode)step.Node).TakeBack(burst, step, visit);
            return null;
        });
    }

    private static Decision AddParticipant(Burst burst, Instance instance, Act.AddParticipant act)
    {
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        return Sitting(burst, instance, () => ((RunTaskNode)frame.Node).Add(burst, frame, act));
    }

    private static Decision RemoveParticipant(Burst burst, Instance instance, Act.RemoveParticipant act)
    {
        burst.Resume(instance, instance.Frames);
        var step = burst.Frames[Array.IndexOf(instance.Frames, instance.PanelOf(act.Visit))];
        return Sitting(burst, instance, () => ((RunTaskNode)step.Node).RemoveSeat(burst, step, act), new Undo(0, instance.Frames, Overtaken: false));
    }

    /// <summary>
    /// Whoever sits at a step has changed. The decision before cannot be pulled back any more, for somebody has acted on what it
    /// opened; a step that ends by it can be reopened.
    /// </summary>
    private static Decision Sitting(Burst burst, Instance instance, Func<Decision.Refused?> change, Undo? end = null)
    {
        try
        {
            if (change() is { } refused)
                return refused;
        }
        catch (JsException e)
        {
            return new Decision.Refused(RefusalCodes.StepFails, e.Message);
        }

        burst.Run();
        var ended = burst.Status != InstanceStatus.Running;
        return LeadsOn(burst.Accept(instance, !ended || end is null ? null : end with { Frames = burst.Irreversible ? [] : end.Frames }));
    }

    private static Decision Succeed(Burst burst, Instance instance, Act.Succeed act)
    {
        if (instance.WaitsFor(act.From).Count == 0)
            return new Decision.Refused(RefusalCodes.NothingWaits, act.From);
        burst.Resume(instance, instance.Frames);
        foreach (var frame in burst.Frames)
        {
            if (frame.Panel is { } panel && panel.Has(act.To) && panel.Seats.Any(seat => seat.State == ParticipantState.Waiting && seat.Holder == act.From))
                return new Decision.Refused(RefusalCodes.AlreadyParticipant, act.To);
            TakeOver(frame, act, ParticipantState.Waiting);
        }

        return burst.Accept(instance, instance.Undo is { } undo ? undo with { Frames = TakenOver(instance, undo.Frames, act, burst.Now) } : null);
    }

    /// <summary>The frames that a decision can be pulled back to, as if the successor had been there: nothing opens again for whoever has left.</summary>
    private static Frame[] TakenOver(Instance instance, Frame[] frames, Act.Succeed act, DateTimeOffset now)
    {
        var earlier = new Burst(instance.Definition, Facts.Empty, now);
        earlier.Resume(instance, frames);
        foreach (var frame in earlier.Frames)
            TakeOver(frame, act, ParticipantState.Waiting, ParticipantState.Open);
        return [.. earlier.Frames];
    }

    private static void TakeOver(Frame frame, Act.Succeed act, params ReadOnlySpan<ParticipantState> states)
    {
        frame.Data = frame.Data switch
        {
            Panel panel => panel.TakenOver(act.From, act.To, states),
            Back back => back.TakenOver(act.From, act.To),
            var other => other,
        };
    }

    private static Decision Copy(Burst burst, Instance instance, Act.Copy act)
    {
        if (act.Holders.Count == 0)
            return new Decision.Refused(RefusalCodes.MissingFact, "holders");
        burst.Resume(instance, instance.Frames);
        burst.Emit(new Effect.Copied(act.Visit, act.Holders));
        return burst.Accept(instance, instance.Undo);
    }
}
