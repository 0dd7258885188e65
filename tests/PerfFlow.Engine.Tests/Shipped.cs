using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Tests;

/// <summary>The definitions of workflows/, as they are shipped.</summary>
internal static class Shipped
{
    public static DateTimeOffset Morning { get; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "workflows");

    public static WorkflowDefinition GoalFiling { get; } = Load("goal-filing.json");

    public static WorkflowDefinition Notice { get; } = Load("notice.json");

    public static WorkflowDefinition Monitoring { get; } = Load("monitoring.json");

    public static WorkflowDefinition SelfEvaluation { get; } = Load("self-evaluation.json");

    public static WorkflowDefinition DepartmentEvaluation { get; } = Load("department-evaluation.json");

    public static WorkflowDefinition SpotCheck { get; } = Load("spot-check.json");

    public static WorkflowDefinition FinanceEvaluation { get; } = Load("finance-evaluation.json");

    public static WorkflowDefinition Rectification { get; } = Load("rectification.json");

    public static WorkflowDefinition ResultApplication { get; } = Load("result-application.json");

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static WorkflowDefinition Load(string file)
    {
        var load = DefinitionLoader.Load(file, File.ReadAllBytes(Path.Combine(Folder, file)));
        return load.Definition ?? throw new InvalidOperationException(string.Join('\n', load.Errors));
    }
}
