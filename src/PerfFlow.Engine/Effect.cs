using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine;

/// <summary>
/// What an accepted act changes outside the instance. The set is closed, and the order of a list of effects is the order in
/// which they happened.
/// </summary>
public abstract record Effect
{
    private protected Effect()
    {
    }

    /// <summary>A human step is waiting: one row of the inbox.</summary>
    /// <param name="Visit">Number of the visit in its case, from 1, never used twice.</param>
    /// <param name="ActivityId">The step in the definition.</param>
    /// <param name="Kind">fill, review or act; task where the definition says nothing.</param>
    /// <param name="Role">Code of the role that may decide, empty where the definition says nothing.</param>
    /// <param name="Form">The form to show, empty where the definition says nothing.</param>
    /// <param name="Outcomes">The outcomes on offer in this case now; empty means that any facts complete it.</param>
    /// <param name="Deadline">When it is due, null = never.</param>
    /// <param name="Returned">The step was entered by an outcome that the deciding step lists under <c>returns</c>.</param>
    /// <param name="OpenedBy">The visit whose completion opened this one; 0 = the start of the case.</param>
    /// <param name="Payload">The whole payload of the definition, expressions evaluated.</param>
    public sealed record TaskOpened(
        int Visit,
        string ActivityId,
        string Kind,
        string Role,
        string Form,
        IReadOnlyList<string> Outcomes,
        Deadline? Deadline,
        bool Returned,
        int OpenedBy,
        IReadOnlyDictionary<string, object?> Payload) : Effect
    {
        /// <summary>The one person for whom it is open; null = whoever has the role.</summary>
        public string? Holder { get; init; }

        /// <summary>The post in which that person holds it; null = that of the step.</summary>
        public string? Post { get; init; }
    }

    /// <summary>The task of a visit is gone: completed, skipped, withdrawn, superseded, moved, returned, resting, removed, waived, voided or cancelled.</summary>
    public sealed record TaskClosed(int Visit, string Why) : Effect;

    /// <summary>The task of a visit belongs to a person, or to its role again.</summary>
    public sealed record TaskReassigned(int Visit, string? Holder) : Effect;

    /// <summary>The task of a visit stands at an activity of another id: the case has gone to another version.</summary>
    public sealed record TaskRenamed(int Visit, string ActivityId) : Effect;

    /// <summary>The task of a visit is due at another instant.</summary>
    public sealed record TaskExtended(int Visit, DateTimeOffset Due) : Effect;

    /// <summary>A timer of a visit; one of the same visit and name that is set already is replaced.</summary>
    public sealed record TimerSet(int Visit, string Name, Deadline When) : Effect;

    /// <summary>The timer of a visit is not needed any more: fired or overtaken.</summary>
    public sealed record TimerCancelled(int Visit, string Name) : Effect;

    /// <summary>A visit waits for an event, of one correlation or (null) of any.</summary>
    public sealed record WaitSet(string Event, string? Correlation, int Visit) : Effect;

    /// <summary>A visit does not wait any more.</summary>
    public sealed record WaitCleared(int Visit) : Effect;

    /// <summary>The definition published an event.</summary>
    public sealed record EventPublished(string Event, string? Correlation, object? Payload) : Effect;

    /// <summary>One new case per item; nobody waits for them (design.md decision 4).</summary>
    public sealed record CasesStarted(string DefinitionId, IReadOnlyList<object?> Items) : Effect;

    /// <summary>The case has ended. The outcome is what <c>Elsa.Complete</c> said, else that of the last human decision.</summary>
    public sealed record CaseEnded(InstanceStatus Status, string? Outcome) : Effect;

    /// <summary>A seat at a step that several decide is new or stands otherwise than before; the activity is the step in the definition.</summary>
    public sealed record ParticipantSet(Participant Participant, string ActivityId) : Effect;

    /// <summary>The case is shown to people who have nothing to decide.</summary>
    public sealed record Copied(int Visit, IReadOnlyList<string> Holders) : Effect;

    /// <summary>A line of <c>Elsa.WriteLine</c>.</summary>
    public sealed record LineWritten(string Text) : Effect;
}
