using System.Collections.Concurrent;
using PerfFlow.Tests.Servers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// Publishes every message of a broker a second time, in another order than it came, to the queue that it went to: what
/// at-least-once delivery in no order may look like at its worst.
/// </summary>
internal sealed class Echo : IAsyncDisposable
{
    private static readonly string[] Queues = ["perfflow-platform", "perfflow-notifications"];

    private readonly RabbitMqNode broker;
    private readonly Random random;
    private readonly ConcurrentQueue<Heard> heard = [];
    private readonly CancellationTokenSource ending = new();
    private readonly Task listening;
    private int echoed;

    public Echo(RabbitMqNode broker, int seed)
    {
        this.broker = broker;
        // The draw must be repeatable from the seed; it guards nothing.
#pragma warning disable CA5394
        random = new Random(seed);
#pragma warning restore CA5394
        listening = ListenAsync();
    }

    private sealed record Heard(string Queue, BasicProperties Properties, byte[] Body);

    /// <summary>How many were published again.</summary>
    public int Echoed => Volatile.Read(ref echoed);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Everything that was heard once more, from the last to the first and mixed; ends when the queues are empty.</summary>
    public async Task RepeatAllAsync()
    {
        await ending.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await PublishAsync(channel, [.. heard]);
        foreach (var queue in Queues)
        {
            await Waiting.UntilAsync(async () => (await channel.QueueDeclarePassiveAsync(queue, Ct)).MessageCount == 0, () => $"{queue} is empty", Plug.Recovery);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    /// <summary>Listens and echoes until it is told to end; a broker that was killed is listened to again.</summary>
    private async Task ListenAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ConnectAsync();
                await using var channel = await connection.CreateChannelAsync(cancellationToken: ending.Token);
                foreach (var queue in Queues)
                {
                    await TapAsync(channel, queue);
                }

                var said = heard.Count;
                while (channel.IsOpen)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, ending.Token);
                    var fresh = heard.Skip(said).ToArray();
                    said += fresh.Length;
                    await PublishAsync(channel, fresh);
                }
            }
            catch (Exception e) when (e is RabbitMQClientException or IOException)
            {
                // The broker was killed, or the queues are not there yet.
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, ending.Token);
            }
        }
    }

    /// <summary>A copy of what goes to a queue. Its exchange is MassTransit's, of the same name.</summary>
    private async Task TapAsync(IChannel channel, string queue)
    {
        var tap = $"echo-of-{queue}";
        await channel.QueueDeclareAsync(tap, durable: true, exclusive: false, autoDelete: false, cancellationToken: ending.Token);
        await channel.QueueBindAsync(tap, queue, "", cancellationToken: ending.Token);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            heard.Enqueue(new(queue, new BasicProperties(message.BasicProperties), message.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(tap, autoAck: true, consumer, ending.Token);
    }

    private async Task PublishAsync(IChannel channel, Heard[] messages)
    {
#pragma warning disable CA5394
        random.Shuffle(messages);
#pragma warning restore CA5394
        foreach (var message in messages)
        {
            // By the default exchange: to this queue and not to the tap again.
            await channel.BasicPublishAsync("", message.Queue, mandatory: false, message.Properties, message.Body, Ct);
            Interlocked.Increment(ref echoed);
        }
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = broker.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Ct);
}
