using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Messages;

/// <summary>A process with one small service on the bus: it publishes from its outbox and consumes with an effect in its database.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private const string Schema = "probe";
    private const string Tables =
        """
        create schema probe;
        create table probe.outbox (
            id bigint generated always as identity primary key, message_id uuid not null, type text not null,
            body text not null, created_at timestamptz not null, claimed_until timestamptz,
            attempts int not null default 0, last_error text, dead boolean not null default false);
        create table probe.consumed (
            consumer text not null, message_id uuid not null, at timestamptz not null, primary key (consumer, message_id));
        create table probe.effects (id bigint generated always as identity primary key, message_id uuid not null, by text not null);
        """;

    private readonly WebApplication app;

    private ProbeHost(WebApplication app) => this.app = app;

    public Outbox Outbox => app.Services.GetRequiredKeyedService<Outbox>(Schema);

    public BusLine Line => app.Services.GetRequiredService<BusLine>();

    public ConsumerMoods Moods => app.Services.GetRequiredService<ConsumerMoods>();

    public static async Task<TestDatabase> DatabaseAsync(PostgresServer server)
    {
        var database = await server.CreateDatabaseAsync();
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(Tables, connection);
        await command.ExecuteNonQueryAsync();
        return database;
    }

    /// <summary>Publishes, and consumes as so many services (0 to 3); the third takes messages together.</summary>
    public static async Task<ProbeHost> StartAsync(TestDatabase database, string? rabbitMq = null, string prefix = "probe", int services = 2, Action<ConsumerMoods>? moods = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var mood = new ConsumerMoods();
        moods?.Invoke(mood);
        builder.Services.AddSingleton(mood);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Configuration["ConnectionStrings:probe"] = database.OwnerConnectionString;
        builder.Configuration["ConnectionStrings:RabbitMq"] = rabbitMq;
        builder.Configuration["Bus:Prefix"] = prefix;
        builder.Services.AddServiceDatabase<ProbeDb>(Schema);
        builder.Services.AddOutbox(Schema, consumers =>
        {
            if (services > 0)
            {
                consumers.On<NoticeIssued, First>("first");
            }

            if (services > 1)
            {
                consumers.On<NoticeIssued, Second>("second");
            }

            if (services > 2)
            {
                consumers.OnTogether<NoticeIssued, Third>("third");
            }
        });
        builder.Services.AddSingleton<Third>();
        // All services live in one schema here.
        builder.Services.AddKeyedSingleton("first", (provider, _) => provider.GetRequiredKeyedService<Outbox>(Schema));
        builder.Services.AddKeyedSingleton("second", (provider, _) => provider.GetRequiredKeyedService<Outbox>(Schema));
        builder.Services.AddKeyedSingleton("third", (provider, _) => provider.GetRequiredKeyedService<Outbox>(Schema));
        builder.AddPerfFlowBus();
        var host = new ProbeHost(builder.Build());
        await host.app.StartAsync();
        return host;
    }

    public static NoticeIssued Notice(int n) => new()
    {
        MessageId = new Guid(n, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        Region = new("331121", 1),
        At = new(2023, 3, 1, 9, 0, 0, TimeSpan.FromHours(8)),
        NoticeId = n,
        Number = $"青财绩〔2023〕{n}号",
        About = new() { Title = "关于申报2023年绩效目标的通知", Path = $"/notices/{n}" },
        Recipients = [new(5, "王芳", null)],
    };

    public static async Task WriteAsync(TestDatabase database, params NoticeIssued[] messages)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(Outbox.InsertSql(Schema), connection);
        command.Parameters.AddRange(Outbox.Parameters([.. messages.Select(m => OutboxRow.Of(m, TimeProvider.System.GetUtcNow()))]).ToArray());
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> AskAsync<T>(TestDatabase database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until the outbox is empty, then says how often each service had the effect of each message: (effects, distinct).</summary>
    public static async Task<(long Effects, long Distinct)> SettledAsync(TestDatabase database)
    {
        await Waiting.UntilAsync(async () => !await AskAsync<bool>(database, "select exists (select from probe.outbox)"), () => "the outbox is empty");
        return (await AskAsync<long>(database, "select count(*) from probe.effects"), await AskAsync<long>(database, "select count(distinct (message_id, by)) from probe.effects"));
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database)
    {
        var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>What the test makes the consumers do.</summary>
    public sealed class ConsumerMoods
    {
        private int begun;

        /// <summary>The second service refuses these notices.</summary>
        public ConcurrentDictionary<long, bool> Refused { get; } = new();

        /// <summary>Messages that the second service began to read.</summary>
        public int Begun => Volatile.Read(ref begun);

        /// <summary>Awaited by the second service before its effect.</summary>
        public Task Gate { get; set; } = Task.CompletedTask;

        public void Begin() => Interlocked.Increment(ref begun);
    }

    public sealed class ProbeDb(DbContextOptions<ProbeDb> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDefaultSchema(Schema);
            modelBuilder.Entity<Effect>().ToTable("effects");
            SnakeCase.Apply(modelBuilder);
        }
    }

    public sealed class Effect
    {
        public long Id { get; init; }

        public Guid MessageId { get; init; }

        public string By { get; init; } = "";
    }

    private sealed class First(ProbeDb db, TimeProvider time) : OnceConsumer<NoticeIssued, ProbeDb>(db, time)
    {
        protected override Task HandleAsync(NoticeIssued message, CancellationToken ct)
        {
            Db.Add(new Effect { MessageId = message.MessageId, By = "first" });
            return Task.CompletedTask;
        }
    }

    private sealed class Second(ProbeDb db, TimeProvider time, ConsumerMoods moods) : OnceConsumer<NoticeIssued, ProbeDb>(db, time)
    {
        protected override async Task HandleAsync(NoticeIssued message, CancellationToken ct)
        {
            moods.Begin();
            try
            {
                await moods.Gate.WaitAsync(ct);
            }
            catch (OperationCanceledException e)
            {
                // As a library does that meets a connection or a container which is being disposed of.
                throw new ObjectDisposedException("The test was cut off.", e);
            }

            if (moods.Refused.ContainsKey(message.NoticeId))
            {
                throw new InvalidOperationException($"Notice {message.NoticeId} is refused by the test.");
            }

            Db.Add(new Effect { MessageId = message.MessageId, By = "second" });
        }
    }

    private sealed class Third(IDbContextFactory<ProbeDb> databases, TimeProvider time) : OnceTogether<NoticeIssued, ProbeDb>(databases, time)
    {
        protected override string Name => "third";

        protected override Task HandleAsync(ProbeDb db, IReadOnlyList<NoticeIssued> messages)
        {
            db.AddRange(messages.Select(m => new Effect { MessageId = m.MessageId, By = "third" }));
            return Task.CompletedTask;
        }
    }
}
