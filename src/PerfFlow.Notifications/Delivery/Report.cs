using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>What the Platform is told of a delivery once it has come to an end.</summary>
internal static class Report
{
    public static DeliveryReported Of(ChannelDelivery delivery, DateTimeOffset now) => new()
    {
        MessageId = Guid.CreateVersion7(now),
        Region = new(delivery.Item.RegionCode, delivery.Item.Generation),
        At = now,
        Regarding = delivery.Item.MessageId,
        Kind = delivery.Item.Kind,
        Case = delivery.Item.Case,
        RecipientId = delivery.UserId,
        Channel = delivery.Channel,
        State = delivery.State,
        Attempts = delivery.Attempts,
        Repeated = delivery.Repeated,
    };
}
