using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Histories;

/// <summary>
/// Cases recorded once and replayed on every build: the same acts give the same bytes and effects for ever. A definition
/// that was shipped never changes; a new version gets histories of its own (workflows/README.md), and those of the earlier one
/// go on being replayed against its file, which is kept in Definitions. To record one, describe it in <see cref="Scripts"/>
/// and run the tests with PERFFLOW_RECORD_HISTORIES naming the folder to write to.
/// </summary>
public class RecordedHistories
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Histories");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Replayed_GivesTheSameBytesAndEffects(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        var history = document.RootElement;
        var definition = DefinitionOf(history);
        Assert.Equal(history.GetProperty("sha256").GetString(), Convert.ToHexStringLower(definition.SourceHash.Span));

        Instance? instance = null;
        foreach (var step in history.GetProperty("steps").EnumerateArray())
        {
            var decision = WorkflowEngine.Decide(definition, instance, HistoryFile.ReadAct(step.GetProperty("act")), step.GetProperty("now").GetDateTimeOffset());
            var accepted = Assert.IsType<Decision.Accepted>(decision);
            Assert.Equal(step.GetProperty("effects").EnumerateArray().Select(effect => effect.GetString()), accepted.Effects.Select(HistoryFile.Show));
            var state = step.GetProperty("state").GetString()!;
            Assert.Equal(state, Convert.ToHexStringLower(InstanceCodec.Write(accepted.Instance)));
            instance = InstanceCodec.Read(definition, Convert.FromHexString(state));
        }
    }

    [Fact]
    public void EveryShippedDefinition_HasAHistory()
    {
        var recorded = Files.Select(row => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, row.Data))).RootElement)
            .Select(history => (history.GetProperty("definition").GetString(), history.GetProperty("version").GetInt32()))
            .ToHashSet();

        Assert.All(Shipped.Files, file => Assert.Contains((file, Shipped.Load(file).Version), recorded));
    }

    [Fact]
    public void EveryScript_GivesTheFileThatWasRecorded()
    {
        var folder = Environment.GetEnvironmentVariable("PERFFLOW_RECORD_HISTORIES");
        foreach (var (name, definition, acts) in Scripts.All)
        {
            var text = HistoryFile.Write(definition, acts);
            if (folder is { Length: > 0 })
                File.WriteAllText(Path.Combine(folder, name + ".json"), text);
            else
                Assert.Equal(File.ReadAllText(Path.Combine(Folder, name + ".json")), text);
        }
    }

    private static WorkflowDefinition DefinitionOf(JsonElement history)
    {
        var file = history.GetProperty("definition").GetString()!;
        var earlier = Path.Combine(Folder, "Definitions", $"{Path.GetFileNameWithoutExtension(file)}-{history.GetProperty("version").GetInt32()}.json");
        return File.Exists(earlier) ? Shipped.Load(earlier) : Shipped.Load(file);
    }
}
