namespace PerfFlow.Engine;

/// <summary>Why an act is refused. Stable: texts, clients and the journal of refusals refer to them.</summary>
public static class RefusalCodes
{
    /// <summary>The case exists already, so it cannot be started.</summary>
    public const string NotStartable = "not-startable";

    /// <summary>There is no case yet.</summary>
    public const string NotStarted = "not-started";

    /// <summary>The case has ended.</summary>
    public const string AlreadyFinished = "already-finished";

    /// <summary>The case waits for repair after a fault.</summary>
    public const string Faulted = "faulted";

    /// <summary>The visit was decided, pulled back or overtaken by another act, or never existed.</summary>
    public const string VisitClosed = "visit-closed";

    /// <summary>Somebody has opened what the decision led to, or its place in the case has moved on.</summary>
    public const string AlreadyOpened = "already-opened";

    /// <summary>The visit is still open or is no decision, so there is nothing to pull back.</summary>
    public const string NothingToWithdraw = "nothing-to-withdraw";

    /// <summary>What the decision did outside the case (cases started, events published) cannot be undone.</summary>
    public const string NotReversible = "not-reversible";

    /// <summary>The step does not offer this outcome.</summary>
    public const string UnknownOutcome = "unknown-outcome";

    /// <summary>The act lacks a fact that the definition needs.</summary>
    public const string MissingFact = "missing-fact";

    /// <summary>The act does not exist for this kind of step.</summary>
    public const string ActNotAllowed = "act-not-allowed";

    /// <summary>Something was submitted already, so the case cannot be waived.</summary>
    public const string AlreadySubmitted = "already-submitted";

    /// <summary>Only a finished case can be reopened.</summary>
    public const string NotFinished = "not-finished";

    /// <summary>The timer does not exist, or is not due yet.</summary>
    public const string TimerNotDue = "timer-not-due";

    /// <summary>The visit waits for another event.</summary>
    public const string NotWaiting = "not-waiting";

    /// <summary>Nothing has failed, so there is nothing to run again.</summary>
    public const string NotFaulted = "not-faulted";

    /// <summary>What failed has lost its place: the container around it is gone. The case can be moved or ended.</summary>
    public const string NotRetryable = "not-retryable";

    /// <summary>The workflow has no variable of this name.</summary>
    public const string UnknownVariable = "unknown-variable";

    /// <summary>No flowchart that is open has a human step of this id.</summary>
    public const string UnknownStep = "unknown-step";

    /// <summary>The step is open already.</summary>
    public const string StepOpen = "step-open";

    /// <summary>The case would fail at once there: an expression cannot do with the variables as they are.</summary>
    public const string StepFails = "step-fails";

    /// <summary>A join behind the step would wait for a branch that does not run.</summary>
    public const string StepJoins = "step-joins";

    /// <summary>The case is not as it was looked at.</summary>
    public const string MovedOn = "moved-on";

    /// <summary>The case runs on this version already.</summary>
    public const string SameVersion = "same-version";

    /// <summary>A case can go to another version of its own definition only.</summary>
    public const string OtherDefinition = "other-definition";

    /// <summary>The other version has no activity of this id.</summary>
    public const string MigrateMissing = "migrate-missing";

    /// <summary>The other version has the activity inside another one.</summary>
    public const string MigrateElsewhere = "migrate-elsewhere";

    /// <summary>The activity is of another type there.</summary>
    public const string MigrateDiffers = "migrate-differs";

    /// <summary>The open step is of another kind there: what is filed, judged or done is not the same.</summary>
    public const string MigrateKind = "migrate-kind";

    /// <summary>The open step shows another form there.</summary>
    public const string MigrateForm = "migrate-form";

    /// <summary>Somebody else decides the open step there. It can be handed out anew, if the operator says so.</summary>
    public const string MigrateRole = "migrate-role";

    /// <summary>Somebody else fills in the open step there: what has been entered cannot be handed on.</summary>
    public const string MigrateFiller = "migrate-filler";

    /// <summary>Several people sign the open step, and there others would, or in another way.</summary>
    public const string MigrateSeats = "migrate-seats";

    /// <summary>What is open waits for another event there.</summary>
    public const string MigrateEvent = "migrate-event";

    /// <summary>Branches that run side by side are others there.</summary>
    public const string MigrateBranches = "migrate-branches";

    /// <summary>A branch has arrived at a join, and has no way there in the other version.</summary>
    public const string MigrateJoin = "migrate-join";

    /// <summary>A new due instant must lie in the future.</summary>
    public const string DueInPast = "due-in-past";

    /// <summary>Somebody has decided or asked others since, so the decision cannot be taken back.</summary>
    public const string AlreadyActed = "already-acted";

    /// <summary>The case has not been there, or the step does not come before this one.</summary>
    public const string NotEarlier = "not-earlier";

    /// <summary>Nobody is asked twice, and nobody who is to sign anyway.</summary>
    public const string AlreadyParticipant = "already-participant";

    /// <summary>Nobody asks themselves.</summary>
    public const string SelfParticipant = "self-participant";

    /// <summary>More people than a step can have.</summary>
    public const string TooManyParticipants = "too-many-participants";

    /// <summary>The step has no such participant.</summary>
    public const string UnknownParticipant = "unknown-participant";

    /// <summary>The participant has decided, or is out already.</summary>
    public const string ParticipantDecided = "participant-decided";

    /// <summary>Only the one who added a participant takes them out.</summary>
    public const string NotAdder = "not-adder";

    /// <summary>Nothing in the case waits for this person.</summary>
    public const string NothingWaits = "nothing-waits";

    /// <summary>Without this participant nobody would be left to sign.</summary>
    public const string LastParticipant = "last-participant";

    /// <summary>Without this participant the votes that are left could never pass.</summary>
    public const string PassOutOfReach = "pass-out-of-reach";
}
