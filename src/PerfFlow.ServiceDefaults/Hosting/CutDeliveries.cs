using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Renames the failure of a delivery whose channel was cut. For the original MassTransit 8.4 closes the channel from within the
/// delivery, RabbitMQ.Client 7.1 ends closing only when no delivery is under way, and with that pair waiting for each other
/// nothing of the connection ever ends: no consumer comes back and no publish. MassTransit 8.5 no longer closes there. The
/// message was not acknowledged, so the broker delivers it again.
/// </summary>
internal sealed class CutDeliveries : IReceiveObserver
{
    public Task ReceiveFault(ReceiveContext context, Exception exception) => exception is OperationInterruptedException or EndOfStreamException
        ? throw new IOException("The connection to the broker was cut while this message was read; the broker delivers it again.", exception)
        : Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;
}
