using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Workflows
{
    /// <summary>事项: where a case stands, for reading. Only the runner writes the table.</summary>
    public sealed class CaseRow : IScoped
    {
        public long Id { get; private init; }

        /// <summary>Row of <c>definitions</c>: (definition id, version) that the case runs on.</summary>
        public int Definition { get; private init; }

        public int RegionId { get; private init; }

        public long? NoticeId { get; private init; }

        /// <summary>The case that started this one.</summary>
        public long? OriginId { get; private init; }

        public long UnitId { get; private init; }

        public long DepartmentId { get; private init; }

        public long SectionId { get; private init; }

        /// <summary>A project; 0 stands for the whole unit.</summary>
        public long ObjectId { get; private init; }

        public InstanceStatus Status { get; private init; }

        public int Revision { get; private init; }

        public int HeadSeq { get; private init; }

        /// <summary>Rounds that were filed so far, withdrawn ones included.</summary>
        public int Rounds { get; private init; }

        public DateTimeOffset StartedAt { get; private init; }

        public DateTimeOffset? EndedAt { get; private init; }

        /// <summary>Waits for repair; the same as its status, for the index of these few.</summary>
        public bool Faulted { get; private init; }
    }

    /// <summary>待办: an open visit of a human step, for reading. Only the runner writes it, but for its first look.</summary>
    public sealed class TaskRow : IScoped
    {
        public long CaseId { get; private init; }

        public int Visit { get; private init; }

        public int RegionId { get; private init; }

        public long? NoticeId { get; private init; }

        public int Definition { get; private init; }

        public long UnitId { get; private init; }

        public long DepartmentId { get; private init; }

        public long SectionId { get; private init; }

        public long ObjectId { get; private init; }

        /// <summary>Activity id of the human step.</summary>
        public required string Node { get; init; }

        /// <summary>fill, review or act.</summary>
        public required string Kind { get; init; }

        public required string Form { get; init; }

        public required string Role { get; init; }

        public long OrganisationId { get; private init; }

        /// <summary>Set only when the task was reassigned to a person.</summary>
        public long? PersonId { get; private init; }

        /// <summary>Entered by a return: 被退回.</summary>
        public bool Returned { get; private init; }

        /// <summary>The round in hand: of a fill step the one being written; 0 where nothing has been filed.</summary>
        public int Round { get; private init; }

        public int OpenedBy { get; private init; }

        public DateTimeOffset VisitOpenedAt { get; private init; }

        /// <summary>First looked at by its holder; from then on the sender can no longer withdraw (撤回).</summary>
        public DateTimeOffset? OpenedAt { get; private set; }

        public DateTimeOffset? DueAt { get; private init; }

        public short? Rung { get; private init; }

        public DateTimeOffset? NextRungAt { get; private init; }
    }

    /// <summary>A journal line with the columns that questions are asked of.</summary>
    public sealed class JournalRow
    {
        /// <summary>The case, or −region for an act without a case.</summary>
        public long CaseId { get; private init; }

        public int Seq { get; private init; }

        /// <summary>What the columns do not say; hashed with them. <see cref="JournalLine"/> reads it.</summary>
        public required byte[] Line { get; init; }

        public required byte[] Hash { get; init; }

        public int Visit { get; private init; }

        public string? Node { get; private init; }

        public required string Act { get; init; }

        public string? Outcome { get; private init; }

        public required string Role { get; init; }

        public long OrganisationId { get; private init; }

        /// <summary>Who acted; 0 is the platform itself (timers).</summary>
        public long ActorId { get; private init; }

        /// <summary>Business time.</summary>
        public DateTimeOffset At { get; private init; }

        /// <summary>System time.</summary>
        public DateTimeOffset RecordedAt { get; private init; }

        /// <summary>When the visit that this act decided had opened; the difference is how long the step took.</summary>
        public DateTimeOffset? VisitOpenedAt { get; private init; }
    }

    internal sealed class CaseMapping : IEntityTypeConfiguration<CaseRow>, IEntityTypeConfiguration<TaskRow>, IEntityTypeConfiguration<JournalRow>
    {
        public void Configure(EntityTypeBuilder<CaseRow> builder)
        {
            builder.ToTable("cases");
            builder.HasKey(c => c.Id);
            builder.Property(c => c.Id).ValueGeneratedNever();
            builder.Property(c => c.Status).HasConversion<short>();
            builder.Property(c => c.Faulted).ValueGeneratedOnAddOrUpdate();
        }

        public void Configure(EntityTypeBuilder<TaskRow> builder)
        {
            builder.ToTable("tasks");
            builder.HasKey(t => new { t.CaseId, t.Visit });
        }

        public void Configure(EntityTypeBuilder<JournalRow> builder)
        {
            builder.ToTable("journal");
            builder.HasKey(j => new { j.CaseId, j.Seq });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Workflows;

    public sealed partial class PlatformDb
    {
        public DbSet<CaseRow> Cases => Set<CaseRow>();

        public DbSet<TaskRow> Tasks => Set<TaskRow>();

        public DbSet<JournalRow> Journal => Set<JournalRow>();

        /// <summary>The day of an instant in UTC, in queries only: what a person did is indexed by it.</summary>
        [DbFunction("utc_day", Schema)]
        public static DateOnly UtcDay(DateTimeOffset instant) => throw new NotSupportedException("A function of the database.");
    }
}
