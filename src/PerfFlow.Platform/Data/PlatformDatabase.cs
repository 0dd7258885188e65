using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace PerfFlow.Platform.Data;

/// <summary>How the Platform's context is opened, by the server and by migrations alike.</summary>
internal static class PlatformDatabase
{
    public static DbContextOptions<PlatformDb> Options(string connectionString)
    {
        var builder = new DbContextOptionsBuilder<PlatformDb>();
        Configure(builder, connectionString);
        return builder.Options;
    }

    public static void Configure(DbContextOptionsBuilder builder, string connectionString) => builder
        .UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("__migrations", PlatformDb.Schema))
        // The body of a migration is our own SQL, so there is no snapshot to compare with; a test compares model and database.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
}
