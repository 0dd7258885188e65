using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Parameters
{
    /// <summary>What an administrator wants a setting to be.</summary>
    /// <param name="Year">Fiscal year; 0 = all years.</param>
    /// <param name="Value">Null = as the wider scope or the default says.</param>
    /// <param name="Was">What the page showed as set for this year; null = not set. A change made meanwhile is not overwritten.</param>
    public sealed record ParameterChange(string Key, int Year, string? Value, string Reason, string? Was);

    /// <summary>A change that was made.</summary>
    public sealed class ParameterChangeRow
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        public required int Year { get; init; }

        public required string Key { get; init; }

        public string? Before { get; init; }

        public string? After { get; init; }

        public required string Reason { get; init; }

        /// <summary>Business time.</summary>
        public required DateTimeOffset ChangedAt { get; init; }

        public required long ChangedBy { get; init; }
    }

    /// <summary>
    /// Sets a parameter or puts it back, with a reason, in one transaction with the line of the region's journal. Refusals:
    /// right-manage-parameters, not-found, parameter-year, parameter-all-years, parameter-reason, parameter-invalid,
    /// parameter-unchanged, parameter-changed.
    /// </summary>
    public sealed class SaveParameter(IDbContextFactory<PlatformDb> databases, ParameterStore store, RegionClock clock, RegionJournal journal)
    {
        public const int ShortestReason = 4;

        public async Task<Outcome<Done>> RunAsync(Viewer viewer, ParameterChange change, CancellationToken ct)
        {
            ArgumentNullException.ThrowIfNull(viewer);
            ArgumentNullException.ThrowIfNull(change);
            if (viewer.May(Right.ManageParameters) is { } refusal)
            {
                return refusal;
            }

            if (ParameterEntries.Find(change.Key) is not { } entry)
            {
                return Refusal.NotFound();
            }

            if (Objection(entry, change) is { } objection)
            {
                return objection;
            }

            var value = change.Value is null ? null : Plain(change.Value);
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            // Two changes of one region come one after the other; the second sees the first.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('platform.parameters'), {viewer.RegionId})", ct);
            var row = await db.Parameters.FirstOrDefaultAsync(p => p.RegionId == viewer.RegionId && p.Year == change.Year && p.Key == change.Key, ct);
            if (row?.Value != change.Was)
            {
                return Refusal.Conflict("parameter-changed");
            }

            if (row?.Value == value)
            {
                return new Refusal("parameter-unchanged") { Field = "value" };
            }

            await WriteAsync(db, viewer, change, row, value, ct);
            await transaction.CommitAsync(ct);
            await store.RefreshAsync(ct);
            return default(Done);
        }

        private static Refusal? Objection(ParameterEntry entry, ParameterChange change) => change switch
        {
            { Year: not 0 and (< 2000 or > 2099) } => new Refusal("parameter-year") { Field = "year" },
            { Year: not 0 } when entry.AllYears => new Refusal("parameter-all-years") { Field = "year" },
            { Value: { } text } when !entry.Accepts(Plain(text)) => new Refusal("parameter-invalid", entry.Default) { Field = "value" },
            _ when change.Reason.Trim().Length < ShortestReason => new Refusal("parameter-reason", ShortestReason) { Field = "reason" },
            _ => null,
        };

        private async Task WriteAsync(PlatformDb db, Viewer viewer, ParameterChange change, ParameterRow? row, string? value, CancellationToken ct)
        {
            var (before, now, reason) = (row?.Value, clock.Now(viewer.RegionId), change.Reason.Trim());
            if (value is null)
            {
                db.Parameters.Remove(row!);
            }
            else if (row is null)
            {
                db.Parameters.Add(new ParameterRow { RegionId = viewer.RegionId, Year = change.Year, Key = change.Key, Value = value, ChangedAt = now, ChangedBy = viewer.UserId });
            }
            else
            {
                (row.Value, row.ChangedAt, row.ChangedBy) = (value, now, viewer.UserId);
            }

            db.ParameterChanges.Add(new ParameterChangeRow
            {
                RegionId = viewer.RegionId, Year = change.Year, Key = change.Key, Before = before, After = value, Reason = reason, ChangedAt = now, ChangedBy = viewer.UserId,
            });
            await db.SaveChangesAsync(ct);
            var role = viewer.Has(Roles.Administrator) ? Roles.Administrator : Roles.Performance;
            await journal.AppendAsync(
                db, viewer.RegionId, "SetParameter", Actors.Of(viewer, role),
                Facts.Of(
                    ("key", change.Key), ("year", change.Year), ("before", before ?? ""), ("after", value ?? ""),
                    ("reason", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reason))))),
                ct);
        }

        /// <summary>As stored: Chinese commas and colons are what an input method makes of ours, lines separate like commas.</summary>
        private static string Plain(string text) =>
            string.Join(',', text.Replace('，', ',').Replace('、', ',').Replace('：', ':').Replace('\n', ',').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    internal sealed class ParameterChangeMapping : IEntityTypeConfiguration<ParameterChangeRow>
    {
        public void Configure(EntityTypeBuilder<ParameterChangeRow> builder)
        {
            builder.ToTable("parameter_changes");
            builder.HasKey(c => c.Id);
            builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Parameters;

    public sealed partial class PlatformDb
    {
        public DbSet<ParameterChangeRow> ParameterChanges => Set<ParameterChangeRow>();
    }
}
