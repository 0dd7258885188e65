using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>How every service reaches its own schema.</summary>
public static class ServiceDatabase
{
    /// <summary>Name of the connection string that all services share where they have none of their own.</summary>
    public const string ConnectionName = "PerfFlow";

    /// <summary>
    /// Registers an <see cref="NpgsqlDataSource"/> with <paramref name="schema"/> as its service key and
    /// <typeparamref name="TContext"/> on it, as a scoped context and as a factory. The connection string is
    /// <c>ConnectionStrings:&lt;schema&gt;</c>, else <c>ConnectionStrings:PerfFlow</c>, read when first used, so that a private
    /// cluster may be started before.
    /// </summary>
    public static IServiceCollection AddServiceDatabase<TContext>(this IServiceCollection services, string schema)
        where TContext : DbContext
    {
        services.AddKeyedSingleton(schema, (provider, _) => NpgsqlDataSource.Create(Configured(ConnectionString(provider, schema))));
        services.AddDbContextFactory<TContext>((provider, options) =>
            Configure(options, provider.GetRequiredKeyedService<NpgsqlDataSource>(schema), schema));
        return services;
    }

    /// <summary>The options of every service context: history of migrations in its own schema, no snapshot to compare with.</summary>
    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource source, string schema) => options
        .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("migrations", schema))
        // The schema is written by hand in .sql files; a test compares model and database instead of a snapshot.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));

    /// <summary>The same for a context whose id differs from its use: the owner's connection in <c>migrate</c>.</summary>
    public static async Task MigrateAsync<TContext>(NpgsqlDataSource owner, string schema, Func<DbContextOptions<TContext>, TContext> create, CancellationToken ct)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        Configure(options, owner, schema);
        await using var context = create(options.Options);
        await context.Database.MigrateAsync(ct);
    }

    /// <summary>
    /// Whether a failure says that the database cannot serve now and says nothing about what it was asked: away, on its way down
    /// or back, full, without connections to spare. The same will succeed later. EF wraps such a failure twice.
    /// </summary>
    public static bool IsAway(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is ObjectDisposedException { ObjectName: "System.Threading.ManualResetEventSlim" })
            {
                // A connection that broke while it opened, and was opened once more: see OpensOnce.
                return true;
            }

            if (e is NpgsqlException database)
            {
                // FATAL ends the session, or did not let it begin: an administrator, a restart, a full disk. A failure without an answer
                // of the server is the connection's.
                return database.IsTransient || database is not PostgresException { InvariantSeverity: not ("FATAL" or "PANIC"), SqlState: not ("57P01" or "57P02" or "57P03") };
            }
        }

        return false;
    }

    /// <summary>
    /// Npgsql before 10.0.3 opens a connection that broke while it opened once more without GSS encryption, and what it hands out
    /// then fails the first transaction with an <see cref="ObjectDisposedException"/>, as if the caller were at fault. No GSS
    /// encryption, no second time, unless the connection string demands it.
    /// </summary>
    public static NpgsqlConnectionStringBuilder OpensOnce(NpgsqlConnectionStringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.GssEncryptionMode == GssEncryptionMode.Prefer)
        {
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        return builder;
    }

    /// <summary>
    /// Our longest statements read some ten thousand rows by index: compiling them takes several times as long as running
    /// them, and PostgreSQL does it by their estimated cost.
    /// </summary>
    private static string Configured(string connectionString)
    {
        var builder = OpensOnce(new NpgsqlConnectionStringBuilder(connectionString));
        builder.Options = string.IsNullOrEmpty(builder.Options) ? "-c jit=off" : builder.Options + " -c jit=off";
        return builder.ConnectionString;
    }

    private static string ConnectionString(IServiceProvider provider, string schema)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        return configuration.GetConnectionString(schema) ?? configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"No connection string: set ConnectionStrings:{ConnectionName} or ConnectionStrings:{schema}.");
    }
}
