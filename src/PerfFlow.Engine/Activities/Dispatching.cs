using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.BulkDispatchWorkflows</c>: one case per item. Nobody waits for them (design.md decision 4).</summary>
internal sealed class BulkDispatchNode : Node
{
    private readonly Expression definitionId;
    private readonly Expression items;
    private readonly Expression itemKey;
    private readonly Expression input;

    public BulkDispatchNode(ActivityReader reader)
        : base(reader)
    {
        definitionId = reader.Required("workflowDefinitionId");
        items = reader.Required("items");
        itemKey = reader.Input("defaultItemInputKey") ?? new LiteralExpression("Item");
        input = reader.Input("input") ?? new LiteralExpression(null);
        Dispatches.RefuseWaiting(reader, whenAbsent: true);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        if (items.Evaluate(burst, parent) is not IReadOnlyList<object?> list)
            throw new MissingFactException($"the items of '{Name}'");
        var shared = input.Evaluate(burst, parent) as Facts ?? Facts.Empty;
        var key = itemKey.Text(burst, parent);
        var cases = new object?[list.Count];
        for (var i = 0; i < cases.Length; i++)
            cases[i] = list[i] is Facts item ? Merged(shared, item) : shared.With(key, list[i]);
        burst.StartCases(Dispatches.Target(burst, parent, definitionId, Name), cases);
        burst.Completed(this, parent, Outcomes.Done);
    }

    private static Facts Merged(Facts shared, Facts item) => shared.Count == 0 ? item : Facts.From(shared.Concat(item));
}

internal static class Dispatches
{
    public static void RefuseWaiting(ActivityReader reader, bool whenAbsent)
    {
        if (reader.Constant("waitForCompletion", whenAbsent) is not (true or "true" or "True"))
            return;
        reader.Error("waitForCompletion", "A case does not wait for the cases that it starts; set it to false and count them.");
    }

    public static string Target(Burst burst, Frame parent, Expression definitionId, string name)
    {
        var target = definitionId.Text(burst, parent);
        return target.Length > 0 ? target : throw new MissingFactException($"the definition that '{name}' starts");
    }
}
