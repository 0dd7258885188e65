using System.Text;
using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using Xunit;

namespace PerfFlow.Engine.Tests.Definitions;

/// <summary>What somebody who publishes a new version has to know before he does.</summary>
public class ComparingVersions
{
    private static readonly byte[] Filing = File.ReadAllBytes(Path.Combine(Shipped.Folder, "goal-filing.json"));

    [Fact]
    public void PositionsAndNumbers_AreNoDifference()
    {
        var moved = Edited(root =>
        {
            root["version"] = 7;
            root["createdAt"] = "2030-01-01T00:00:00+00:00";
            foreach (var activity in root["root"]!["activities"]!.AsArray())
            {
                activity!["metadata"]!["designer"]!["position"]!["x"] = 1;
            }
        });

        Assert.Empty(DefinitionComparison.Compare(Filing, moved));
    }

    [Fact]
    public void AStepPutIn_IsToldWithItsConnections()
    {
        var changed = Edited(root =>
        {
            root["root"]!["activities"]!.AsArray().Add(JsonNode.Parse("""{"id":"note","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"x"}}}"""));
            var first = root["root"]!["connections"]![0]!;
            first["target"]!["activity"] = "note";
        });

        var changes = DefinitionComparison.Compare(Filing, changed);

        Assert.Equal(
            ["Added activity note Elsa.WriteLine", "Removed connection start:Done → keepDepartment:In ", "Added connection start:Done → note:In "],
            changes.Select(c => $"{c.Kind} {c.Part} {c.Id} {c.After}"));
        Assert.Equal(
            changes.Select(c => (c.Part, c.Id)).Order(),
            DefinitionComparison.Compare(changed, Filing).Select(c => (c.Part, c.Id)).Order());
    }

    [Fact]
    public void APropertyWithinThePayload_IsNamedByItsPath()
    {
        var changed = Edited(root =>
        {
            var fill = root["root"]!["activities"]!.AsArray().First(a => (string?)a!["id"] == "fill")!;
            var payload = fill["payload"]!["expression"]!;
            payload["value"] = ((string)payload["value"]!).Replace("\"UNIT\"", "\"DEPT\"", StringComparison.Ordinal);
            fill["metadata"]!["displayText"] = "填报";
            root["variables"]![0]!["value"] = "true";
        });

        Assert.Equal(
            [
                new(DefinitionChangeKind.Changed, "variable", "needsDepartment", "value", "false", "true"),
                new(DefinitionChangeKind.Changed, "activity", "fill", "metadata.displayText", "填报绩效目标", "填报"),
                new(DefinitionChangeKind.Changed, "activity", "fill", "payload.role", "UNIT", "DEPT"),
            ],
            DefinitionComparison.Compare(Filing, changed));
    }

    private static ReadOnlyMemory<byte> Edited(Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(Filing)!;
        edit(root);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
