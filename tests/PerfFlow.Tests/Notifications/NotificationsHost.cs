using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Notifications;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Notifications;

/// <summary>
/// Notifications alone in a process, on a database of its own. The Platform is played by the test: what it tells goes
/// through an outbox and the bus, what comes back is kept in <see cref="Reports"/>.
/// </summary>
internal sealed class NotificationsHost : IAsyncDisposable
{
    /// <summary>base64 of 32 bytes.</summary>
    public const string TicketKey = "cGVyZmZsb3ctdGVzdC10aWNrZXQta2V5LTMyLWJ5dGVzISE=";

    private static readonly string _keys = Directory.CreateTempSubdirectory("perfflow-keys-").FullName;

    private readonly WebApplication _app;
    private readonly TestDatabase _database;

    private NotificationsHost(WebApplication app, TestDatabase database, MovedTime time) => (_app, _database, Time) = (app, database, time);

    public MovedTime Time { get; }

    public INotifications Desk => _app.Services.GetRequiredService<INotifications>();

    public ConcurrentQueue<DeliveryReported> Reports => _app.Services.GetRequiredService<ConcurrentQueue<DeliveryReported>>();

    public Uri Address => new(_app.Urls.First());

    /// <summary>The service's own connections.</summary>
    public NpgsqlDataSource Source => _app.Services.GetRequiredKeyedService<NpgsqlDataSource>(NotificationsDb.Schema);

    /// <summary>Starts it at 10:20 of a Monday in China; <paramref name="settings"/> are of section Notifications.</summary>
    public static async Task<NotificationsHost> StartAsync(PostgresServer postgres, string? rabbitMq = null, params (string Key, string? Value)[] settings)
    {
        var database = await postgres.CreateDatabaseAsync(MigrateAsync);
        var time = new MovedTime(new DateTimeOffset(2026, 3, 2, 10, 20, 0, TimeSpan.FromHours(8)));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:notifications"] = database.OwnerConnectionString;
        builder.Configuration["ConnectionStrings:RabbitMq"] = rabbitMq;
        builder.Configuration["Bus:Prefix"] = "t" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        builder.Configuration[NotificationsTickets.KeySetting] = TicketKey;
        builder.Configuration["Notifications:KeyFile"] = Path.Combine(_keys, Path.GetRandomFileName());
        foreach (var (key, value) in settings)
        {
            builder.Configuration["Notifications:" + key] = value;
        }

        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(new ConcurrentQueue<DeliveryReported>());
        builder.AddNotifications();
        builder.Services.AddOutbox("platform", consumers => consumers.On<DeliveryReported, Keep>("platform"));
        builder.Services.AddKeyedSingleton("platform", (_, _) => NpgsqlDataSource.Create(database.OwnerConnectionString));
        builder.AddPerfFlowBus();
        var app = builder.Build();
        app.MapNotifications();
        await app.StartAsync();
        return new(app, database, time);
    }

    /// <summary>The Platform tells, and the message has been consumed when this returns.</summary>
    public async Task TellAsync(params Message[] messages)
    {
        await using (var connection = new NpgsqlConnection(_database.OwnerConnectionString))
        {
            await connection.OpenAsync();
            await _app.Services.GetRequiredKeyedService<Outbox>("platform").AddAsync(connection, messages, CancellationToken.None);
        }

        _app.Services.GetRequiredService<OutboxSignal>().Set();
        var ids = messages.Select(m => m.MessageId).ToArray();
        await Waiting.UntilAsync(
            async () => await QueryAsync(db => db.Database.SqlQuery<int>($"select count(distinct message_id)::int as \"Value\" from notifications.consumed where message_id = any({ids})").SingleAsync()) == ids.Distinct().Count(),
            () => "the messages are consumed");
    }

    /// <summary>Looks into the database: for states that no door shows.</summary>
    public async Task<T> QueryAsync<T>(Func<NotificationsDb, Task<T>> query)
    {
        await using var db = await _app.Services.GetRequiredService<IDbContextFactory<NotificationsDb>>().CreateDbContextAsync();
        return await query(db);
    }

    public async Task<DeliveryReported> ReportAsync(Func<DeliveryReported, bool> which)
    {
        await Waiting.UntilAsync(() => Reports.Any(which), "the Platform is told");
        return Reports.First(which);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static async Task MigrateAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using (var command = source.CreateCommand(
            """
            create schema notifications;
            create schema platform;
            create table platform.outbox (
                id bigint generated always as identity primary key, message_id uuid not null, type text not null,
                body text not null, created_at timestamptz not null, claimed_until timestamptz,
                attempts int not null default 0, last_error text, dead boolean not null default false);
            create table platform.consumed (
                consumer text not null, message_id uuid not null, at timestamptz not null, primary key (consumer, message_id));
            """))
        {
            await command.ExecuteNonQueryAsync();
        }

        await NotificationsService.MigrateAsync(source, CancellationToken.None);
    }

    private sealed class Keep(ConcurrentQueue<DeliveryReported> reports) : IConsumer<DeliveryReported>
    {
        public Task Consume(ConsumeContext<DeliveryReported> context)
        {
            reports.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}

/// <summary>System time that started elsewhere and can be moved on; timers run as ever.</summary>
internal sealed class MovedTime(DateTimeOffset start) : TimeProvider
{
    private readonly long began = TimeProvider.System.GetTimestamp();
    private long moved;

    public void Move(TimeSpan by) => Interlocked.Add(ref moved, by.Ticks);

    public override DateTimeOffset GetUtcNow() =>
        (start + TimeProvider.System.GetElapsedTime(began) + TimeSpan.FromTicks(Interlocked.Read(ref moved))).ToUniversalTime();
}

/// <summary>Messages as the Platform makes them, about unit 县教育局 and its clerk 王芳.</summary>
internal static class Told
{
    private static int count;

    public static readonly RegionRef Region = new("331121", 1);

    public static Recipient Clerk(string? address = null, long id = 5) => new(id, "王芳", address);

    public static TaskOpened Opened(int visit, params Recipient[] recipients) => new()
    {
        MessageId = NewId(), Region = Region, At = At, Case = new(7, visit, visit), About = About("填报"), Recipients = recipients,
    };

    public static TaskClosed Closed(int visit) => new()
    {
        MessageId = NewId(), Region = Region, At = At, Case = new(7, visit + 1, visit), About = About("填报"), Why = TaskEnd.Decided,
    };

    public static SubmissionReturned Returned(int visit, params Recipient[] recipients) => new()
    {
        MessageId = NewId(), Region = Region, At = At, Case = new(7, visit, visit), About = About("填报"), Recipients = recipients,
        ReturnedBy = "教科文科", Reasons = [new("TH02", "目标不明确"), new("TH03", "未细化")], Comment = "数量指标请写明指标值和计量单位。", Returns = 2,
    };

    public static DeadlineMissed Missed(int visit, string rung, params Recipient[] recipients) => new()
    {
        MessageId = NewId(), Region = Region, At = At, Case = new(7, visit, visit), About = About("填报"), Recipients = recipients, Rung = rung, WorkingDays = 3,
    };

    public static Subject About(string step) => new()
    {
        Title = "2023年部门预算绩效目标申报",
        Unit = "县教育局",
        Step = step,
        Due = new DateTimeOffset(2023, 4, 1, 0, 0, 0, TimeSpan.FromHours(8)),
        Path = "/tasks/7/3",
    };

    public static DateTimeOffset At { get; } = new(2023, 3, 20, 9, 0, 0, TimeSpan.FromHours(8));

    public static Guid NewId() => new(Interlocked.Increment(ref count), 7, 7, 0, 0, 0, 0, 0, 0, 0, 0);
}
