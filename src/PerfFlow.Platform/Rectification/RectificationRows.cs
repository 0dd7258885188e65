using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Rectification
{
    /// <summary>整改通知 to one unit about one project: comes with the start of its case.</summary>
    public sealed class RectificationOrderRow : ActRow
    {
        /// <summary>The case that found the problems.</summary>
        public required long OriginId { get; init; }

        /// <summary>1, or one more than the voided orders of the same origin.</summary>
        public required int Attempt { get; init; }

        /// <summary>Definition of the origin.</summary>
        public required string Source { get; init; }

        /// <summary>通知文号; empty where none was given.</summary>
        public required string Number { get; init; }

        /// <summary>As first ordered; extensions and returns are in the task and the journal.</summary>
        public required DateTimeOffset DueAt { get; init; }

        public static FeatureTable Table { get; } = new(
            "rectification_orders",
            new("origin_id", NpgsqlDbType.Bigint),
            new("attempt", NpgsqlDbType.Integer),
            new("source", NpgsqlDbType.Text),
            new("number", NpgsqlDbType.Text),
            new("due_at", NpgsqlDbType.TimestampTz));
    }

    /// <summary>One problem of an order; never changed.</summary>
    public sealed class ProblemRow : ActRow
    {
        /// <summary>Counted per order from 1.</summary>
        public required int Number { get; init; }

        public required string Text { get; init; }

        /// <summary>整改要求; may be empty.</summary>
        public required string Demand { get; init; }

        /// <summary>The form of the origin that named it; null where it was written with the order.</summary>
        public string? OriginForm { get; init; }

        public static FeatureTable Table { get; } = new(
            "problems", new("number", NpgsqlDbType.Integer), new("text", NpgsqlDbType.Text), new("demand", NpgsqlDbType.Text), new("origin_form", NpgsqlDbType.Text));
    }

    /// <summary>What finance said of one line in one round; the newest counts.</summary>
    public sealed class LineVerdictRow : ActRow
    {
        public required int Round { get; init; }

        /// <summary>The problem's.</summary>
        public required int Number { get; init; }

        /// <summary><see cref="LineVerdicts.Closed"/> or <see cref="LineVerdicts.Returned"/>.</summary>
        public required string Verdict { get; init; }

        /// <summary>Of a returned line.</summary>
        public required string Reason { get; init; }

        public static FeatureTable Table { get; } = new(
            "line_verdicts", new("round", NpgsqlDbType.Integer), new("number", NpgsqlDbType.Integer), new("verdict", NpgsqlDbType.Text), new("reason", NpgsqlDbType.Text));
    }

    /// <summary>An ended case that found problems and waits for its order (待下达).</summary>
    public sealed class RectificationOrigin : IScoped
    {
        public long CaseId { get; private init; }

        public int RegionId { get; private init; }

        public long UnitId { get; private init; }

        public long DepartmentId { get; private init; }

        public long SectionId { get; private init; }

        public long ObjectId { get; private init; }

        /// <summary>Its definition.</summary>
        public required string Source { get; init; }

        public DateTimeOffset? EndedAt { get; private init; }
    }

    internal sealed class RectificationMapping
        : IEntityTypeConfiguration<RectificationOrderRow>, IEntityTypeConfiguration<ProblemRow>, IEntityTypeConfiguration<LineVerdictRow>, IEntityTypeConfiguration<RectificationOrigin>
    {
        public void Configure(EntityTypeBuilder<RectificationOrderRow> builder)
        {
            builder.ToActTable("rectification_orders");
        }

        public void Configure(EntityTypeBuilder<ProblemRow> builder)
        {
            builder.ToActTable("problems");
        }

        public void Configure(EntityTypeBuilder<LineVerdictRow> builder)
        {
            builder.ToActTable("line_verdicts");
        }

        public void Configure(EntityTypeBuilder<RectificationOrigin> builder)
        {
            builder.ToView("rectification_origins");
            builder.HasKey(r => r.CaseId);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Rectification;

    public sealed partial class PlatformDb
    {
        public DbSet<RectificationOrderRow> RectificationOrders => Set<RectificationOrderRow>();

        public DbSet<ProblemRow> Problems => Set<ProblemRow>();

        public DbSet<LineVerdictRow> LineVerdicts => Set<LineVerdictRow>();

        public DbSet<RectificationOrigin> RectificationOrigins => Set<RectificationOrigin>();
    }
}
