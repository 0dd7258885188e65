using System.Text.Json;
using MassTransit;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Instead of an error queue that nobody reads: a message from RabbitMQ that its consumer refused to the end becomes a
/// dead row in the outbox of the consuming service, where it is listed and from where it is sent again. Readers that
/// had it recognise the repeat. Should the row not be written, the broker keeps the message and brings it again.
/// </summary>
internal sealed class RefusedMessages(Outbox outbox, BusLife life)
{
    public async Task KeepAsync(ExceptionReceiveContext context)
    {
        // Such a failure is waited out for hours and comes here only when the waiting was cut off: the broker was killed or this
        // process stops; and how it fails over a bus that has ended says nothing of it. The message was not acknowledged, so it comes again; as a dead row it would need a hand.
        if (life.Over || PerfFlowBus.Passes(context.Exception))
        {
            throw new IOException("Reading this message was cut off while it waited; the broker delivers it again.", context.Exception);
        }

        using var envelope = JsonDocument.Parse(context.GetBody());
        var root = envelope.RootElement;
        // urn:message:<namespace>:<name>
        var type = root.GetProperty("messageType")[0].GetString()!.Split(':')[^1];
        var message = root.GetProperty("message");
        await outbox.KeepDeadAsync(message.GetProperty("messageId").GetGuid(), type, message.GetRawText(), context.Exception.Message, context.CancellationToken);
    }
}
