using System.Globalization;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>The bus and the outboxes of a process.</summary>
public static class PerfFlowBus
{
    /// <summary>Connection string of the broker: <c>amqp://</c> or <c>amqps://</c>, more nodes separated by commas; none or empty = the services meet in memory.</summary>
    public const string ConnectionName = "RabbitMq";

    /// <summary>Setting that begins the names of queues and exchanges (default <c>perfflow</c>): two installations may share a broker.</summary>
    public const string PrefixSetting = "Bus:Prefix";

    /// <summary>
    /// For a service's <c>AddX</c> door: its outbox (a keyed <see cref="Outbox"/> and its dispatcher) in
    /// <paramref name="schema"/>, and its consumers. Needs <see cref="ServiceDatabase.AddServiceDatabase{TContext}"/> of the same schema.
    /// </summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services, string schema, Action<BusConsumers>? consumers = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<OutboxSignal>();
        services.AddKeyedSingleton(schema, (provider, _) => new Outbox(
            schema,
            provider.GetRequiredKeyedService<NpgsqlDataSource>(schema),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<OutboxSignal>()));
        services.AddSingleton(new OutboxOf(schema));
        consumers?.Invoke(ConsumersOf(services));
        return services;
    }

    /// <summary>Call it once per host, after every service's door.</summary>
    public static WebApplicationBuilder AddPerfFlowBus(this WebApplicationBuilder builder)
    {
        Environment.SetEnvironmentVariable("MASSTRANSIT_USAGE_TELEMETRY", "false");
        var address = builder.Configuration.GetConnectionString(ConnectionName) is { Length: > 0 } broker ? broker : null;
        var prefix = builder.Configuration[PrefixSetting] ?? "perfflow";
        var consumers = ConsumersOf(builder.Services);
        var services = builder.Services;
        services.AddSingleton(provider => new Arrivals(provider.GetRequiredService<BusConsumers>(), inMemory: address is null));
        services.AddSingleton<PublishGate>();
        foreach (var consumer in consumers.Consumers)
        {
            services.TryAddScoped(consumer);
        }

        // In memory a message published before its consumer stands is lost. A broker may be away at start: pages must
        // work without it, the outbox waits for it.
        services.AddSingleton(provider => new BusLine(
            () => Life(provider, consumers, address, prefix), waits: address is null, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BusLine>>()));
        services.AddHostedService(provider => provider.GetRequiredService<BusLine>());
        services.AddHealthChecks().Add(new HealthCheckRegistration("bus", provider => provider.GetRequiredService<BusLine>(), HealthStatus.Unhealthy, ["ready"]));
        if (address is not null)
        {
            services.AddSingleton<IHostedService>(provider => new BusWatch(
                provider.GetRequiredService<BusLine>(), [.. Nodes(address)], provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BusWatch>>()));
        }

        // Dispatchers come after the bus, so that they stop before it.
        foreach (var outbox in services.Where(s => s.ServiceType == typeof(OutboxOf)).Select(s => (OutboxOf)s.ImplementationInstance!).ToList())
        {
            services.AddSingleton<IHostedService>(provider => new OutboxDispatcher(
                provider.GetRequiredKeyedService<Outbox>(outbox.Schema),
                provider.GetKeyedService<OutboxExpansion>(outbox.Schema),
                provider.GetRequiredService<BusLine>(),
                provider.GetRequiredService<PublishGate>(),
                provider.GetRequiredService<Arrivals>(),
                provider.GetRequiredService<OutboxSignal>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<OutboxDispatcher>>()));
            services.AddSingleton<IHostedService>(provider => new ConsumedSweep(
                provider.GetRequiredKeyedService<Outbox>(outbox.Schema), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ConsumedSweep>>()));
        }

        return builder;
    }

    /// <summary>One life of the bus. Consumers come from the host's container, in a scope of it for each message.</summary>
    private static ServiceProvider Life(IServiceProvider host, BusConsumers consumers, string? address, string prefix)
    {
        var services = new ServiceCollection();
        var life = new BusLife();
        services.AddSingleton(life);
        services.AddSingleton(host.GetRequiredService<ILoggerFactory>());
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddScoped(_ => new HostScope(host.CreateAsyncScope()));
        foreach (var consumer in consumers.Consumers)
        {
            services.AddScoped(consumer, provider => provider.GetRequiredService<HostScope>().Services.GetRequiredService(consumer));
        }

        services.AddReceiveObserver(_ => host.GetRequiredService<Arrivals>());
        services.AddReceiveObserver(_ => new CutDeliveries());
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var consumer in consumers.Consumers)
            {
                bus.AddConsumer(consumer);
            }

            if (address is null)
            {
                bus.UsingInMemory((context, transport) => Endpoints(context, transport, consumers, prefix, (_, _) => { }));
            }
            else
            {
                bus.UsingRabbitMq((context, transport) =>
                {
                    RabbitHost(transport, address, life);
                    // Without it a message for a service that has never run has no queue and is lost without an error. The
                    // broker asks for one queue only: on several machines a message is read by one service.
                    transport.ConfigurePublish(pipe => pipe.UseExecute(send =>
                    {
                        if (send.TryGetPayload(out RabbitMqSendContext? rabbit))
                        {
                            rabbit.Mandatory = true;
                        }
                    }));
                    Endpoints(context, transport, consumers, prefix, (service, endpoint) =>
                    {
                        ((IRabbitMqReceiveEndpointConfigurator)endpoint).SetQuorumQueue();
                        var refused = new RefusedMessages(host.GetRequiredKeyedService<Outbox>(service), life);
                        endpoint.ConfigureError(error => error.UseExecuteAsync(refused.KeepAsync));
                    });
                });
            }
        });
        return services.BuildServiceProvider();
    }

    private static void Endpoints(IBusRegistrationContext context, IBusFactoryConfigurator transport, BusConsumers consumers, string prefix, Action<string, IReceiveEndpointConfigurator> queue)
    {
        transport.MessageTopology.SetEntityNameFormatter(new PrefixEntityNameFormatter(transport.MessageTopology.EntityNameFormatter, prefix + ":"));
        foreach (var service in consumers.ByService)
        {
            transport.ReceiveEndpoint($"{prefix}-{service.Key}", endpoint =>
            {
                queue(service.Key, endpoint);
                var atOnce = consumers.AtOnce(service.Key);
                endpoint.PrefetchCount = 4 * atOnce;
                endpoint.ConcurrentMessageLimit = atOnce;
                // Nobody listens for Fault<T>; a mandatory message without a queue would fail the failing.
                endpoint.PublishFaults = false;
                // Outer: the database, or a service that the consumer asks, is away; the message waits here for hours rather than among the dead ones, which need a hand.
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(Passes);
                    retry.Interval(5000, TimeSpan.FromSeconds(2));
                });
                // Inner: two consumers met on one row. What still fails is a dead row of the reader's outbox, in memory the row of the writer's.
                endpoint.UseMessageRetry(retry => retry.Immediate(3));
                foreach (var consumer in service)
                {
                    endpoint.ConfigureConsumer(context, consumer);
                }
            });
        }
    }

    /// <summary>Whether a failure of a consumer passes by itself: the database or a service that it asks is away, or an answer was cut short.</summary>
    internal static bool Passes(Exception failure) =>
        // Not every IOException: a full disk is no passing thing.
        failure is HttpRequestException or HttpIOException || ServiceDatabase.IsAway(failure);

    private static void RabbitHost(IRabbitMqBusFactoryConfigurator transport, string address, BusLife life)
    {
        var nodes = address.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var first = new Uri(nodes[0]);
        transport.Host(first, host =>
        {
            if (first.UserInfo.Split(':', 2) is [var user, var password])
            {
                host.Username(Uri.UnescapeDataString(user));
                host.Password(Uri.UnescapeDataString(password));
            }

            host.Heartbeat(TimeSpan.FromSeconds(10));
            host.OnRefreshConnectionFactory = factory =>
            {
                factory.SocketFactory = life.Connect;
                return Task.CompletedTask;
            };
            if (nodes.Length > 1)
            {
                host.UseCluster(cluster =>
                {
                    foreach (var (name, port) in Nodes(address))
                    {
                        cluster.Node(string.Create(CultureInfo.InvariantCulture, $"{name}:{port}"));
                    }
                });
            }
        });
    }

    private static IEnumerable<(string Host, int Port)> Nodes(string address)
    {
        foreach (var node in address.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var uri = node.Contains("://", StringComparison.Ordinal) ? new Uri(node) : new Uri("amqp://" + node);
            yield return (uri.Host, uri.Port > 0 ? uri.Port : uri.Scheme == "amqps" ? 5671 : 5672);
        }
    }

    private static BusConsumers ConsumersOf(IServiceCollection services)
    {
        if (services.FirstOrDefault(s => s.ServiceType == typeof(BusConsumers))?.ImplementationInstance is BusConsumers existing)
        {
            return existing;
        }

        var made = new BusConsumers();
        services.AddSingleton(made);
        return made;
    }

    private sealed record OutboxOf(string Schema);

    private sealed class HostScope(AsyncServiceScope scope) : IAsyncDisposable
    {
        public IServiceProvider Services => scope.ServiceProvider;

        public ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}
