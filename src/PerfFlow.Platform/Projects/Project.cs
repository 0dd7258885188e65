using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Projects
{
    /// <summary>
    /// A project of the library in one fiscal year, with its budget and what was paid of it. Money in 万元 with six
    /// decimals, as 元 has two; codes are text, since 21 digits are no number.
    /// </summary>
    public sealed class Project : IScoped
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        /// <summary>预算年度: the year of the money, not of the work.</summary>
        public required int FiscalYear { get; init; }

        /// <summary>项目代码, 21 characters, unique in (region, fiscal year).</summary>
        public required string Code { get; init; }

        /// <summary>一级项目代码: the policy or fund that this project belongs to.</summary>
        public string? LevelOneCode { get; set; }

        public required long UnitId { get; set; }

        public required long DepartmentId { get; set; }

        /// <summary>归口科室 of the department on the day of the import; follows a change of the mapping.</summary>
        public required long SectionId { get; set; }

        public required string Name { get; set; }

        /// <summary>项目类别: one of <see cref="ProjectKinds"/>.</summary>
        public required string Kind { get; set; }

        /// <summary>资金性质: one of <see cref="FundKinds"/>.</summary>
        public required string FundKind { get; set; }

        /// <summary>年初预算数, 万元.</summary>
        public required decimal Initial { get; set; }

        /// <summary>调整后预算数, 万元.</summary>
        public required decimal Adjusted { get; set; }

        /// <summary>累计支付数 up to <see cref="PaidAsOf"/>, 万元.</summary>
        public decimal Paid { get; set; }

        public DateOnly? PaidAsOf { get; set; }

        /// <summary>涉密或敏感: never found by search, exported or published (V7).</summary>
        public bool Confidential { get; set; }

        /// <summary>Invented for a demo.</summary>
        public bool Demo { get; init; }

        /// <summary>System time of the last import that touched it.</summary>
        public required DateTimeOffset ChangedAt { get; set; }

        /// <summary>执行率 in per cent; null when there is no budget to divide by.</summary>
        public decimal? PaidShare => Adjusted == 0 ? null : Math.Round(Paid / Adjusted * 100, 2, MidpointRounding.AwayFromZero);
    }

    /// <summary>项目类别 of domain.md §11; the text is <c>projects.kind.&lt;code&gt;</c>.</summary>
    public static class ProjectKinds
    {
        public const string Operation = "22";
        public const string Specific = "3";

        public static readonly IReadOnlyList<string> All = ["1", "21", Operation, Specific, "31", "32", "33"];

        /// <summary>Performance applies to 其他运转类 and 特定目标类.</summary>
        public static bool HasGoals(string kind) => kind is Operation or Specific or "31" or "32" or "33";
    }

    /// <summary>资金性质 of domain.md §4.2, spelt as in the filing form; the text is <c>projects.fund.&lt;code&gt;</c>.</summary>
    public static class FundKinds
    {
        public const string General = "general";

        public static readonly IReadOnlyList<string> All = [General, "fund", "state-capital", "bond", "transfer", "own"];
    }

    internal sealed class ProjectMapping : IEntityTypeConfiguration<Project>
    {
        public void Configure(EntityTypeBuilder<Project> builder)
        {
            builder.ToTable("projects");
            builder.Property(p => p.Id).UseIdentityAlwaysColumn();
            builder.Property(p => p.Initial).HasPrecision(18, 6);
            builder.Property(p => p.Adjusted).HasPrecision(18, 6);
            builder.Property(p => p.Paid).HasPrecision(18, 6);
            builder.Ignore(p => p.PaidShare);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Projects;

    public sealed partial class PlatformDb
    {
        public DbSet<Project> Projects => Set<Project>();
    }
}
