using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Parameters
{
    /// <summary>A setting that a region made for one year, or for all years (year 0).</summary>
    public sealed class ParameterRow
    {
        public required int RegionId { get; init; }

        public required int Year { get; init; }

        public required string Key { get; init; }

        public required string Value { get; set; }

        public required DateTimeOffset ChangedAt { get; set; }

        public required long ChangedBy { get; set; }
    }

    /// <summary>The settings in force: a change takes effect at once on the node where it is made, within <see cref="MaxAge"/> on all.</summary>
    public sealed class ParameterStore(IDbContextFactory<PlatformDb> databases, TimeProvider time, ILogger<ParameterStore> log)
        : KeptReading<FrozenDictionary<int, ParameterStore.RegionSettings>>(MaxAge, time, log)
    {
        /// <summary>How old a reading may be.</summary>
        public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

        private readonly ConcurrentDictionary<string, WorkingCalendar> calendars = new(StringComparer.Ordinal);

        /// <summary>The settings of a region for a fiscal year; the year's rows win over those for all years.</summary>
        public RegionParameters For(int regionId, int year) => Known.TryGetValue(regionId, out var settings) ? settings.For(year) : RegionParameters.Defaults;

        /// <summary>The working calendar of a region: the national one, with the region's own days off where it has any.</summary>
        public WorkingCalendar Calendar(int regionId)
        {
            var extra = For(regionId, 0).Get(ParameterRegister.CalendarExtraOff);
            return extra.Count == 0
                ? WorkingCalendar.National
                : calendars.GetOrAdd(string.Join(',', extra), _ => new WorkingCalendar(CalendarData.Shipped, [.. extra]));
        }

        protected override async Task<FrozenDictionary<int, RegionSettings>> ReadAsync(FrozenDictionary<int, RegionSettings>? before, CancellationToken ct)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var rows = await db.Parameters.AsNoTracking().OrderBy(p => p.RegionId).ThenBy(p => p.Year).ThenBy(p => p.Key)
                .Select(p => new { p.RegionId, Setting = new Setting(p.Year, p.Key, p.Value) }).ToListAsync(ct);
            // The same instance while nothing changed: others keep what they worked out from it under its reference.
            return rows.GroupBy(r => r.RegionId, r => r.Setting).ToFrozenDictionary(
                g => g.Key, g => before?.GetValueOrDefault(g.Key) is { } known && known.Rows.SequenceEqual(g) ? known : new RegionSettings([.. g]));
        }

        /// <summary>A row of a region.</summary>
        public sealed record Setting(int Year, string Key, string Value);

        /// <summary>The rows of a region and what they come to in each year that has any of its own.</summary>
        public sealed class RegionSettings(IReadOnlyList<Setting> rows)
        {
            private readonly FrozenDictionary<int, RegionParameters> years = rows.Select(r => r.Year).Append(0).Distinct().ToFrozenDictionary(year => year, year => Merged(rows, year));

            internal IReadOnlyList<Setting> Rows => rows;

            internal RegionParameters For(int year) => years.GetValueOrDefault(year) ?? years[0];

            private static RegionParameters Merged(IReadOnlyList<Setting> rows, int year)
            {
                var merged = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var row in rows.Where(r => r.Year == 0 || r.Year == year).OrderBy(r => r.Year))
                {
                    merged[row.Key] = row.Value;
                }

                return new RegionParameters(merged);
            }
        }
    }

    internal sealed class ParameterMapping : IEntityTypeConfiguration<ParameterRow>
    {
        public void Configure(EntityTypeBuilder<ParameterRow> builder)
        {
            builder.ToTable("parameters");
            builder.HasKey(p => new { p.RegionId, p.Year, p.Key });
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Parameters;

    public sealed partial class PlatformDb
    {
        public DbSet<ParameterRow> Parameters => Set<ParameterRow>();
    }
}
