using PerfFlow.Engine.Instances;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;

namespace PerfFlow.Platform.Notices;

/// <summary>A body that would get the notice, with what it would have to file.</summary>
/// <param name="Body">The unit.</param>
/// <param name="SectionId">归口科室 of its department on that day; 0 = none, which the signature refuses.</param>
/// <param name="Objects">Its projects of the fiscal year; a single 0 for the whole unit; empty = nothing to file.</param>
/// <param name="Amount">Adjusted budget of these projects, 万元.</param>
/// <param name="HasAccount">Somebody can sign in and fill for it today.</param>
public sealed record RecipientLine(Body Body, long SectionId, IReadOnlyList<long> Objects, decimal Amount, bool HasAccount);

/// <summary>Whom a notice would go to on a day: counted and listed before the issue, frozen by the signature.</summary>
public sealed record RecipientList(IReadOnlyList<RecipientLine> Lines)
{
    /// <summary>Units that would get at least one case.</summary>
    public int Units => Lines.Count(l => l.Objects.Count > 0);

    public int Targets => Lines.Sum(l => l.Objects.Count);

    public decimal Amount => Lines.Sum(l => l.Amount);

    /// <summary>Their filings could be reviewed by nobody: the signature is refused.</summary>
    public IReadOnlyList<RecipientLine> WithoutSection => [.. Lines.Where(l => l.SectionId == 0)];

    /// <summary>Nobody could fill: a warning.</summary>
    public IReadOnlyList<RecipientLine> WithoutAccount => [.. Lines.Where(l => !l.HasAccount && l.Objects.Count > 0)];

    /// <summary>Nothing to file: left out, with a warning.</summary>
    public IReadOnlyList<RecipientLine> WithoutProject => [.. Lines.Where(l => l.Objects.Count == 0)];

    /// <summary>Resolves the choice of a notice with the organisation and the project library of that business day.</summary>
    public static async Task<RecipientList> OfAsync(PlatformDb db, Notice notice, DateOnly today, CancellationToken ct)
    {
        var choice = RecipientChoice.Read(notice.Recipients);
        var sections = await SectionsAsync(db, notice.RegionId, today, ct);
        var chosen = (await BodiesAsync(db, notice.RegionId, today, ct))
            .Where(b => choice.Takes(b, sections.GetValueOrDefault(b.DepartmentId ?? 0)))
            .ToList();
        var ids = chosen.ConvertAll(b => b.Id);
        var staffed = (await db.Memberships
            .Where(m => ids.Contains(m.OrganisationId) && (m.Role == Roles.Unit || m.Role == Roles.UnitHead)
                && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today)
                && db.Users.Any(u => u.Id == m.UserId && !u.Disabled && !u.Retired))
            .Select(m => m.OrganisationId).Distinct().ToListAsync(ct)).ToHashSet();
        var projects = choice.WholeUnit
            ? Enumerable.Empty<(long, long, decimal)>().ToLookup(p => p.Item1, p => (Id: p.Item2, Adjusted: p.Item3))
            : (await db.Projects.Where(p => p.RegionId == notice.RegionId && p.FiscalYear == notice.FiscalYear && ids.Contains(p.UnitId)
                    // A project whose goals another notice of the year has brought to approval is not asked again.
                    && !db.Cases.Any(c => c.ObjectId == p.Id && c.NoticeId != null && c.NoticeId != notice.Id && c.Status == InstanceStatus.Finished))
                .OrderBy(p => p.Id).Select(p => new { p.UnitId, p.Id, p.Adjusted, p.Kind }).ToListAsync(ct))
                .Where(p => ProjectKinds.HasGoals(p.Kind))
                .ToLookup(p => p.UnitId, p => (p.Id, p.Adjusted));
        return new RecipientList([.. chosen.Select(b => new RecipientLine(
            b,
            sections.GetValueOrDefault(b.DepartmentId ?? 0),
            choice.WholeUnit ? [0] : [.. projects[b.Id].Select(p => p.Id)],
            projects[b.Id].Sum(p => p.Adjusted),
            staffed.Contains(b.Id)))]);
    }

    /// <summary>The bodies that may file on that day, in the order of their codes.</summary>
    internal static Task<List<Body>> BodiesAsync(PlatformDb db, int regionId, DateOnly today, CancellationToken ct) =>
        db.Organisations.AsNoTracking()
            .Where(b => b.RegionId == regionId && (b.Kind == BodyKind.Department || b.Kind == BodyKind.Unit || b.Kind == BodyKind.Town)
                && b.ValidFrom <= today && (b.ValidTo == null || b.ValidTo > today))
            .OrderBy(b => b.Code).ToListAsync(ct);

    /// <summary>归口科室 by department on that day.</summary>
    internal static Task<Dictionary<long, long>> SectionsAsync(PlatformDb db, int regionId, DateOnly today, CancellationToken ct) =>
        db.SectionMappings.Where(m => m.RegionId == regionId && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .ToDictionaryAsync(m => m.DepartmentId, m => m.SectionId, ct);
}
