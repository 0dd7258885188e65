using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary><c>Elsa.Event</c>: waits until somebody publishes an event of the name, for the case's correlation if it has one.</summary>
internal sealed class EventNode : WaitingNode
{
    private readonly Expression eventName;
    private readonly OutputTarget result;
    private readonly Correlation around;

    public EventNode(ActivityReader reader)
        : base(reader)
    {
        eventName = reader.Required("eventName");
        result = reader.Output("result");
        around = Correlation.Of(reader.Scope);
    }

    public override string Kind => "event";

    public override void Execute(Burst burst, Frame parent) => Open(burst, parent, burst.Opener);

    public override void OpenAgain(Burst burst, Frame before) => Open(burst, before.Parent!, before.Visit!.OpenedBy);

    /// <summary>It would wait for this event, as far as its name is written out.</summary>
    public bool WaitsFor(string name) => !eventName.TryConstant(out var written) || written is string text && text == name;

    public void Deliver(Burst burst, Frame frame)
    {
        burst.Emit(new Effect.WaitCleared(frame.Visit!.Visit));
        burst.Opener = frame.Visit.Visit;
        result.Set(burst, frame.Parent!, burst.Input);
        burst.Complete(frame, Outcomes.Done);
    }

    private void Open(Burst burst, Frame parent, int openedBy)
    {
        var name = eventName.Text(burst, parent);
        if (name.Length == 0)
            throw new JsException(ReasonCodes.EventWithoutName, 0);
        var frame = burst.Open(this, parent);
        var visit = burst.NextVisit();
        var correlation = around.Get(burst, parent);
        frame.Data = new object?[] { name, correlation };
        frame.Visit = new OpenVisit(visit, Id, Kind, openedBy, Returned: false, null);
        burst.Emit(new Effect.WaitSet(name, correlation, visit));
    }
}

/// <summary><c>Elsa.PublishEvent</c>.</summary>
internal sealed class PublishEventNode : Node
{
    private readonly Expression eventName;
    private readonly Expression correlation;
    private readonly Expression payload;

    public PublishEventNode(ActivityReader reader)
        : base(reader)
    {
        eventName = reader.Required("eventName");
        correlation = reader.Input("correlationId") ?? new LiteralExpression(null);
        payload = reader.Input("payload") ?? new LiteralExpression(null);
        if (reader.Constant("isLocalEvent", false) is true or "true")
            reader.Error("isLocalEvent", ReasonCodes.LocalEvent);
    }

    public override void Execute(Burst burst, Frame parent)
    {
        var scope = correlation.Text(burst, parent);
        burst.Publish(eventName.Text(burst, parent), scope.Length > 0 ? scope : null, payload.Evaluate(burst, parent));
        burst.Completed(this, parent, Outcomes.Done);
    }
}
