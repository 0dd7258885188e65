using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.FlowDecision</c>: outcome True or False.</summary>
internal sealed class FlowDecisionNode : Node
{
    private static readonly Outcomes Yes = new("True");
    private static readonly Outcomes No = new("False");

    private readonly Expression condition;

    public FlowDecisionNode(ActivityReader reader)
        : base(reader)
    {
        condition = reader.Input("condition") ?? new LiteralExpression(false);
    }

    public override void Execute(Burst burst, Frame parent) => burst.Completed(this, parent, condition.Test(burst, parent) ? Yes : No);
}

/// <summary><c>Elsa.FlowSwitch</c>: the label of the first case that holds (or of all of them), else Default.</summary>
internal sealed class FlowSwitchNode : Node
{
    private static readonly Outcomes Otherwise = new("Default");

    private readonly (string Label, Expression Condition)[] cases;
    private readonly Expression mode;

    public FlowSwitchNode(ActivityReader reader)
        : base(reader)
    {
        cases = Cases(reader);
        mode = Mode(reader);
    }

    /// <summary>MatchFirst or MatchAny.</summary>
    public static Expression Mode(ActivityReader reader)
    {
        var mode = reader.Input("mode") ?? new LiteralExpression("MatchFirst");
        if (mode.TryConstant(out var value) && value is not (null or "MatchFirst" or "MatchAny" or 0L or 1L))
            reader.Error("mode", ReasonCodes.NoMode, Convert.ToString(value, CultureInfo.InvariantCulture), "MatchFirst, MatchAny");
        return mode;
    }

    public override void Execute(Burst burst, Frame parent)
    {
        if (mode.Evaluate(burst, parent) is "MatchAny" or 1L)
        {
            var labels = Array.FindAll(cases, each => each.Condition.Test(burst, parent)).Select(each => each.Label).ToArray();
            burst.Completed(this, parent, labels.Length > 0 ? new Outcomes(labels) : Otherwise);
            return;
        }

        foreach (var (label, condition) in cases)
        {
            if (condition.Test(burst, parent))
            {
                burst.Completed(this, parent, new Outcomes(label));
                return;
            }
        }

        burst.Completed(this, parent, Otherwise);
    }

    private static (string, Expression)[] Cases(ActivityReader reader)
    {
        var found = new List<(string, Expression)>();
        if (!reader.Has("cases"))
            return [];
        var index = 0;
        foreach (var item in reader.Items(reader.Element.GetProperty("cases"), "cases"))
        {
            var place = $"{reader.Path}.cases[{index++}]";
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("label", out var label) || label.ValueKind != JsonValueKind.String)
                reader.Context.Error(place, reader.Id, "cases", ReasonCodes.CaseWithoutLabel);
            else if (!item.TryGetProperty("condition", out var condition))
                reader.Context.Error(place, reader.Id, "cases", ReasonCodes.CaseWithoutCondition, label.GetString());
            else if (reader.Expression(condition, $"{place}.condition", "cases") is { } expression)
                found.Add((label.GetString()!, expression));
        }

        return [.. found];
    }
}

/// <summary><c>Elsa.FlowFork</c>: all branches at once.</summary>
internal sealed class FlowForkNode : Node
{
    private readonly Expression branches;

    public FlowForkNode(ActivityReader reader)
        : base(reader)
    {
        branches = reader.Input("branches") ?? new LiteralExpression(null);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var names = branches.Evaluate(burst, parent) is IReadOnlyList<object?> { Count: > 0 } list
            ? new Outcomes([.. list.Select(name => Operators.ToText(JsValue.From(name)))])
            : Outcomes.Done;
        burst.Completed(this, parent, names);
    }
}

/// <summary><c>Elsa.FlowJoin</c>: its mode is the merge mode of the step.</summary>
internal sealed class FlowJoinNode : Node
{
    public FlowJoinNode(ActivityReader reader)
        : base(reader)
    {
        MergeMode = reader.Constant("mode", "WaitAny") switch
        {
            null or "WaitAny" or "" => MergeMode.Race,
            "WaitAll" or "WaitAllActive" => MergeMode.Merge,
            var other => Refuse(reader, other),
        };
    }

    public override void Execute(Burst burst, Frame parent) => burst.Completed(this, parent, Outcomes.Done);

    private static MergeMode Refuse(ActivityReader reader, object other)
    {
        reader.Error("mode", ReasonCodes.NoMode, Convert.ToString(other, CultureInfo.InvariantCulture), "WaitAny, WaitAll, WaitAllActive");
        return MergeMode.Race;
    }
}
