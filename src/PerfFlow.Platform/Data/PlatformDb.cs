using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data;

/// <summary>
/// The Platform's view of its own schema. Each feature adds its sets in a partial file of its folder and its mapping
/// as an <see cref="IEntityTypeConfiguration{TEntity}"/> beside it. What is an act on a case is not written here but
/// by the runner; the runner's tables are mapped for reading only.
/// </summary>
public sealed partial class PlatformDb(DbContextOptions<PlatformDb> options) : DbContext(options)
{
    /// <summary>The schema that the Platform owns; no other service reads it.</summary>
    public const string Schema = "platform";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PlatformDb).Assembly);
        SnakeCase.Apply(modelBuilder);
    }
}
