using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Activities;

/// <summary>A step of a flowchart with its connections.</summary>
internal sealed class FlowStep(Node node, int steps)
{
    public Node Node { get; } = node;

    public FlowConnection[] Outbound { get; set; } = [];

    public FlowConnection[] Inbound { get; set; } = [];

    /// <summary>The inbound connections that do not close a loop.</summary>
    public FlowConnection[] ForwardInbound { get; set; } = [];

    /// <summary>By slot: from which steps this one can be reached without going round a loop.</summary>
    public bool[] Ancestors { get; } = new bool[steps];
}

/// <summary>From an outcome of one step to another step.</summary>
internal sealed record FlowConnection(int Index, FlowStep Source, string Port, FlowStep Target);

/// <summary>The steps of a flowchart, where it starts, and which connections lead forward.</summary>
internal sealed class FlowGraph(FlowStep[] steps, FlowConnection[] connections, FlowStep? start)
{
    public FlowStep[] Steps { get; } = steps;

    public FlowConnection[] Connections { get; } = connections;

    public FlowStep? Start { get; } = start;

    /// <summary>More steps than this are no drawing, and the walk over them would take long.</summary>
    private const int MaxSteps = 1000;

    public static FlowGraph Build(ActivityReader reader, List<Node> children)
    {
        if (children.Count > MaxSteps)
        {
            reader.Error("activities", ReasonCodes.TooManyActivities, MaxSteps.ToString(CultureInfo.InvariantCulture));
            return new FlowGraph([], [], null);
        }

        var byId = new Dictionary<string, FlowStep>(StringComparer.Ordinal);
        var steps = new FlowStep[children.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            children[i].Slot = i;
            steps[i] = new FlowStep(children[i], steps.Length);
            if (!byId.TryAdd(children[i].Id, steps[i]))
                reader.Error("activities", ReasonCodes.SameId, children[i].Id);
        }

        var connections = Connect(reader, byId);
        foreach (var step in steps)
        {
            step.Outbound = [.. connections.Where(connection => connection.Source == step)];
            step.Inbound = [.. connections.Where(connection => connection.Target == step)];
        }

        var start = StartOf(steps);
        var graph = new FlowGraph(steps, connections, start);
        if (start is not null)
            graph.Direct(start);
        return graph;
    }

    /// <summary>An explicit start, else a step that may start the workflow, else the first that nothing leads to, else the first.</summary>
    private static FlowStep? StartOf(FlowStep[] steps) =>
        Array.Find(steps, step => step.Node.Type == "Elsa.Start")
        ?? Array.Find(steps, step => step.Node.CanStartWorkflow)
        ?? Array.Find(steps, step => step.Inbound.Length == 0)
        ?? (steps.Length > 0 ? steps[0] : null);

    private static FlowConnection[] Connect(ActivityReader reader, Dictionary<string, FlowStep> byId)
    {
        var connections = new List<FlowConnection>();
        if (!reader.Has("connections"))
            return [];
        var list = reader.Element.GetProperty("connections");
        var items = list.ValueKind == JsonValueKind.Object && !list.TryGetProperty("$values", out _) ? [list] : reader.Items(list, "connections");
        var index = 0;
        foreach (var item in items)
        {
            var place = $"{reader.Path}.connections[{index++}]";
            var source = End(reader, byId, item, "source", "sourcePort", place);
            var target = End(reader, byId, item, "target", "targetPort", place);
            if (source.Step is null || target.Step is null)
                continue;
            var port = source.Port ?? "Done";
            if (!connections.Exists(known => known.Source == source.Step && known.Target == target.Step && known.Port == port))
                connections.Add(new FlowConnection(connections.Count, source.Step, port, target.Step));
        }

        return [.. connections];
    }

    private static (FlowStep? Step, string? Port) End(
        ActivityReader reader, Dictionary<string, FlowStep> byId, JsonElement connection, string side, string flatPort, string place)
    {
        var end = Property(connection, side);
        var id = end is { ValueKind: JsonValueKind.Object } nested ? Text(nested, "activity") : Text(connection, side);
        var port = end is { ValueKind: JsonValueKind.Object } ? Text(end.Value, "port") : Text(connection, flatPort);
        if (id is not null && byId.TryGetValue(id, out var step))
            return (step, string.IsNullOrEmpty(port) ? null : port);
        // an activity that is wrong itself has been complained of already
        if (id is not null && reader.Declares("activities", id))
            return (null, null);
        reader.Context.Error($"{place}.{side}", reader.Id, "connections", ReasonCodes.ConnectionEnd, side, id);
        return (null, null);
    }

    private static JsonElement? Property(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        if (element.TryGetProperty(name, out var value))
            return value;
        return element.TryGetProperty(char.ToUpperInvariant(name[0]) + name[1..], out value) ? value : null;
    }

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>
    /// Walks from the start, breadth first, and takes every edge that does not close a loop over the edges taken so far.
    /// The order of the connections in the file decides which edge of a loop is the backward one, as it does in Elsa.
    /// </summary>
    private void Direct(FlowStep start)
    {
        var taken = Steps.ToDictionary(step => step, _ => new List<FlowStep>());
        var queue = new Queue<FlowStep>([start]);
        var visited = new HashSet<FlowStep>();
        while (queue.TryDequeue(out var source))
        {
            if (!visited.Add(source))
                continue;
            foreach (var target in source.Outbound.Select(connection => connection.Target))
            {
                if (taken[source].Contains(target) || Reaches(taken, target, source))
                    continue;
                taken[source].Add(target);
                queue.Enqueue(target);
            }
        }

        foreach (var step in Steps)
        {
            step.ForwardInbound = [.. Steps
                .Where(source => taken[source].Contains(step))
                .SelectMany(source => source.Outbound.Where(connection => connection.Target == step))];
        }

        foreach (var step in Steps)
            MarkAncestors(step);
    }

    private static void MarkAncestors(FlowStep of)
    {
        var stack = new Stack<FlowStep>([of]);
        while (stack.TryPop(out var at))
        {
            foreach (var source in at.ForwardInbound.Select(connection => connection.Source))
            {
                if (of.Ancestors[source.Node.Slot])
                    continue;
                of.Ancestors[source.Node.Slot] = true;
                stack.Push(source);
            }
        }
    }

    private static bool Reaches(Dictionary<FlowStep, List<FlowStep>> edges, FlowStep from, FlowStep to)
    {
        var stack = new Stack<FlowStep>([from]);
        var seen = new HashSet<FlowStep>();
        while (stack.TryPop(out var at))
        {
            if (at == to)
                return true;
            if (!seen.Add(at))
                continue;
            edges[at].ForEach(stack.Push);
        }

        return false;
    }
}
