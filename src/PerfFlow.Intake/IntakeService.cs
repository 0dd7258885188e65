using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Intake.Data;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Storage;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake;

/// <summary>The two doors of Intake: bytes come in, typed values, files and workbooks go out.</summary>
public static class IntakeService
{
    /// <summary>
    /// Registers the service: settings of the section <c>Intake</c>, database of the key <c>intake</c>, its outbox. The
    /// executable must answer the verb <see cref="IntakeParser.Verb"/> with <see cref="IntakeParser.RunChildAsync"/>.
    /// </summary>
    public static WebApplicationBuilder AddIntake(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddServiceDatabase<IntakeDb>(IntakeDb.Schema);
        services.AddDatabaseHealth(IntakeDb.Schema);
        services.AddOutbox(IntakeDb.Schema);
        services.AddIntakeTickets();
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Intake").Get<IntakeOptions>() ?? new IntakeOptions());
        services.AddSingleton(provider => new FileVault(provider.GetRequiredService<IntakeOptions>().Folder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ParserPool(
            provider.GetRequiredService<IntakeOptions>().Parser, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ParserPool>>()));
        services.AddSingleton<ClamScanner>();
        services.AddSingleton<ReceiveFile>();
        services.AddHostedService<Upkeep>();
        services.AddSingleton<DropFolder>();
        services.AddHostedService(provider => provider.GetRequiredService<DropFolder>());
        return builder;
    }

    /// <summary>Maps the endpoints below <c>/intake</c>. They ask for tickets and for no signed-in user.</summary>
    public static WebApplication MapIntake(this WebApplication app)
    {
        IntakeApi.Map(app.MapGroup("/intake").AllowAnonymous().DisableAntiforgery().ExcludeFromDescription());
        return app;
    }

    /// <summary>Brings the schema <c>intake</c> up to date as its owner.</summary>
    public static Task MigrateAsync(NpgsqlDataSource owner, CancellationToken ct) =>
        ServiceDatabase.MigrateAsync<IntakeDb>(owner, IntakeDb.Schema, options => new IntakeDb(options), ct);

    /// <summary>Starts a child before the first file needs it, and removes what dead processes left behind.</summary>
    private sealed class Upkeep(ParserPool parser, FileVault vault, TimeProvider time, ILogger<Upkeep> log) : BackgroundService
    {
        private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await parser.WarmAsync(stoppingToken);
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or OperationCanceledException)
            {
                log.LogError(e, "No process to read files could be started; the next file tries again");
            }

            using var timer = new PeriodicTimer(Hour, time);
            do
            {
                vault.CleanTemporary(Hour);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
    }
}
