using System.Text.Json;
using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>Compiles the workflow of a definition: as a case of its own, or as a part of another one.</summary>
internal static class WorkflowReader
{
    /// <summary>The compiled workflow; null if it is wrong, which the context then knows.</summary>
    /// <param name="correlates">It has a correlation of its own: it was executed, not used as an activity.</param>
    public static WorkflowNode? Read(LoadContext context, DefinitionSource source, VariableScope? outer, string id, string path, bool correlates = false)
    {
        var scope = new VariableScope(outer, new WorkflowScope(nested: outer is not null));
        scope.Variables.Add(new Variable("$inputs", "$inputs", null, persistent: true));
        scope.Variables.Add(new Variable("$outputs", "$outputs", null, persistent: true));
        if (correlates)
            scope.Variables.Add(new Variable(Correlation.Name, Correlation.Name, null, persistent: true));
        scope.Variables.ForEach(variable => variable.Reads());
        context.Scopes.Add(scope);
        VariableReader.Read(context, source.Root, path, null, scope);
        Names(context, source.Root, "inputs", path, scope.Workflow.Inputs, scope.Workflow.KeptInputs);
        Names(context, source.Root, "outputs", path, scope.Workflow.Outputs, []);
        if (!source.Root.TryGetProperty("root", out var root) || root.ValueKind == JsonValueKind.Null)
        {
            context.Error($"{path}.root", null, "root", ReasonCodes.NoRoot);
            return null;
        }

        var workflow = new WorkflowNode(id, source.Name, scope);
        context.Add(workflow);
        if (ActivityTypes.Read(context, scope, root, $"{path}.root", null, "root") is not { } node)
            return null;
        node.Outer = workflow;
        workflow.Root = node;
        return workflow;
    }

    private static void Names(LoadContext context, JsonElement definition, string property, string path, HashSet<string> names, HashSet<string> kept)
    {
        if (!definition.TryGetProperty(property, out var list) || list.ValueKind == JsonValueKind.Null)
            return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            context.Error($"{path}.{property}", null, property, ReasonCodes.MustBeList, property);
            return;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{path}.{property}[{index++}]";
            if (VariableReader.Text(item, "name") is { Length: > 0 } name)
                names.Add(name);
            else
                context.Error(place, null, property, ReasonCodes.WithoutName, property);
            if (VariableReader.Text(item, "storageDriverType") is { } driver && VariableReader.IsPersistent(driver))
                kept.Add(VariableReader.Text(item, "name") ?? "");
        }
    }
}
