using System.Globalization;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>An activity that waits for an instant. The timer is named like the activity.</summary>
internal abstract class TimerNode(ActivityReader reader) : WaitingNode(reader)
{
    public override string Kind => "timer";

    /// <summary>The instant, or null when it is past already.</summary>
    protected abstract DateTimeOffset? When(Burst burst, Frame parent);

    public override void Execute(Burst burst, Frame parent)
    {
        if (When(burst, parent) is { } instant)
            Open(burst, parent, instant, burst.Opener);
        else
            burst.Completed(this, parent, Outcomes.Done);
    }

    /// <summary>Opens it again, for the instant that it had, after what followed it was pulled back.</summary>
    public override void OpenAgain(Burst burst, Frame before) => Open(burst, before.Parent!, ((Deadline.At)before.Visit!.Due!).Instant, before.Visit.OpenedBy);

    public void Fire(Burst burst, Frame frame)
    {
        burst.Emit(new Effect.TimerCancelled(frame.Visit!.Visit, Id));
        burst.Opener = frame.Visit.Visit;
        burst.Complete(frame, Outcomes.Done);
    }

    private void Open(Burst burst, Frame parent, DateTimeOffset instant, int openedBy)
    {
        var frame = burst.Open(this, parent);
        var visit = burst.NextVisit();
        var due = new Deadline.At(instant);
        frame.Visit = new OpenVisit(visit, Id, Kind, openedBy, Returned: false, due);
        burst.Emit(new Effect.TimerSet(visit, Id, due));
    }
}

/// <summary><c>Elsa.Delay</c> and <c>Elsa.Timer</c>: a span from now.</summary>
internal sealed class DelayNode : TimerNode
{
    private readonly string property;
    private readonly Expression span;

    public DelayNode(ActivityReader reader, string property)
        : base(reader)
    {
        this.property = property;
        span = reader.Required(property);
        if (span.TryConstant(out var value) && Span(value) is null)
            reader.Error(property, ReasonCodes.NoSpan, Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    protected override DateTimeOffset? When(Burst burst, Frame parent)
    {
        var value = span.Evaluate(burst, parent);
        return burst.Now + (Span(value) ?? throw new JsException(ReasonCodes.NoSpan, 0, property));
    }

    /// <summary>Text like 00:05:00, or milliseconds.</summary>
    private static TimeSpan? Span(object? value) => value switch
    {
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && parsed >= TimeSpan.Zero => parsed,
        long milliseconds and >= 0 and < 315_360_000_000_000 => TimeSpan.FromMilliseconds(milliseconds),
        _ => null,
    };
}

/// <summary><c>Elsa.StartAt</c>: an instant, taken from the facts of the act or from a variable. One that is past does not wait.</summary>
internal sealed class StartAtNode : TimerNode
{
    private readonly Expression instant;

    public StartAtNode(ActivityReader reader)
        : base(reader)
    {
        instant = reader.Required("dateTime");
        if (instant.TryConstant(out var value) && Burst.Instant(value) is null)
            reader.Error("dateTime", ReasonCodes.NoInstant, Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    protected override DateTimeOffset? When(Burst burst, Frame parent)
    {
        var due = Burst.Instant(instant.Evaluate(burst, parent)) ?? throw new MissingFactException(new Reason(ReasonCodes.FactInstant, Name).Written);
        return due > burst.Now ? due : null;
    }
}

/// <summary><c>Elsa.Cron</c>: the next instant of a schedule.</summary>
internal sealed class CronNode : TimerNode
{
    private readonly Expression schedule;

    public CronNode(ActivityReader reader)
        : base(reader)
    {
        schedule = reader.Required("cronExpression");
        if (schedule.TryConstant(out var value) && CronSchedule.Parse(value as string ?? "", out var reason) is null)
            reader.Error("cronExpression", reason!);
    }

    protected override DateTimeOffset? When(Burst burst, Frame parent)
    {
        var parsed = CronSchedule.Parse(schedule.Text(burst, parent), out var reason) ?? throw new JsException(reason!);
        return parsed.After(burst.Now) ?? throw new JsException(ReasonCodes.NoNextInstant, 0);
    }
}
