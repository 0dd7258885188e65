using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Notices
{
    /// <summary>The tables whose rows come with acts on notices and their cases.</summary>
    internal static class NoticeTables
    {
        public static readonly FeatureTable Signatures = new(
            "notice_signatures",
            new("notice_id", NpgsqlDbType.Bigint),
            new("title", NpgsqlDbType.Text),
            new("grounds", NpgsqlDbType.Text),
            new("matters", NpgsqlDbType.Text),
            new("demands", NpgsqlDbType.Text),
            new("signer", NpgsqlDbType.Text),
            new("contact", NpgsqlDbType.Text),
            new("mark_word", NpgsqlDbType.Text),
            new("due_at", NpgsqlDbType.TimestampTz),
            new("freeze_id", NpgsqlDbType.Uuid),
            new("targets", NpgsqlDbType.Integer),
            new("targets_sha", NpgsqlDbType.Bytea));

        public static readonly FeatureTable Opinions = new(
            "notice_opinions",
            new("outcome", NpgsqlDbType.Text),
            new("text", NpgsqlDbType.Text));

        public static readonly FeatureTable Measures = new(
            "case_measures",
            new("kind", NpgsqlDbType.Text),
            new("reason", NpgsqlDbType.Text),
            new("due_at", NpgsqlDbType.TimestampTz));
    }

    /// <summary>签发: what the leader signed, word for word, and the targets that the signature froze.</summary>
    public sealed class NoticeSignature : ActRow
    {
        public long NoticeId { get; private init; }

        public required string Title { get; init; }

        public required string Grounds { get; init; }

        public required string Matters { get; init; }

        public required string Demands { get; init; }

        public required string Signer { get; init; }

        public required string Contact { get; init; }

        public required string MarkWord { get; init; }

        public DateTimeOffset DueAt { get; private init; }

        public Guid FreezeId { get; private init; }

        public int Targets { get; private init; }

        public required byte[] TargetsSha { get; init; }
    }

    /// <summary>What was said with a step of a notice's own case: for signing, with the signature, with a return, on discarding.</summary>
    public sealed class NoticeOpinion : ActRow
    {
        /// <summary>The outcome it came with.</summary>
        public required string Outcome { get; init; }

        public required string Text { get; init; }
    }

    /// <summary>免报, 作废 or 延期 of a case, with its reason.</summary>
    public sealed class CaseMeasure : ActRow
    {
        /// <summary>waive, void or extend.</summary>
        public required string Kind { get; init; }

        public required string Reason { get; init; }

        /// <summary>The new due instant of an extension.</summary>
        public DateTimeOffset? DueAt { get; private init; }
    }

    internal sealed class CaseMeasureMapping : IEntityTypeConfiguration<CaseMeasure>, IEntityTypeConfiguration<NoticeOpinion>
    {
        public void Configure(EntityTypeBuilder<NoticeOpinion> builder)
        {
            builder.ToActTable(NoticeTables.Opinions.Name);
        }

        public void Configure(EntityTypeBuilder<CaseMeasure> builder)
        {
            builder.ToActTable(NoticeTables.Measures.Name);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Notices;

    public sealed partial class PlatformDb
    {
        public DbSet<NoticeOpinion> NoticeOpinions => Set<NoticeOpinion>();

        public DbSet<CaseMeasure> CaseMeasures => Set<CaseMeasure>();
    }
}
