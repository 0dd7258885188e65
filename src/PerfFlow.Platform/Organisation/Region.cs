using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Organisation
{
    /// <summary>
    /// 区划: one county's finance bureau and all it looks after. A region is (code, generation): a demo opens a new
    /// generation and closes the old; numbers and figures are counted per generation.
    /// </summary>
    public sealed class Region
    {
        public int Id { get; private init; }

        /// <summary>Six-digit division code (GB/T 2260).</summary>
        public required string Code { get; init; }

        public required int Generation { get; init; }

        public required string Name { get; init; }

        /// <summary>Everything in it is invented unless said otherwise; only such a region may have a <see cref="Shift"/>.</summary>
        public required bool Demo { get; init; }

        /// <summary>Business time = system time + shift.</summary>
        public TimeSpan Shift { get; set; }

        /// <summary>A newer generation took its place: messages to it are dropped, acts refused.</summary>
        public bool Closed { get; set; }

        /// <summary>The organisation that is the finance bureau of this region.</summary>
        public long? BureauId { get; set; }

        /// <summary>The 机关代字 that its notices usually carry.</summary>
        public string MarkWord { get; set; } = "";
    }

    internal sealed class RegionMapping : IEntityTypeConfiguration<Region>
    {
        public void Configure(EntityTypeBuilder<Region> builder)
        {
            builder.ToTable("regions");
            builder.HasKey(r => r.Id);
            builder.Property(r => r.Id).UseIdentityAlwaysColumn();
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Organisation;

    public sealed partial class PlatformDb
    {
        public DbSet<Region> Regions => Set<Region>();
    }
}
