using System.Text.Json;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Layout;

/// <summary>An activity of a definition with where the designer put it.</summary>
/// <param name="Outer">False inside another container: its markers begin and end no case.</param>
internal sealed record GraphNode(string Id, string Name, string Type, JsonElement Json, (double X, double Y)? Position, bool Outer);

/// <summary>From an outcome of one activity to another, by index.</summary>
internal sealed record GraphEdge(int From, string Port, int To);

/// <summary>
/// The activities of a definition in one graph: containers are replaced by what is in them, so a line into a container leads to
/// its first steps and a line out of it comes from its last ones.
/// </summary>
internal sealed class DefinitionGraph
{
    private readonly List<GraphNode> nodes = [];
    private readonly List<GraphEdge> edges = [];

    public IReadOnlyList<GraphNode> Nodes => nodes;

    public IReadOnlyList<GraphEdge> Edges => edges;

    private readonly IReadOnlyList<DefinitionPart> parts;
    private string owner;

    private DefinitionGraph(WorkflowDefinition definition) => (parts, owner) = (definition.Parts, definition.DefinitionId);

    public static DefinitionGraph Read(WorkflowDefinition definition)
    {
        var graph = new DefinitionGraph(definition);
        graph.Add(RootOf(definition.Source), (0, 0), outer: true);
        return graph;
    }

    private static JsonElement RootOf(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.GetProperty("root").Clone();
    }

    /// <summary>A part of the graph: where it is entered, and what leaves it.</summary>
    private sealed record Piece(List<int> Entries, List<(int Node, string? Port)> Exits);

    private Piece Add(JsonElement activity, (double X, double Y)? at, bool outer) => Text(activity, "type") switch
    {
        "Elsa.Flowchart" => Flowchart(activity, at, outer),
        "Elsa.Sequence" => Sequence(Children(activity, "activities"), outer),
        "Elsa.FlowNode" => Sequence(Children(activity, "body"), outer),
        "Elsa.If" => If(activity, at),
        "Elsa.Switch" => Branches(activity, at, [.. Cases(activity), .. Children(activity, "default")], joins: true),
        "Elsa.Parallel" => Branches(activity, at, [.. Children(activity, "activities")], joins: false),
        "Elsa.Fork" => Branches(activity, at, [.. Children(activity, "branches")], joins: false),
        "Elsa.For" or "Elsa.ForEach" or "Elsa.While" or "Elsa.ParallelForEach" => Loop(activity, at),
        _ when PartOf(activity) is { } part => Inside(part, at),
        _ => Leaf(activity, at, outer),
    };

    private DefinitionPart? PartOf(JsonElement activity) =>
        Text(activity, "id") is { } id ? parts.FirstOrDefault(part => part.Owner == owner && part.Activity == id) : null;

    /// <summary>Another definition that runs inside this one is drawn like a container.</summary>
    private Piece Inside(DefinitionPart part, (double X, double Y)? at)
    {
        var before = owner;
        owner = part.DefinitionId;
        var piece = Add(RootOf(part.Source), at, outer: false);
        owner = before;
        return piece;
    }

    private Piece Leaf(JsonElement activity, (double X, double Y)? at, bool outer)
    {
        var id = Text(activity, "id") ?? "";
        nodes.Add(new GraphNode(id, Name(activity) ?? id, Text(activity, "type") ?? "", activity, at, outer));
        return new Piece([nodes.Count - 1], [(nodes.Count - 1, null)]);
    }

    private Piece Flowchart(JsonElement flowchart, (double X, double Y)? at, bool outer)
    {
        var children = Children(flowchart, "activities").ToList();
        var places = children.ConvertAll(Position);
        // What is inside another container stands around the middle of its place.
        var middle = at is null || !places.TrueForAll(place => place is not null) || places.Count == 0
            ? default((double X, double Y)?)
            : outer ? (0, 0) : (places.Average(place => place!.Value.X), places.Average(place => place!.Value.Y));
        var pieces = new Dictionary<string, Piece>(StringComparer.Ordinal);
        for (var i = 0; i < children.Count; i++)
        {
            var place = middle is { } center && at is { } origin ? (origin.X + places[i]!.Value.X - center.X, origin.Y + places[i]!.Value.Y - center.Y) : default((double, double)?);
            pieces.TryAdd(Text(children[i], "id") ?? "", Add(children[i], place, outer && Text(children[i], "type") != "Elsa.Flowchart"));
        }

        var targets = new HashSet<string>(StringComparer.Ordinal);
        var sources = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (from, port, to) in Connections(flowchart))
        {
            if (!pieces.TryGetValue(from, out var source) || !pieces.TryGetValue(to, out var target))
                continue;
            sources.Add(from);
            targets.Add(to);
            Connect(source, target, port);
        }

        var ids = children.ConvertAll(child => Text(child, "id") ?? "");
        var start = children.Find(child => Text(child, "type") == "Elsa.Start") is { ValueKind: JsonValueKind.Object } marked ? Text(marked, "id")! : ids.Find(id => !targets.Contains(id)) ?? ids.FirstOrDefault();
        var last = ids.Where(id => !sources.Contains(id)).SelectMany(id => pieces[id].Exits);
        return new Piece(start is null ? [] : pieces[start].Entries, [.. last]);
    }

    private Piece Sequence(IEnumerable<JsonElement> children, bool outer)
    {
        Piece? whole = null;
        foreach (var child in children)
        {
            var piece = Add(child, null, outer);
            if (whole is null)
            {
                whole = piece;
                continue;
            }

            Connect(whole, piece, "Done");
            whole = new Piece(whole.Entries, piece.Exits);
        }

        return whole ?? new Piece([], []);
    }

    private Piece If(JsonElement activity, (double X, double Y)? at)
    {
        var question = Leaf(activity, at, outer: false);
        var exits = new List<(int, string?)>();
        foreach (var (property, port) in (ReadOnlySpan<(string, string)>)[("then", "True"), ("else", "False")])
        {
            var branch = Sequence(Children(activity, property), outer: false);
            Connect(question, branch, port);
            if (branch.Entries.Count == 0)
                exits.Add((question.Entries[0], port));
            exits.AddRange(branch.Exits);
        }

        return new Piece(question.Entries, exits);
    }

    private Piece Branches(JsonElement activity, (double X, double Y)? at, List<JsonElement> branches, bool joins)
    {
        var fork = Leaf(activity, at, outer: false);
        var exits = new List<(int, string?)>();
        foreach (var branch in branches)
        {
            var piece = Add(branch, null, outer: false);
            Connect(fork, piece, "Done");
            exits.AddRange(piece.Exits);
        }

        return exits.Count == 0 || joins ? new Piece(fork.Entries, [.. exits, .. fork.Exits]) : new Piece(fork.Entries, exits);
    }

    private Piece Loop(JsonElement activity, (double X, double Y)? at)
    {
        var head = Leaf(activity, at, outer: false);
        var body = Sequence(Children(activity, "body"), outer: false);
        Connect(head, body, "Body");
        Connect(body, head, "Done");
        return head;
    }

    private void Connect(Piece from, Piece to, string port)
    {
        foreach (var (node, own) in from.Exits)
        {
            // a container has ways out of its own; only what is no container leaves by the port of the connection
            var way = own ?? (from.Entries is [var single] && single == node ? port : "Done");
            foreach (var entry in to.Entries.Where(entry => !edges.Exists(known => known.From == node && known.To == entry && known.Port == way)))
                edges.Add(new GraphEdge(node, way, entry));
        }
    }

    private static IEnumerable<(string From, string Port, string To)> Connections(JsonElement flowchart)
    {
        if (!flowchart.TryGetProperty("connections", out var list))
            yield break;
        if (list.ValueKind == JsonValueKind.Object)
            list = list.TryGetProperty("$values", out var values) ? values : list;
        foreach (var connection in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [list])
        {
            var source = Any(connection, "source");
            var target = Any(connection, "target");
            var nested = source?.ValueKind == JsonValueKind.Object;
            var from = nested ? Text(Any(source!.Value, "activity")) : Text(source);
            var to = target?.ValueKind == JsonValueKind.Object ? Text(Any(target.Value, "activity")) : Text(target);
            var port = nested ? Text(Any(source!.Value, "port")) : Text(Any(connection, "sourcePort"));
            if (from is not null && to is not null)
                yield return (from, string.IsNullOrEmpty(port) ? "Done" : port, to);
        }
    }

    /// <summary>A property in either case of its first letter, as older files have it.</summary>
    private static JsonElement? Any(JsonElement element, string name) => element.ValueKind != JsonValueKind.Object ? null
        : element.TryGetProperty(name, out var value) || element.TryGetProperty(char.ToUpperInvariant(name[0]) + name[1..], out value) ? value : null;

    private static IEnumerable<JsonElement> Children(JsonElement activity, string property)
    {
        if (!activity.TryGetProperty(property, out var value))
            return [];
        if (value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("items", out var items) || value.TryGetProperty("values", out items) || value.TryGetProperty("$values", out items)))
            value = items;
        return value.ValueKind switch
        {
            JsonValueKind.Object => [value],
            JsonValueKind.Array => value.EnumerateArray().Where(child => child.ValueKind == JsonValueKind.Object),
            _ => [],
        };
    }

    private static IEnumerable<JsonElement> Cases(JsonElement activity) =>
        Children(activity, "cases").SelectMany(one => Children(one, "activity"));

    private static (double X, double Y)? Position(JsonElement activity) =>
        activity.TryGetProperty("metadata", out var metadata) && Any(metadata, "designer") is { } designer && Any(designer, "position") is { } place
        && Any(place, "x") is { ValueKind: JsonValueKind.Number } x && Any(place, "y") is { ValueKind: JsonValueKind.Number } y
            ? (x.GetDouble(), y.GetDouble())
            : null;

    private static string? Name(JsonElement activity) =>
        (activity.TryGetProperty("metadata", out var metadata) && Text(Any(metadata, "displayText")) is { Length: > 0 } shown ? shown : null) ?? Text(activity, "name");

    private static string? Text(JsonElement element, string name) => Text(Any(element, name));

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
