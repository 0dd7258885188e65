using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Simulation;

namespace PerfFlow.Engine.Tests.Elsa;

/// <summary>
/// Elsa's own test definitions and the lines that Elsa's tests expect of them. They are no part of this repository: the
/// folder is named by PERFFLOW_ELSA_DEFINITIONS.
/// </summary>
public class ElsaDefinitions
{
    private const string Variable = "PERFFLOW_ELSA_DEFINITIONS";

    [Theory]
    [InlineData("ImportAndExecute/writeline.json", "Dummy Text", "Finished")]
    [InlineData("ImportAndExecute/implicit-loop.json", "Do something|Retry|Do something|Done", "Finished")]
    [InlineData("ExplicitJoins/join-any-1.json", "Start|End", "Finished")]
    [InlineData("ExplicitJoins/join-all-1.json", "Start|Line 1|Line 2|End", "Finished")]
    [InlineData("ExplicitJoins/join-all-2.json", "Start|Line 1|Line 2|End", "Finished")]
    [InlineData("JoinBehaviors/fork-decision-join-none.json", "A|C", null)]
    [InlineData("JoinBehaviors/fork-decision-join-converge.json", "A", null)]
    [InlineData("JoinBehaviors/fork-decision-join-converge-strict.json", "A", null)]
    [InlineData("JoinBehaviors/fork-decision-join-waitall.json", "A|C|B|D", "Faulted")]
    [InlineData("JoinBehaviors/decision-merge-join-none.json", "", "Finished")]
    [InlineData("JoinBehaviors/join.json", "|", "Finished")]
    [InlineData("JoinBehaviors/parallel-join.json", "||", "Finished")]
    [InlineData("ExecuteWorkflow/parent-no-wait.json", "Parent: Before child|Child: Executing|Parent: After child", "Finished")]
    [InlineData("ExecuteWorkflow/parent-with-wait.json", "Parent: Before child|Child: Executing|Parent: After child", "Finished")]
    [InlineData("ExecuteWorkflow/parent-with-input.json", "Child received: Hello from parent", "Finished")]
    [InlineData("ExecuteWorkflow/parent-capture-output.json", "Child output: 42|Parent received: 42", "Finished")]
    [InlineData("ExecuteWorkflow/parent-with-correlation.json", "Child: Executing", "Finished")]
    [InlineData("ParentChildCompletion/parent.json", "Start|test|1|11|22|Success", "Finished")]
    [InlineData("ParentChildInputs/parent1.json", "Parent: Foo|Child: Bar", "Finished")]
    [InlineData("ParentChildInputs/parent2.json", "Parent: Foo|Child: Foo", "Finished")]
    public void Run_GivesTheLinesOfElsa(string file, string lines, string? subStatus)
    {
        var (definition, library) = Load(file);

        var result = WorkflowSimulation.Run(definition, library, Facts.Of(("Input1", "Foo")), [], Shipped.Morning);

        Assert.Equal(lines, string.Join('|', result.Lines));
        if (subStatus is not null)
            Assert.Equal(subStatus, result.SubStatus);
    }

    [Fact]
    public void OutputOfAChild_BecomesOutputOfTheParent()
    {
        var (definition, library) = Load("ParentChildInputs/parent1.json");

        var result = WorkflowSimulation.Run(definition, library, Facts.Of(("Input1", "Foo")), [], Shipped.Morning);

        Assert.Equal(Facts.Of(("Output1", "Bar")), result.Outputs);
    }

    private static (WorkflowDefinition Definition, IReadOnlyList<WorkflowDefinition> Library) Load(string file)
    {
        var root = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(root), $"{Variable} does not name the folder of Elsa's definitions.");
        var path = Path.Combine(root!, file);
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.json").Order(StringComparer.Ordinal).ToList();
        var loads = DefinitionLoader.LoadAll([.. files.Select(each => (each, new ReadOnlyMemory<byte>(File.ReadAllBytes(each))))]);
        var load = loads[files.IndexOf(Path.GetFullPath(path))];
        Assert.Empty(load.Errors);
        return (load.Definition!, [.. loads.Select(each => each.Definition).OfType<WorkflowDefinition>()]);
    }
}
