using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Tests;

/// <summary>The definitions of workflows/, as they are shipped.</summary>
internal static class Shipped
{
    public static DateTimeOffset Morning { get; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "workflows");

    public static WorkflowDefinition GoalFiling { get; } = Load("goal-filing.json");

    public static WorkflowDefinition Notice { get; } = Load("notice.json");

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static WorkflowDefinition Load(string file)
    {
        var load = DefinitionLoader.Load(file, File.ReadAllBytes(Path.Combine(Folder, file)));
        return load.Definition ?? throw new InvalidOperationException(string.Join('\n', load.Errors));
    }
}
