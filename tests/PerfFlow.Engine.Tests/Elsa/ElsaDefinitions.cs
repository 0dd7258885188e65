using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Simulation;

namespace PerfFlow.Engine.Tests.Elsa;

/// <summary>
/// Elsa's own test definitions and the lines that Elsa's tests expect of them. They may not be copied into this repository; where
/// PERFFLOW_ELSA_DEFINITIONS does not name their folder, one test says once that they were not there. What they decide is held without
/// them by <see cref="OwnDefinitions"/>.
/// </summary>
public class ElsaDefinitions
{
    private const string Variable = "PERFFLOW_ELSA_DEFINITIONS";

    private static readonly (string File, string Lines, string? SubStatus)[] Known =
    [
        ("ImportAndExecute/writeline.json", "Dummy Text", "Finished"),
        ("ImportAndExecute/implicit-loop.json", "Do something|Retry|Do something|Done", "Finished"),
        ("ExplicitJoins/join-any-1.json", "Start|End", "Finished"),
        ("ExplicitJoins/join-all-1.json", "Start|Line 1|Line 2|End", "Finished"),
        ("ExplicitJoins/join-all-2.json", "Start|Line 1|Line 2|End", "Finished"),
        ("JoinBehaviors/fork-decision-join-none.json", "A|C", null),
        ("JoinBehaviors/fork-decision-join-converge.json", "A", null),
        ("JoinBehaviors/fork-decision-join-converge-strict.json", "A", null),
        ("JoinBehaviors/fork-decision-join-waitall.json", "A|C|B|D", "Faulted"),
        ("JoinBehaviors/decision-merge-join-none.json", "", "Finished"),
        ("JoinBehaviors/join.json", "|", "Finished"),
        ("JoinBehaviors/parallel-join.json", "||", "Finished"),
        ("ExecuteWorkflow/parent-no-wait.json", "Parent: Before child|Child: Executing|Parent: After child", "Finished"),
        ("ExecuteWorkflow/parent-with-wait.json", "Parent: Before child|Child: Executing|Parent: After child", "Finished"),
        ("ExecuteWorkflow/parent-with-input.json", "Child received: Hello from parent", "Finished"),
        ("ExecuteWorkflow/parent-capture-output.json", "Child output: 42|Parent received: 42", "Finished"),
        ("ExecuteWorkflow/parent-with-correlation.json", "Child: Executing", "Finished"),
        ("ParentChildCompletion/parent.json", "Start|test|1|11|22|Success", "Finished"),
        ("ParentChildInputs/parent1.json", "Parent: Foo|Child: Bar", "Finished"),
        ("ParentChildInputs/parent2.json", "Parent: Foo|Child: Foo", "Finished"),
    ];

    public static IEnumerable<TheoryDataRow<string, string, string?>> Files => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
        ? [new TheoryDataRow<string, string, string?>("none", "", null) { Skip = $"{Variable} does not name the folder of Elsa's own definitions: {Known.Length} files were not run. OwnDefinitions ran." }]
        : Known.Select(each => new TheoryDataRow<string, string, string?>(each.File, each.Lines, each.SubStatus));

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_GivesTheLinesOfElsa(string file, string lines, string? subStatus)
    {
        var (definition, library) = Load(file);

        var result = WorkflowSimulation.Run(definition, library, Facts.Of(("Input1", "Foo")), [], Shipped.Morning);

        Assert.Equal(lines, string.Join('|', result.Lines));
        if (subStatus is not null)
            Assert.Equal(subStatus, result.SubStatus);
        if (file == "ParentChildInputs/parent1.json")
            Assert.Equal(Facts.Of(("Output1", "Bar")), result.Outputs);
    }

    private static (WorkflowDefinition Definition, IReadOnlyList<WorkflowDefinition> Library) Load(string file)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(Variable)!, file);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.json").Order(StringComparer.Ordinal).ToList();
        var loads = DefinitionLoader.LoadAll([.. files.Select(each => (each, new ReadOnlyMemory<byte>(File.ReadAllBytes(each))))]);
        var load = loads[files.IndexOf(Path.GetFullPath(path))];
        Assert.Empty(load.Errors);
        return (load.Definition!, [.. loads.Select(each => each.Definition).OfType<WorkflowDefinition>()]);
    }
}
