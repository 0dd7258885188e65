using System.Globalization;
using System.Runtime.InteropServices;
using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>An act lacks a fact that the definition needs: the act is refused, nothing has failed.</summary>
internal sealed class MissingFactException(string fact) : Exception(fact);

/// <summary>
/// The work of one act: copies of the frames, the queue of activities to run, and what comes of them. Nothing of it is
/// seen outside unless it ends well.
/// </summary>
internal sealed class Burst(WorkflowDefinition definition, Facts input, DateTimeOffset now)
{
    /// <summary>Beyond this a definition is taken to go round without end.</summary>
    private const int MaxActivities = 20_000;

    // as much as an ordinary decision needs: growing costs more than the room
    private readonly List<Frame> frames = new(4);
    private readonly Queue<Work> queue = new(2);
    private readonly List<Effect> effects = new(4);
    private JsContext? script;
    private List<Incident>? incidents;
    private List<(Panel Panel, string Step)>? closedPanels;
    private (Node Node, string? Holder, Back? Back)? destined;

    /// <summary>The facts of the act; of a countersigned step, once it ends, those of the decision that became the step's.</summary>
    public Facts Input { get; set; } = input;

    public DateTimeOffset Now { get; } = now;

    public IReadOnlyList<Frame> Frames => frames;

    /// <summary>The visit whose completion everything opened now owes itself to; 0 at the start.</summary>
    public int Opener { get; set; }

    /// <summary>The decision of this burst sends the work back.</summary>
    public bool Returned { get; set; }

    public bool Submitted { get; set; }

    public string? LastOutcome { get; set; }

    public string? Name { get; set; }

    public string? CorrelationId { get; set; }

    public int LastVisit { get; private set; }

    public InstanceStatus Status { get; private set; }

    /// <summary>Something happened outside the case that pulling back could not undo.</summary>
    public bool Irreversible { get; private set; }

    /// <summary>The outputs of the workflow that has just completed inside another one.</summary>
    public Facts ChildOutputs { get; private set; } = Facts.Empty;

    /// <summary>What activities gave; null where no script asks.</summary>
    public ActivityResults? Results { get; } = definition.AsksForResults ? new ActivityResults() : null;

    /// <summary>The outcomes that a script has chosen.</summary>
    public string[]? ScriptOutcomes { get; set; }

    private Facts Outputs { get; set; } = Facts.Empty;

    /// <summary>Takes copies of what is open in a case.</summary>
    public void Resume(Instance instance, Frame[] from)
    {
        LastVisit = instance.LastVisit;
        Submitted = instance.Submitted;
        LastOutcome = instance.Outcome;
        Name = instance.Name;
        CorrelationId = instance.CorrelationId;
        Outputs = instance.Outputs;
        foreach (var frame in from)
            frames.Add(frame.Copy());
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i].Parent is { } parent)
                frames[i].Parent = frames[Array.IndexOf(from, parent)];
        }
    }

    public Frame? FrameOf(int visit)
    {
        foreach (var frame in frames)
        {
            if (frame.Visit?.Visit == visit)
                return frame;
        }

        return null;
    }

    public int NextVisit() => ++LastVisit;

    public JsContext Script(Frame frame) => (script ??= new JsContext(this, frame)).For(this, frame);

    public void Emit(Effect effect) => effects.Add(effect);

    public void StartCases(string definitionId, object?[] items)
    {
        Irreversible = true;
        Emit(new Effect.CasesStarted(definitionId, items));
    }

    public void Publish(string name, string? correlation, object? payload)
    {
        Irreversible = true;
        Emit(new Effect.EventPublished(name, correlation, payload));
    }

    public void Schedule(Node node, Frame parent) => queue.Enqueue(new Work(node, parent));

    public Frame Open(Node node, Frame? parent)
    {
        var frame = new Frame(node, parent);
        frames.Add(frame);
        return frame;
    }

    /// <summary>An activity without a frame has completed.</summary>
    public void Completed(Node node, Frame parent, Outcomes outcomes) => parent.Node.ChildCompleted(this, parent, node, outcomes);

    /// <summary>A container or waiting activity has completed; what still runs in it is overtaken.</summary>
    public void Complete(Frame frame, Outcomes outcomes)
    {
        Remove(frame, "superseded");
        if (frame.Node is WorkflowNode)
            ChildOutputs = frame.Variables[WorkflowScope.OutputsIndex] as Facts ?? Facts.Empty;
        if (frame.Parent is { } parent)
            Completed(frame.Node, parent, outcomes);
        else
            End(InstanceStatus.Finished, frame, outcomes.First is { } named && named != "Done" ? named : LastOutcome);
    }

    /// <summary>The whole case is finished, whatever still runs.</summary>
    public void Finish(Outcomes outcomes) => Complete(frames[0], outcomes);

    /// <summary>Ends the case by an act that is no part of the definition.</summary>
    public void Abandon(InstanceStatus status, string why)
    {
        Remove(frames[0], why);
        End(status, null, null);
    }

    public void Fault(Node node, Frame parent, string message)
    {
        var frame = Open(node, frames.Contains(parent) ? parent : frames[0]);
        frame.Faulted = true;
        Status = InstanceStatus.Faulted;
        (incidents ??= []).Add(new Incident(node.Id, message));
    }

    /// <summary>An expression failed while the activity ran or what contains it went on.</summary>
    public void Fault(Node node, Frame parent, JsException e) => Fault(node, parent, e.Reason.Written);

    /// <summary>Cancels children of a flowchart that have been overtaken.</summary>
    public void CancelChildren(Frame parent, Func<Node, bool> match)
    {
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            if (i >= frames.Count || frames[i].Parent != parent || !match(frames[i].Node))
                continue;
            var cancelled = frames[i];
            Remove(cancelled, "superseded");
            parent.Node.ChildCancelled(this, parent, cancelled.Node);
        }
    }

    /// <summary>Something runs, waits or is queued inside the frame.</summary>
    public bool HasWorkUnder(Frame frame)
    {
        foreach (var other in frames)
        {
            if (other.Parent == frame)
                return true;
        }

        foreach (var work in queue)
        {
            if (IsWithin(work.Parent, frame) && frames.Contains(work.Parent))
                return true;
        }

        return false;
    }

    /// <summary>Runs what is queued until nothing is left to do but wait.</summary>
    public void Run()
    {
        var count = 0;
        while (queue.TryDequeue(out var work))
        {
            if (++count > MaxActivities)
            {
                queue.Clear();
                Fault(work.Node, work.Parent, new Reason(ReasonCodes.EndlessRound).Written);
                return;
            }

            if (!frames.Contains(work.Parent))
                continue;
            try
            {
                work.Node.Execute(this, work.Parent);
            }
            catch (JsException e)
            {
                Fault(work.Node, work.Parent, e);
            }
        }
    }

    public Decision.Accepted Accept(Instance? before, Undo? undo)
    {
        if (Status == InstanceStatus.Faulted)
            Emit(new Effect.CaseEnded(InstanceStatus.Faulted, null));
        ForgetTransients();
        EmitParticipants(before);
        var state = new Instance(definition, frames.ToArray())
        {
            Status = Status,
            Revision = (before?.Revision ?? 0) + 1,
            LastVisit = LastVisit,
            Submitted = Submitted,
            Outcome = LastOutcome,
            Name = Name,
            CorrelationId = CorrelationId,
            Outputs = Outputs,
            Incidents = incidents is null ? before?.Incidents ?? [] : [.. before?.Incidents ?? [], .. incidents],
            Undo = undo,
        };
        return new Decision.Accepted(state, effects);
    }

    /// <summary>The due instant of the name: of this act's facts, else of the variable.</summary>
    public Deadline.At Due(string name, object? variable) =>
        Instant(Input.GetValueOrDefault(name)) is { } given ? new Deadline.At(given)
        : Instant(variable) is { } kept ? new Deadline.At(kept)
        : throw new MissingFactException(name);

    /// <summary>An instant, or text in ISO 8601 with its offset.</summary>
    public static DateTimeOffset? Instant(object? value) => value switch
    {
        DateTimeOffset instant => instant,
        string text when text.Length >= 10 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) => parsed,
        _ => null,
    };

    /// <summary>Takes a frame and all in it away, the innermost first, and says so outside.</summary>
    public void Remove(Frame frame, string why)
    {
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            if (i < frames.Count && frames[i].Parent == frame)
                Remove(frames[i], why);
        }

        frames.Remove(frame);
        if (frame.Panel is { } panel)
            (closedPanels ??= []).Add((panel.Closed(), frame.Node.Id));
        if (frame.Visit is { } visit && visit.Visit != Opener)
            EmitClosed(frame, why);
    }

    /// <summary>Takes away all that runs, waits or failed inside a flowchart: it begins anew elsewhere.</summary>
    public void Clear(Frame frame, string why)
    {
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            if (i < frames.Count && frames[i].Parent == frame)
                Remove(frames[i], why);
        }

        frame.ClearTokens();
    }

    /// <summary>Takes the frame of one open seat away and says why.</summary>
    public void Leave(Frame seat, string why)
    {
        frames.Remove(seat);
        EmitClosed(seat, why);
    }

    /// <summary>The next opening of the human step is for one person, and may owe a way back.</summary>
    public void Destine(Node step, string? holder, Back? back) => destined = (step, holder, back);

    public (string? Holder, Back? Back) TakeDestined(Node step)
    {
        if (destined is not { } found || found.Node != step)
            return (null, null);
        destined = null;
        return (found.Holder, found.Back);
    }

    /// <summary>Says outside that a visit is gone, in the way of its kind.</summary>
    public void EmitClosed(Frame frame, string why) => Emit(frame.Visit!.Kind switch
    {
        "timer" => new Effect.TimerCancelled(frame.Visit.Visit, frame.Node.Id),
        "event" => new Effect.WaitCleared(frame.Visit.Visit),
        _ => new Effect.TaskClosed(frame.Visit.Visit, why),
    });

    /// <summary>Opens a visit again that had been closed, under a new number.</summary>
    public void OpenAgain(Frame frame)
    {
        frames.Remove(frame);
        ((WaitingNode)frame.Node).OpenAgain(this, frame);
    }

    /// <summary>Says outside which seats stand otherwise than before the act: one comparison for every way in which they can change.</summary>
    private void EmitParticipants(Instance? before)
    {
        var known = PanelsOf(before?.Frames ?? []);
        var now = PanelsOf(frames);
        if (known is null && now is null && closedPanels is null)
            return;
        foreach (var (panel, step) in (now ?? []).Concat(closedPanels ?? []))
            Compare(known?.Find(old => old.Panel.Step == panel.Step).Panel, panel, step);
        // pulled back to before there were seats
        foreach (var (old, step) in known ?? [])
        {
            if (now?.Exists(each => each.Panel.Step == old.Step) is not true && closedPanels?.Exists(each => each.Panel.Step == old.Step) is not true)
                Compare(old, old.Closed(), step);
        }
    }

    private void Compare(Panel? old, Panel panel, string step)
    {
        foreach (var seat in panel.Seats)
        {
            var participant = seat.Of(panel.Step);
            if (old is null || old.Seats.Count < seat.Number || old[seat.Number].Of(panel.Step) != participant)
                Emit(new Effect.ParticipantSet(participant, step));
        }
    }

    private static List<(Panel Panel, string Step)>? PanelsOf(IReadOnlyList<Frame> frames)
    {
        List<(Panel, string)>? found = null;
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i].Panel is { } panel)
                (found ??= []).Add((panel, frames[i].Node.Id));
        }

        return found;
    }

    private static bool IsWithin(Frame? inner, Frame outer)
    {
        for (; inner is not null; inner = inner.Parent)
        {
            if (inner == outer)
                return true;
        }

        return false;
    }

    private void End(InstanceStatus status, Frame? workflow, string? outcome)
    {
        queue.Clear();
        if (Status == InstanceStatus.Faulted && status == InstanceStatus.Finished)
            return;
        Status = status;
        LastOutcome = outcome;
        if (workflow is not null)
            Outputs = ChildOutputs;
        Emit(new Effect.CaseEnded(status, outcome));
    }

    /// <summary>Variables without a storage driver are lost when the case waits, as in Elsa.</summary>
    private void ForgetTransients()
    {
        foreach (var frame in frames)
        {
            if (frame.Node is not ContainerNode container)
                continue;
            var variables = container.Scope.Variables;
            for (var i = 0; i < variables.Count; i++)
            {
                if (!variables[i].Persistent && frame.Variables[i] is not null)
                    frame.Set(i, null);
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Work(Node Node, Frame Parent);
}
