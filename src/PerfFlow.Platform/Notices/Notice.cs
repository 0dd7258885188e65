using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Notices
{
    /// <summary>
    /// 通知: what the bureau asks of whom until when. Where it stands is its case (<see cref="CaseId"/>), never a property.
    /// </summary>
    public sealed class Notice
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        /// <summary>Its case of the definition <c>notice</c>, started with the draft.</summary>
        public required long CaseId { get; init; }

        /// <summary>Moves with each change of the draft; who submits or signs names the version that was read.</summary>
        public int Version { get; set; } = 1;

        public string Title { get; set; } = "";

        /// <summary>缘由、依据. Markdown.</summary>
        public string Grounds { get; set; } = "";

        /// <summary>事项. Markdown.</summary>
        public string Matters { get; set; } = "";

        /// <summary>要求. Markdown.</summary>
        public string Demands { get; set; } = "";

        /// <summary>Id of the definition that the issue opens for each target; one of <see cref="NoticeKinds"/>.</summary>
        public string Opens { get; set; } = NoticeKinds.GoalFiling;

        /// <summary>预算年度 of the projects that are asked for.</summary>
        public int FiscalYear { get; set; }

        /// <summary>The round within the year, in words; may be empty.</summary>
        public string Period { get; set; } = "";

        /// <summary>The due day as typed.</summary>
        public DateOnly? DueOn { get; set; }

        /// <summary>The end of the due day after moving it off a rest day; null until signed.</summary>
        public DateTimeOffset? DueAt { get; set; }

        /// <summary>机关代字: 青财绩效.</summary>
        public string MarkWord { get; set; } = "";

        /// <summary>署名.</summary>
        public string Signer { get; set; } = "";

        public string Contact { get; set; } = "";

        /// <summary>JSON of <see cref="NoticeAttachment"/>.</summary>
        public string Attachments { get; set; } = "[]";

        /// <summary>JSON of <see cref="RecipientChoice"/>.</summary>
        public string Recipients { get; set; } = "{}";

        /// <summary>JSON of <see cref="NoticeLadder"/>; null = the region's.</summary>
        public string? Ladder { get; set; }

        /// <summary>Units may add projects that came after the issue.</summary>
        public bool UnitsMayAdd { get; set; }

        /// <summary>绩效科复核 follows the section's review.</summary>
        public bool PerformanceReviews { get; set; }

        public required long CreatedBy { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ChangedAt { get; set; }
    }

    /// <summary>What a notice may open: definition ids, a list that grows with the links of the chain.</summary>
    public static class NoticeKinds
    {
        public const string GoalFiling = "goal-filing";

        /// <summary>Its key projects (重点监控) are reviewed by 绩效科 as well.</summary>
        public const string Monitoring = "monitoring";

        public const string SelfEvaluation = "self-evaluation";

        public const string DepartmentEvaluation = "department-evaluation";

        public const string SpotCheck = "spot-check";

        public const string FinanceEvaluation = "finance-evaluation";

        public static IReadOnlyList<string> All { get; } = [GoalFiling, Monitoring, SelfEvaluation, DepartmentEvaluation, SpotCheck, FinanceEvaluation];

        /// <summary>Asked for once a year: a project that another notice of the year brought to approval is not asked again.</summary>
        public static IReadOnlyList<string> OnceAYear { get; } = [GoalFiling, SelfEvaluation];

        /// <summary>Goes to a list of projects, never to all of them: samples and chosen key projects.</summary>
        public static IReadOnlyList<string> ByList { get; } = [DepartmentEvaluation, SpotCheck, FinanceEvaluation];
    }

    /// <summary>附件: a document kept by intake.</summary>
    public sealed record NoticeAttachment(Guid Id, string Name, string Sha256 = "");

    /// <summary>The working days before and after the due day on which this notice reminds, instead of the region's.</summary>
    public sealed record NoticeLadder(IReadOnlyList<int> Before, IReadOnlyList<int> After);

    /// <summary>A later version of a signed notice, with the reason for it.</summary>
    public sealed class NoticeAmendment
    {
        public required long NoticeId { get; init; }

        /// <summary>2, 3 …; the signed text is the first version.</summary>
        public required int Number { get; init; }

        public required string Title { get; init; }

        public required string Grounds { get; init; }

        public required string Matters { get; init; }

        public required string Demands { get; init; }

        public required string Contact { get; init; }

        public required DateTimeOffset DueAt { get; init; }

        public required string Reason { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long ById { get; init; }

        public required Guid Command { get; init; }
    }

    /// <summary>撤回通知.</summary>
    public sealed class NoticeRecall
    {
        public required long NoticeId { get; init; }

        public required string Reason { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long ById { get; init; }
    }

    /// <summary>已读: when somebody of a unit first saw a version of the text.</summary>
    public sealed class NoticeRead
    {
        public required long NoticeId { get; init; }

        public required long UnitId { get; init; }

        public required int Number { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long UserId { get; init; }
    }

    /// <summary>填报对象 of a notice: a project of a unit, or (object 0) the whole unit, with the department and section of that day.</summary>
    public sealed class NoticeTarget
    {
        public long Id { get; private init; }

        public required long NoticeId { get; init; }

        /// <summary>Which signature (or added case) made it count.</summary>
        public required Guid FreezeId { get; init; }

        public required long UnitId { get; init; }

        public required long DepartmentId { get; init; }

        public required long SectionId { get; init; }

        public required long ObjectId { get; init; }

        public long? AddedBy { get; init; }
    }

    /// <summary>催办 of one unit.</summary>
    public sealed class NoticeNudge
    {
        public required long NoticeId { get; init; }

        public required long UnitId { get; init; }

        public required DateOnly Day { get; init; }

        public required int N { get; init; }

        public required DateTimeOffset At { get; init; }

        public required long ById { get; init; }

        /// <summary>Own words of whoever urged; may be empty.</summary>
        public required string Said { get; init; }

        public required int Tasks { get; init; }

        public required int People { get; init; }

        /// <summary>What was written to the outbox, to find its delivery by.</summary>
        public required Guid[] MessageIds { get; init; }

        public required Guid Command { get; init; }
    }

    internal sealed class NoticeMapping
        : IEntityTypeConfiguration<Notice>, IEntityTypeConfiguration<NoticeSignature>, IEntityTypeConfiguration<NoticeAmendment>,
          IEntityTypeConfiguration<NoticeRecall>, IEntityTypeConfiguration<NoticeRead>, IEntityTypeConfiguration<NoticeTarget>,
          IEntityTypeConfiguration<NoticeNudge>
    {
        public void Configure(EntityTypeBuilder<Notice> builder)
        {
            builder.ToTable("notices");
            builder.Property(n => n.Id).UseIdentityAlwaysColumn();
            builder.Property(n => n.Version).IsConcurrencyToken();
        }

        public void Configure(EntityTypeBuilder<NoticeSignature> builder)
        {
            builder.ToActTable(NoticeTables.Signatures.Name);
        }

        public void Configure(EntityTypeBuilder<NoticeAmendment> builder)
        {
            builder.ToTable("notice_amendments");
            builder.HasKey(a => new { a.NoticeId, a.Number });
        }

        public void Configure(EntityTypeBuilder<NoticeRecall> builder)
        {
            builder.ToTable("notice_recalls");
            builder.HasKey(r => r.NoticeId);
            builder.Property(r => r.NoticeId).ValueGeneratedNever();
        }

        public void Configure(EntityTypeBuilder<NoticeRead> builder)
        {
            builder.ToTable("notice_reads");
            builder.HasKey(r => new { r.NoticeId, r.UnitId, r.Number });
        }

        public void Configure(EntityTypeBuilder<NoticeTarget> builder)
        {
            builder.ToTable("targets");
            builder.Property(t => t.Id).UseIdentityAlwaysColumn();
        }

        public void Configure(EntityTypeBuilder<NoticeNudge> builder)
        {
            builder.ToTable("nudges");
            builder.HasKey(n => new { n.NoticeId, n.UnitId, n.Day, n.N });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Notices;

    public sealed partial class PlatformDb
    {
        public DbSet<Notice> Notices => Set<Notice>();

        public DbSet<NoticeSignature> NoticeSignatures => Set<NoticeSignature>();

        public DbSet<NoticeAmendment> NoticeAmendments => Set<NoticeAmendment>();

        public DbSet<NoticeRecall> NoticeRecalls => Set<NoticeRecall>();

        public DbSet<NoticeRead> NoticeReads => Set<NoticeRead>();

        public DbSet<NoticeTarget> NoticeTargets => Set<NoticeTarget>();

        public DbSet<NoticeNudge> NoticeNudges => Set<NoticeNudge>();
    }
}
