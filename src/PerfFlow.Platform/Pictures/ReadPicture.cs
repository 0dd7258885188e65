using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Pictures;

/// <summary>
/// The picture of a case for a reader of its trail, with the names that the trail has and no others. Of a notice's own case:
/// for those who may read the notice from its draft on.
/// </summary>
public sealed class ReadPicture(
    FilingCases filings, ReadTrail trail, ReadNotice notices, DefinitionCatalog catalog, ParameterStore parameters, RegionClock clock, SecurityLog log,
    IDbContextFactory<PlatformDb> databases)
{
    /// <param name="viewer">Who asks.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="line">How many lines of the trail to show, from 1; null = all. Out of bounds is the nearest.</param>
    /// <param name="ct">Stops the reading.</param>
    public async Task<Outcome<CasePicture>> RunAsync(Viewer viewer, long caseId, int? line, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var notice = await db.Notices.Where(n => n.CaseId == caseId && n.RegionId == viewer.RegionId).Select(n => (long?)n.Id).FirstOrDefaultAsync(ct);
        var found = notice is { } id ? await NoticeAsync(db, viewer, caseId, id, ct) : await FilingAsync(db, viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var about = found.Value;
        if (catalog.WhyNot(about.Case.Definition) is { } damaged)
        {
            return damaged;
        }

        var definition = catalog.Get(about.Case.Definition);
        var journal = await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId).OrderBy(j => j.Seq).Select(j => new JournalEntry(j.Seq, j.At, j.Act, j.Visit, j.Outcome, j.Line)).ToListAsync(ct);
        if (journal.Where(entry => entry.Act == "Migrate").SelectMany(MigrateFacts.Rows).Select(catalog.WhyNot).FirstOrDefault(why => why is not null) is { } earlier)
        {
            return earlier;
        }

        var replayed = CaseReplay.Run(definition, journal, catalog.Get);
        if (replayed.Refusal is { } broken)
        {
            return broken;
        }

        // A line may have been written between the two readings: the picture has those that the trail has.
        var lines = replayed.Value.Take(about.Trail.Count).ToList();
        var shown = Math.Clamp(line ?? lines.Count, 1, lines.Count);
        // As it was at that line: steps, names and roles of the version that was in force.
        var now = definition;
        definition = lines[shown - 1].Definition;
        var drawing = Drawing.Of(definition);
        var last = shown == lines.Count;
        var roles = PictureWords.RolesOf(definition.HumanSteps);
        var (steps, ways) = PictureState.Of(
            drawing, definition.HumanSteps.SelectMany(step => step.Returns.Select(outcome => (step.ActivityId, outcome))).ToHashSet(), lines[..shown], parameters.Calendar(about.Case.RegionId), last ? clock.Now(viewer.RegionId) : lines[shown - 1].At,
            open => last && about.Persons.TryGetValue(open.Visit, out var person) ? person : roles.TryGetValue(open.ActivityId, out var role) ? about.Holder(role) : null);
        return new CasePicture
        {
            CaseId = caseId,
            Definition = definition.DefinitionId,
            Version = definition.Version,
            Migrated = !ReferenceEquals(definition, now),
            Title = about.Title,
            Sub = about.Sub,
            Address = notice is null ? $"/cases/{caseId}" : $"/notices/{notice}",
            Status = lines[shown - 1].Status,
            Trail = about.Trail,
            Line = shown,
            Drawing = drawing,
            Roles = roles,
            Steps = steps,
            Ways = ways,
        };
    }

    /// <summary>What a case is about, whoever it belongs to.</summary>
    /// <param name="Persons">Who has an open visit by name, where it was handed to somebody.</param>
    private sealed record About(CaseRow Case, string Title, string Sub, IReadOnlyList<TrailLine> Trail, Func<string, string> Holder, IReadOnlyDictionary<int, string> Persons);

    private async Task<Outcome<About>> FilingAsync(PlatformDb db, Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        await log.ViewedAsync(viewer, filing.Case, "detail", filing.Named, ct);
        var bureau = await BureauAsync(db, viewer, ct);
        var handed = await db.Tasks.Where(t => t.CaseId == caseId && t.PersonId != null).Join(db.Users, t => t.PersonId, u => u.Id, (t, u) => new { t.Visit, u.Name }).ToDictionaryAsync(t => t.Visit, t => t.Name, ct);
        return new About(
            filing.Case, filing.Project.Name, filing.Unit.Name, await trail.RunAsync(filing, ct),
            role => role switch { Roles.Unit => filing.Unit.Name, Roles.Department => filing.Department.Name, Roles.Section => filing.Section.Name, _ => bureau },
            handed);
    }

    private async Task<Outcome<About>> NoticeAsync(PlatformDb db, Viewer viewer, long caseId, long notice, CancellationToken ct)
    {
        var view = await notices.RunAsync(viewer, notice, ct);
        if (view.Refusal is { } missing)
        {
            return missing;
        }

        // Units read what was issued, not how it came about.
        if (!view.Value.Whole)
        {
            return Refusal.NotFound();
        }

        var found = await db.Cases.AsNoTracking().FirstAsync(c => c.Id == caseId, ct);
        var journal = await db.Journal.AsNoTracking().Where(j => j.CaseId == caseId).OrderBy(j => j.Seq)
            .Select(j => new { j.Seq, j.At, j.Act, j.Outcome, j.Visit, j.Node, j.Role, j.OrganisationId, j.ActorId, j.VisitOpenedAt }).ToListAsync(ct);
        var (actors, bodies) = (journal.Select(j => j.ActorId).Distinct().ToList(), journal.Select(j => j.OrganisationId).Distinct().ToList());
        var people = await db.Users.AsNoTracking().Where(u => actors.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var calendar = parameters.Calendar(viewer.RegionId);
        var bureau = await BureauAsync(db, viewer, ct);
        return new About(
            found, view.Value.Text.Title, view.Value.State.Number ?? bureau,
            [.. journal.Select(j => new TrailLine(
                j.Seq, j.At, j.Act, j.Outcome, j.Visit, j.ActorId, people.GetValueOrDefault(j.ActorId), j.Role, names.GetValueOrDefault(j.OrganisationId, ""),
                j.Node is { } node ? catalog.StepName(found.Definition, node) : "",
                j.VisitOpenedAt is { } opened ? calendar.WorkingDaysBetween(Calendars.BusinessDay.Of(opened), Calendars.BusinessDay.Of(j.At)) : null,
                j.VisitOpenedAt is { } from ? Math.Max(0, (j.At - from).TotalHours) : null)
            {
                Definition = NoticeSteps.Definition,
            })],
            _ => bureau,
            new Dictionary<int, string>());
    }

    private async Task<string> BureauAsync(PlatformDb db, Viewer viewer, CancellationToken ct) =>
        clock.Get(viewer.RegionId).BureauId is { } id ? await db.Organisations.Where(o => o.Id == id).Select(o => o.Name).FirstAsync(ct) : viewer.RegionName;
}
