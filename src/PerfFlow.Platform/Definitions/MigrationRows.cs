using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Definitions
{
    /// <summary>迁移: somebody takes running cases of a definition to another version.</summary>
    public sealed class DefinitionMigration
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        public required string DefinitionId { get; init; }

        /// <summary>Row of <c>definitions</c>: whither.</summary>
        public required int Definition { get; init; }

        /// <summary>JSON: activity id in the old version → in the new one.</summary>
        public required string Renamed { get; init; }

        /// <summary>JSON: activity ids in the old version whose open tasks are handed out anew.</summary>
        public string Anew { get; init; } = "[]";

        public required string Reason { get; init; }

        /// <summary>As <see cref="Access.Viewer.Channel"/>.</summary>
        public string? Channel { get; init; }

        /// <summary>Business time.</summary>
        public required DateTimeOffset StartedAt { get; init; }

        public required long StartedBy { get; init; }

        public required long OrganisationId { get; init; }

        /// <summary>System time; a node works on it until then.</summary>
        public DateTimeOffset? ClaimedUntil { get; set; }

        /// <summary>Business time.</summary>
        public DateTimeOffset? FinishedAt { get; set; }
    }

    /// <summary>One case of a migration.</summary>
    public sealed class MigratedCase
    {
        public required long MigrationId { get; init; }

        public required long CaseId { get; init; }

        public required int FromDefinition { get; init; }

        /// <summary>As it was looked at; a case that moved since is refused.</summary>
        public required int Revision { get; init; }

        /// <summary>Null = not yet, empty = done, else the code of the refusal.</summary>
        public string? Result { get; set; }
    }

    internal sealed class DefinitionMigrationMapping : IEntityTypeConfiguration<DefinitionMigration>
    {
        public void Configure(EntityTypeBuilder<DefinitionMigration> builder)
        {
            builder.ToTable("definition_migrations");
            builder.HasKey(m => m.Id);
            builder.Property(m => m.Id).UseIdentityAlwaysColumn();
        }
    }

    internal sealed class MigratedCaseMapping : IEntityTypeConfiguration<MigratedCase>
    {
        public void Configure(EntityTypeBuilder<MigratedCase> builder)
        {
            builder.ToTable("migrated_cases");
            builder.HasKey(c => new { c.MigrationId, c.CaseId });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Definitions;

    public sealed partial class PlatformDb
    {
        public DbSet<DefinitionMigration> DefinitionMigrations => Set<DefinitionMigration>();

        public DbSet<MigratedCase> MigratedCases => Set<MigratedCase>();
    }
}
