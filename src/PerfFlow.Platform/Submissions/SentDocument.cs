using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions
{
    /// <summary>
    /// A workbook that was sent in and what became of it: of a unit for a notice, or of whoever fills in one case. The latter is
    /// read by the holders of the post that it was sent from, and by nobody else: its unit may not know the form yet.
    /// </summary>
    public sealed class SentDocument : IScoped
    {
        /// <summary>Also Intake's id of the document.</summary>
        public required Guid Id { get; init; }

        public required int RegionId { get; init; }

        /// <summary>Null where it is about one case.</summary>
        public long? NoticeId { get; init; }

        /// <summary>Null where it is about all that the unit files for the notice.</summary>
        public long? CaseId { get; init; }

        /// <summary>With <see cref="CaseId"/>: the role by which it was sent.</summary>
        public string? Role { get; init; }

        /// <summary>With <see cref="CaseId"/>: the body at which that role is held.</summary>
        public long? OrganisationId { get; init; }

        public required long UnitId { get; init; }

        public required long DepartmentId { get; init; }

        public required long SectionId { get; init; }

        public required long UserId { get; init; }

        public required string Name { get; init; }

        /// <summary>One of <see cref="SentDocumentState"/>.</summary>
        public required string State { get; set; }

        public Guid? FileId { get; set; }

        public string? Sha256 { get; set; }

        /// <summary>Drafts made of it.</summary>
        public int Drafts { get; set; }

        /// <summary>JSON of <see cref="IntakeProblem"/>.</summary>
        public string Problems { get; set; } = "[]";

        public required DateTimeOffset SentAt { get; init; }

        public DateTimeOffset? AnsweredAt { get; set; }

        /// <summary>As the pages name it: what the workbook is about.</summary>
        public string Query => CaseId is { } of ? $"case={of}" : $"notice={NoticeId}&unit={UnitId}";

        public IReadOnlyList<IntakeProblem> ReadProblems() => JsonSerializer.Deserialize<List<IntakeProblem>>(Problems, JsonSerializerOptions.Web) ?? [];
    }

    /// <summary>How far a sent workbook has come.</summary>
    public static class SentDocumentState
    {
        /// <summary>Intake is reading it.</summary>
        public const string Sent = "sent";

        /// <summary>Drafts were made of it.</summary>
        public const string Taken = "taken";

        /// <summary>Readable but with errors: nothing was taken; the clerk may take the good rows.</summary>
        public const string Faulty = "faulty";

        /// <summary>Not a workbook of this layout, broken or hostile.</summary>
        public const string Rejected = "rejected";
    }

    internal sealed class SentDocumentMapping : IEntityTypeConfiguration<SentDocument>
    {
        public void Configure(EntityTypeBuilder<SentDocument> builder)
        {
            builder.ToTable("documents");
            builder.HasKey(d => d.Id);
            builder.Property(d => d.Id).ValueGeneratedNever();
            builder.Ignore(d => d.Query);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Submissions;

    public sealed partial class PlatformDb
    {
        public DbSet<SentDocument> Documents => Set<SentDocument>();
    }
}
