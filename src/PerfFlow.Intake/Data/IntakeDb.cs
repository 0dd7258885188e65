using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Data;

/// <summary>Schema <c>intake</c>: what Intake knows of files; their bytes are in the vault.</summary>
internal sealed class IntakeDb(DbContextOptions<IntakeDb> options) : DbContext(options)
{
    public const string Schema = "intake";

    public DbSet<FileRow> Files => Set<FileRow>();

    public DbSet<DocumentRow> Documents => Set<DocumentRow>();

    public DbSet<DropRow> Drops => Set<DropRow>();

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<FileRow>().ToTable("files");
        modelBuilder.Entity<DocumentRow>(document =>
        {
            document.ToTable("documents");
            document.Property(d => d.State).HasConversion<string>();
            document.HasOne<FileRow>().WithMany().HasForeignKey(d => d.FileId);
        });
        modelBuilder.Entity<DropRow>().ToTable("drops");
        OutboxRow.Map(modelBuilder);
        SnakeCase.Apply(modelBuilder);
    }
}

/// <summary>A stored file and whom it belongs to.</summary>
internal sealed class FileRow
{
    public required Guid Id { get; init; }

    public required string Region { get; init; }

    public required int Generation { get; init; }

    public long? Unit { get; init; }

    public long? Notice { get; init; }

    public long? Uploader { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    /// <summary>System time.</summary>
    public required DateTimeOffset StoredAt { get; init; }
}

/// <summary>One attempt to read a file by a layout.</summary>
internal sealed class DocumentRow
{
    public required Guid Id { get; init; }

    /// <summary>Null when rejected: such a file is not kept.</summary>
    public Guid? FileId { get; init; }

    public required string Region { get; init; }

    public required int Generation { get; init; }

    public long? Unit { get; init; }

    public long? Notice { get; init; }

    public long? Uploader { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    public required string Layout { get; init; }

    public required DocumentState State { get; init; }

    public Guid? DuplicateOf { get; init; }

    /// <summary>JSON of the faults kept.</summary>
    public required string Faults { get; init; }

    public required int FaultCount { get; init; }

    /// <summary>JSON of the typed values; null when rejected.</summary>
    public string? Parsed { get; init; }

    /// <summary>System time.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A file of the drop folder.</summary>
internal sealed class DropRow
{
    public required Guid Id { get; init; }

    public required string Region { get; init; }

    public required string UnitCode { get; init; }

    public required string Name { get; init; }

    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    /// <summary>System time.</summary>
    public required DateTimeOffset DroppedAt { get; init; }

    public DateTimeOffset? TakenAt { get; init; }

    public long? TakenBy { get; init; }
}
