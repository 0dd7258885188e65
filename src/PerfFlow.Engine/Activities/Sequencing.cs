using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.Sequence</c>: one after the other.</summary>
internal sealed class SequenceNode : ContainerNode
{
    private readonly Node[] children;

    public SequenceNode(ActivityReader reader)
        : base(reader, reader.OpenScope())
    {
        children = [.. reader.Children("activities", Scope)];
    }

    public override void Execute(Burst burst, Frame parent) => Next(burst, Open(burst, parent));

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (frame.Breaking || child.IsTerminal)
            burst.Complete(frame, Outcomes.Done);
        else
            Next(burst, frame);
    }

    /// <summary>Where the sequence goes on once this child has completed.</summary>
    public int After(Node child) => Array.IndexOf(children, child) + 1;

    private void Next(Burst burst, Frame frame)
    {
        if (frame.Counter < children.Length)
            burst.Schedule(children[frame.Counter++], frame);
        else
            burst.Complete(frame, Outcomes.Done);
    }
}

/// <summary><c>Elsa.FlowNode</c>: a box around one activity.</summary>
internal sealed class BoxNode : ContainerNode
{
    private readonly Node? body;

    public BoxNode(ActivityReader reader)
        : base(reader, reader.OpenScope())
    {
        body = reader.Child("body", Scope);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var frame = Open(burst, parent);
        if (body is null)
            burst.Complete(frame, Outcomes.Done);
        else
            burst.Schedule(body, frame);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes) => burst.Complete(frame, Outcomes.Done);
}

/// <summary><c>Elsa.If</c>.</summary>
internal sealed class IfNode : ContainerNode
{
    private readonly Expression condition;
    private readonly OutputTarget result;
    private readonly Node? then;
    private readonly Node? otherwise;

    public IfNode(ActivityReader reader)
        : base(reader, reader.OpenScope())
    {
        condition = reader.Input("condition") ?? new LiteralExpression(false);
        result = reader.Output("result");
        then = reader.Child("then", Scope);
        otherwise = reader.Child("else", Scope);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var holds = condition.Test(burst, parent);
        result.Set(burst, parent, holds);
        var frame = Open(burst, parent);
        if ((holds ? then : otherwise) is { } next)
            burst.Schedule(next, frame);
        else
            burst.Complete(frame, Outcomes.Done);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes) => burst.Complete(frame, Outcomes.Done);
}

/// <summary><c>Elsa.Switch</c>: the activity of the first case that holds, or of all of them, else the default.</summary>
internal sealed class SwitchNode : ContainerNode
{
    private readonly List<(Expression Condition, Node? Activity)> cases = [];
    private readonly Expression mode;
    private readonly Node? otherwise;

    public SwitchNode(ActivityReader reader)
        : base(reader, reader.OpenScope())
    {
        mode = FlowSwitchNode.Mode(reader);
        var index = 0;
        foreach (var item in reader.Has("cases") ? reader.Items(reader.Element.GetProperty("cases"), "cases") : [])
        {
            var place = $"{reader.Path}.cases[{index++}]";
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("condition", out var condition))
                reader.Context.Error(place, reader.Id, "cases", ReasonCodes.BranchWithoutCondition);
            else if (reader.Expression(condition, $"{place}.condition", "cases") is { } expression)
                cases.Add((expression, Activity(reader, item, place)));
        }

        otherwise = reader.Child("default", Scope);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var matching = cases.Where(each => each.Condition.Test(burst, parent));
        var matches = mode.Evaluate(burst, parent) is "MatchAny" or 1L ? Activities(matching) : Activities(matching.Take(1));
        var frame = Open(burst, parent);
        var next = matches.Count > 0 ? matches.OfType<Node>().ToList() : otherwise is null ? [] : [otherwise];
        frame.Counter = next.Count;
        next.ForEach(node => burst.Schedule(node, frame));
        if (next.Count == 0)
            burst.Complete(frame, Outcomes.Done);

        static List<Node?> Activities(IEnumerable<(Expression, Node? Activity)> found) => [.. found.Select(each => each.Activity)];
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (--frame.Counter == 0)
            burst.Complete(frame, Outcomes.Done);
    }

    private Node? Activity(ActivityReader reader, JsonElement item, string place) =>
        item.TryGetProperty("activity", out var activity) && activity.ValueKind != JsonValueKind.Null
            ? ActivityTypes.Read(reader.Context, Scope, activity, $"{place}.activity", reader.Id, "cases")
            : null;
}

/// <summary><c>Elsa.Parallel</c> and <c>Elsa.Fork</c>: all at once; complete when all are, or with the first.</summary>
internal sealed class ParallelNode : ContainerNode
{
    private readonly Node[] children;
    private readonly bool first;

    public ParallelNode(ActivityReader reader, string property)
        : base(reader, reader.OpenScope())
    {
        children = [.. reader.Children(property, Scope)];
        var mode = reader.Constant("joinMode", "WaitAll");
        first = mode is "WaitAny" or 0L;
        if (mode is not (null or "WaitAny" or "WaitAll" or 0L or 1L))
            reader.Error("joinMode", ReasonCodes.NoMode, Convert.ToString(mode, CultureInfo.InvariantCulture), "WaitAny, WaitAll");
    }

    /// <summary>The other has the same branches: only then does the number of those still running mean the same there.</summary>
    public bool IsLike(ParallelNode other, Func<string, string> renamed) =>
        first == other.first && children.Length == other.children.Length && children.All(child => Array.Exists(other.children, each => each.Id == renamed(child.Id)));

    public override void Execute(Burst burst, Frame parent)
    {
        var frame = Open(burst, parent);
        frame.Counter = children.Length;
        foreach (var child in children)
            burst.Schedule(child, frame);
        if (children.Length == 0)
            burst.Complete(frame, Outcomes.Done);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (--frame.Counter == 0 || first || frame.Breaking)
            burst.Complete(frame, Outcomes.Done);
    }
}
