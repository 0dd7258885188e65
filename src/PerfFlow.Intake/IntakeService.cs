using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
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
using PerfFlow.ServiceDefaults.Messages;

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
        services.AddSingleton<Upkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<Upkeep>());
        services.AddSingleton<DropFolder>();
        services.AddHostedService(provider => provider.GetRequiredService<DropFolder>());
        return builder;
    }

    /// <summary>Maps the endpoints below <c>/intake</c>. They ask for tickets and for no signed-in user.</summary>
    public static WebApplication MapIntake(this WebApplication app)
    {
        // Outside the limit of a Platform in the same process: a request that holds a place there waits for this one.
        IntakeApi.Map(app.MapGroup("/intake").AddEndpointFilter(AwayAsync).AllowAnonymous().DisableAntiforgery().DisableRateLimiting().ExcludeFromDescription());
        return app;
    }

    /// <summary>Brings the schema <c>intake</c> up to date as its owner.</summary>
    public static Task MigrateAsync(NpgsqlDataSource owner, CancellationToken ct) =>
        ServiceDatabase.MigrateAsync<IntakeDb>(owner, IntakeDb.Schema, options => new IntakeDb(options), ct);

    /// <summary>
    /// Removes the rows of a closed generation, as owner; their content goes within a day of the next hourly sweep, unless
    /// another row names it too. Gives the number of files removed.
    /// </summary>
    public static async Task<int> PurgeAsync(NpgsqlDataSource owner, RegionRef region, CancellationToken ct)
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var removed = 0;
        foreach (var sql in (string[])["delete from intake.documents where region = $1 and generation = $2", "delete from intake.files where region = $1 and generation = $2"])
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = region.Code }, new() { Value = region.Generation } } };
            removed = await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return removed;
    }

    // ENOSPC, and ERROR_DISK_FULL on Windows.
    private static bool IsFull(Exception e) => e is IOException { HResult: 28 or unchecked((int)0x80070070) };

    // The database is away, the disk is full or no child starts: the clerk tries again later, the log says why.
    private static async ValueTask<object?> AwayAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is ParserUnavailableException || IsFull(e) || ServiceDatabase.IsAway(e))
        {
            context.HttpContext.RequestServices.GetRequiredService<ILogger<ReceiveFile>>().LogError(e, "Intake cannot serve {Path}", context.HttpContext.Request.Path);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Starts a child before the first file needs it, and removes what dead processes and purged regions left behind.</summary>
    internal sealed class Upkeep(ParserPool parser, FileVault vault, IDbContextFactory<IntakeDb> databases, TimeProvider time, ILogger<Upkeep> log) : RepeatedWork(TimeSpan.FromHours(1), time, log)
    {
        private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

        /// <summary>Content without a row goes after a day: an upload in progress has none yet.</summary>
        public async Task<int> SweepAsync(CancellationToken ct)
        {
            vault.CleanTemporary(Hour);
            return await vault.SweepAsync(TimeSpan.FromDays(1), async hashes =>
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                var files = await db.Files.Where(f => hashes.Contains(f.Sha256)).Select(f => f.Sha256).ToListAsync(ct);
                var drops = await db.Drops.Where(d => d.TakenAt == null && hashes.Contains(d.Sha256)).Select(d => d.Sha256).ToListAsync(ct);
                return [.. files, .. drops];
            });
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await parser.WarmAsync(stoppingToken);
            }
            catch (Exception e) when (e is ParserUnavailableException or OperationCanceledException)
            {
                log.LogError(e, "No process to read files could be started; the next file tries again");
            }

            await base.ExecuteAsync(stoppingToken);
        }

        protected override Task TurnAsync(CancellationToken ct) => SweepAsync(ct);
    }
}
