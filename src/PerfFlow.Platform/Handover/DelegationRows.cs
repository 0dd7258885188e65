using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Handover
{
    /// <summary>代理: from a day to a day a colleague of the same post decides what is reserved for somebody who is away.</summary>
    public sealed class Delegation
    {
        public const string Table = "delegations";

        public long Id { get; private init; }

        /// <summary>Moves when it is ended early: an act that was read before is then refused.</summary>
        public int Version { get; set; } = 1;

        public required int RegionId { get; init; }

        /// <summary>Who is away.</summary>
        public required long PersonId { get; init; }

        public required long DeputyId { get; init; }

        public required string Role { get; init; }

        public required long OrganisationId { get; init; }

        public required DateOnly FromDay { get; init; }

        /// <summary>The last day; the day after, it has ended by itself.</summary>
        public required DateOnly ToDay { get; init; }

        public required string Reason { get; init; }

        public required DateTimeOffset MadeAt { get; init; }

        public DateTimeOffset? EndedAt { get; set; }
    }

    /// <summary>An act that a deputy did, and for whom.</summary>
    public sealed class DeputyAct : ActRow
    {
        public required long PersonId { get; init; }

        public required long Delegation { get; init; }

        public static FeatureTable Table { get; } = new("deputy_acts", new("person_id", NpgsqlDbType.Bigint), new("delegation", NpgsqlDbType.Bigint));

        /// <summary>The row that an act on somebody's behalf brings along; the delegation is the one that the absent person gave.</summary>
        public static FeatureRow Of(StandIn absent) => new(Table.Name, absent.PersonId, absent.Through[^1].Id);
    }

    internal sealed class DelegationMapping : IEntityTypeConfiguration<Delegation>, IEntityTypeConfiguration<DeputyAct>
    {
        public void Configure(EntityTypeBuilder<Delegation> builder)
        {
            builder.ToTable(Delegation.Table);
            builder.Property(d => d.Id).UseIdentityAlwaysColumn();
            builder.Property(d => d.Version).IsConcurrencyToken();
        }

        public void Configure(EntityTypeBuilder<DeputyAct> builder)
        {
            builder.ToActTable("deputy_acts");
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Handover;

    public sealed partial class PlatformDb
    {
        public DbSet<Delegation> Delegations => Set<Delegation>();

        public DbSet<DeputyAct> DeputyActs => Set<DeputyAct>();
    }
}
