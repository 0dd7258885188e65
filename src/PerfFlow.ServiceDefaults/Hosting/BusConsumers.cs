using MassTransit;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Which consumers this process runs. Each service's <c>AddX</c> door names its own; the bus is built from all of them
/// at the end. One queue per service; a message is published once and reaches every service that has a consumer for it.
/// </summary>
public sealed class BusConsumers
{
    private readonly List<(string Service, Type Message, Type Consumer)> entries = [];
    private readonly HashSet<string> together = new(StringComparer.Ordinal);

    /// <summary>Adds a consumer of <typeparamref name="TMessage"/> to the queue of <paramref name="service"/> (its schema name).</summary>
    public BusConsumers On<TMessage, TConsumer>(string service)
        where TMessage : Message
        where TConsumer : class, IConsumer<TMessage>
    {
        entries.Add((service, typeof(TMessage), typeof(TConsumer)));
        return this;
    }

    /// <summary>
    /// Adds a consumer that has its effects for many messages at once; the queue of <paramref name="service"/> hands over as many
    /// at a time. <typeparamref name="TEffect"/> is a registered singleton.
    /// </summary>
    public BusConsumers OnTogether<TMessage, TEffect>(string service)
        where TMessage : Message
        where TEffect : class, ITogether<TMessage>
    {
        together.Add(service);
        return On<TMessage, TogetherConsumer<TMessage, TEffect>>(service);
    }

    /// <summary>How many messages of one queue are worked on at a time.</summary>
    internal int AtOnce(string service) => together.Contains(service) ? 128 : 8;

    internal int CountOf(Type message) => entries.Count(e => e.Message == message);

    internal IEnumerable<Type> Consumers => entries.Select(e => e.Consumer).Distinct();

    internal ILookup<string, Type> ByService => entries.Select(e => (e.Service, e.Consumer)).Distinct().ToLookup(e => e.Service, e => e.Consumer);
}
