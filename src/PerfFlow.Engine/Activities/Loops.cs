using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>One round of a loop: it holds the variables of the round around the body.</summary>
internal sealed class IterationNode : ContainerNode
{
    private readonly Node? body;

    public IterationNode(ActivityReader reader)
        : base($"{reader.Id}:body", reader.Name, "Iteration", Rounds(reader))
    {
        var mark = reader.Context.Nodes.Count;
        body = reader.Child("body", Scope);
        reader.Context.Enclose(mark, this);
        reader.Context.Add(this);
    }

    public override void Execute(Burst burst, Frame parent) => throw new InvalidOperationException("A round is begun by its loop.");

    public void Begin(Burst burst, Frame loop, object? value, int index)
    {
        var frame = Open(burst, loop);
        frame.Set(0, value);
        frame.Set(1, (long)index);
        if (body is null)
            burst.Complete(frame, Outcomes.Done);
        else
            burst.Schedule(body, frame);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes) => burst.Complete(frame, Outcomes.Done);

    private static VariableScope Rounds(ActivityReader reader)
    {
        var scope = new VariableScope(reader.Scope, reader.Scope.Workflow);
        // the loop itself has a frame between the round and what is around the loop
        scope = new VariableScope(scope, reader.Scope.Workflow);
        scope.Variables.Add(new Variable("CurrentValue", "CurrentValue", null, persistent: true));
        scope.Variables.Add(new Variable("CurrentIndex", "CurrentIndex", null, persistent: true));
        reader.Context.Scopes.Add(scope);
        return scope;
    }
}

/// <summary>What the loops have in common: rounds one after the other, until the loop is over or broken off.</summary>
internal abstract class LoopNode : Node
{
    private readonly OutputTarget current;

    protected LoopNode(ActivityReader reader)
        : base(reader)
    {
        Round = new IterationNode(reader);
        current = reader.Output("currentValue");
    }

    protected IterationNode Round { get; }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (frame.Breaking || !Next(burst, frame))
            burst.Complete(frame, Outcomes.Done);
    }

    /// <summary>Begins the next round; false when there is none.</summary>
    protected abstract bool Next(Burst burst, Frame frame);

    protected void Begin(Burst burst, Frame frame)
    {
        if (!Next(burst, frame))
            burst.Complete(frame, Outcomes.Done);
    }

    protected void BeginRound(Burst burst, Frame frame, object? value, int index)
    {
        current.Set(burst, frame.Parent!, value);
        Round.Begin(burst, frame, value, index);
    }
}

/// <summary><c>Elsa.ForEach</c>.</summary>
internal sealed class ForEachNode : LoopNode
{
    private readonly Expression items;

    public ForEachNode(ActivityReader reader)
        : base(reader)
    {
        items = reader.Required("items");
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var list = Items(items.Evaluate(burst, parent));
        var frame = burst.Open(this, parent);
        frame.Data = list;
        Begin(burst, frame);
    }

    /// <summary>A list, the values of an object, or one value by itself.</summary>
    public static IReadOnlyList<object?> Items(object? value) => value switch
    {
        null => [],
        IReadOnlyList<object?> list => list,
        _ => (object?[])[value],
    };

    protected override bool Next(Burst burst, Frame frame)
    {
        var list = (IReadOnlyList<object?>)frame.Data!;
        if (frame.Counter >= list.Count)
            return false;
        var index = frame.Counter++;
        BeginRound(burst, frame, list[index], index);
        return true;
    }
}

/// <summary><c>Elsa.For</c>: from start to end, the end included unless said otherwise.</summary>
internal sealed class ForNode : LoopNode
{
    private readonly Expression start;
    private readonly Expression end;
    private readonly Expression step;
    private readonly Expression inclusive;

    public ForNode(ActivityReader reader)
        : base(reader)
    {
        start = reader.Input("start") ?? new LiteralExpression(0L);
        end = reader.Input("end") ?? new LiteralExpression(0L);
        step = reader.Input("step") ?? new LiteralExpression(1L);
        inclusive = reader.Input("outerBoundInclusive") ?? new LiteralExpression(true);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var frame = burst.Open(this, parent);
        frame.Data = Number(start, burst, parent);
        Begin(burst, frame);
    }

    protected override bool Next(Burst burst, Frame frame)
    {
        var value = (long)frame.Data!;
        var by = Number(step, burst, frame.Parent!);
        var last = Number(end, burst, frame.Parent!);
        var within = by >= 0 ? value < last : value > last;
        if (!within && !(value == last && inclusive.Test(burst, frame.Parent!)))
            return false;
        frame.Data = value + by;
        BeginRound(burst, frame, value, frame.Counter++);
        return true;
    }

    private static long Number(Expression expression, Burst burst, Frame frame)
    {
        var value = Operators.ToNumber(JsValue.From(expression.Evaluate(burst, frame)));
        return double.IsFinite(value) ? (long)value : throw new JsException(ReasonCodes.LoopNumber, 0);
    }
}

/// <summary><c>Elsa.While</c>: the condition is read before every round.</summary>
internal sealed class WhileNode : LoopNode
{
    private readonly Expression condition;

    public WhileNode(ActivityReader reader)
        : base(reader)
    {
        condition = reader.Input("condition") ?? new LiteralExpression(false);
    }

    public override void Execute(Burst burst, Frame parent) => Begin(burst, burst.Open(this, parent));

    protected override bool Next(Burst burst, Frame frame)
    {
        if (!condition.Test(burst, frame.Parent!))
            return false;
        Round.Begin(burst, frame, null, frame.Counter++);
        return true;
    }
}

/// <summary><c>Elsa.ParallelForEach</c>: a round per item, all at once.</summary>
internal sealed class ParallelForEachNode : Node
{
    private readonly Expression items;
    private readonly IterationNode round;

    public ParallelForEachNode(ActivityReader reader)
        : base(reader)
    {
        items = reader.Required("items");
        round = new IterationNode(reader);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var list = ForEachNode.Items(items.Evaluate(burst, parent));
        var frame = burst.Open(this, parent);
        frame.Counter = list.Count;
        for (var i = 0; i < list.Count; i++)
            round.Begin(burst, frame, list[i], i);
        if (list.Count == 0)
            burst.Complete(frame, Outcomes.Done);
    }

    public override void ChildCompleted(Burst burst, Frame frame, Node child, Outcomes outcomes)
    {
        if (--frame.Counter == 0)
            burst.Complete(frame, Outcomes.Done);
    }
}

/// <summary><c>Elsa.Break</c>: the loop around it ends when its round does; a sequence or flowchart around it ends at once.</summary>
internal sealed class BreakNode(ActivityReader reader) : Node(reader)
{
    public override bool IsTerminal => true;

    public override void Execute(Burst burst, Frame parent)
    {
        for (var frame = parent; frame is not null; frame = frame.Parent)
        {
            frame.Breaking |= frame.Node is LoopNode or SequenceNode or ParallelNode;
            if (frame.Node is LoopNode)
                break;
        }

        burst.Completed(this, parent, Outcomes.Done);
    }
}
