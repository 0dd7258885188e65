using System.Text.Json.Serialization;

namespace PerfFlow.ServiceDefaults.Messages;

/// <summary>Notifications → Platform: how the delivery of one message to one person over one channel stands.</summary>
public sealed record DeliveryReported : Message
{
    /// <summary>The message that was delivered.</summary>
    public required Guid Regarding { get; init; }

    /// <summary>Its name, e.g. <c>SubmissionReturned</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Null where that message was about no case.</summary>
    public CaseRef? Case { get; init; }

    public required long RecipientId { get; init; }

    public required DeliveryChannel Channel { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>True when an attempt was cut off and repeated under the same id, so that the reader may have it twice.</summary>
    public bool Repeated { get; init; }
}

/// <summary>The ways by which a person is told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryChannel>))]
public enum DeliveryChannel
{
    /// <summary>The bell.</summary>
    InApp,

    Mail,

    /// <summary>A signed HTTPS call to an address that an administrator entered.</summary>
    Webhook,
}

/// <summary>Where a delivery stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>Held for the digest, quiet hours or the next attempt; becomes Sent, Dead or Dropped.</summary>
    Held,

    /// <summary>An attempt is recorded and under way; after a crash it is repeated once.</summary>
    Sending,

    /// <summary>The other side took it. Final.</summary>
    Sent,

    /// <summary>Given up after the last attempt; a hand may send it again, then it is Held.</summary>
    Dead,

    /// <summary>The task was closed before it was sent. Final.</summary>
    Dropped,
}
