using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Engine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Signers
{
    /// <summary>A seat at a step that several decide, for reading. Only the runner writes it; see <see cref="Participant"/>.</summary>
    public sealed class ParticipantRow
    {
        public long CaseId { get; private init; }

        /// <summary>The first visit of this stay at the step.</summary>
        public int Step { get; private init; }

        public int Number { get; private init; }

        /// <summary>Activity id of the step.</summary>
        public required string Node { get; init; }

        public int Ord { get; private init; }

        public ParticipantPlace Place { get; private init; }

        public ParticipantState State { get; private init; }

        /// <summary>Open or last visit; 0 = none yet.</summary>
        public int Visit { get; private init; }

        /// <summary>Null while the seat belongs to whoever holds the step's post.</summary>
        public long? PersonId { get; private init; }

        /// <summary>The post they sign in; null = the step's own.</summary>
        public string? Role { get; private init; }

        public long? OrganisationId { get; private init; }

        public int Weight { get; private init; }

        /// <summary>Number of the seat that added it; 0 = nobody did.</summary>
        public int AddedBy { get; private init; }

        public string? Outcome { get; private init; }

        public DateTimeOffset ChangedAt { get; private init; }
    }

    /// <summary>抄送: somebody to whom a case was shown, and what was said with it.</summary>
    public sealed class CopyRow : ActRow
    {
        public required int Visit { get; init; }

        public required long PersonId { get; init; }

        public required string Text { get; init; }

        public required DateTimeOffset At { get; init; }

        public static FeatureTable Table { get; } = new(
            "copies", new("visit", NpgsqlDbType.Integer), new("person_id", NpgsqlDbType.Bigint), new("text", NpgsqlDbType.Text), new("at", NpgsqlDbType.TimestampTz));
    }

    /// <summary>已读: the person has opened the case that was shown to them.</summary>
    public sealed class CopyRead
    {
        public required long CaseId { get; init; }

        public required int Seq { get; init; }

        public required int N { get; init; }

        public required DateTimeOffset At { get; init; }
    }

    /// <summary>Whom an act asked, or asks no longer: the names that the trail tells.</summary>
    public sealed class AskedRow : ActRow
    {
        /// <summary>As <see cref="Place"/> of somebody who was taken out.</summary>
        public const string Removed = "Removed";

        /// <summary>As <see cref="Place"/> of whoever left (接替).</summary>
        public const string Leaver = "Leaver";

        /// <summary>As <see cref="Place"/> of whoever took over from them.</summary>
        public const string Successor = "Successor";

        public required long PersonId { get; init; }

        /// <summary>Before, After, Beside, Asked, <see cref="Removed"/>, <see cref="Leaver"/> or <see cref="Successor"/>.</summary>
        public required string Place { get; init; }

        public static FeatureTable Table { get; } = new("asked_people", new("person_id", NpgsqlDbType.Bigint), new("place", NpgsqlDbType.Text));

        public static FeatureRow Of(long person, string place) => new(Table.Name, person, place);
    }

    internal sealed class SignerMapping : IEntityTypeConfiguration<ParticipantRow>, IEntityTypeConfiguration<CopyRow>, IEntityTypeConfiguration<CopyRead>, IEntityTypeConfiguration<AskedRow>
    {
        public void Configure(EntityTypeBuilder<AskedRow> builder)
        {
            builder.ToActTable("asked_people");
        }

        public void Configure(EntityTypeBuilder<ParticipantRow> builder)
        {
            builder.ToTable("participants");
            builder.HasKey(p => new { p.CaseId, p.Step, p.Number });
            builder.Property(p => p.Place).HasConversion<short>();
            builder.Property(p => p.State).HasConversion<short>();
        }

        public void Configure(EntityTypeBuilder<CopyRow> builder)
        {
            builder.ToActTable("copies");
        }

        public void Configure(EntityTypeBuilder<CopyRead> builder)
        {
            builder.ToTable("copy_reads");
            builder.HasKey(r => new { r.CaseId, r.Seq, r.N });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Signers;

    public sealed partial class PlatformDb
    {
        public DbSet<ParticipantRow> Participants => Set<ParticipantRow>();

        public DbSet<AskedRow> AskedPeople => Set<AskedRow>();

        public DbSet<CopyRow> Copies => Set<CopyRow>();

        public DbSet<CopyRead> CopyReads => Set<CopyRead>();
    }
}
