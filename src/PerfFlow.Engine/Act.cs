namespace PerfFlow.Engine;

/// <summary>
/// What somebody, or a due timer, wants to do to a case. The set is closed: an act that is not here does not exist.
/// </summary>
/// <remarks>An act carries facts (outcome, codes, instants, ids and hashes of rows), never the text of a form.</remarks>
public abstract record Act
{
    private protected Act()
    {
    }

    /// <summary>The fact under which <see cref="Move"/> and <see cref="Retry"/> give variables of the workflow other values.</summary>
    public const string Variables = "variables";

    /// <summary>The stable name written to the journal and asked for by <see cref="LegalActs"/>.</summary>
    public abstract string Name { get; }

    /// <summary>What the expressions of this burst read as input.</summary>
    internal virtual Facts BurstInput => Facts.Empty;

    /// <summary>Opens a new case; legal only where there is no instance yet.</summary>
    public sealed record Start(Facts Input) : Act
    {
        public override string Name => "Start";

        internal override Facts BurstInput => Input;
    }

    /// <summary>Decides an open human step. <c>Facts["outcome"]</c> must be one of the outcomes that the step offers.</summary>
    public sealed record Complete(int Visit, Facts Facts) : Act
    {
        public override string Name => "Complete";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// 撤回: the sender pulls back the decision of <paramref name="Visit"/>. Legal while everything that the decision opened is
    /// still open and <c>Facts["opened"]</c> is false (the caller reads under the case lock whether anybody looked at it).
    /// </summary>
    public sealed record Withdraw(int Visit, Facts Facts) : Act
    {
        public override string Name => "Withdraw";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>取消审核 (T9): a finished case goes back to its last human step.</summary>
    public sealed record Reopen(Facts Facts) : Act
    {
        public override string Name => "Reopen";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>转办: the task of the visit belongs to <paramref name="Holder"/>, to its role again when null.</summary>
    public sealed record Reassign(int Visit, string? Holder) : Act
    {
        public override string Name => "Reassign";
    }

    /// <summary>延期: the visit (a human step or a timer) is due at another, future instant.</summary>
    public sealed record Extend(int Visit, DateTimeOffset Due) : Act
    {
        public override string Name => "Extend";
    }

    /// <summary>免报 (T11): nothing is to be filed. Legal while the filling step is open and nothing was ever submitted.</summary>
    public sealed record Waive(Facts Facts) : Act
    {
        public override string Name => "Waive";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>作废 (T11): ends the case whatever its state, unless it has ended already.</summary>
    public sealed record Void(Facts Facts) : Act
    {
        public override string Name => "Void";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// 跳过: an operator lets an open review, act or timer go by. <c>Facts["outcome"]</c> must be one that the step offers and
    /// that sends nothing back (<see cref="LegalActs.SkipOutcomes"/>). What is to be filled in cannot be skipped: nothing would
    /// have been filed.
    /// </summary>
    public sealed record Skip(int Visit, Facts Facts) : Act
    {
        public override string Name => "Skip";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// 移动: an operator takes the case to another human step. Everything open in the flowchart of <paramref name="Target"/> closes,
    /// faults included, and the step opens; a step behind a fork opens together with the fork's other branches.
    /// <c>Facts["variables"]</c> may give variables of the workflow other values before.
    /// </summary>
    public sealed record Move(string Target, Facts Facts) : Act
    {
        public override string Name => "Move";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>取消: an operator ends the case, whether it runs or waits for repair.</summary>
    public sealed record Cancel(Facts Facts) : Act
    {
        public override string Name => "Cancel";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// The activities that failed run once more. <c>Facts["variables"]</c> may give variables of the workflow other values
    /// before: an expression that failed on a value fails on it again.
    /// </summary>
    public sealed record Retry(Facts Facts) : Act
    {
        public override string Name => "Retry";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// 退回到: an open review or act sends the case to a human step of the same flowchart that it was at before it first came here.
    /// <c>Facts["visited"]</c> lists the steps that this case has decided, in the order in which it first did (the caller reads them
    /// from the journal); everything else open there closes.
    /// </summary>
    /// <param name="Visit">The open visit that returns.</param>
    /// <param name="Target">The step to open.</param>
    /// <param name="Straight">
    /// True: when the step is sent on, the case comes straight back to <paramref name="By"/>; false: it goes on from there as drawn.
    /// </param>
    /// <param name="By">Who returns.</param>
    /// <param name="Facts">What the opened step reads, such as its due instant.</param>
    public sealed record ReturnTo(int Visit, string Target, bool Straight, string? By, Facts Facts) : Act
    {
        public override string Name => "ReturnTo";

        internal override Facts BurstInput => Facts;
    }

    /// <summary>
    /// 取回: a reviewer takes their decision of <paramref name="Visit"/> back. Legal while nobody has acted on it, looked at or not: it
    /// is the last decision of the case, or one at a step that others still decide.
    /// </summary>
    public sealed record TakeBack(int Visit) : Act
    {
        public override string Name => "TakeBack";
    }

    /// <summary>
    /// 加签 and 委派: more people are to sign the step of the open visit, or (<see cref="ParticipantPlace.Asked"/>) to answer whoever asks.
    /// </summary>
    /// <param name="Visit">The open visit of the one who adds them.</param>
    /// <param name="By">Who adds them: whoever is asked first, the step comes back to this person.</param>
    /// <param name="Place">Before or after that person, beside, or only to answer.</param>
    /// <param name="Signers">The people, nobody twice and not <paramref name="By"/>.</param>
    public sealed record AddParticipant(int Visit, string By, ParticipantPlace Place, IReadOnlyList<Signer> Signers) : Act
    {
        public override string Name => "AddParticipant";
    }

    /// <summary>减签: somebody who has not decided is asked no longer, nor are those whom they asked.</summary>
    /// <param name="Visit">A visit of the step, open or not.</param>
    /// <param name="Number">The seat.</param>
    /// <param name="By">Who takes them out: the one who added them; null = an operator, who may take out any.</param>
    public sealed record RemoveParticipant(int Visit, int Number, string? By) : Act
    {
        public override string Name => "RemoveParticipant";
    }

    /// <summary>
    /// 接替: what waits in the case for one person becomes another's: seats whose turn has not come or that rest, and the way straight back to
    /// them. What is open is handed over by <see cref="Reassign"/>, each task by itself.
    /// </summary>
    /// <param name="From">Who leaves.</param>
    /// <param name="To">Who takes over, with no seat of their own at a step where <paramref name="From"/> has one.</param>
    public sealed record Succeed(string From, string To) : Act
    {
        public override string Name => "Succeed";
    }

    /// <summary>抄送: the holder of an open visit shows the case to others. It stands where it stood.</summary>
    public sealed record Copy(int Visit, IReadOnlyList<string> Holders) : Act
    {
        public override string Name => "Copy";
    }

    /// <summary>
    /// 迁移: an operator takes a case to another version of its definition. What is open stays open, at the activities of the same ids
    /// or of those that <c>Facts["map"]</c> gives (old id → new id); see <see cref="Instances.Migration"/>. Open steps that <c>Facts["anew"]</c>
    /// lists (old ids) are handed out anew where somebody else decides them there. <c>Facts["revision"]</c> is the
    /// case as it was looked at: one that has moved on since is refused.
    /// </summary>
    public sealed record Migrate(Definitions.WorkflowDefinition To, Facts Facts) : Act
    {
        public override string Name => "Migrate";
    }

    /// <summary>A timer of an open visit is due. Refused before its instant, so a timer that moved meanwhile does no harm.</summary>
    public sealed record FireTimer(int Visit, string Timer) : Act
    {
        public override string Name => "FireTimer";
    }

    /// <summary>An event that an open visit waits for has happened; the facts are the result of the waiting activity.</summary>
    public sealed record DeliverEvent(int Visit, string Event, Facts Facts) : Act
    {
        public override string Name => "DeliverEvent";

        internal override Facts BurstInput => Facts;
    }
}
