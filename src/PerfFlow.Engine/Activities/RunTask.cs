using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>
/// <c>Elsa.RunTask</c>: waits until somebody completes it. A payload with a <c>kind</c> makes it a human step
/// (workflows/README.md); without one it is a plain task that any facts complete. One person decides it, unless it has seats.
/// </summary>
internal sealed partial class RunTaskNode : WaitingNode
{
    private static readonly string[] NoOutcomes = [];

    private readonly Expression taskName;
    private readonly Expression payload;
    private readonly OutputTarget result;
    private readonly HumanStep? step;
    private readonly string[] outcomes;
    private readonly (string Outcome, VariableReference Variable)[] conditions;
    private readonly VariableReference? dueVariable;
    private readonly Deadline? workingDays;
    private readonly Countersign? countersign;
    private readonly VariableReference? signersVariable;

    public RunTaskNode(ActivityReader reader)
        : base(reader)
    {
        taskName = reader.Required("taskName");
        payload = reader.Input("payload") ?? new LiteralExpression(null);
        result = reader.Output("result");
        step = HumanStepReader.Read(reader, payload);
        outcomes = step is null ? NoOutcomes : [.. step.Outcomes];
        conditions = step is null ? [] : [.. step.Conditions.Select(pair => (pair.Key, HumanStepReader.Condition(reader, pair.Value)))];
        if (step is null)
            return;
        reader.Context.HumanSteps.Add(step);
        dueVariable = step.DueInput is null ? null : reader.Scope.ByName(step.DueInput);
        dueVariable?.Variable.Reads();
        workingDays = step.DueWorkingDays is { } days ? new Deadline.WorkingDays(days) : null;
        countersign = step.Countersign;
        signersVariable = countersign is null ? null : reader.Scope.ByName(countersign.Input);
        signersVariable?.Variable.Reads();
    }

    /// <summary>fill, review or act; task for what is no human step.</summary>
    public override string Kind => step?.Kind ?? "task";

    /// <summary>A human step, which alone can have seats and be returned from or to.</summary>
    public bool IsHuman => step is not null;

    public override void Execute(Burst burst, Frame parent)
    {
        var (holder, back) = burst.TakeDestined(this);
        if (countersign is not null)
            OpenSeats(burst, parent, back);
        else
            Open(burst, parent, burst.Opener, burst.Returned, null, holder, back);
    }

    /// <summary>Opens it again after its decision was pulled back; the facts of the act may bring another due instant.</summary>
    public override void OpenAgain(Burst burst, Frame before)
    {
        var visit = before.Visit!;
        var due = visit.Due is not null && step?.DueInput is { } input && !burst.Input.ContainsKey(input) ? visit.Due : null;
        if (before.Counter > 0)
            OpenSeat(burst, before.Parent!, before.Parent!.Panel![before.Counter], visit.OpenedBy, visit.Returned, due);
        else
            Open(burst, before.Parent!, visit.OpenedBy, visit.Returned, due, null, before.Data as Back);
    }

    /// <summary>The due instant was moved; the variable that gave it follows, so that the step keeps it when it is opened anew.</summary>
    public void Extended(Frame frame, DateTimeOffset due)
    {
        dueVariable?.Set(Container(frame), due);
        if (frame.Parent!.Panel is { Due: not null } panel)
            frame.Parent.Data = panel with { Due = due };
    }

    /// <summary>The outcomes that an open visit offers, given the variables of the case now.</summary>
    public IReadOnlyList<string> Offered(Frame frame) => IsAsked(frame) ? Answers : OfferedIn(Container(frame));

    /// <summary>
    /// In what the other asks something else, so that what is open here cannot stay open there: the code of the refusal and both values.
    /// Null = it asks the same of the same people.
    /// </summary>
    public (string Code, string? Was, string? Now)? Difference(RunTaskNode other, bool hasSeats) =>
        Kind != other.Kind ? (RefusalCodes.MigrateKind, Kind, other.Kind)
        : step is null || other.step is null ? null
        : step.Form != other.step.Form ? (RefusalCodes.MigrateForm, step.Form, other.step.Form)
        : hasSeats && (step.Role != other.step.Role || countersign != other.countersign) ? (RefusalCodes.MigrateSeats, step.Role, other.step.Role)
        : step.Role == other.step.Role ? null
        : (step.Kind == "fill" ? RefusalCodes.MigrateFiller : RefusalCodes.MigrateRole, step.Role, other.step.Role);

    /// <summary>The outcome sends the work back.</summary>
    public bool SendsBack(string outcome) => step is not null && step.Returns.Contains(outcome);

    /// <summary>Completes the visit of the frame; null, or why not.</summary>
    public Decision.Refused? Complete(Burst burst, Frame frame) => Close(burst, frame, "completed");

    /// <summary>What the frame of a visit stands in: of a seat, what the step stands in.</summary>
    public static Frame Container(Frame frame) => frame.Counter > 0 ? frame.Parent!.Parent! : frame.Parent!;

    /// <summary>Lets it go by, along an outcome that leads on; null, or why not.</summary>
    public Decision.Refused? Skip(Burst burst, Frame frame) => burst.Input.GetValueOrDefault("outcome") is string outcome && SendsBack(outcome)
        ? new Decision.Refused(RefusalCodes.UnknownOutcome, $"'{outcome}' of '{Name}' sends back; a skip leads on.")
        : Close(burst, frame, "skipped");

    private Decision.Refused? Close(Burst burst, Frame frame, string why)
    {
        var returns = false;
        string? chosen = null;
        if (outcomes.Length > 0)
        {
            if (!burst.Input.TryGetValue("outcome", out var given) || given is not string outcome)
                return new Decision.Refused(RefusalCodes.MissingFact, "outcome");
            if (IsAsked(frame) ? outcome != Participant.Reply : Array.IndexOf(outcomes, outcome) < 0 || !IsOffered(outcome, Container(frame)))
                return new Decision.Refused(RefusalCodes.UnknownOutcome, $"'{Name}' does not offer '{outcome}'.");
            chosen = outcome;
            returns = step!.Returns.Contains(outcome);
        }

        burst.Emit(new Effect.TaskClosed(frame.Visit!.Visit, why));
        burst.Opener = frame.Visit.Visit;
        if (frame.Counter > 0)
        {
            Decide(burst, frame, chosen!, returns);
            return null;
        }

        burst.LastOutcome = chosen ?? burst.LastOutcome;
        burst.Returned = returns;
        burst.Submitted |= Kind == "fill";
        result.Set(burst, frame.Parent!, burst.Input);
        SendOn(burst, frame, returns, frame.Data as Back);
        return null;
    }

    /// <summary>Along what is drawn, or straight back to whoever had returned the work.</summary>
    private static void SendOn(Burst burst, Frame frame, bool returns, Back? back)
    {
        var place = back is null || returns ? null : frame.Parent;
        while (place is not null && (place.Node as Flowchart)?.HumanStep(back!.Step) is null)
            place = place.Parent;
        if (place?.Node is not Flowchart flow || flow.EntryOf(back!.Step) is not { } entry)
        {
            burst.Complete(frame, Outcomes.Done);
            return;
        }

        burst.Remove(frame, "superseded");
        burst.Clear(place, "superseded");
        burst.Destine(flow.HumanStep(back.Step)!.Node, back.Holder, back.Outer);
        burst.Schedule(entry, place);
    }

    private void Open(Burst burst, Frame parent, int openedBy, bool returned, Deadline? due, string? holder, Back? back)
    {
        var values = payload.Evaluate(burst, parent) as Facts ?? Facts.Empty;
        due ??= DueOf(burst, parent);
        var frame = burst.Open(this, parent);
        frame.Data = back;
        OpenVisit(burst, frame, parent, openedBy, returned, due, values, holder, null);
    }

    private Deadline? DueOf(Burst burst, Frame container) => workingDays ?? (step?.DueInput is { } input ? burst.Due(input, dueVariable?.Get(container)) : null);

    private void OpenVisit(Burst burst, Frame frame, Frame container, int openedBy, bool returned, Deadline? due, Facts values, string? holder, string? post)
    {
        var visit = burst.NextVisit();
        frame.Visit = new OpenVisit(visit, Id, Kind, openedBy, returned, due);
        var opened = new Effect.TaskOpened(
            visit, Id, Kind, step?.Role ?? "", step?.Form ?? taskName.Text(burst, container), Offered(frame), due, returned, openedBy, values);
        burst.Emit(holder is null ? opened : opened with { Holder = holder, Post = post });
    }

    private IReadOnlyList<string> OfferedIn(Frame container) =>
        conditions.Length == 0 ? outcomes : Array.FindAll(outcomes, outcome => IsOffered(outcome, container));

    private bool IsOffered(string outcome, Frame parent)
    {
        foreach (var (conditioned, variable) in conditions)
        {
            if (string.Equals(conditioned, outcome, StringComparison.Ordinal) && !Operators.Truthy(JsValue.From(variable.Get(parent))))
                return false;
        }

        return true;
    }
}
