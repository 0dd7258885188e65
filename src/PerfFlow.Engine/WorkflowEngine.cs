using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>Decides acts on cases: a pure function, without clock, randomness or anything outside its arguments.</summary>
public static partial class WorkflowEngine
{
    /// <summary>What <paramref name="act"/> makes of the case.</summary>
    /// <param name="definition">The definition that the case started with.</param>
    /// <param name="instance">The case as it is; null = not started.</param>
    /// <param name="act">What is to happen.</param>
    /// <param name="now">Business time; the only clock that the engine knows.</param>
    /// <exception cref="ArgumentException">The instance belongs to another definition, or to another version of this one.</exception>
    public static Decision Decide(WorkflowDefinition definition, Instance? instance, Act act, DateTimeOffset now)
    {
        if (instance is not null && !ReferenceEquals(instance.Definition, definition))
            throw new ArgumentException("The instance was started with another definition.", nameof(instance));
        var visit = Visit(act);
        if (ActTable.Refusal(act.Name, instance, visit) is { } code)
            return new Decision.Refused(code, $"{act.Name} of visit {visit}, case {instance?.Status.ToString() ?? "not started"}.");

        if (act is Act.Migrate migrate)
            return Migrate(instance!, migrate, now);
        var burst = new Burst(definition, act.BurstInput, now);
        try
        {
            return act switch
            {
                Act.Start => Start(definition, burst),
                Act.Complete => Complete(burst, instance!, visit),
                Act.Withdraw => Withdraw(burst, instance!),
                Act.Reopen => Restore(burst, instance!),
                Act.Reassign reassign => Reassign(burst, instance!, reassign),
                Act.Extend extend => Extend(burst, instance!, extend),
                Act.Waive => Abandon(burst, instance!, InstanceStatus.Waived, "waived"),
                Act.Void => Abandon(burst, instance!, InstanceStatus.Voided, "voided"),
                Act.Cancel => Abandon(burst, instance!, InstanceStatus.Cancelled, "cancelled"),
                Act.Skip => Skip(burst, instance!, visit),
                Act.Move move => Move(burst, instance!, move),
                Act.Retry retry => Retry(burst, instance!, retry),
                Act.FireTimer fire => Fire(burst, instance!, fire),
                Act.DeliverEvent deliver => Deliver(burst, instance!, deliver),
                Act.ReturnTo to => ReturnTo(burst, instance!, to),
                Act.TakeBack => TakeBack(burst, instance!, visit),
                Act.AddParticipant add => AddParticipant(burst, instance!, add),
                Act.RemoveParticipant remove => RemoveParticipant(burst, instance!, remove),
                Act.Succeed succeed => Succeed(burst, instance!, succeed),
                Act.Copy copy => Copy(burst, instance!, copy),
                _ => throw new ArgumentOutOfRangeException(nameof(act), act.Name, "No such act."),
            };
        }
        catch (MissingFactException missing)
        {
            return new Decision.Refused(RefusalCodes.MissingFact, missing.Message);
        }
    }

    private static int Visit(Act act) => act switch
    {
        Act.Complete complete => complete.Visit,
        Act.Withdraw withdraw => withdraw.Visit,
        Act.Reassign reassign => reassign.Visit,
        Act.Extend extend => extend.Visit,
        Act.FireTimer fire => fire.Visit,
        Act.DeliverEvent deliver => deliver.Visit,
        Act.Skip skip => skip.Visit,
        Act.ReturnTo to => to.Visit,
        Act.TakeBack back => back.Visit,
        Act.AddParticipant add => add.Visit,
        Act.RemoveParticipant remove => remove.Visit,
        Act.Copy copy => copy.Visit,
        _ => 0,
    };

    private static Decision Start(WorkflowDefinition definition, Burst burst)
    {
        definition.Workflow.Begin(burst);
        burst.Run();
        return burst.Accept(null, null);
    }

    private static Decision Complete(Burst burst, Instance instance, int visit)
    {
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(visit)!;
        try
        {
            if (((RunTaskNode)frame.Node).Complete(burst, frame) is { } refused)
                return refused;
        }
        catch (JsException e)
        {
            Fail(burst, frame, e);
        }

        burst.Run();
        return burst.Accept(instance, new Undo(visit, burst.Irreversible ? [] : instance.Frames, Overtaken: false));
    }

    /// <summary>Its visit is over, so only the fault is left where it waited; of a step with seats where the step stood.</summary>
    private static void Fail(Burst burst, Frame frame, JsException e)
    {
        if (frame.Counter > 0 && frame.Node is RunTaskNode)
            frame = frame.Parent!;
        burst.Fault(frame.Node, frame.Parent!, e);
        burst.Remove(frame, "superseded");
    }

    private static Decision Skip(Burst burst, Instance instance, int visit)
    {
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(visit)!;
        try
        {
            switch (frame.Node)
            {
                case TimerNode timer:
                    timer.Fire(burst, frame);
                    break;
                case RunTaskNode task when task.Skip(burst, frame) is { } refused:
                    return refused;
            }
        }
        catch (JsException e)
        {
            Fail(burst, frame, e);
        }

        burst.Run();
        return LeadsOn(burst.Accept(instance, frame.Node is TimerNode ? Overtake(instance.Undo, burst) : new Undo(visit, burst.Irreversible ? [] : instance.Frames, Overtaken: false)));
    }

    private static Decision Move(Burst burst, Instance instance, Act.Move act)
    {
        burst.Resume(instance, instance.Frames);
        var (at, step, refusal) = Flowchart.Entry(instance.Frames, act.Target);
        if (refusal is not null)
            return new Decision.Refused(refusal, $"'{act.Target}' cannot be entered.");
        var frame = burst.Frames[Array.IndexOf(instance.Frames, at)];
        if (Correct(burst) is { } unknown)
            return unknown;
        burst.Clear(frame, "moved");
        burst.Schedule(step!, frame);
        burst.Run();
        return LeadsOn(burst.Accept(instance, null));
    }

    /// <summary>Gives variables of the workflow the values that an operator brings; null, or which of them does not exist.</summary>
    private static Decision.Refused? Correct(Burst burst)
    {
        var root = burst.Frames[0];
        var variables = ((WorkflowNode)root.Node).Scope.Variables;
        foreach (var (name, value) in burst.Input.GetValueOrDefault(Act.Variables) as Facts ?? Facts.Empty)
        {
            var index = name.StartsWith('$') ? -1 : variables.FindIndex(variable => variable.Name == name);
            if (index < 0)
                return new Decision.Refused(RefusalCodes.UnknownVariable, name);
            root.Set(index, variables[index].Stored(value));
        }

        return null;
    }

    /// <summary>An operator's act that would only make the case fail is refused.</summary>
    private static Decision LeadsOn(Decision.Accepted accepted) => accepted.Instance.Status == InstanceStatus.Faulted
        ? new Decision.Refused(RefusalCodes.StepFails, accepted.Instance.Incidents[^1].Message)
        : accepted;

    private static Decision Retry(Burst burst, Instance instance, Act.Retry act)
    {
        burst.Resume(instance, instance.Frames);
        if (Correct(burst) is { } unknown)
            return unknown;
        foreach (var failed in burst.Frames.Where(frame => frame.Faulted).ToArray())
        {
            if (failed.Parent!.Node is WorkflowNode workflow && workflow.Root != failed.Node)
                return new Decision.Refused(RefusalCodes.NotRetryable, failed.Node.Id);
            burst.Remove(failed, "superseded");
            burst.Schedule(failed.Node, failed.Parent);
        }

        burst.Run();
        return burst.Accept(instance, Overtake(instance.Undo, burst));
    }

    /// <summary>Nothing runs and no visit changes its number; only what things are called, and what they lead to, is that of the other version.</summary>
    private static Decision Migrate(Instance instance, Act.Migrate act, DateTimeOffset now)
    {
        if (act.Facts.GetValueOrDefault("revision") is not long revision)
            return new Decision.Refused(RefusalCodes.MissingFact, "revision");
        if (revision != instance.Revision)
            return new Decision.Refused(RefusalCodes.MovedOn, $"The case has revision {instance.Revision}.");
        if (act.To.DefinitionId != instance.Definition.DefinitionId)
            return new Decision.Refused(RefusalCodes.OtherDefinition, act.To.DefinitionId);
        if (ReferenceEquals(act.To, instance.Definition))
            return new Decision.Refused(RefusalCodes.SameVersion, $"Version {act.To.Version}.");
        var choices = MigrationChoices.Of(act.Facts);
        var (frames, steps) = Migration.Carry(instance.Frames, act.To, choices, instance.Status == InstanceStatus.Running);
        if (frames is null)
        {
            var blocked = steps.First(step => step.RefusalCode is not null);
            return new Decision.Refused(blocked.RefusalCode!, blocked.ActivityId);
        }

        // A decision that has no place there can no longer be pulled back; it keeps its effect.
        var undo = instance.Undo is { } known && Migration.Carry(known.Frames, act.To, choices, running: true).Frames is { } earlier ? known with { Frames = earlier } : null;
        var anew = steps.Where(step => step.Anew).Select(step => step.To!).ToHashSet(StringComparer.Ordinal);
        var carried = new Instance(act.To, frames)
        {
            Status = instance.Status,
            Revision = anew.Count == 0 ? instance.Revision + 1 : instance.Revision,
            LastVisit = instance.LastVisit,
            Submitted = instance.Submitted,
            Outcome = instance.Outcome,
            Name = instance.Name,
            CorrelationId = instance.CorrelationId,
            Outputs = instance.Outputs,
            Incidents = instance.Incidents,
            Undo = undo,
        };
        var kept = instance.Frames.Where(frame => frame.Visit is not null)
            .Select(frame => (Visit: frame.Visit!, Now: Array.Find(frames, now => now.Visit?.Visit == frame.Visit!.Visit)!)).Where(open => !anew.Contains(open.Now.Node.Id));
        Effect[] renamings = [.. kept.SelectMany(open => Renamings(open.Visit, open.Now))];
        return anew.Count == 0 ? new Decision.Accepted(carried, renamings) : HandOut(carried, anew, renamings, act, now);
    }

    /// <summary>Takes the open tasks of these steps back and opens the steps again, as the version says into which the case has come; a due instant stays.</summary>
    private static Decision HandOut(Instance carried, HashSet<string> anew, Effect[] renamings, Act.Migrate act, DateTimeOffset now)
    {
        var burst = new Burst(carried.Definition, act.Facts, now);
        burst.Resume(carried, carried.Frames);
        foreach (var effect in renamings)
            burst.Emit(effect);
        foreach (var frame in burst.Frames.Where(frame => frame.Visit is not null && anew.Contains(frame.Node.Id)).ToArray())
        {
            burst.EmitClosed(frame, "migrated");
            try
            {
                burst.OpenAgain(frame);
            }
            catch (JsException e)
            {
                return new Decision.Refused(RefusalCodes.StepFails, e.Reason.Written);
            }
            catch (MissingFactException missing)
            {
                return new Decision.Refused(RefusalCodes.MissingFact, missing.Message);
            }
        }

        return burst.Accept(carried, carried.Undo);
    }

    private static Effect[] Renamings(OpenVisit visit, Frame now) => visit.ActivityId == now.Node.Id ? [] : visit.Kind switch
    {
        "timer" => [new Effect.TimerCancelled(visit.Visit, visit.ActivityId), new Effect.TimerSet(visit.Visit, now.Node.Id, visit.Due!)],
        "event" => [],
        _ => [new Effect.TaskRenamed(visit.Visit, now.Node.Id)],
    };

    private static Decision Withdraw(Burst burst, Instance instance)
    {
        if (burst.Input.GetValueOrDefault("opened") is not bool opened)
            return new Decision.Refused(RefusalCodes.MissingFact, "opened");
        return opened
            ? new Decision.Refused(RefusalCodes.AlreadyOpened, "Somebody has opened the next step.")
            : Restore(burst, instance);
    }

    /// <summary>
    /// Takes the case back to just before its last human decision. What the decision closed opens again under new visit
    /// numbers, what it opened closes, and what was open before and after stays, with the due instant that it has by now.
    /// </summary>
    private static Decision Restore(Burst burst, Instance instance)
    {
        burst.Resume(instance, instance.Undo!.Frames);
        burst.LastOutcome = null;
        foreach (var gone in instance.Frames.Where(frame => frame.Visit is not null && burst.FrameOf(frame.Visit.Visit) is null))
            burst.EmitClosed(gone, "withdrawn");
        foreach (var frame in burst.Frames.Where(frame => frame.Visit is not null).ToArray())
        {
            if (instance.FrameOf(frame.Visit!.Visit) is { } still)
            {
                frame.Visit = still.Visit;
                if (frame.Counter > 0 && frame.Node is RunTaskNode)
                    RunTaskNode.Reassigned(frame, still.Parent!.Panel![frame.Counter].Holder);
                continue;
            }

            try
            {
                burst.OpenAgain(frame);
            }
            catch (JsException e)
            {
                return new Decision.Refused(RefusalCodes.NotReversible, $"'{frame.Node.Name}' cannot be opened again: {e.Message}");
            }
        }

        return burst.Accept(instance, null);
    }

    private static Decision Reassign(Burst burst, Instance instance, Act.Reassign act)
    {
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        if (frame.Counter > 0)
        {
            var panel = frame.Parent!.Panel!;
            if (act.Holder is { } holder && holder != panel[frame.Counter].Holder && panel.Has(holder))
                return new Decision.Refused(RefusalCodes.AlreadyParticipant, holder);
            RunTaskNode.Reassigned(frame, act.Holder);
        }

        burst.Emit(new Effect.TaskReassigned(act.Visit, act.Holder));
        return burst.Accept(instance, instance.Undo);
    }

    private static Decision Extend(Burst burst, Instance instance, Act.Extend act)
    {
        if (act.Due <= burst.Now)
            return new Decision.Refused(RefusalCodes.DueInPast, $"{act.Due:O} is not after {burst.Now:O}.");
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        var due = new Deadline.At(act.Due);
        frame.Visit = frame.Visit! with { Due = due };
        if (frame.Node is RunTaskNode task)
            task.Extended(frame, act.Due);
        burst.Emit(frame.Node is TimerNode
            ? new Effect.TimerSet(act.Visit, frame.Node.Id, due)
            : new Effect.TaskExtended(act.Visit, act.Due));
        return burst.Accept(instance, instance.Undo);
    }

    private static Decision Abandon(Burst burst, Instance instance, InstanceStatus status, string why)
    {
        burst.Resume(instance, instance.Frames);
        burst.Abandon(status, why);
        return burst.Accept(instance, null);
    }

    private static Decision Fire(Burst burst, Instance instance, Act.FireTimer act)
    {
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        if (act.Timer != frame.Node.Id || frame.Visit!.Due is not Deadline.At due || due.Instant > burst.Now)
            return new Decision.Refused(RefusalCodes.TimerNotDue, $"Timer '{act.Timer}' of visit {act.Visit} is not due.");
        try
        {
            ((TimerNode)frame.Node).Fire(burst, frame);
        }
        catch (JsException e)
        {
            Fail(burst, frame, e);
        }

        burst.Run();
        return burst.Accept(instance, Overtake(instance.Undo, burst));
    }

    private static Decision Deliver(Burst burst, Instance instance, Act.DeliverEvent act)
    {
        if (instance.WaitingFor(act.Visit)?.Name != act.Event)
            return new Decision.Refused(RefusalCodes.NotWaiting, $"Visit {act.Visit} does not wait for '{act.Event}'.");
        burst.Resume(instance, instance.Frames);
        var frame = burst.FrameOf(act.Visit)!;
        try
        {
            ((EventNode)frame.Node).Deliver(burst, frame);
        }
        catch (JsException e)
        {
            Fail(burst, frame, e);
        }

        burst.Run();
        return burst.Accept(instance, Overtake(instance.Undo, burst));
    }

    private static Undo? Overtake(Undo? undo, Burst burst) =>
        undo is null ? null : undo with { Overtaken = true, Frames = burst.Irreversible ? [] : undo.Frames };
}
