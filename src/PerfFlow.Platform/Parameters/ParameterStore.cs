using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;

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

    /// <summary>The settings in force, read at most every few seconds: a change takes effect within <see cref="MaxAge"/> on all nodes.</summary>
    public sealed class ParameterStore(IDbContextFactory<PlatformDb> databases, TimeProvider time)
    {
        /// <summary>How old a reading may be.</summary>
        public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

        private readonly ConcurrentDictionary<string, WorkingCalendar> calendars = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<(int Region, int Year), (long Read, RegionParameters Parameters, Dictionary<string, string> Texts)> read = new();

        /// <summary>The settings of a region for a fiscal year; the year's rows win over those for all years.</summary>
        public RegionParameters For(int regionId, int year)
        {
            if (read.TryGetValue((regionId, year), out var known) && time.GetElapsedTime(known.Read) < MaxAge)
            {
                return known.Parameters;
            }

            using var db = databases.CreateDbContext();
            var rows = db.Parameters.AsNoTracking().Where(p => p.RegionId == regionId && (p.Year == 0 || p.Year == year)).OrderBy(p => p.Year).ToList();
            var merged = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var row in rows)
            {
                merged[row.Key] = row.Value;
            }

            // The same instance while nothing changed: others keep what they worked out from it under its reference.
            var parameters = known.Texts is { } texts && texts.Count == merged.Count && merged.All(m => texts.GetValueOrDefault(m.Key) == m.Value)
                ? known.Parameters
                : new RegionParameters(merged);
            read[(regionId, year)] = (time.GetTimestamp(), parameters, merged);
            return parameters;
        }

        /// <summary>The working calendar of a region: the national one, with the region's own days off where it has any.</summary>
        public WorkingCalendar Calendar(int regionId)
        {
            var extra = For(regionId, 0).Get(ParameterRegister.CalendarExtraOff);
            return extra.Count == 0
                ? WorkingCalendar.National
                : calendars.GetOrAdd(string.Join(',', extra), _ => new WorkingCalendar(CalendarData.Shipped, [.. extra]));
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
