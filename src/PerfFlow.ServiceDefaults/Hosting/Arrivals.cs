using System.Collections.Concurrent;
using MassTransit;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Tells the outbox when a message has arrived for good. A broker that confirmed has it on disk, so with RabbitMQ a
/// message has arrived when it was published. The in-memory bus forgets everything with its process: there a message
/// has arrived when each of its consumers in this process has returned, which each does only after the commit of its
/// own transaction. A consumer that failed for good fails the message, and the row stays. What was in memory at a
/// crash is in the outbox still, because the row is deleted after the last commit; consumers that had committed
/// recognise the repeat by <c>consumed</c>.
/// </summary>
internal sealed class Arrivals(BusConsumers consumers, bool inMemory) : IReceiveObserver
{
    private readonly ConcurrentDictionary<Guid, Pending> pending = new();

    private sealed class Pending(int consumers)
    {
        private readonly HashSet<string> returned = new(StringComparer.Ordinal);

        public TaskCompletionSource<string?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>By name, not by count: a message published twice comes to the same consumer twice.</summary>
        public bool IsLast(string consumer)
        {
            lock (returned)
            {
                return returned.Add(consumer) && returned.Count == consumers;
            }
        }
    }

    /// <summary>Ends with null on arrival, else with the reason of the failure. Call it before publishing.</summary>
    public Task<string?> Expect(Guid messageId, Type message)
    {
        var count = inMemory ? consumers.CountOf(message) : 0;
        if (count == 0)
        {
            return Task.FromResult<string?>(null);
        }

        return pending.GetOrAdd(messageId, _ => new Pending(count)).Done.Task;
    }

    public void Abandon(Guid messageId) => pending.TryRemove(messageId, out _);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
    {
        if (context.MessageId is { } id && pending.TryGetValue(id, out var message) && message.IsLast(consumerType))
        {
            pending.TryRemove(id, out _);
            message.Done.TrySetResult(null);
        }

        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Fail(context.MessageId, exception);

    public Task ReceiveFault(ReceiveContext context, Exception exception) =>
        Fail(context.GetMessageId(), exception);

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    private Task Fail(Guid? messageId, Exception exception)
    {
        if (messageId is { } id && pending.TryRemove(id, out var message))
        {
            message.Done.TrySetResult(exception.Message);
        }

        return Task.CompletedTask;
    }
}
