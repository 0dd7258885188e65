using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>
/// <c>Elsa.BulkDispatchWorkflows</c>: one case per item, and nobody waits for them (design.md decision 4). Where the definition
/// does wait, the other workflow runs inside the case, once per item.
/// </summary>
internal sealed class BulkDispatchNode : Node
{
    private static readonly Outcomes AllCompleted = new(["Completed", "Done"]);

    private readonly Expression definitionId;
    private readonly Expression items;
    private readonly Expression itemKey;
    private readonly Expression input;
    private readonly Correlation around;
    private readonly WorkflowNode? workflow;

    public BulkDispatchNode(ActivityReader reader)
        : base(reader)
    {
        definitionId = reader.Required("workflowDefinitionId");
        items = reader.Required("items");
        itemKey = reader.Input("defaultItemInputKey") ?? new LiteralExpression("Item");
        input = reader.Input("input") ?? new LiteralExpression(null);
        around = Correlation.Of(reader.Scope);
        if (reader.Constant("waitForCompletion", true) is not (true or "true" or "True"))
            return;
        foreach (var port in (ReadOnlySpan<string>)["childCompleted", "childFaulted"])
        {
            if (reader.Has(port))
                reader.Error(port, ReasonCodes.PortOfBulk);
        }

        workflow = SubWorkflows.ReadById(reader, definitionId);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        if (items.Evaluate(burst, parent) is not IReadOnlyList<object?> list)
            throw new MissingFactException(new Reason(ReasonCodes.FactItems, Name).Written);
        var shared = input.Evaluate(burst, parent) as Facts ?? Facts.Empty;
        var key = itemKey.Text(burst, parent);
        var cases = new object?[list.Count];
        for (var i = 0; i < cases.Length; i++)
            cases[i] = list[i] is Facts item ? Merged(shared, item) : shared.With(key, list[i]);
        if (workflow is null || cases.Length == 0)
        {
            if (cases.Length > 0)
                burst.StartCases(Dispatches.Target(burst, parent, definitionId, Name), cases);
            burst.Completed(this, parent, Outcomes.Done);
            return;
        }

        var frame = burst.Open(this, parent);
        frame.Counter = cases.Length;
        foreach (var each in cases)
            workflow.Begin(burst, frame, (Facts)each!, around.Get(burst, parent));
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (--frame.Counter == 0)
            burst.Complete(frame, AllCompleted);
    }

    private static Facts Merged(Facts shared, Facts item) => shared.Count == 0 ? item : Facts.From(shared.Concat(item));
}

internal static class Dispatches
{
    public static string Target(Burst burst, Frame parent, Expression definitionId, string name)
    {
        var target = definitionId.Text(burst, parent);
        return target.Length > 0 ? target : throw new MissingFactException(new Reason(ReasonCodes.FactTarget, name).Written);
    }
}
