using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>Runs its steps by tokens, as Elsa's token-based flowchart does.</summary>
internal sealed class Flowchart : ContainerNode
{
    private readonly FlowGraph graph;

    public Flowchart(ActivityReader reader)
        : base(reader, reader.OpenScope())
    {
        var children = reader.Children("activities", Scope);
        graph = FlowGraph.Build(reader, children);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var frame = Open(burst, parent);
        if (graph.Start is { } start)
            burst.Schedule(start.Node, frame);
        else
            Complete(burst, frame);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (child.IsTerminal)
        {
            Complete(burst, frame);
            return;
        }

        var step = graph.Steps[child.Slot];
        foreach (var connection in step.Outbound)
        {
            if (outcomes.Contains(connection.Port))
                frame.AddToken(new FlowToken(connection.Index, TokenState.Waiting));
        }

        Consume(frame, step);
        foreach (var connection in step.Outbound)
        {
            if (outcomes.Contains(connection.Port))
                Arrive(burst, frame, connection);
        }

        if (!HasPendingWork(burst, frame))
            Complete(burst, frame);
        else
            frame.RemoveTokens(token => token.State.HasFlag(TokenState.Consumed) && graph.Connections[token.Connection].Target == step);
    }

    public override void ChildCancelled(Burst burst, Frame frame, Node child)
    {
        var step = graph.Steps[child.Slot];
        frame.RemoveTokens(token => graph.Connections[token.Connection] is var connection && (connection.Source == step || connection.Target == step));
        if (!HasPendingWork(burst, frame))
            Complete(burst, frame);
    }

    /// <summary>
    /// Where <c>Move</c> enters to open a human step: the flowchart's frame and the activity to run, which is the fork where the
    /// step is one of its branches, and the flowchart inside this one where that begins with the step; or why it cannot.
    /// </summary>
    public static (Frame? Frame, Node? Node, string? Refusal) Entry(Frame[] frames, string target)
    {
        var places = Array.FindAll(frames, frame => frame.Node is Flowchart flow && flow.HumanStep(target) is not null);
        if (places.Length == 0)
            places = Array.FindAll(frames, frame => frame.Node is Flowchart flow && flow.Target(target) is not null);
        if (places is not [var place])
            return (null, null, RefusalCodes.UnknownStep);
        var here = (Flowchart)place.Node;
        if (Array.Exists(frames, frame => frame.Parent == place && frame.Node == here.Target(target) && !frame.Faulted))
            return (null, null, RefusalCodes.StepOpen);
        return here.EntryOf(target) is { } entry ? (place, entry, null) : (null, null, RefusalCodes.StepJoins);
    }

    /// <summary>The human step that a jump within this flowchart may open: one of its own, or one with which a flowchart inside it begins.</summary>
    public Node? Target(string id) => HumanStep(id)?.Node ?? (Inner(id)?.Node as Flowchart)?.Target(id);

    /// <summary>The activity to run so that this human step opens; null where it cannot be entered by a jump.</summary>
    public Node? EntryOf(string id) => Way(id) is { } way && !Joins(way) ? way.Node : null;

    private FlowStep? Way(string id) => HumanStep(id) is { } step ? Door(step) : Inner(id);

    private FlowStep? Inner(string id) => Array.Find(graph.Steps, step => step.Node is Flowchart inner && inner.BeginsWith(id));

    /// <summary>Nothing is done here before the step opens, so to run the flowchart is to open it.</summary>
    private bool BeginsWith(string id) => Way(id) is { } way
        && (way == graph.Start || (way.ForwardInbound is [{ Source: var source }] && source == graph.Start && source.Node.Type == "Elsa.Start"));

    /// <summary>A branch of a fork is entered through the fork.</summary>
    private static FlowStep Door(FlowStep step) => step.ForwardInbound is [{ Source: { Node: FlowForkNode } fork }] ? fork : step;

    /// <summary>
    /// Tokens for a flowchart of another version: on the connection between the same steps, of what is open on any that leads there.
    /// Null, or the step at which a branch has arrived that has no way there in the other version.
    /// </summary>
    public static Node? CarryTokens(Frame from, Frame to, Frame[] all, Func<string, string> renamed)
    {
        var (before, now) = (((Flowchart)from.Node).graph, ((Flowchart)to.Node).graph);
        foreach (var token in from.Tokens)
        {
            var was = before.Connections[token.Connection];
            var (source, target) = (renamed(was.Source.Node.Id), renamed(was.Target.Node.Id));
            var runs = Array.Exists(all, frame => frame.Parent == to && frame.Node.Id == target);
            var between = Array.FindAll(now.Connections, c => c.Source.Node.Id == source && c.Target.Node.Id == target);
            var same = Array.Find(between, c => c.Port == was.Port) ?? between.FirstOrDefault() ?? (runs ? Array.Find(now.Connections, c => c.Target.Node.Id == target) : null);
            if (same is not null)
                to.AddToken(token with { Connection = same.Index });
            else if (token.State == TokenState.Waiting && !runs)
                return was.Target.Node;
        }

        return null;
    }

    public FlowStep? HumanStep(string id) =>
        Array.Find(graph.Steps, step => step.Node is RunTaskNode { Kind: not "task" } && string.Equals(step.Node.Id, id, StringComparison.Ordinal));

    /// <summary>Behind the step lies a join one of whose branches cannot be reached from it.</summary>
    private static bool Joins(FlowStep from)
    {
        var reached = new HashSet<FlowStep> { from };
        var stack = new Stack<FlowStep>([from]);
        while (stack.TryPop(out var at))
        {
            foreach (var next in at.Outbound.Select(connection => connection.Target).Where(reached.Add))
                stack.Push(next);
        }

        return reached.Any(step => step.Node.MergeMode switch
        {
            MergeMode.Merge => Array.Exists(step.ForwardInbound, inbound => step.ForwardInbound.Length > 1 && !reached.Contains(inbound.Source)),
            MergeMode.Converge => Array.Exists(step.Inbound, inbound => step.Inbound.Length > 1 && !reached.Contains(inbound.Source)),
            _ => false,
        });
    }

    private void Complete(Burst burst, Frame frame)
    {
        frame.ClearTokens();
        burst.Complete(frame, Outcomes.Done);
    }

    private void Consume(Frame frame, FlowStep step)
    {
        var tokens = frame.Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].State == TokenState.Waiting && graph.Connections[tokens[i].Connection].Target == step)
                frame.Consume(i);
        }
    }

    private void Arrive(Burst burst, Frame frame, FlowConnection connection)
    {
        var target = connection.Target;
        switch (target.Node.MergeMode)
        {
            case MergeMode.Cascade:
                ArriveFirst(burst, frame, connection);
                break;
            case MergeMode.Race:
                burst.CancelChildren(frame, child => target.Ancestors[child.Slot]);
                ArriveFirst(burst, frame, connection);
                break;
            case MergeMode.Merge:
                if (HasAll(frame, target.ForwardInbound))
                    burst.Schedule(target.Node, frame);
                break;
            case MergeMode.Converge:
                if (HasAll(frame, target.Inbound))
                    burst.Schedule(target.Node, frame);
                break;
            default:
                if (!UpstreamIsBusy(frame, target))
                    burst.Schedule(target.Node, frame);
                break;
        }
    }

    /// <summary>The first to arrive runs the target and blocks the other connections for one token each.</summary>
    private static void ArriveFirst(Burst burst, Frame frame, FlowConnection connection)
    {
        var tokens = frame.Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Connection == connection.Index && tokens[i].State.HasFlag(TokenState.Blocked))
            {
                frame.Consume(i);
                return;
            }
        }

        burst.Schedule(connection.Target.Node, frame);
        foreach (var other in connection.Target.ForwardInbound)
        {
            if (other.Source != connection.Source)
                frame.AddToken(new FlowToken(other.Index, TokenState.Blocked));
        }
    }

    private static bool HasAll(Frame frame, FlowConnection[] inbound)
    {
        if (inbound.Length <= 1)
            return true;
        foreach (var connection in inbound)
        {
            if (frame.Tokens.IndexOf(new FlowToken(connection.Index, TokenState.Waiting)) < 0)
                return false;
        }

        return true;
    }

    private bool UpstreamIsBusy(Frame frame, FlowStep target)
    {
        foreach (var inbound in target.ForwardInbound)
        {
            foreach (var token in frame.Tokens)
            {
                if (token.State == TokenState.Waiting && graph.Connections[token.Connection].Target == inbound.Source)
                    return true;
            }
        }

        return false;
    }

    private static bool HasPendingWork(Burst burst, Frame frame)
    {
        foreach (var token in frame.Tokens)
        {
            if (token.State == TokenState.Waiting)
                return true;
        }

        return burst.HasWorkUnder(frame);
    }
}
