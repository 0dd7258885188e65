using System.Text.Json;
using System.Text.RegularExpressions;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Layout;

/// <summary>A step that is drawn.</summary>
internal sealed record OutlineStep(string Id, string Name, DrawnKind Kind, (double X, double Y)? Position);

/// <summary>A way between two drawn steps, by index.</summary>
internal sealed record OutlineLine(int From, int To, IReadOnlyList<string> Outcomes, bool Returns, bool Back, bool Beside);

/// <summary>
/// A definition without what only the machine needs: assignments, forks, joins and switches are walked through, and the lines
/// between what is left carry the outcomes that lead along them.
/// </summary>
internal sealed partial class Outline
{
    private Outline(IReadOnlyList<OutlineStep> steps, IReadOnlyList<OutlineLine> lines) => (Steps, Lines) = (steps, lines);

    public IReadOnlyList<OutlineStep> Steps { get; }

    public IReadOnlyList<OutlineLine> Lines { get; }

    public static Outline Of(DefinitionGraph graph, WorkflowDefinition definition)
    {
        var kept = Enumerable.Range(0, graph.Nodes.Count).Where(i => KindOf(graph.Nodes[i]) is not null).ToList();
        var number = kept.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i);
        var humans = definition.HumanSteps.GroupBy(step => step.ActivityId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var ways = new Dictionary<(int From, int To), List<string>>();
        var order = new List<(int From, int To)>();
        foreach (var node in kept)
        {
            foreach (var (target, label) in Walk.From(graph, node, humans.GetValueOrDefault(graph.Nodes[node].Id)?.Outcomes))
            {
                var way = (number[node], number[target]);
                if (!ways.TryGetValue(way, out var outcomes))
                {
                    ways[way] = outcomes = [];
                    order.Add(way);
                }

                outcomes.AddRange(label.Where(outcome => !outcomes.Contains(outcome)));
            }
        }

        var steps = kept.ConvertAll(node => new OutlineStep(graph.Nodes[node].Id, graph.Nodes[node].Name, KindOf(graph.Nodes[node])!.Value, graph.Nodes[node].Position));
        var beside = Companions(steps, ways, order);
        var back = Loops.Close(kept.Count, order);
        return new Outline(steps, [.. order.Select(way => new OutlineLine(
            way.From, way.To, ways[way],
            humans.TryGetValue(steps[way.From].Id, out var human) && ways[way].Exists(human.Returns.Contains),
            back.Contains(way), beside.Contains(way)))]);
    }

    /// <summary>
    /// A timer or an event that always begins together with a human step (an answer period, a finding that may come any time)
    /// hangs on that step by one line, in place of a second line from everywhere.
    /// </summary>
    private static HashSet<(int From, int To)> Companions(List<OutlineStep> steps, Dictionary<(int From, int To), List<string>> ways, List<(int From, int To)> order)
    {
        var beside = new HashSet<(int, int)>();
        for (var other = 0; other < steps.Count; other++)
        {
            if (steps[other].Kind is not (DrawnKind.Timer or DrawnKind.Event))
                continue;
            var into = order.FindAll(way => way.To == other);
            var host = Enumerable.Range(0, steps.Count).Where(step => steps[step].Kind == DrawnKind.Human && into.Count > 0)
                .Select(step => (int?)step).FirstOrDefault(step => into.TrueForAll(way => ways.TryGetValue((way.From, step!.Value), out var same) && same.SequenceEqual(ways[way])));
            if (host is not { } human)
                continue;
            order.RemoveAll(way => way.To == other);
            order.Add((human, other));
            ways[(human, other)] = [];
            beside.Add((human, other));
        }

        return beside;
    }

    private static DrawnKind? KindOf(GraphNode node) => node.Type switch
    {
        "Elsa.RunTask" => DrawnKind.Human,
        "Elsa.FlowDecision" or "Elsa.If" => DrawnKind.Decision,
        "Elsa.StartAt" or "Elsa.Delay" or "Elsa.Timer" or "Elsa.Cron" => DrawnKind.Timer,
        "Elsa.Event" => DrawnKind.Event,
        "Elsa.BulkDispatchWorkflows" or "Elsa.DispatchWorkflow" or "Elsa.ExecuteWorkflow" => DrawnKind.Cases,
        "Elsa.Start" when node.Outer => DrawnKind.Start,
        "Elsa.End" or "Elsa.Complete" when node.Outer => DrawnKind.End,
        "Elsa.Finish" or "Elsa.Fault" => DrawnKind.End,
        // a workflow used as an activity has a type of its own
        _ when !node.Type.StartsWith("Elsa.", StringComparison.Ordinal) => DrawnKind.Cases,
        _ => null,
    };

    /// <summary>The ways from one drawn step to the next ones, through everything that is not drawn.</summary>
    private sealed class Walk
    {
        private readonly DefinitionGraph graph;
        private readonly List<(int Target, string[] Label)> found = [];
        private readonly HashSet<(int, string, string)> seen = [];

        private Walk(DefinitionGraph graph) => this.graph = graph;

        public static List<(int Target, string[] Label)> From(DefinitionGraph graph, int node, IReadOnlyList<string>? outcomes)
        {
            var walk = new Walk(graph);
            var decides = KindOf(graph.Nodes[node]) == DrawnKind.Decision;
            foreach (var edge in graph.Edges.Where(edge => edge.From == node))
            {
                string[] label = decides ? [edge.Port] : outcomes is null ? [] : [.. outcomes];
                walk.Go(edge.To, label, decides || outcomes is not { Count: > 0 } ? null : label);
            }

            return walk.found;
        }

        /// <param name="known">The outcomes that can be in question here; null where nothing is known.</param>
        private void Go(int at, string[] label, string[]? known)
        {
            if (!seen.Add((at, string.Join(' ', label), known is null ? "?" : string.Join(' ', known))))
                return;
            var node = graph.Nodes[at];
            if (KindOf(node) is not null)
            {
                found.Add((at, label));
                return;
            }

            if (node.Type == "Elsa.SetVariable" && SetOutcome(node.Json) is { } set)
                known = [set];
            foreach (var edge in graph.Edges.Where(edge => edge.From == at))
            {
                if (node.Type != "Elsa.FlowSwitch")
                {
                    Go(edge.To, label, known);
                    continue;
                }

                var cases = graph.Edges.Where(other => other.From == at && other.Port != "Default").Select(other => other.Port).ToList();
                string[]? left = edge.Port == "Default" ? known?.Where(outcome => !cases.Contains(outcome)).ToArray() : [edge.Port];
                // A default that leads back to where the switch is asked again is the way of no outcome.
                if (edge.Port == "Default" ? left is { Length: 0 } || Reaches(edge.To, at) : known is not null && !known.Contains(edge.Port))
                    continue;
                Go(edge.To, label.Length > 0 && known is not null && left is not null ? [.. label.Intersect(left, StringComparer.Ordinal)] : label, left);
            }
        }

        private bool Reaches(int from, int to)
        {
            var stack = new Stack<int>([from]);
            var visited = new HashSet<int>();
            while (stack.TryPop(out var at))
            {
                if (at == to)
                    return true;
                if (visited.Add(at))
                    graph.Edges.Where(edge => edge.From == at).ToList().ForEach(edge => stack.Push(edge.To));
            }

            return false;
        }
    }

    /// <summary>The outcome that an assignment writes out, such as <c>({ outcome: "Accept" })</c>.</summary>
    private static string? SetOutcome(JsonElement activity) =>
        activity.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Object && value.TryGetProperty("expression", out var expression)
        && expression.ValueKind == JsonValueKind.Object && expression.TryGetProperty("value", out var text) && text.ValueKind == JsonValueKind.String
        && WrittenOutcome().Match(text.GetString()!) is { Success: true } match
            ? match.Groups["name"].Value
            : null;

    [GeneratedRegex("\\boutcome\"?\\s*:\\s*\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WrittenOutcome();
}
