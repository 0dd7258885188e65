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
        var connected = root.GetProperty("connections").EnumerateArray()
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
            var next = root.GetProperty("connections").EnumerateArray().Single(connection => connection.GetProperty("source").GetProperty("activity").GetString() == step.ActivityId);
            var routing = Activities(root).Single(activity => activity.GetProperty("id").GetString() == next.GetProperty("target").GetProperty("activity").GetString());
            Assert.Equal(step.Outcomes, routing.GetProperty("cases").EnumerateArray().Select(each => each.GetProperty("label").GetString()!));
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
    public void EveryVariable_SaysHowItIsKept(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)));
        Assert.All(document.RootElement.GetProperty("variables").EnumerateArray(), variable =>
            Assert.Matches("^Elsa.Workflows.(WorkflowInstance|Memory)StorageDriver, ", variable.GetProperty("storageDriverTypeName").GetString()));
    }

    private static JsonElement Root(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)));
        return document.RootElement.GetProperty("root").Clone();
    }

    private static IEnumerable<JsonElement> Activities(JsonElement root) => root.GetProperty("activities").EnumerateArray();

    private static IEnumerable<string> Outcomes(JsonElement activity) => activity.GetProperty("type").GetString() switch
    {
        "Elsa.End" => [],
        "Elsa.FlowDecision" => ["True", "False"],
        "Elsa.FlowSwitch" => [.. activity.GetProperty("cases").EnumerateArray().Select(each => each.GetProperty("label").GetString()!), "Default"],
        _ => ["Done"],
    };
}
