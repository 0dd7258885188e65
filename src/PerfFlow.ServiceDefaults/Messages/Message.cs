using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MassTransit;

namespace PerfFlow.ServiceDefaults.Messages;

/// <summary>
/// What one service tells another. The name, this namespace and the JSON of every message are a contract between
/// services of different age: members are added, never renamed or removed.
/// </summary>
[ExcludeFromTopology]
public abstract record Message
{
    /// <summary>Derived from what is told, so that the same event told twice has one id.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Messages to a closed generation are dropped by whoever reads them.</summary>
    public required RegionRef Region { get; init; }

    /// <summary>When it happened, by the clock of the region.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A message about a case; of two about the same visit the one with the lower revision is the older.</summary>
[ExcludeFromTopology]
public abstract record CaseMessage : Message
{
    public required CaseRef Case { get; init; }

    public required Subject About { get; init; }
}

/// <param name="Code">Division code, six digits.</param>
/// <param name="Generation">A demo opens a new generation of the same code and closes the one before.</param>
public sealed record RegionRef(string Code, int Generation);

/// <param name="Id">The case.</param>
/// <param name="Revision">Of the case, after the act that is told.</param>
/// <param name="Visit">The open or just closed visit of a human step that is spoken of.</param>
public sealed record CaseRef(long Id, int Revision, int Visit);

/// <summary>What a template may name of a case or notice.</summary>
public sealed record Subject
{
    /// <summary>The item, e.g. 2023年部门预算绩效目标申报.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the unit that the item belongs to; null where the whole region is meant.</summary>
    public string? Unit { get; init; }

    /// <summary>The step as its users call it, e.g. 归口科室审核.</summary>
    public string? Step { get; init; }

    /// <summary>End of the last day on which it is in time.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Path and query of the page where the reader goes on; never with a host.</summary>
    public required string Path { get; init; }
}

/// <param name="Id">User id of the Platform.</param>
/// <param name="Name">As the mail greets them.</param>
/// <param name="Address">Mail address; null = in-app only.</param>
/// <param name="Language">Of the texts, e.g. <c>zh-CN</c>.</param>
public sealed record Recipient(long Id, string Name, string? Address, string Language = "zh-CN");

/// <summary>The closed set of messages and how they are written to an outbox.</summary>
public static class MessageCatalog
{
    /// <summary>Every message by the name that outbox rows carry.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } = new[]
    {
        typeof(DocumentAccepted), typeof(DocumentRejected),
        typeof(NoticeIssued), typeof(TaskOpened), typeof(TaskClosed), typeof(SubmissionReturned),
        typeof(DeadlineApproaching), typeof(DeadlineMissed), typeof(TaskNudged), typeof(CaseCopied), typeof(DocumentRefused),
        typeof(RectificationOrdered), typeof(ResultApplied),
        typeof(DeliveryReported),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Camel case, Chinese left readable, nothing written for null.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
