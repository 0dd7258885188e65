using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions
{
    /// <summary>A workbook that a unit sent in for a notice, and what became of it.</summary>
    public sealed class SentDocument : IScoped
    {
        /// <summary>Also Intake's id of the document.</summary>
        public required Guid Id { get; init; }

        public required int RegionId { get; init; }

        public required long NoticeId { get; init; }

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
