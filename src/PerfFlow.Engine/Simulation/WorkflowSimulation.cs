using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Simulation;

/// <summary>What a case waits for at the end of a run.</summary>
/// <param name="Kind">task, timer or event.</param>
/// <param name="Activity">Id of the waiting activity.</param>
/// <param name="Name">Name of the task, the timer or the event.</param>
public sealed record Waiting(string Kind, string Activity, string Name);

/// <summary>The result of a run in memory, in the words of Elsa.</summary>
/// <param name="Status">Running or Finished. A faulted case is Finished, as in Elsa.</param>
/// <param name="SubStatus">Suspended, Finished, Faulted or Cancelled.</param>
/// <param name="Lines">What was written, in order, by the case and by those that it started.</param>
/// <param name="Outputs">The outputs of the workflow.</param>
/// <param name="Incidents">What failed.</param>
/// <param name="Waiting">What the case waits for.</param>
public sealed record SimulationResult(
    string Status,
    string SubStatus,
    IReadOnlyList<string> Lines,
    Facts Outputs,
    IReadOnlyList<Incident> Incidents,
    IReadOnlyList<Waiting> Waiting)
{
    public bool IsFaulted => SubStatus == "Faulted";
}

/// <summary>An act of a run was refused, so the run has no result.</summary>
public sealed class SimulationRefusedException(string activity, string code, string message) : Exception($"{activity}: {code}. {message}")
{
    public string Code { get; } = code;
}

/// <summary>
/// Runs a definition in memory, with nothing outside it. The clock stands still; it moves to the instant of a timer when that
/// timer is completed like a task.
/// </summary>
public sealed class WorkflowSimulation
{
    /// <summary>Cases that start cases without end are stopped here.</summary>
    private const int MaxCases = 10_000;

    private readonly IReadOnlyList<WorkflowDefinition> library;
    private readonly List<string> lines = [];
    private readonly Queue<(string DefinitionId, Facts Input)> started = new();
    private DateTimeOffset now;

    private WorkflowSimulation(IReadOnlyList<WorkflowDefinition> library, DateTimeOffset now)
    {
        this.library = library;
        this.now = now;
    }

    /// <summary>Runs a case.</summary>
    /// <param name="definition">What to run.</param>
    /// <param name="library">Definitions of which it may start cases; one that is not there is not started.</param>
    /// <param name="input">Facts of the start.</param>
    /// <param name="completions">Waiting activities (by id or name) to complete, in order, each with its result.</param>
    /// <param name="now">The instant at which the run begins.</param>
    /// <exception cref="SimulationRefusedException">The engine refused an act, or nothing waits under the name of a completion.</exception>
    public static SimulationResult Run(
        WorkflowDefinition definition,
        IReadOnlyList<WorkflowDefinition> library,
        Facts input,
        IReadOnlyList<(string Activity, Facts Result)> completions,
        DateTimeOffset now)
    {
        var simulation = new WorkflowSimulation(library, now);
        var instance = simulation.Perform(definition, null, new Act.Start(input), definition.DefinitionId);
        foreach (var (activity, result) in completions)
            instance = simulation.Complete(definition, instance, activity, result);
        simulation.RunStarted();
        return Describe(instance, simulation.lines);
    }

    private Instance Complete(WorkflowDefinition definition, Instance instance, string activity, Facts result)
    {
        var open = instance.OpenVisits.FirstOrDefault(visit => visit.ActivityId == activity)
            ?? instance.OpenVisits.FirstOrDefault(visit => instance.FrameOf(visit.Visit)!.Node.Name == activity)
            ?? throw new SimulationRefusedException(activity, RefusalCodes.VisitClosed, "Nothing waits under this name.");
        if (open is { Kind: "timer", Due: Deadline.At due })
            now = due.Instant > now ? due.Instant : now;
        Act act = open.Kind switch
        {
            "timer" => new Act.FireTimer(open.Visit, open.ActivityId),
            "event" => new Act.DeliverEvent(open.Visit, instance.WaitingFor(open.Visit)?.Name ?? "", result),
            _ => new Act.Complete(open.Visit, result),
        };
        return Perform(definition, instance, act, activity);
    }

    private Instance Perform(WorkflowDefinition definition, Instance? instance, Act act, string activity)
    {
        switch (WorkflowEngine.Decide(definition, instance, act, now))
        {
            case Decision.Accepted accepted:
                Note(accepted.Effects);
                return accepted.Instance;
            case Decision.Refused refused:
                throw new SimulationRefusedException(activity, refused.Code, refused.Message);
            default:
                throw new InvalidOperationException("A decision is accepted or refused.");
        }
    }

    private void Note(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is Effect.LineWritten line)
                lines.Add(line.Text);
            else if (effect is Effect.CasesStarted cases)
                cases.Items.OfType<Facts>().ToList().ForEach(item => started.Enqueue((cases.DefinitionId, item)));
        }
    }

    /// <summary>The started cases run after the one that started them, each as far as it comes by itself.</summary>
    private void RunStarted()
    {
        for (var count = 0; count < MaxCases && started.TryDequeue(out var next); count++)
        {
            var target = library.Where(definition => definition.DefinitionId == next.DefinitionId).MaxBy(definition => definition.Version);
            if (target is not null)
                Perform(target, null, new Act.Start(next.Input), next.DefinitionId);
        }
    }

    private static SimulationResult Describe(Instance instance, IReadOnlyList<string> lines)
    {
        var (status, subStatus) = instance.Status switch
        {
            InstanceStatus.Running => ("Running", "Suspended"),
            InstanceStatus.Faulted => ("Finished", "Faulted"),
            InstanceStatus.Finished => ("Finished", "Finished"),
            _ => ("Finished", "Cancelled"),
        };
        var waiting = instance.Status == InstanceStatus.Running
            ? instance.OpenVisits.Select(open => Describe(instance, open)).ToList()
            : [];
        return new SimulationResult(status, subStatus, lines, instance.Outputs, instance.Incidents, waiting);
    }

    private static Waiting Describe(Instance instance, OpenVisit open) => open.Kind switch
    {
        "timer" => new Waiting("timer", open.ActivityId, open.ActivityId),
        "event" => new Waiting("event", open.ActivityId, instance.WaitingFor(open.Visit)?.Name ?? ""),
        _ => new Waiting("task", open.ActivityId, instance.FrameOf(open.Visit)!.Node.Name),
    };
}
