using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Definitions
{
    /// <summary>One version of a workflow definition, as it was shipped or published. Never changed, never deleted.</summary>
    public sealed class DefinitionRow
    {
        public int Id { get; private init; }

        public required string DefinitionId { get; init; }

        public required int Version { get; init; }

        /// <summary>SHA-256 of <see cref="Source"/>, written with it; a row that no longer has it is refused at load.</summary>
        public required byte[] SourceHash { get; init; }

        /// <summary>The file, byte for byte.</summary>
        public required byte[] Source { get; init; }

        /// <summary>Business time; of a shipped file the system time of the first start with it.</summary>
        public required DateTimeOffset PublishedAt { get; init; }

        /// <summary>The region whose own version it is; null = shipped with the platform.</summary>
        public int? RegionId { get; init; }
    }

    /// <summary>Somebody let new cases of a region take this version. The last row of a definition counts.</summary>
    public sealed class Publication
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        public required string DefinitionId { get; init; }

        /// <summary>Row of <c>definitions</c>.</summary>
        public required int Definition { get; init; }

        public required string Reason { get; init; }

        /// <summary>Business time.</summary>
        public required DateTimeOffset PublishedAt { get; init; }

        public required long PublishedBy { get; init; }

        /// <summary>As <see cref="Access.Viewer.Channel"/>.</summary>
        public string? Channel { get; init; }
    }

    /// <summary>Another definition that a published one runs inside itself, in the version that was in force then.</summary>
    public sealed class DefinitionPartRow
    {
        /// <summary>Row of <c>definitions</c>: the whole.</summary>
        public required int Definition { get; init; }

        /// <summary>Row of <c>definitions</c>: what runs inside it.</summary>
        public required int Part { get; init; }

        /// <summary>SHA-256 of the part's file.</summary>
        public required byte[] SourceHash { get; init; }

        /// <summary>It is named by the id of the definition; false: by the id of this very version.</summary>
        public required bool ById { get; init; }
    }

    internal sealed class DefinitionPartMapping : IEntityTypeConfiguration<DefinitionPartRow>
    {
        public void Configure(EntityTypeBuilder<DefinitionPartRow> builder)
        {
            builder.ToTable("definition_parts");
            builder.HasKey(p => new { p.Definition, p.Part });
        }
    }

    internal sealed class DefinitionMapping : IEntityTypeConfiguration<DefinitionRow>
    {
        public void Configure(EntityTypeBuilder<DefinitionRow> builder)
        {
            builder.ToTable("definitions");
            builder.HasKey(d => d.Id);
            builder.Property(d => d.Id).UseIdentityAlwaysColumn();
        }
    }

    internal sealed class PublicationMapping : IEntityTypeConfiguration<Publication>
    {
        public void Configure(EntityTypeBuilder<Publication> builder)
        {
            builder.ToTable("publications");
            builder.HasKey(p => p.Id);
            builder.Property(p => p.Id).UseIdentityAlwaysColumn();
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Definitions;

    public sealed partial class PlatformDb
    {
        public DbSet<DefinitionRow> Definitions => Set<DefinitionRow>();

        public DbSet<DefinitionPartRow> DefinitionParts => Set<DefinitionPartRow>();

        public DbSet<Publication> Publications => Set<Publication>();
    }
}
