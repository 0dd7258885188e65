namespace PerfFlow.Engine;

/// <summary>Where a participant of a human step stands. Stable numbers: they are stored.</summary>
public enum ParticipantState
{
    /// <summary>Not yet their turn, or resting until those whom they asked have answered. Goes to Open.</summary>
    Waiting = 0,

    /// <summary>Has an open visit of their own.</summary>
    Open = 1,

    /// <summary>Decided by an outcome that leads on.</summary>
    Approved = 2,

    /// <summary>Decided by an outcome that sends back.</summary>
    Dissented = 3,

    /// <summary>Answered somebody who had asked (委派).</summary>
    Replied = 4,

    /// <summary>减签: taken out before deciding. Final.</summary>
    Removed = 5,

    /// <summary>The step ended without this decision. Final, unless the end is taken back.</summary>
    Superseded = 6,
}

/// <summary>How a participant came to a step. Stable numbers: they are stored.</summary>
public enum ParticipantPlace
{
    /// <summary>Listed by the definition, or the holder of the step itself.</summary>
    Listed = 0,

    /// <summary>前加签: decides before the one who added them, who rests until then.</summary>
    Before = 1,

    /// <summary>后加签: decides after the one who added them, whose approval counts only then.</summary>
    After = 2,

    /// <summary>并加签: decides as one of those who sign.</summary>
    Beside = 3,

    /// <summary>委派: answers, and the step comes back to the one who asked.</summary>
    Asked = 4,
}

/// <summary>How the decisions of those who sign make one. Stable numbers: they are stored.</summary>
public enum CountersignMode
{
    /// <summary>会签: everybody approves; the first return ends the step.</summary>
    All = 0,

    /// <summary>或签: the first decision counts.</summary>
    Any = 1,

    /// <summary>依次: one after the other; the first return ends the step.</summary>
    Turn = 2,

    /// <summary>票签: passes as soon as the weight of the approvals reaches the mark, fails as soon as it cannot any more.</summary>
    Votes = 3,
}

/// <summary>Somebody who is to sign.</summary>
/// <param name="Holder">The person, by an id that only the caller understands.</param>
/// <param name="Post">The post they sign in, understood by the caller alone; null = that of the step.</param>
/// <param name="Weight">What their approval weighs where votes are counted.</param>
public sealed record Signer(string Holder, string? Post = null, int Weight = 1);

/// <summary>A seat at a human step that several decide.</summary>
/// <param name="Step">The first visit of this stay at the step: what its seats have in common.</param>
/// <param name="Number">From 1 in this stay, never used twice.</param>
/// <param name="Order">Whose turn it is: lower ones first where the step asks one after the other; of added ones that of the adder.</param>
/// <param name="Visit">Their open or last visit; 0 = none yet.</param>
/// <param name="Holder">The person; null while the role as a whole holds the seat.</param>
/// <param name="Post">The post they sign in; null = that of the step.</param>
/// <param name="Weight">Of their approval where votes are counted.</param>
/// <param name="For">The number of the seat that added this one; 0 = nobody did.</param>
/// <param name="Outcome">What they decided, null = nothing yet.</param>
public sealed record Participant(
    int Step, int Number, int Order, ParticipantPlace Place, ParticipantState State, int Visit, string? Holder, string? Post, int Weight, int For, string? Outcome)
{
    /// <summary>The one outcome that somebody who was asked (委派) has.</summary>
    public const string Reply = "Reply";

    /// <summary>More than this at one stay is a meeting, not a signature.</summary>
    public const int Most = 20;
}

/// <summary>How far a step has come that several decide.</summary>
/// <param name="Pass">The weight that passes; 0 where votes are not counted.</param>
/// <param name="Approved">The weight of the approvals that count already.</param>
/// <param name="Reachable">What the approvals can still come to.</param>
/// <param name="Signers">Those whose decisions make the step's, in order.</param>
/// <param name="Done">How many of them are through, with those whom they asked.</param>
/// <param name="Next">Whose turn comes next where one signs after the other: of a seat that decides now, who opens by it.</param>
public sealed record Tally(CountersignMode Mode, int Pass, int Approved, int Reachable, IReadOnlyList<Participant> Signers, int Done, IReadOnlyList<Participant> Next);
