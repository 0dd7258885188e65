using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Intake;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Intake;

/// <summary>Intake alone with a real database, a real server and real children, and a stand-in for the Platform that speaks to it.</summary>
internal sealed class IntakeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase _database;

    private IntakeHost(WebApplication app, TestDatabase database, string folder)
    {
        (_app, _database, Folder) = (app, database, folder);
    }

    public static IntakeSender Clerk { get; } = new(new RegionRef("331121", 1), new DateTimeOffset(2023, 9, 1, 9, 0, 0, TimeSpan.FromHours(8)), 7, 42, 3);

    public string Folder { get; }

    public IntakeClient Client => _app.Services.GetRequiredService<IntakeClient>();

    public Heard Heard => _app.Services.GetRequiredService<Heard>();

    public string OwnerConnectionString => _database.OwnerConnectionString;

    public Uri Address => new(_app.Urls.First());

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<IntakeHost> StartAsync(PostgresServer postgres, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var database = await postgres.CreateDatabaseAsync(MigrateAsync);
        var folder = Directory.CreateTempSubdirectory("perfflow-intake-").FullName;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:intake"] = database.ConnectionString("perfflow_intake"),
            ["Intake:Folder"] = folder,
            ["Intake:Parser:Command:0"] = ParserPoolTests.Command[0],
            ["Intake:Parser:Command:1"] = ParserPoolTests.Command[1],
            ["Intake:Parser:Command:2"] = ParserPoolTests.Command[2],
            ["Intake:Parser:Processes"] = "1",
        }.Concat(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<Heard>();
        builder.AddServiceDefaults().AddIntake().AddIntakeClient();
        builder.Services.AddSingleton(new BusConsumers().On<DocumentAccepted, AcceptedReader>("platform").On<DocumentRejected, RejectedReader>("platform"));
        builder.AddPerfFlowBus();
        var app = builder.Build();
        app.MapIntake();
        await app.StartAsync();
        return new IntakeHost(app, database, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(Folder, true);
    }

    private static async Task MigrateAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using (var schema = source.CreateCommand("create schema intake; grant usage on schema intake to perfflow_intake"))
        {
            await schema.ExecuteNonQueryAsync();
        }

        await IntakeService.MigrateAsync(source, default);
        await using var grants = source.CreateCommand("grant select, insert, update, delete on all tables in schema intake to perfflow_intake; grant usage, select on all sequences in schema intake to perfflow_intake");
        await grants.ExecuteNonQueryAsync();
    }
}

/// <summary>What the Platform would have been told.</summary>
internal sealed class Heard
{
    public ConcurrentQueue<DocumentAccepted> Accepted { get; } = new();

    public ConcurrentQueue<DocumentRejected> Rejected { get; } = new();
}

internal sealed class AcceptedReader(Heard heard) : IConsumer<DocumentAccepted>
{
    public Task Consume(ConsumeContext<DocumentAccepted> context)
    {
        heard.Accepted.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

internal sealed class RejectedReader(Heard heard) : IConsumer<DocumentRejected>
{
    public Task Consume(ConsumeContext<DocumentRejected> context)
    {
        heard.Rejected.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}
