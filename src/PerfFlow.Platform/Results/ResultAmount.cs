using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Results;

namespace PerfFlow.Platform.Results
{
    /// <summary>A result as the SQL view <c>result_amounts</c> has it. Money is 万元; before the first proposal most is null.</summary>
    public sealed class ResultAmount : IScoped
    {
        public long CaseId { get; private init; }

        public int RegionId { get; private init; }

        /// <summary>The case that is its evidence.</summary>
        public long? OriginId { get; private init; }

        public long UnitId { get; private init; }

        public long DepartmentId { get; private init; }

        public long SectionId { get; private init; }

        /// <summary>The project.</summary>
        public long ObjectId { get; private init; }

        public DateTimeOffset StartedAt { get; private init; }

        public DateTimeOffset? EndedAt { get; private init; }

        /// <summary>One of <see cref="ResultStages"/>.</summary>
        public required string Stage { get; init; }

        public DateTimeOffset? DueAt { get; private init; }

        /// <summary>One of <see cref="ResultProposal.Kinds"/>.</summary>
        public string? Kind { get; private init; }

        /// <summary>The fiscal year whose budget it concerns.</summary>
        public int? TargetYear { get; private init; }

        public decimal? AmountBefore { get; private init; }

        public decimal? Percent { get; private init; }

        /// <summary>As proposed.</summary>
        public decimal? Change { get; private init; }

        public decimal? AmountAfter { get; private init; }

        public decimal? Booked { get; private init; }

        public string? Document { get; private init; }

        public DateOnly? BookedOn { get; private init; }

        /// <summary>What it adds to the sum of all that stands: once per project and target year.</summary>
        public decimal Counted { get; private init; }

        /// <summary>The same among booked results alone.</summary>
        public decimal CountedBooked { get; private init; }
    }

    /// <summary>The codes of <see cref="ResultAmount.Stage"/>; the words are <c>results.stage.&lt;code&gt;</c>.</summary>
    public static class ResultStages
    {
        public const string Proposing = "proposing";
        public const string Consulting = "consulting";
        public const string Approving = "approving";
        public const string Booking = "booking";
        public const string Booked = "booked";
        public const string Rejected = "rejected";
        public const string Voided = "voided";

        /// <summary>In the order of the work.</summary>
        public static IReadOnlyList<string> All { get; } = [Proposing, Consulting, Approving, Booking, Booked, Rejected, Voided];

        /// <summary>Approved by the leader: what units and departments are told.</summary>
        public static IReadOnlyList<string> Told { get; } = [Booking, Booked];
    }

    internal sealed class ResultMapping : IEntityTypeConfiguration<ResultAmount>
    {
        public void Configure(EntityTypeBuilder<ResultAmount> builder)
        {
            builder.ToView("result_amounts");
            builder.HasKey(r => r.CaseId);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    public sealed partial class PlatformDb
    {
        /// <summary>Applied results, their money counted once: the one view that lists, exports and reports read.</summary>
        public DbSet<ResultAmount> ResultAmounts => Set<ResultAmount>();
    }
}
