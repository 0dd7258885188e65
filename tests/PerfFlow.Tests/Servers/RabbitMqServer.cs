using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>The broker that tests share; one that kills its broker starts a <see cref="RabbitMqNode"/> of its own.</summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    private readonly Lazy<Task<RabbitMqNode>> _node = new(RabbitMqNode.StartNewAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The running broker; queues of other tests live in it too, so name yours. Skips the test where RabbitMQ is missing.</summary>
    public async Task<Uri> AddressAsync()
    {
        Assert.SkipWhen(RabbitMqNode.MissingReason is not null, RabbitMqNode.MissingReason ?? "");
        return (await _node.Value).Address;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _node.Value).DisposeAsync();
        }
    }
}
