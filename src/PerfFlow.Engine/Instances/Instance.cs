using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Instances;

/// <summary>An activity that failed, and what it said.</summary>
/// <param name="Message">A <see cref="Reason.Written"/> reason, or the message that the definition gives itself.</param>
public sealed record Incident(string ActivityId, string Message);

/// <summary>A step that will be somebody's by name.</summary>
/// <param name="ActivityId">The step.</param>
/// <param name="Post">The post they sign in; null = that of the step.</param>
/// <param name="ComesBack">They returned the case and get it straight back; else it is a seat of theirs.</param>
public sealed record Awaited(string ActivityId, string? Post, bool ComesBack);

/// <summary>What a human decision can be pulled back to: the case just before it.</summary>
/// <param name="Visit">The decided visit.</param>
/// <param name="Frames">The frames before the decision, the visit's own among them.</param>
/// <param name="Overtaken">A timer or an event moved the case on since; it can still be reopened from its end.</param>
internal sealed record Undo(int Visit, Frame[] Frames, bool Overtaken)
{
    /// <summary>False where the decision did something outside the case: then no frames are kept.</summary>
    public bool IsReversible => Frames.Length > 0;
}

/// <summary>The state of one case, immutable. Made by the engine or read by <see cref="InstanceCodec"/>.</summary>
public sealed class Instance
{
    private IReadOnlyList<OpenVisit>? openVisits;

    internal Instance(WorkflowDefinition definition, Frame[] frames)
    {
        Definition = definition;
        Frames = frames;
    }

    /// <summary>The definition that the case started with.</summary>
    public WorkflowDefinition Definition { get; }

    public InstanceStatus Status { get; internal init; }

    /// <summary>Number of accepted acts.</summary>
    public int Revision { get; internal init; }

    /// <summary>The highest visit number given so far.</summary>
    public int LastVisit { get; internal init; }

    /// <summary>A filling step was completed at some time, whatever became of it.</summary>
    public bool Submitted { get; internal init; }

    /// <summary>The outcome of the last human decision, or the one that the definition completed with.</summary>
    public string? Outcome { get; internal init; }

    /// <summary>What <c>Elsa.SetName</c> called the case.</summary>
    public string? Name { get; internal init; }

    /// <summary>What <c>Elsa.Correlate</c> set.</summary>
    public string? CorrelationId { get; internal init; }

    /// <summary>What <c>Elsa.SetOutput</c> gave, once the case has finished.</summary>
    public Facts Outputs { get; internal init; } = Facts.Empty;

    public IReadOnlyList<Incident> Incidents { get; internal init; } = [];

    /// <summary>What is open, by visit number.</summary>
    public IReadOnlyList<OpenVisit> OpenVisits => openVisits ??= [.. Frames.Where(frame => frame.Visit is not null).Select(frame => frame.Visit!).OrderBy(visit => visit.Visit)];

    /// <summary>The variables of the workflow by name; empty once the case has ended.</summary>
    public IReadOnlyDictionary<string, object?> Variables
    {
        get
        {
            if (Frames.Length == 0 || Frames[0].Node is not WorkflowNode workflow)
                return Facts.Empty;
            return workflow.Scope.Variables
                .Select((variable, i) => (variable.Name, Value: Frames[0].Variables[i]))
                .Where(pair => pair.Name[0] != '$')
                .ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>The seats of the open steps that several decide, by step and number.</summary>
    public IReadOnlyList<Participant> Participants => [.. Frames.Where(frame => frame.Panel is not null).SelectMany(frame => frame.Panel!.Seats.Select(seat => seat.Of(frame.Panel.Step)))];

    /// <summary>
    /// What waits in the case for one person without being a task yet: seats whose turn has not come or that rest, and ways straight back.
    /// </summary>
    public IReadOnlyList<Awaited> WaitsFor(string holder) =>
    [
        .. Frames.Where(frame => frame.Panel is not null).SelectMany(frame => frame.Panel!.Seats
            .Where(seat => seat.State == ParticipantState.Waiting && seat.Holder == holder).Select(seat => new Awaited(frame.Node.Id, seat.Post, ComesBack: false))),
        .. Frames.Select(frame => frame.Panel is { } panel ? panel.Back : frame.Data as Back).OfType<Back>()
            .SelectMany(back => back.Chain()).Where(back => back.Holder == holder).Select(back => new Awaited(back.Step, null, ComesBack: true)),
    ];

    /// <summary>The event, and its correlation, that an open visit waits for; null if it waits for no event.</summary>
    public (string Name, string? Correlation)? WaitingFor(int visit) =>
        FrameOf(visit) is { Visit.Kind: "event", Data: IReadOnlyList<object?> { Count: 2 } wait } ? ((string)wait[0]!, (string?)wait[1]) : null;

    internal Frame[] Frames { get; }

    internal Undo? Undo { get; init; }

    /// <summary>The frame of the countersigned step at which this visit is or was.</summary>
    internal Frame? PanelOf(int visit)
    {
        foreach (var frame in Frames)
        {
            if (frame.Panel is { } panel && visit > 0 && (panel.Step == visit || panel.Seats.Any(seat => seat.Visit == visit)))
                return frame;
        }

        return null;
    }

    internal Frame? FrameOf(int visit)
    {
        foreach (var frame in Frames)
        {
            if (frame.Visit?.Visit == visit)
                return frame;
        }

        return null;
    }
}
