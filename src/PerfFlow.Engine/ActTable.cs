using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>What an act is aimed at.</summary>
internal enum VisitState
{
    /// <summary>Decided earlier, pulled back or overtaken.</summary>
    Closed,

    /// <summary>The last human decision of the case, which nothing has followed but what it opened.</summary>
    JustDecided,

    /// <summary>No visit of the case has this number.</summary>
    Unknown,
    OpenFill,
    OpenReview,
    OpenAct,
    OpenTask,
    OpenTimer,
    OpenEvent,
}

/// <summary>
/// Which act is legal in which state: the transitions T1 to T12 of domain.md §3.0, once. <see cref="WorkflowEngine"/> decides
/// by it, <see cref="LegalActs"/> tells pages from it, and the property tests check both against it.
/// </summary>
internal static class ActTable
{
    private const string? Legal = null;

    public static IReadOnlyList<string> Names { get; } =
        ["Start", "Complete", "Withdraw", "Reopen", "Reassign", "Extend", "Waive", "Void", "FireTimer", "DeliverEvent", "Skip", "Move", "Cancel", "Retry"];

    /// <summary>The code of <see cref="RefusalCodes"/>, or null where the act is legal as far as the state can tell.</summary>
    public static string? Refusal(string act, Instance? instance, int visit)
    {
        if (instance is null)
            return act == "Start" ? Legal : RefusalCodes.NotStarted;
        if (act == "Start")
            return RefusalCodes.NotStartable;
        return instance.Status switch
        {
            InstanceStatus.Running => WhileRunning(act, instance, visit),
            InstanceStatus.Faulted => act is "Void" or "Cancel" or "Move" or "Retry" ? Legal : RefusalCodes.Faulted,
            InstanceStatus.Finished when act == "Reopen" => instance.Undo is { IsReversible: true } ? Legal : RefusalCodes.NotReversible,
            _ => RefusalCodes.AlreadyFinished,
        };
    }

    public static VisitState StateOf(Instance instance, int visit)
    {
        if (instance.FrameOf(visit)?.Visit is { } open)
        {
            return open.Kind switch
            {
                "fill" => VisitState.OpenFill,
                "review" => VisitState.OpenReview,
                "act" => VisitState.OpenAct,
                "timer" => VisitState.OpenTimer,
                "event" => VisitState.OpenEvent,
                _ => VisitState.OpenTask,
            };
        }

        if (visit < 1 || visit > instance.LastVisit)
            return VisitState.Unknown;
        return instance.Undo is { Overtaken: false } undo && undo.Visit == visit ? VisitState.JustDecided : VisitState.Closed;
    }

    private static string? WhileRunning(string act, Instance instance, int visit) => act switch
    {
        "Reopen" => RefusalCodes.NotFinished,
        "Void" or "Cancel" or "Move" => Legal,
        "Retry" => RefusalCodes.NotFaulted,
        "Waive" when instance.Submitted => RefusalCodes.AlreadySubmitted,
        "Waive" => instance.OpenVisits.Any(open => open.Kind == "fill") ? Legal : RefusalCodes.ActNotAllowed,
        _ => ForVisit(act, StateOf(instance, visit), instance),
    };

    private static string? ForVisit(string act, VisitState state, Instance instance) => (act, state) switch
    {
        ("Withdraw", VisitState.JustDecided) => instance.Undo!.IsReversible ? Legal : RefusalCodes.NotReversible,
        ("Withdraw", VisitState.Closed) => RefusalCodes.AlreadyOpened,
        (_, VisitState.Closed or VisitState.JustDecided or VisitState.Unknown) => RefusalCodes.VisitClosed,

        ("Withdraw", _) => RefusalCodes.NothingToWithdraw,
        ("Complete" or "Reassign", VisitState.OpenFill or VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenTask) => Legal,
        ("Extend", VisitState.OpenFill or VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenTask or VisitState.OpenTimer) => Legal,
        ("Skip", VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenTask or VisitState.OpenTimer) => Legal,
        ("FireTimer", VisitState.OpenTimer) => Legal,
        ("DeliverEvent", VisitState.OpenEvent) => Legal,
        _ => RefusalCodes.ActNotAllowed,
    };
}
