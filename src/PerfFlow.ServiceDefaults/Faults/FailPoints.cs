using Npgsql;

namespace PerfFlow.ServiceDefaults.Faults;

/// <summary>
/// The moments around each commit at which the fault suite kills, holds or fails a process. A point that nothing is armed at
/// costs a comparison with null. Armed only by <see cref="FaultScript.FromEnvironment"/>, which says when it refuses.
/// </summary>
public static class FailPoints
{
    /// <summary>The runner holds the locks of a batch and has written nothing.</summary>
    public const string BatchLocked = "batch-locked";

    /// <summary>A batch is committed, nobody has been answered.</summary>
    public const string BatchCommitted = "batch-committed";

    /// <summary>Rows of an outbox are claimed, none is published.</summary>
    public const string OutboxClaimed = "outbox-claimed";

    /// <summary>The broker has confirmed a message whose row is still there.</summary>
    public const string OutboxPublished = "outbox-published";

    /// <summary>Messages have arrived, their rows are about to be deleted.</summary>
    public const string OutboxDeleting = "outbox-deleting";

    /// <summary>The effect of a message and its note are written and not committed.</summary>
    public const string ConsumerCommitting = "consumer-committing";

    /// <summary>The effect of a message is committed, the broker has not been told.</summary>
    public const string ConsumerCommitted = "consumer-committed";

    /// <summary>Rungs, messages and next rungs are written and not committed.</summary>
    public const string RemindersCommitting = "reminders-committing";

    /// <summary>Rungs are committed, nobody has been woken.</summary>
    public const string RemindersCommitted = "reminders-committed";

    /// <summary>Due timers were found, none is fired.</summary>
    public const string TimersFound = "timers-found";

    /// <summary>A number is taken from its counter and not committed.</summary>
    public const string NumberCommitting = "number-committing";

    /// <summary>A notice has its number and is not issued.</summary>
    public const string NoticeNumbered = "notice-numbered";

    /// <summary>A document is noted as sent, Intake has not got it.</summary>
    public const string DocumentNoted = "document-noted";

    /// <summary>Intake keeps a file that no row tells of.</summary>
    public const string IntakeKept = "intake-kept";

    /// <summary>Document, file and message are written and not committed.</summary>
    public const string IntakeCommitting = "intake-committing";

    /// <summary>A document is committed, its sender was not answered.</summary>
    public const string IntakeCommitted = "intake-committed";

    /// <summary>The drafts of a document are written and not committed.</summary>
    public const string DocumentTaken = "document-taken";

    /// <summary>The root of a day is computed and not written.</summary>
    public const string DaySealing = "day-sealing";

    /// <summary>A rectification without its result was found.</summary>
    public const string ResultMissing = "result-missing";

    /// <summary>Attempts to send are recorded, nothing is sent.</summary>
    public const string AttemptRecorded = "attempt-recorded";

    /// <summary>A mail or call has left, its end is not recorded.</summary>
    public const string AttemptMade = "attempt-made";

    private static FaultScript? armed;

    /// <summary>All names; the fault suite strikes at each.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        BatchLocked, BatchCommitted, OutboxClaimed, OutboxPublished, OutboxDeleting, ConsumerCommitting, ConsumerCommitted, RemindersCommitting, RemindersCommitted, TimersFound,
        NumberCommitting, NoticeNumbered, DocumentNoted, IntakeKept, IntakeCommitting, IntakeCommitted, DocumentTaken, DaySealing, ResultMissing, AttemptRecorded, AttemptMade,
    ];

    /// <summary>Does what is armed at this point; nothing, as a rule.</summary>
    /// <param name="point">One of <see cref="All"/>.</param>
    /// <param name="connection">The connection that a cut at this point is to hit.</param>
    public static ValueTask HereAsync(string point, NpgsqlConnection? connection = null) => armed is { } script ? script.PassAsync(point, connection) : ValueTask.CompletedTask;

    internal static void Arm(FaultScript script) => armed = script;
}
