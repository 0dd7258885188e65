using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Reviews
{
    /// <summary>A reviewer's opinion with an approval.</summary>
    public sealed class OpinionRow : ActRow
    {
        public required int Visit { get; init; }

        public required int Round { get; init; }

        public required string Text { get; init; }

        /// <summary>0 优 … 3 差: index into the region's grade labels; null where none was given.</summary>
        public string? Rating { get; init; }

        public static FeatureTable Table { get; } = new(
            "opinions", new("visit", NpgsqlDbType.Integer), new("round", NpgsqlDbType.Integer), new("text", NpgsqlDbType.Text), new("rating", NpgsqlDbType.Text));
    }

    /// <summary>退回: with reasons that the unit can use.</summary>
    public sealed class ReturnRow : ActRow
    {
        public required int Visit { get; init; }

        public required int Round { get; init; }

        /// <summary>Codes of <see cref="Parameters.ReturnReasons"/>, comma between.</summary>
        public required string Reasons { get; init; }

        public required string Text { get; init; }

        /// <summary>The outcome that was drawn: where it went back to.</summary>
        public required string Target { get; init; }

        public required DateTimeOffset DueAt { get; init; }

        public static FeatureTable Table { get; } = new(
            "returns",
            new("visit", NpgsqlDbType.Integer),
            new("round", NpgsqlDbType.Integer),
            new("reasons", NpgsqlDbType.Text),
            new("text", NpgsqlDbType.Text),
            new("target", NpgsqlDbType.Text),
            new("due_at", NpgsqlDbType.TimestampTz));
    }

    /// <summary>字段意见: one place of the form, numbered per case, answered one by one.</summary>
    public sealed class CommentRow : ActRow
    {
        public required int Round { get; init; }

        public required int Number { get; init; }

        public required string Place { get; init; }

        /// <summary>Check or return reason; null for a remark of one's own.</summary>
        public string? Code { get; init; }

        public required string Text { get; init; }

        /// <summary>The form that it is on.</summary>
        public required string FormCode { get; init; }

        public static FeatureTable Table { get; } = new(
            "comments",
            new("round", NpgsqlDbType.Integer),
            new("number", NpgsqlDbType.Integer),
            new("place", NpgsqlDbType.Text),
            new("code", NpgsqlDbType.Text),
            new("text", NpgsqlDbType.Text),
            new("form_code", NpgsqlDbType.Text));
    }

    /// <summary>What the reviewer said to an answer that disputed a comment: once per comment, with the decision.</summary>
    public sealed class VerdictRow : ActRow
    {
        public required int Round { get; init; }

        /// <summary>The comment's number within the case.</summary>
        public required int Number { get; init; }

        /// <summary>One of <see cref="Verdicts"/>.</summary>
        public required string Verdict { get; init; }

        public static FeatureTable Table { get; } = new(
            "verdicts", new("round", NpgsqlDbType.Integer), new("number", NpgsqlDbType.Integer), new("verdict", NpgsqlDbType.Text));
    }

    /// <summary>What a reviewer typed before deciding: kept so that a dropped connection costs nothing.</summary>
    public sealed class ReviewDraft
    {
        public long Id { get; private init; }

        public required long CaseId { get; init; }

        public required int Visit { get; init; }

        public required long UserId { get; init; }

        /// <summary>JSON of <see cref="ReviewNotes"/>.</summary>
        public required string Body { get; set; }

        public required int Version { get; set; }

        public required DateTimeOffset SavedAt { get; set; }
    }

    /// <summary>The round that a reader last saw of a case.</summary>
    public sealed class LastLook
    {
        public required long CaseId { get; init; }

        public required long UserId { get; init; }

        public required int Round { get; set; }

        public required DateTimeOffset At { get; set; }
    }

    internal sealed class ReviewMapping
        : IEntityTypeConfiguration<OpinionRow>, IEntityTypeConfiguration<ReturnRow>, IEntityTypeConfiguration<CommentRow>, IEntityTypeConfiguration<VerdictRow>,
        IEntityTypeConfiguration<ReviewDraft>, IEntityTypeConfiguration<LastLook>
    {
        public void Configure(EntityTypeBuilder<OpinionRow> builder)
        {
            builder.ToActTable("opinions");
        }

        public void Configure(EntityTypeBuilder<ReturnRow> builder)
        {
            builder.ToActTable("returns");
        }

        public void Configure(EntityTypeBuilder<CommentRow> builder)
        {
            builder.ToActTable("comments");
        }

        public void Configure(EntityTypeBuilder<VerdictRow> builder)
        {
            builder.ToActTable("verdicts");
        }

        public void Configure(EntityTypeBuilder<ReviewDraft> builder)
        {
            builder.ToTable("review_drafts");
            builder.Property(r => r.Id).UseIdentityAlwaysColumn();
            builder.Property(r => r.Version).IsConcurrencyToken();
        }

        public void Configure(EntityTypeBuilder<LastLook> builder)
        {
            builder.ToTable("last_looks");
            builder.HasKey(l => new { l.CaseId, l.UserId });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Reviews;

    public sealed partial class PlatformDb
    {
        public DbSet<OpinionRow> Opinions => Set<OpinionRow>();

        public DbSet<ReturnRow> Returns => Set<ReturnRow>();

        public DbSet<CommentRow> Comments => Set<CommentRow>();

        public DbSet<VerdictRow> Verdicts => Set<VerdictRow>();

        public DbSet<ReviewDraft> ReviewDrafts => Set<ReviewDraft>();

        public DbSet<LastLook> LastLooks => Set<LastLook>();
    }
}
