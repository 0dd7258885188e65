using System.Text;
using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Tests.Activities;

/// <summary>Small definitions in few words.</summary>
internal static class Draw
{
    private const string Driver = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core";

    public static WorkflowDefinition Workflow(JsonObject root, params (string Name, string Type, string? Value)[] variables) =>
        Load(Definition("test", root, variables));

    public static WorkflowDefinition Load(JsonObject definition, params JsonObject[] library)
    {
        var files = library.Prepend(definition).Select((each, i) => ($"{i}.json", new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(each.ToJsonString())))).ToList();
        var load = DefinitionLoader.LoadAll(files)[0];
        Assert.Empty(load.Errors);
        return load.Definition!;
    }

    public static JsonObject Definition(string id, JsonObject root, params (string Name, string Type, string? Value)[] variables) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["variables"] = new JsonArray([.. variables.Select(v => (JsonNode)new JsonObject
        {
            ["id"] = v.Name,
            ["name"] = v.Name,
            ["typeName"] = v.Type,
            ["value"] = v.Value,
            ["storageDriverTypeName"] = Driver,
        })]),
        ["root"] = root,
    };

    public static JsonObject Do(string type, string id, params (string Property, JsonNode? Value)[] properties)
    {
        var made = new JsonObject { ["type"] = $"Elsa.{type}", ["id"] = id };
        foreach (var (property, value) in properties)
            made[property] = value;
        return made;
    }

    public static JsonObject Line(string script) => Do("WriteLine", "line-" + script, ("text", Js(script)));

    public static JsonObject Task(string id) => Do("RunTask", id, ("taskName", id));

    public static JsonObject Set(string variable, string script) =>
        Do("SetVariable", $"set-{variable}-{script}", ("variable", new JsonObject { ["id"] = variable }), ("value", Js(script)));

    public static JsonObject Sequence(params JsonObject[] activities) => Do("Sequence", "sequence-" + activities.Length, ("activities", new JsonArray([.. activities])));

    public static JsonObject Flow(JsonObject[] activities, params string[] connections) => Do(
        "Flowchart",
        "flow",
        ("activities", new JsonArray([.. activities])),
        ("connections", new JsonArray([.. connections.Select(Connection)])));

    public static JsonObject Merge(this JsonObject activity, string mode)
    {
        activity["customProperties"] = new JsonObject { ["mergeMode"] = mode };
        return activity;
    }

    public static JsonObject Js(string script) => new() { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = script } };

    public static JsonNode List(params JsonNode[] items) => new JsonArray(items);

    /// <summary>The lines that an accepted act wrote.</summary>
    public static string Lines(this CaseRun run) => string.Join('|', run.Effects.OfType<Effect.LineWritten>().Select(line => line.Text));

    /// <summary><c>a -> b</c>, or <c>a.Outcome -> b</c>.</summary>
    private static JsonNode Connection(string text)
    {
        var ends = text.Split(" -> ");
        var source = ends[0].Split('.');
        return new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = source[0], ["port"] = source.Length > 1 ? source[1] : "Done" },
            ["target"] = new JsonObject { ["activity"] = ends[1], ["port"] = "In" },
        };
    }
}
