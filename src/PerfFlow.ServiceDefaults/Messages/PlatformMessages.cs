using System.Text.Json.Serialization;

namespace PerfFlow.ServiceDefaults.Messages;

/// <summary>Platform → Notifications: a notice went out.</summary>
public sealed record NoticeIssued : Message
{
    public required long NoticeId { get; init; }

    /// <summary>发文字号.</summary>
    public required string Number { get; init; }

    public required Subject About { get; init; }

    public required IReadOnlyList<Recipient> Recipients { get; init; }
}

/// <summary>Platform → Notifications: a task stands in the inbox of these people.</summary>
public sealed record TaskOpened : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }
}

/// <summary>Platform → Notifications: the visit ended; whatever is still held for it is dropped.</summary>
public sealed record TaskClosed : CaseMessage
{
    public required TaskEnd Why { get; init; }
}

/// <summary>How an open visit ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskEnd>))]
public enum TaskEnd
{
    /// <summary>Its holder completed it.</summary>
    Decided,

    /// <summary>The sender took the filing back before it was looked at.</summary>
    Withdrawn,

    /// <summary>The unit need not file.</summary>
    Waived,

    /// <summary>The case is void.</summary>
    Voided,

    /// <summary>The workflow left the step by another way: a timer, a recall, a move.</summary>
    Left,
}

/// <summary>Platform → Notifications: a reviewer returned the filing; <see cref="CaseMessage.Case"/> names the visit opened by it.</summary>
public sealed record SubmissionReturned : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Who returned it, as the reader knows them: section or department.</summary>
    public required string ReturnedBy { get; init; }

    public required IReadOnlyList<ReturnReasonText> Reasons { get; init; }

    /// <summary>The reviewer's own words.</summary>
    public required string Comment { get; init; }

    /// <summary>How often this case has been returned, this time included.</summary>
    public int Returns { get; init; }
}

/// <param name="Code">TH01 to TH09.</param>
/// <param name="Text">As the list of return reasons words it.</param>
public sealed record ReturnReasonText(string Code, string Text);

/// <summary>Platform → Notifications: a rung of the ladder before the due day. One per (visit, due, rung).</summary>
public sealed record DeadlineApproaching : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Name of the rung, e.g. D-2.</summary>
    public required string Rung { get; init; }

    /// <summary>Working days left; 0 = today is the last day.</summary>
    public required int WorkingDays { get; init; }
}

/// <summary>Platform → Notifications: a rung of the ladder after the due day. One per (visit, due, rung).</summary>
public sealed record DeadlineMissed : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Name of the rung, e.g. D+3.</summary>
    public required string Rung { get; init; }

    /// <summary>Working days late.</summary>
    public required int WorkingDays { get; init; }
}

/// <summary>Platform → Notifications: somebody urged the holders of an open task (催办).</summary>
public sealed record TaskNudged : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Who urges, as the reader knows them.</summary>
    public required string By { get; init; }

    /// <summary>Their own words; null when they only clicked.</summary>
    public string? Text { get; init; }
}

/// <summary>Platform → Notifications: somebody shows a case to people who have nothing to decide (抄送).</summary>
public sealed record CaseCopied : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Who shows it, as the reader knows them.</summary>
    public required string By { get; init; }
}

/// <summary>Platform → Notifications: an uploaded or dropped document was not taken.</summary>
public sealed record DocumentRefused : Message
{
    public required Guid Document { get; init; }

    public required string FileName { get; init; }

    public required Subject About { get; init; }

    /// <summary>What is wrong and what to do, as sentences for the user.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public required IReadOnlyList<Recipient> Recipients { get; init; }
}

/// <summary>Platform → Notifications: a problem was found and has to be mended by <see cref="Subject.Due"/>.</summary>
public sealed record RectificationOrdered : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    public required string Problem { get; init; }

    /// <summary>What has to be done.</summary>
    public required string Demand { get; init; }
}

/// <summary>Platform → Notifications: a result was applied to a budget, a list or a publication.</summary>
public sealed record ResultApplied : CaseMessage
{
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>What was done and on what ground, as sentences for the user.</summary>
    public required string Application { get; init; }
}
