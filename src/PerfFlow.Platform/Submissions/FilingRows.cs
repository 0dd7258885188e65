using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Submissions
{
    /// <summary>草稿: what is being typed for one visit of a fill step; saved without the engine, dies with the visit.</summary>
    public sealed class Draft
    {
        public long Id { get; private init; }

        public required long CaseId { get; init; }

        public required int Visit { get; init; }

        public required int RegionId { get; init; }

        /// <summary>Canonical JSON of the form.</summary>
        public required string Form { get; set; }

        /// <summary>JSON of <see cref="AnswerDraft"/> by comment number.</summary>
        public string Answers { get; set; } = "{}";

        /// <summary><see cref="FilingSource"/>.</summary>
        public required string Source { get; set; }

        public Guid? FileId { get; set; }

        /// <summary>Grows with every save; a submission names the version it was shown.</summary>
        public required int Version { get; set; }

        public required DateTimeOffset SavedAt { get; set; }

        public required long SavedBy { get; set; }
    }

    /// <summary>Where a draft came from.</summary>
    public static class FilingSource
    {
        public const string Page = "page";
        public const string Workbook = "workbook";
    }

    /// <summary>轮次: an accepted submission, never changed.</summary>
    public sealed class RoundRow : ActRow
    {
        /// <summary>Counted per case and form from 1.</summary>
        public required int Round { get; init; }

        public required int Visit { get; init; }

        public required string Form { get; init; }

        public required byte[] Sha256 { get; init; }

        public required string RuleSet { get; init; }

        public required string Source { get; init; }

        public Guid? FileId { get; init; }

        public required long FilledBy { get; init; }

        /// <summary>When the visit that it answers was due.</summary>
        public required DateTimeOffset DueAt { get; init; }

        /// <summary>CQ01: working days after the due date; 0 = in time.</summary>
        public required int LateDays { get; init; }

        /// <summary>Which form of the case.</summary>
        public required string FormCode { get; init; }

        public static FeatureTable Table { get; } = new(
            "rounds",
            new("round", NpgsqlDbType.Integer),
            new("visit", NpgsqlDbType.Integer),
            new("form", NpgsqlDbType.Text),
            new("sha256", NpgsqlDbType.Bytea),
            new("rule_set", NpgsqlDbType.Text),
            new("source", NpgsqlDbType.Text),
            new("file_id", NpgsqlDbType.Uuid),
            new("filled_by", NpgsqlDbType.Bigint),
            new("due_at", NpgsqlDbType.TimestampTz),
            new("late_days", NpgsqlDbType.Integer),
            new("form_code", NpgsqlDbType.Text))
        {
            // What became a round is no draft any more, nor is what was carried into it from a visit before.
            Ends = "delete from platform.drafts d using unnest($1::bigint[], $5::int[]) e(case_id, visit) where d.case_id = e.case_id and d.visit <= e.visit",
        };
    }

    /// <summary>The unit's answer to one comment.</summary>
    public sealed class AnswerRow : ActRow
    {
        public required int Round { get; init; }

        /// <summary>The comment's number within the case.</summary>
        public required int Number { get; init; }

        /// <summary>changed, explained or disputed.</summary>
        public required string Kind { get; init; }

        public required string Text { get; init; }

        public static FeatureTable Table { get; } = new(
            "answers",
            new("round", NpgsqlDbType.Integer),
            new("number", NpgsqlDbType.Integer),
            new("kind", NpgsqlDbType.Text),
            new("text", NpgsqlDbType.Text));
    }

    /// <summary>Why an act that is no decision was done: withdrawal, reopening, waiving, voiding, extension, reassignment.</summary>
    public sealed class ActReason : ActRow
    {
        public required string Act { get; init; }

        public required string Text { get; init; }

        public static FeatureTable Table { get; } = new("act_reasons", new("act", NpgsqlDbType.Text), new("text", NpgsqlDbType.Text));

        /// <summary>The row that an act with a reason brings along.</summary>
        public static FeatureRow Of(string act, string text) => new(Table.Name, act, text);
    }

    internal sealed class FilingMapping
        : IEntityTypeConfiguration<Draft>, IEntityTypeConfiguration<RoundRow>, IEntityTypeConfiguration<AnswerRow>, IEntityTypeConfiguration<ActReason>
    {
        public void Configure(EntityTypeBuilder<Draft> builder)
        {
            builder.ToTable("drafts");
            builder.Property(d => d.Id).UseIdentityAlwaysColumn();
            builder.Property(d => d.Version).IsConcurrencyToken();
        }

        public void Configure(EntityTypeBuilder<RoundRow> builder)
        {
            builder.ToActTable("rounds");
        }

        public void Configure(EntityTypeBuilder<AnswerRow> builder)
        {
            builder.ToActTable("answers");
        }

        public void Configure(EntityTypeBuilder<ActReason> builder)
        {
            builder.ToActTable("act_reasons");
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Submissions;

    public sealed partial class PlatformDb
    {
        public DbSet<Draft> Drafts => Set<Draft>();

        public DbSet<RoundRow> Rounds => Set<RoundRow>();

        public DbSet<AnswerRow> Answers => Set<AnswerRow>();

        public DbSet<ActReason> ActReasons => Set<ActReason>();
    }
}
