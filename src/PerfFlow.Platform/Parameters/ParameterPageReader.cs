using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Parameters;

/// <summary>Where the value in force comes from.</summary>
public enum ParameterOrigin
{
    Default,

    /// <summary>Set for all years.</summary>
    AllYears,

    /// <summary>Set for this fiscal year.</summary>
    Year,
}

/// <summary>A setting of a region as it is for a year.</summary>
/// <param name="Set">What is set for exactly this year (0 = all years); null = nothing.</param>
public sealed record ParameterLine(ParameterEntry Entry, string Value, ParameterOrigin Origin, string? Set, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <summary>A change with the name of whoever made it.</summary>
public sealed record ParameterChangeLine(ParameterChangeRow Change, ParameterEntry? Entry, string? Person);

/// <summary>The ladder on an example.</summary>
public sealed record LadderPreview(DateOnly Due, bool Invalid, IReadOnlyList<ScheduledRung> Rungs, CalendarCoverage Coverage);

/// <summary>The register of a year and group.</summary>
public sealed record ParametersModel(
    int Year, IReadOnlyList<int> Years, string Group, IReadOnlyList<ParameterLine> Lines, IReadOnlyList<ParameterChangeLine> Changes, LadderPreview? Ladder)
{
    /// <summary>The tab of what was changed.</summary>
    public const string History = "history";
}

/// <summary>One setting with the form that changes it.</summary>
public sealed record ParameterModel(ParameterLine Line, int Year, IReadOnlyList<int> Years, IReadOnlyList<ParameterChangeLine> Changes)
{
    /// <summary>As typed, when the form came back.</summary>
    public string? Typed { get; init; }

    public string? Reason { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;
}

/// <summary>Reads the settings for those who may change them. Refusals: right-manage-parameters, not-found.</summary>
public sealed class ParameterPageReader(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    private const int ChangesShown = 100;

    /// <summary>The fiscal years offered: those of the shipped calendars and the business year with the one after it.</summary>
    public IReadOnlyList<int> YearsOf(Viewer viewer)
    {
        var year = clock.Today(viewer.RegionId).Year;
        return [.. CalendarData.Shipped.Years.Select(y => y.Year).Append(year).Append(year + 1).Distinct().OrderDescending()];
    }

    public async Task<Outcome<ParametersModel>> ListAsync(Viewer viewer, string? group, int year, string? due, CancellationToken ct)
    {
        if (viewer.May(Right.ManageParameters) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var shown = group is ParametersModel.History || ParameterEntries.Groups.Contains(group) ? group! : ParameterEntries.Filing;
        var lines = await LinesAsync(db, viewer.RegionId, year, [.. ParameterEntries.All.Where(e => e.Group == shown)], ct);
        var changes = shown == ParametersModel.History ? await ChangesAsync(db, viewer.RegionId, null, ct) : [];
        var preview = shown == ParameterEntries.Reminders ? await PreviewAsync(db, viewer, lines, due, ct) : null;
        return new ParametersModel(year, YearsOf(viewer), shown, lines, changes, preview);
    }

    public async Task<Outcome<ParameterModel>> FindAsync(Viewer viewer, string key, int year, CancellationToken ct)
    {
        if (viewer.May(Right.ManageParameters) is { } refusal)
        {
            return refusal;
        }

        if (ParameterEntries.Find(key) is not { } entry)
        {
            return Refusal.NotFound();
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        year = entry.AllYears ? 0 : year;
        var lines = await LinesAsync(db, viewer.RegionId, year, [entry], ct);
        return new ParameterModel(lines[0], year, YearsOf(viewer), await ChangesAsync(db, viewer.RegionId, key, ct));
    }

    private static async Task<List<ParameterLine>> LinesAsync(PlatformDb db, int regionId, int year, List<ParameterEntry> entries, CancellationToken ct)
    {
        var keys = entries.ConvertAll(e => e.Name);
        var rows = await db.Parameters.AsNoTracking().Where(p => p.RegionId == regionId && (p.Year == 0 || p.Year == year) && keys.Contains(p.Key)).ToListAsync(ct);
        var people = rows.Select(r => r.ChangedBy).Distinct().ToList();
        var names = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return entries.ConvertAll(entry =>
        {
            var own = rows.Find(r => r.Key == entry.Name && r.Year == year);
            var row = entry.AllYears ? rows.Find(r => r.Key == entry.Name && r.Year == 0) : own ?? rows.Find(r => r.Key == entry.Name);
            var origin = row is null ? ParameterOrigin.Default : row.Year == 0 ? ParameterOrigin.AllYears : ParameterOrigin.Year;
            return new ParameterLine(entry, row?.Value ?? entry.Default, origin, own?.Value, row?.ChangedAt, row is null ? null : names.GetValueOrDefault(row.ChangedBy));
        });
    }

    private static async Task<List<ParameterChangeLine>> ChangesAsync(PlatformDb db, int regionId, string? key, CancellationToken ct)
    {
        var rows = await db.ParameterChanges.AsNoTracking().Where(c => c.RegionId == regionId && (key == null || c.Key == key)).OrderByDescending(c => c.Id).Take(ChangesShown).ToListAsync(ct);
        var people = rows.Select(r => r.ChangedBy).Distinct().ToList();
        var names = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return rows.ConvertAll(r => new ParameterChangeLine(r, ParameterEntries.Find(r.Key), names.GetValueOrDefault(r.ChangedBy)));
    }

    /// <summary>Read from the rows just shown, not from the store, which may be some seconds behind.</summary>
    private async Task<LadderPreview> PreviewAsync(PlatformDb db, Viewer viewer, List<ParameterLine> lines, string? due, CancellationToken ct)
    {
        var ladder = new ReminderLadder(new RegionParameters(lines.ToDictionary(l => l.Entry.Name, l => l.Value, StringComparer.Ordinal)));
        var extra = (await LinesAsync(db, viewer.RegionId, 0, [ParameterEntries.Find(ParameterRegister.CalendarExtraOff.Name)!], ct))[0].Value;
        var calendar = new WorkingCalendar(CalendarData.Shipped, [.. ParameterRegister.CalendarExtraOff.Read(extra)]);
        var given = DateOnly.TryParseExact(due, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) && day.Year is > 2001 and < 2099;
        day = given ? day : calendar.AddWorkingDays(clock.Today(viewer.RegionId), 10);
        var rungs = ladder.Schedule(BusinessDay.DueInstant(day), calendar);
        return new LadderPreview(day, !given && !string.IsNullOrWhiteSpace(due), rungs, calendar.Coverage(day, rungs is [.., { } last] ? BusinessDay.Of(last.At) : day));
    }
}
