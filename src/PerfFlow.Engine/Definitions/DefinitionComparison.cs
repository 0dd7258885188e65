using System.Globalization;
using System.Text.Json;

namespace PerfFlow.Engine.Definitions;

/// <summary>What became of a part of a definition.</summary>
public enum DefinitionChangeKind
{
    /// <summary>Only the later version has it.</summary>
    Added,

    /// <summary>Only the earlier version has it.</summary>
    Removed,

    /// <summary>Both have it, with another value.</summary>
    Changed,
}

/// <summary>One difference between two versions of a definition.</summary>
/// <param name="Kind">Added, removed or changed.</param>
/// <param name="Part"><c>activity</c>, <c>connection</c>, <c>variable</c>, <c>input</c>, <c>output</c>, <c>part</c> or <c>definition</c>.</param>
/// <param name="Id">The activity's id, the connection's ends, the name of the others; empty for the definition itself.</param>
/// <param name="Property">The property that changed, nested ones by path; null where the whole part came or went.</param>
/// <param name="Before">Its earlier value; of a removed activity its type.</param>
/// <param name="After">Its later value; of an added activity its type.</param>
public sealed record DefinitionChange(DefinitionChangeKind Kind, string Part, string Id, string? Property, string? Before, string? After);

/// <summary>
/// Compares two versions of a definition by meaning: activities by their ids wherever they stand, connections by their ends.
/// Where a designer put the boxes, and the numbers of version and time, are no differences.
/// </summary>
public static class DefinitionComparison
{
    private static readonly string[] Named = ["variables", "inputs", "outputs"];
    private static readonly string[] OfTheFile = ["$schema", "id", "version", "createdAt", "toolVersion", "isLatest", "isPublished", "root", .. Named];

    private sealed record Part(string Sort, string Id, string? Type, SortedDictionary<string, string> Properties);

    /// <summary>The differences, in the order definition, variables, inputs, outputs, activities, connections.</summary>
    /// <exception cref="JsonException">A version is no JSON; versions that loaded are.</exception>
    public static IReadOnlyList<DefinitionChange> Compare(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        var (earlier, later) = (PartsOf(before), PartsOf(after));
        var changes = new List<DefinitionChange>();
        foreach (var (key, part) in earlier)
        {
            if (later.TryGetValue(key, out var now))
                changes.AddRange(Changes(part, now));
            else
                changes.Add(new(DefinitionChangeKind.Removed, part.Sort, part.Id, null, part.Type, null));
        }

        changes.AddRange(later.Where(l => !earlier.ContainsKey(l.Key)).Select(l => new DefinitionChange(DefinitionChangeKind.Added, l.Value.Sort, l.Value.Id, null, null, l.Value.Type)));
        string[] order = ["definition", "variable", "input", "output", "activity", "connection"];
        return [.. changes.OrderBy(c => Array.IndexOf(order, c.Part)).ThenBy(c => c.Id, StringComparer.Ordinal)];
    }

    /// <summary>The same, and which versions of others they run inside themselves: <c>part</c>, with the id of the other definition.</summary>
    public static IReadOnlyList<DefinitionChange> Compare(WorkflowDefinition before, WorkflowDefinition after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (earlier, later) = (VersionsOf(before), VersionsOf(after));
        return [.. Compare(before.Source, after.Source), .. earlier.Keys.Union(later.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => (Id: id, Old: earlier.GetValueOrDefault(id), Now: later.GetValueOrDefault(id))).Where(part => part.Old != part.Now)
            .Select(part => new DefinitionChange(
                part.Old is null ? DefinitionChangeKind.Added : part.Now is null ? DefinitionChangeKind.Removed : DefinitionChangeKind.Changed, "part", part.Id, "version", part.Old, part.Now))];
    }

    private static Dictionary<string, string> VersionsOf(WorkflowDefinition definition) => definition.Parts.GroupBy(part => part.DefinitionId, StringComparer.Ordinal).ToDictionary(
        same => same.Key,
        same => string.Join(", ", same.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Version} ({Convert.ToHexStringLower(part.SourceHash.Span)[..12]})")).Distinct(StringComparer.Ordinal)),
        StringComparer.Ordinal);

    private static IEnumerable<DefinitionChange> Changes(Part before, Part after)
    {
        foreach (var name in before.Properties.Keys.Union(after.Properties.Keys, StringComparer.Ordinal))
        {
            var (old, now) = (before.Properties.GetValueOrDefault(name), after.Properties.GetValueOrDefault(name));
            if (old != now)
                yield return new(old is null ? DefinitionChangeKind.Added : now is null ? DefinitionChangeKind.Removed : DefinitionChangeKind.Changed, before.Sort, before.Id, name, old, now);
        }
    }

    private static Dictionary<(string Sort, string Id), Part> PartsOf(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, new JsonDocumentOptions { MaxDepth = 256 });
        var root = document.RootElement;
        var parts = new Dictionary<(string, string), Part>();
        var own = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject().Where(p => !OfTheFile.Contains(p.Name, StringComparer.Ordinal)))
            Flatten(property.Name, property.Value, own);
        parts[("definition", "")] = new Part("definition", "", null, own);
        foreach (var list in Named)
        {
            if (!root.TryGetProperty(list, out var items) || items.ValueKind != JsonValueKind.Array)
                continue;
            foreach (var item in items.EnumerateArray())
            {
                var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
                Flatten("", item, properties);
                properties.Remove("id");
                var name = properties.Remove("name", out var given) ? given : "";
                parts[(list, name)] = new Part(list[..^1], name, null, properties);
            }
        }

        if (root.TryGetProperty("root", out var flow))
            Visit(flow, "", parts);
        return parts;
    }

    /// <summary>Finds activities at any depth: objects with an id and a type.</summary>
    private static void Visit(JsonElement element, string container, Dictionary<(string, string), Part> parts)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Visit(item, container, parts);
            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
            return;
        if (!IsActivity(element))
        {
            foreach (var property in element.EnumerateObject())
                Visit(property.Value, container, parts);
            return;
        }

        var id = element.GetProperty("id").GetString()!;
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["container"] = container };
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "id" or "nodeId":
                    break;
                case "connections":
                    AddConnections(property.Value, parts);
                    break;
                default:
                    if (HoldsActivity(property.Value))
                        Visit(property.Value, id, parts);
                    else
                        Flatten(property.Name, property.Value, properties);
                    break;
            }
        }

        parts[("activity", id)] = new Part("activity", id, element.GetProperty("type").GetString(), properties);
    }

    private static void AddConnections(JsonElement connections, Dictionary<(string, string), Part> parts)
    {
        if (connections.ValueKind != JsonValueKind.Array)
            return;
        foreach (var connection in connections.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
        {
            var ends = $"{End(connection, "source")} → {End(connection, "target")}";
            parts[("connection", ends)] = new Part("connection", ends, null, []);
        }
    }

    private static string End(JsonElement connection, string name) =>
        connection.TryGetProperty(name, out var end) && end.ValueKind == JsonValueKind.Object
            ? $"{(end.TryGetProperty("activity", out var activity) ? activity.ToString() : "?")}:{(end.TryGetProperty("port", out var port) ? port.ToString() : "")}"
            : connection.TryGetProperty(name, out var plain) ? plain.ToString() : "?";

    private static bool IsActivity(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
        && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String;

    private static bool HoldsActivity(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(HoldsActivity),
        JsonValueKind.Object => IsActivity(element) || element.EnumerateObject().Any(p => HoldsActivity(p.Value)),
        _ => false,
    };

    /// <summary>Every value under its path; an expression as what it says, and JSON that stands in a text as what it holds.</summary>
    private static void Flatten(string path, JsonElement value, SortedDictionary<string, string> into)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when path == "metadata":
                // The designer's part says where a box stands; the rest is text that people read.
                foreach (var property in value.EnumerateObject().Where(p => p.Name != "designer"))
                    Flatten($"{path}.{property.Name}", property.Value, into);
                break;
            case JsonValueKind.Object when value.TryGetProperty("expression", out var expression) && expression.ValueKind == JsonValueKind.Object && expression.TryGetProperty("value", out var said):
                FlattenExpression(path, expression.TryGetProperty("type", out var type) ? type.ToString() : "", said, into);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Flatten(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value, into);
                break;
            case JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                into[path] = string.Join(", ", value.EnumerateArray());
                break;
            case JsonValueKind.Array:
                var n = 0;
                foreach (var item in value.EnumerateArray())
                    Flatten($"{path}[{n++}]", item, into);
                break;
            default:
                into[path] = value.ToString();
                break;
        }
    }

    private static void FlattenExpression(string path, string type, JsonElement said, SortedDictionary<string, string> into)
    {
        if (type == "Object" && said.ValueKind == JsonValueKind.String && TryParse(said.GetString()!) is { } held)
        {
            Flatten(path, held, into);
            return;
        }

        if (said.ValueKind == JsonValueKind.Object && said.TryGetProperty("name", out var name))
            into[path] = $"{type}: {name}";
        else if (said.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            Flatten(path, said, into);
        else
            into[path] = type is "" or "Literal" ? said.ToString() : $"{type}: {said}";
    }

    private static JsonElement? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
