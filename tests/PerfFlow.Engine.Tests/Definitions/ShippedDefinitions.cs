using System.Security.Cryptography;
using System.Text.Json;

namespace PerfFlow.Engine.Tests.Definitions;

/// <summary>What elsa-format and design.md ask of the files in workflows/ beyond being runnable.</summary>
public class ShippedDefinitions
{
    public static TheoryData<string> Files => [.. Shipped.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_IsRunnableAndExportedAsImported(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Shipped.Folder, file));
        var definition = Shipped.Load(file);

        Assert.Equal(bytes, definition.Source.ToArray());
        Assert.Equal(SHA256.HashData(bytes), definition.SourceHash.ToArray());
        Assert.Equal(Path.GetFileNameWithoutExtension(file), definition.DefinitionId);
        Assert.NotEmpty(definition.HumanSteps);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryOutcome_IsConnected(string file)
    {
        var root = Root(file);
        var connected = Connections(root)
            .Select(connection => connection.GetProperty("source"))
            .Select(source => (source.GetProperty("activity").GetString(), source.GetProperty("port").GetString()))
            .ToHashSet();

        Assert.All(Activities(root), activity => Assert.All(Outcomes(activity), outcome =>
            Assert.Contains((activity.GetProperty("id").GetString(), outcome), connected)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryHumanOutcome_HasACaseInTheSwitchBehindIt(string file)
    {
        var root = Root(file);
        foreach (var step in Shipped.Load(file).HumanSteps.Where(step => step.Outcomes.Count > 1))
        {
            var routing = Behind(root, step.ActivityId);
            while (routing.GetProperty("type").GetString() is "Elsa.FlowJoin" or "Elsa.End")
                routing = Behind(root, Surrounding(root, routing) ?? routing.GetProperty("id").GetString()!);
            Assert.Equal(step.Outcomes, routing.GetProperty("cases").EnumerateArray().Select(each => each.GetProperty("label").GetString()!).Where(label => step.Outcomes.Contains(label)));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryActivity_HasAPlaceAndAMergeMode(string file) => Assert.All(Activities(Root(file)), activity =>
    {
        Assert.NotEqual("", activity.GetProperty("customProperties").GetProperty("mergeMode").GetString());
        Assert.Equal(JsonValueKind.Number, activity.GetProperty("metadata").GetProperty("designer").GetProperty("position").GetProperty("x").ValueKind);
        Assert.NotEqual("", activity.GetProperty("metadata").GetProperty("displayText").GetString());
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryStepButAJoin_IsReachedForwardFromOneStepOnly(string file)
    {
        var root = Root(file);
        foreach (var flow in Activities(root).Prepend(root).Where(activity => activity.TryGetProperty("connections", out _)))
        {
            var edges = flow.GetProperty("connections").EnumerateArray().Select(connection => (
                From: connection.GetProperty("source").GetProperty("activity").GetString()!,
                To: connection.GetProperty("target").GetProperty("activity").GetString()!)).Distinct().ToList();
            var start = flow.GetProperty("activities").EnumerateArray().Single(activity => activity.GetProperty("type").GetString() == "Elsa.Start").GetProperty("id").GetString()!;
            Assert.All(flow.GetProperty("activities").EnumerateArray(), activity =>
            {
                // a connection goes back where no way leads to its source but through its target
                var id = activity.GetProperty("id").GetString()!;
                var around = Reached(edges, start, without: id);
                var forward = edges.Where(edge => edge.To == id && around.Contains(edge.From)).ToList();
                Assert.Equal(id == start ? 0 : activity.GetProperty("type").GetString() == "Elsa.FlowJoin" ? 2 : 1, forward.Count);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryVariable_SaysHowItIsKept(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)));
        Assert.All(document.RootElement.GetProperty("variables").EnumerateArray(), variable =>
            Assert.Matches("^Elsa.Workflows.(WorkflowInstance|Memory)StorageDriver, ", variable.GetProperty("storageDriverTypeName").GetString()));
    }

    private static HashSet<string> Reached(List<(string From, string To)> edges, string start, string without)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(start == without ? [] : [start]);
        while (next.TryPop(out var at))
        {
            if (reached.Add(at))
                edges.Where(edge => edge.From == at && edge.To != without).ToList().ForEach(edge => next.Push(edge.To));
        }

        return reached;
    }

    private static JsonElement Root(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)));
        return document.RootElement.GetProperty("root").Clone();
    }

    /// <summary>Those of the flowchart and of the flowcharts in it.</summary>
    private static IEnumerable<JsonElement> Activities(JsonElement flow) => flow.GetProperty("activities").EnumerateArray()
        .SelectMany(activity => activity.TryGetProperty("activities", out _) ? Activities(activity).Prepend(activity) : [activity]);

    private static IEnumerable<JsonElement> Connections(JsonElement flow) => Activities(flow).Prepend(flow)
        .Where(activity => activity.TryGetProperty("connections", out _))
        .SelectMany(activity => activity.GetProperty("connections").EnumerateArray());

    private static JsonElement Behind(JsonElement root, string activity)
    {
        var next = Connections(root).Single(connection => connection.GetProperty("source").GetProperty("activity").GetString() == activity);
        return Activities(root).Single(each => each.GetProperty("id").GetString() == next.GetProperty("target").GetProperty("activity").GetString());
    }

    /// <summary>The inner flowchart that an end of it leads out of; null for what is no end.</summary>
    private static string? Surrounding(JsonElement root, JsonElement end) => end.GetProperty("type").GetString() != "Elsa.End" ? null
        : Activities(root).Single(flow => flow.TryGetProperty("activities", out var inner)
            && inner.EnumerateArray().Any(each => each.GetProperty("id").GetString() == end.GetProperty("id").GetString())).GetProperty("id").GetString();

    private static IEnumerable<string> Outcomes(JsonElement activity) => activity.GetProperty("type").GetString() switch
    {
        "Elsa.End" or "Elsa.Complete" => [],
        "Elsa.FlowFork" => JsonSerializer.Deserialize<string[]>(activity.GetProperty("branches").GetProperty("expression").GetProperty("value").GetString()!)!,
        "Elsa.FlowDecision" => ["True", "False"],
        "Elsa.FlowSwitch" => [.. activity.GetProperty("cases").EnumerateArray().Select(each => each.GetProperty("label").GetString()!), "Default"],
        _ => ["Done"],
    };
}
