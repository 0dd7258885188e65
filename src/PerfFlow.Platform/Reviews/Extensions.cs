using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews
{
    /// <summary>A request for more time, or what came of it (domain.md §3.9); the reason is the opinion of the same act.</summary>
    public sealed class ExtensionRow : ActRow
    {
        public const string Asked = "asked";
        public const string Granted = "granted";
        public const string Refused = "refused";

        /// <summary><see cref="Asked"/>, <see cref="Granted"/> or <see cref="Refused"/>.</summary>
        public required string Kind { get; init; }

        /// <summary>In force when it was asked for.</summary>
        public required DateTimeOffset PresentDueAt { get; init; }

        /// <summary>Asked for or granted; null where it was refused.</summary>
        public DateTimeOffset? DueAt { get; init; }

        public static FeatureTable Table { get; } = new(
            "extensions", new("kind", NpgsqlDbType.Text), new("present_due_at", NpgsqlDbType.TimestampTz), new("due_at", NpgsqlDbType.TimestampTz));
    }

    /// <summary>A request for more time with what came of it.</summary>
    /// <param name="Present">The due day when it was asked for.</param>
    /// <param name="Asked">The day asked for.</param>
    /// <param name="Reason">Of who asked.</param>
    /// <param name="Decision"><see cref="ExtensionRow.Granted"/>, <see cref="ExtensionRow.Refused"/>; null while it waits.</param>
    /// <param name="Granted">The day granted, which may be another.</param>
    /// <param name="Answer">What was said with the decision.</param>
    public sealed record ExtensionRequest(DateOnly Present, DateOnly Asked, string Reason, string? Decision, DateOnly? Granted, string Answer);

    /// <summary>申请延期 and its answer: what is asked of the dates, what is kept, how it reads.</summary>
    public static class Extensions
    {
        /// <summary>The unit asks for more time.</summary>
        public const string Ask = "AskExtension";

        /// <summary>准予延期: names the new due day.</summary>
        public const string Grant = "Grant";

        /// <summary>不予延期.</summary>
        public const string Refuse = "Refuse";

        /// <summary>The outcome asks for more time or answers such a request.</summary>
        public static bool Concerns(string outcome) => outcome is Ask or Grant or Refuse;

        /// <summary>The outcome names a due day.</summary>
        public static bool NamesDay(string outcome) => outcome is Ask or Grant;

        /// <summary>Requests of a case, oldest first, each with what came of it.</summary>
        public static IReadOnlyList<ExtensionRequest> Of(FilingCase filing)
        {
            ArgumentNullException.ThrowIfNull(filing);
            var requests = new List<ExtensionRequest>();
            foreach (var row in filing.Extensions)
            {
                var said = filing.Opinions.FirstOrDefault(o => o.Seq == row.Seq)?.Text ?? "";
                DateOnly? day = row.DueAt is { } due ? BusinessDay.DueDate(due) : null;
                if (row.Kind == ExtensionRow.Asked)
                {
                    requests.Add(new ExtensionRequest(BusinessDay.DueDate(row.PresentDueAt), day!.Value, said, null, null, ""));
                }
                else if (requests.Count > 0)
                {
                    requests[^1] = requests[^1] with { Decision = row.Kind, Granted = day, Answer = said };
                }
            }

            return requests;
        }

        /// <summary>The due day in force: of the step whose form is being filled in, or when the open request was made; null where there is none.</summary>
        public static DateTimeOffset? PresentDue(CaseInHand filing)
        {
            ArgumentNullException.ThrowIfNull(filing);
            return filing.Task is { Kind: "fill" } task ? task.DueAt : filing.Extensions.LastOrDefault(e => e.Kind == ExtensionRow.Asked)?.PresentDueAt;
        }

        /// <summary>Why a day may be neither asked for nor granted; null when it may: it must be later than the day in force.</summary>
        internal static Refusal? Check(CaseInHand filing, DateOnly asked) => PresentDue(filing) is { } present && asked <= BusinessDay.DueDate(present)
            ? new Refusal("extension-not-later", BusinessDay.DueDate(present)) { Field = "due" }
            : null;

        /// <summary>What an act of this kind leaves behind; none for any other outcome.</summary>
        internal static IEnumerable<FeatureRow> Rows(CaseInHand filing, string outcome, DateOnly? due)
        {
            var kind = outcome switch { Ask => ExtensionRow.Asked, Grant => ExtensionRow.Granted, Refuse => ExtensionRow.Refused, _ => null };
            return kind is not null && PresentDue(filing) is { } present
                ? [new FeatureRow(ExtensionRow.Table.Name, kind, present, outcome == Refuse ? null : BusinessDay.DueInstant(due!.Value))]
                : [];
        }
    }

    internal sealed class ExtensionMapping : IEntityTypeConfiguration<ExtensionRow>
    {
        public void Configure(EntityTypeBuilder<ExtensionRow> builder)
        {
            builder.ToActTable("extensions");
        }
    }
}

namespace PerfFlow.Platform.Data
{
    public sealed partial class PlatformDb
    {
        public DbSet<ExtensionRow> Extensions => Set<ExtensionRow>();
    }
}
