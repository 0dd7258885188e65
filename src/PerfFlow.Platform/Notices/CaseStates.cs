using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;

namespace PerfFlow.Platform.Notices
{
    /// <summary>
    /// Where a case stands, by the one SQL view <c>case_states</c> (domain.md §3.0): what every list, count, export and
    /// report reads. Instants are business time.
    /// </summary>
    public sealed class CaseStateRow : IScoped
    {
        public long CaseId { get; private init; }

        public int Definition { get; private init; }

        public int RegionId { get; private init; }

        public long? NoticeId { get; private init; }

        public long? OriginId { get; private init; }

        public long UnitId { get; private init; }

        public long DepartmentId { get; private init; }

        public long SectionId { get; private init; }

        /// <summary>A project; 0 stands for the whole unit.</summary>
        public long ObjectId { get; private init; }

        /// <summary>One of <see cref="CaseStates"/>.</summary>
        public required string State { get; init; }

        /// <summary>A draft of the open visit exists. Only the unit itself and the bureau may be told (V4).</summary>
        public bool Drafting { get; private init; }

        /// <summary>The open visit, null when the case has ended.</summary>
        public int? Visit { get; private init; }

        public string? Node { get; private init; }

        /// <summary>fill, review or act.</summary>
        public string? Kind { get; private init; }

        /// <summary>Who holds the open visit …</summary>
        public string? Role { get; private init; }

        /// <summary>… and at which body.</summary>
        public long? OrganisationId { get; private init; }

        public long? PersonId { get; private init; }

        public DateTimeOffset? VisitOpenedAt { get; private init; }

        /// <summary>First looked at by its holder.</summary>
        public DateTimeOffset? OpenedAt { get; private init; }

        /// <summary>When the open visit is due.</summary>
        public DateTimeOffset? DueAt { get; private init; }

        /// <summary>Accepted submissions so far, withdrawn ones included.</summary>
        public int Rounds { get; private init; }

        /// <summary>退回轮次, by whomever.</summary>
        public int Returns { get; private init; }

        /// <summary>Returns by the finance bureau: what 退回单位 and 退回件次 count.</summary>
        public int FinanceReturns { get; private init; }

        public DateTimeOffset? FirstSubmittedAt { get; private init; }

        public DateTimeOffset? LastSubmittedAt { get; private init; }

        /// <summary>When the first filing was due, extensions granted before it included; null for a case without a notice.</summary>
        public DateTimeOffset? FirstDueAt { get; private init; }

        /// <summary>The latest instant to which this case was extended on its own (准予延期).</summary>
        public DateTimeOffset? ExtendedTo { get; private init; }

        public int Revision { get; private init; }

        public DateTimeOffset StartedAt { get; private init; }

        public DateTimeOffset? EndedAt { get; private init; }

        /// <summary>逾期: filed after the due day, or not filed though it has passed (domain.md §3.0). A waived or void case is never late.</summary>
        public bool IsLate(DateTimeOffset now) =>
            State is not (CaseStates.Waived or CaseStates.Voided or CaseStates.Cancelled) && FirstDueAt < (FirstSubmittedAt ?? now);
    }

    /// <summary>The codes of <see cref="CaseStateRow.State"/>; the words are the texts <c>state.&lt;code&gt;</c>.</summary>
    public static class CaseStates
    {
        /// <summary>待填报.</summary>
        public const string ToFill = "to_fill";

        /// <summary>草稿.</summary>
        public const string Draft = "draft";

        /// <summary>被退回, until it is filed again.</summary>
        public const string Returned = "returned";

        /// <summary>已撤回, until it is filed again.</summary>
        public const string Withdrawn = "withdrawn";

        /// <summary>待部门审核.</summary>
        public const string Department = "department";

        /// <summary>待归口科室审核.</summary>
        public const string Section = "section";

        /// <summary>待绩效科复核.</summary>
        public const string Performance = "performance";

        /// <summary>待部门填报: the department proposes, reports or answers.</summary>
        public const string DepartmentFill = "department_fill";

        /// <summary>财政办理中: a finance section or the performance section has something to file; nobody waits for the unit.</summary>
        public const string FinanceFill = "finance_fill";

        /// <summary>待预算科: consultation or booking.</summary>
        public const string Budget = "budget";

        /// <summary>待国库科.</summary>
        public const string Treasury = "treasury";

        /// <summary>待第三方机构.</summary>
        public const string Agency = "agency";

        /// <summary>待局领导审签.</summary>
        public const string Leader = "leader";

        /// <summary>办理中: another step.</summary>
        public const string Open = "open";

        /// <summary>流转出错: waits for repair.</summary>
        public const string Faulted = "faulted";

        /// <summary>终审通过; of a rectification 销号, of a result 已入账.</summary>
        public const string Approved = "approved";

        /// <summary>已否决 by the leader. Final.</summary>
        public const string Rejected = "rejected";

        /// <summary>整改不到位, found by the leader. Final; a result may follow.</summary>
        public const string NotRectified = "not_rectified";

        /// <summary>免报.</summary>
        public const string Waived = "waived";

        /// <summary>作废.</summary>
        public const string Voided = "voided";

        /// <summary>Ended by an operator.</summary>
        public const string Cancelled = "cancelled";

        /// <summary>From the least advanced to the end: the order in which a unit with several cases is shown by its first.</summary>
        public static IReadOnlyList<string> InOrder { get; } =
        [
            ToFill, Draft, Returned, Withdrawn, DepartmentFill, Department, Section, FinanceFill, Performance, Agency, Budget, Treasury, Leader, Open, Faulted,
            Approved, Rejected, NotRectified, Waived, Voided, Cancelled,
        ];

        /// <summary>Somebody is to file something or mend it.</summary>
        public static bool Filling(string state) => state is ToFill or Draft or Withdrawn or DepartmentFill;

        /// <summary>With a reviewer, or with the finance bureau.</summary>
        public static bool Reviewing(string state) =>
            state is Department or Section or FinanceFill or Performance or Agency or Budget or Treasury or Leader or Open;
    }

    /// <summary>Where a notice stands, by the SQL view <c>notice_states</c>.</summary>
    public sealed class NoticeStateRow
    {
        public long NoticeId { get; private init; }

        public int RegionId { get; private init; }

        public long CaseId { get; private init; }

        /// <summary>One of <see cref="NoticeStages"/>.</summary>
        public required string Stage { get; init; }

        /// <summary>The open visit of its case.</summary>
        public int? Visit { get; private init; }

        public DateTimeOffset? SignedAt { get; private init; }

        public DateTimeOffset? IssuedAt { get; private init; }

        public DateTimeOffset? RecalledAt { get; private init; }

        public string? Word { get; private init; }

        public int? Year { get; private init; }

        public int? Seq { get; private init; }

        /// <summary>The newest version of the text: 1 = as signed.</summary>
        public int TextNumber { get; private init; }

        /// <summary>发文字号, null before one was given.</summary>
        public string? Number => Word is null ? null : new DocumentNumber(Word, Year!.Value, Seq!.Value).ToString();
    }

    /// <summary>The codes of <see cref="NoticeStateRow.Stage"/>; the words are the texts <c>notices.stage.&lt;code&gt;</c>.</summary>
    public static class NoticeStages
    {
        /// <summary>起草: goes to signing or is discarded.</summary>
        public const string Draft = "draft";

        /// <summary>退回修改: the leader sent it back; like a draft.</summary>
        public const string Returned = "returned";

        /// <summary>待签发: with the leader; goes to signed or returned.</summary>
        public const string Signing = "signing";

        /// <summary>已签发待下发: text and targets are frozen; goes to issued or is discarded.</summary>
        public const string Signed = "signed";

        /// <summary>已下发: one case per target is under way; may be amended, recalled, and closed once due.</summary>
        public const string Issued = "issued";

        /// <summary>已办结 after the due day. Final; its cases go on to their own end.</summary>
        public const string Closed = "closed";

        /// <summary>已撤回. Final.</summary>
        public const string Recalled = "recalled";

        /// <summary>已作废 before it was issued. Final.</summary>
        public const string Discarded = "discarded";

        /// <summary>In the order of the work.</summary>
        public static IReadOnlyList<string> All { get; } = [Draft, Returned, Signing, Signed, Issued, Closed, Recalled, Discarded];
    }

    internal sealed class StateMapping : IEntityTypeConfiguration<CaseStateRow>, IEntityTypeConfiguration<NoticeStateRow>
    {
        public void Configure(EntityTypeBuilder<CaseStateRow> builder)
        {
            builder.ToView("case_states");
            builder.HasKey(c => c.CaseId);
        }

        public void Configure(EntityTypeBuilder<NoticeStateRow> builder)
        {
            builder.ToView("notice_states");
            builder.HasKey(n => n.NoticeId);
            builder.Ignore(n => n.Number);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    public sealed partial class PlatformDb
    {
        /// <summary>Where each case stands: the one view that lists, counts and reports read.</summary>
        public DbSet<CaseStateRow> CaseStates => Set<CaseStateRow>();

        public DbSet<NoticeStateRow> NoticeStates => Set<NoticeStateRow>();
    }
}
