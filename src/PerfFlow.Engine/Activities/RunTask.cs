using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Activities;

/// <summary>
/// <c>Elsa.RunTask</c>: waits until somebody completes it. A payload with a <c>kind</c> makes it a human step
/// (workflows/README.md); without one it is a plain task that any facts complete.
/// </summary>
internal sealed class RunTaskNode : WaitingNode
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
    }

    /// <summary>fill, review or act; task for what is no human step.</summary>
    public override string Kind => step?.Kind ?? "task";

    public override void Execute(Burst burst, Frame parent) => Open(burst, parent, burst.Opener, burst.Returned, null);

    /// <summary>Opens it again after its decision was pulled back; the facts of the act may bring another due instant.</summary>
    public override void OpenAgain(Burst burst, Frame parent, OpenVisit before)
    {
        var due = before.Due is not null && step?.DueInput is { } input && !burst.Input.ContainsKey(input) ? before.Due : null;
        Open(burst, parent, before.OpenedBy, before.Returned, due);
    }

    /// <summary>The due instant was moved; the variable that gave it follows, so that the step keeps it when it is opened anew.</summary>
    public void Extended(Frame frame, DateTimeOffset due) => dueVariable?.Set(frame.Parent!, due);

    /// <summary>The outcomes on offer, given the variables of the case now.</summary>
    public IReadOnlyList<string> Offered(Frame parent)
    {
        if (conditions.Length == 0)
            return outcomes;
        return Array.FindAll(outcomes, outcome => IsOffered(outcome, parent));
    }

    /// <summary>The outcome sends the work back.</summary>
    public bool SendsBack(string outcome) => step is not null && step.Returns.Contains(outcome);

    /// <summary>Completes the visit of the frame; null, or why not.</summary>
    public Decision.Refused? Complete(Burst burst, Frame frame) => Close(burst, frame, "completed");

    /// <summary>Lets it go by, along an outcome that leads on; null, or why not.</summary>
    public Decision.Refused? Skip(Burst burst, Frame frame) => burst.Input.GetValueOrDefault("outcome") is string outcome && SendsBack(outcome)
        ? new Decision.Refused(RefusalCodes.UnknownOutcome, $"'{outcome}' of '{Name}' sends back; a skip leads on.")
        : Close(burst, frame, "skipped");

    private Decision.Refused? Close(Burst burst, Frame frame, string why)
    {
        var returns = false;
        if (outcomes.Length > 0)
        {
            if (!burst.Input.TryGetValue("outcome", out var given) || given is not string outcome)
                return new Decision.Refused(RefusalCodes.MissingFact, "outcome");
            if (Array.IndexOf(outcomes, outcome) < 0 || !IsOffered(outcome, frame.Parent!))
                return new Decision.Refused(RefusalCodes.UnknownOutcome, $"'{Name}' does not offer '{outcome}'.");
            burst.LastOutcome = outcome;
            returns = step!.Returns.Contains(outcome);
        }

        burst.Emit(new Effect.TaskClosed(frame.Visit!.Visit, why));
        burst.Opener = frame.Visit.Visit;
        burst.Returned = returns;
        burst.Submitted |= Kind == "fill";
        result.Set(burst, frame.Parent!, burst.Input);
        burst.Complete(frame, Outcomes.Done);
        return null;
    }

    private void Open(Burst burst, Frame parent, int openedBy, bool returned, Deadline? due)
    {
        var values = payload.Evaluate(burst, parent) as Facts ?? Facts.Empty;
        due ??= workingDays ?? (step?.DueInput is { } input ? burst.Due(input, dueVariable?.Get(parent)) : null);
        var frame = burst.Open(this, parent);
        var visit = burst.NextVisit();
        frame.Visit = new OpenVisit(visit, Id, Kind, openedBy, returned, due);
        burst.Emit(new Effect.TaskOpened(
            visit, Id, Kind, step?.Role ?? "", step?.Form ?? taskName.Text(burst, parent), Offered(parent), due, returned, openedBy, values));
    }

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
