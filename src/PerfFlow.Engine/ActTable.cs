using PerfFlow.Engine.Activities;
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

    /// <summary>A seat of a step that several decide.</summary>
    OpenSeat,

    /// <summary>The seat of somebody who was asked and only answers.</summary>
    OpenAsked,
}

/// <summary>
/// Which act is legal in which state: the transitions T1 to T12 of domain.md §3.0, once. <see cref="WorkflowEngine"/> decides
/// by it, <see cref="LegalActs"/> tells pages from it, and the property tests check both against it.
/// </summary>
internal static class ActTable
{
    private const string? Legal = null;

    public static IReadOnlyList<string> Names { get; } =
        ["Start", "Complete", "Withdraw", "Reopen", "Reassign", "Extend", "Waive", "Void", "FireTimer", "DeliverEvent", "Skip", "Move", "Cancel", "Retry", "ReturnTo", "TakeBack", "AddParticipant", "RemoveParticipant", "Succeed", "Copy", "Migrate"];

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
            InstanceStatus.Faulted => act is "Void" or "Cancel" or "Move" or "Retry" or "Migrate" or "Succeed" ? Legal : RefusalCodes.Faulted,
            InstanceStatus.Finished when act == "Reopen" => instance.Undo is { IsReversible: true } ? Legal : RefusalCodes.NotReversible,
            _ => RefusalCodes.AlreadyFinished,
        };
    }

    public static VisitState StateOf(Instance instance, int visit)
    {
        if (instance.FrameOf(visit) is { Visit: { } open } frame)
        {
            if (frame.Counter > 0)
                return RunTaskNode.IsAsked(frame) ? VisitState.OpenAsked : VisitState.OpenSeat;
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
        "Void" or "Cancel" or "Move" or "Migrate" or "Succeed" => Legal,
        "Retry" => RefusalCodes.NotFaulted,
        "Waive" when instance.Submitted => RefusalCodes.AlreadySubmitted,
        "Waive" => instance.OpenVisits.Any(open => open.Kind == "fill") ? Legal : RefusalCodes.ActNotAllowed,
        _ => ForVisit(act, StateOf(instance, visit), instance, visit),
    };

    private static string? ForVisit(string act, VisitState state, Instance instance, int visit) => (act, state) switch
    {
        ("TakeBack", _) => TakingBack(state, instance, visit),
        ("RemoveParticipant", VisitState.Unknown) => RefusalCodes.VisitClosed,
        ("RemoveParticipant", _) when instance.PanelOf(visit) is not null => Legal,
        ("Withdraw", VisitState.JustDecided) => instance.Undo!.IsReversible ? Legal : RefusalCodes.NotReversible,
        ("Withdraw", VisitState.Closed) => RefusalCodes.AlreadyOpened,
        (_, VisitState.Closed or VisitState.JustDecided or VisitState.Unknown) => RefusalCodes.VisitClosed,

        ("Withdraw", _) => RefusalCodes.NothingToWithdraw,
        ("Complete" or "Reassign", VisitState.OpenFill or VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenTask or VisitState.OpenSeat or VisitState.OpenAsked) => Legal,
        ("Extend", not VisitState.OpenEvent) => Legal,
        ("Skip", not VisitState.OpenEvent and not VisitState.OpenFill) => Legal,
        ("ReturnTo" or "AddParticipant", VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenSeat) => Legal,
        ("Copy", VisitState.OpenFill or VisitState.OpenReview or VisitState.OpenAct or VisitState.OpenSeat or VisitState.OpenAsked) => Legal,
        ("FireTimer", VisitState.OpenTimer) => Legal,
        ("DeliverEvent", VisitState.OpenEvent) => Legal,
        _ => RefusalCodes.ActNotAllowed,
    };

    /// <summary>取回: a seat's decision while the others still decide, else the last decision of the case; what was filed is withdrawn (撤回) instead.</summary>
    private static string? TakingBack(VisitState state, Instance instance, int visit)
    {
        if (state is not (VisitState.Closed or VisitState.JustDecided))
            return state == VisitState.Unknown ? RefusalCodes.VisitClosed : RefusalCodes.NothingToWithdraw;
        if (instance.PanelOf(visit)?.Panel is { } panel && panel.Seats.FirstOrDefault(seat => seat.Visit == visit && seat.IsDecided) is { } seat)
            return panel.IsActedOn(seat) ? RefusalCodes.AlreadyActed : Legal;
        if (state == VisitState.Closed)
            return RefusalCodes.AlreadyActed;
        if (!instance.Undo!.IsReversible)
            return RefusalCodes.NotReversible;
        return Array.Exists(instance.Undo.Frames, frame => frame.Visit?.Visit == visit && frame.Visit.Kind is "review" or "act") ? Legal : RefusalCodes.ActNotAllowed;
    }
}
