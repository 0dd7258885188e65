using PerfFlow.Engine.Instances;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;

namespace PerfFlow.Platform.Notices;

/// <summary>A body that would get the notice, with what it would have to file.</summary>
/// <param name="Body">The unit.</param>
/// <param name="SectionId">归口科室 of its department on that day; 0 = none, which the signature refuses.</param>
/// <param name="Objects">Its projects of the fiscal year; empty = nothing to file.</param>
/// <param name="Amount">Adjusted budget of these projects, 万元.</param>
/// <param name="HasAccount">Somebody can sign in and fill for it today.</param>
public sealed record RecipientLine(Body Body, long SectionId, IReadOnlyList<long> Objects, decimal Amount, bool HasAccount)
{
    /// <summary>Of <see cref="Objects"/> the key projects.</summary>
    public IReadOnlyList<long> Key { get; init; } = [];
}

/// <summary>Whom a notice would go to on a day: counted and listed before the issue, frozen by the signature.</summary>
public sealed record RecipientList(IReadOnlyList<RecipientLine> Lines)
{
    /// <summary>Units that would get at least one case.</summary>
    public int Units => Lines.Count(l => l.Objects.Count > 0);

    public int Targets => Lines.Sum(l => l.Objects.Count);

    public decimal Amount => Lines.Sum(l => l.Amount);

    /// <summary>重点 projects among the targets.</summary>
    public int Key => Lines.Sum(l => l.Key.Count);

    /// <summary>Codes of the list that name no project which these bodies have in the year: the signature is refused.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

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
        var codes = choice.Projects;
        var once = NoticeKinds.OnceAYear.Contains(notice.Opens);
        int[] same = once ? await db.Database.SqlQuery<int>($"""select id as "Value" from platform.definitions where definition_id = {notice.Opens}""").ToArrayAsync(ct) : [];
        var found = (await db.Projects.Where(p => p.RegionId == notice.RegionId && p.FiscalYear == notice.FiscalYear && ids.Contains(p.UnitId)
                && (codes.Count == 0 || codes.Contains(p.Code))
                && !(once && db.Cases.Any(c => c.ObjectId == p.Id && same.Contains(c.Definition) && c.NoticeId != null && c.NoticeId != notice.Id && c.Status == InstanceStatus.Finished)))
            .OrderBy(p => p.Id).Select(p => new { p.UnitId, p.Id, p.Code, p.Adjusted, p.Kind }).ToListAsync(ct))
            .Where(p => ProjectKinds.HasGoals(p.Kind)).ToList();
        var projects = found.ToLookup(p => p.UnitId);
        var known = found.Select(p => p.Code).ToHashSet(StringComparer.Ordinal);
        var key = choice.Key.ToHashSet(StringComparer.Ordinal);
        // Of a list only the bodies that are on it are recipients.
        return new RecipientList([.. chosen.Where(b => codes.Count == 0 || projects.Contains(b.Id)).Select(b => new RecipientLine(
            b,
            sections.GetValueOrDefault(b.DepartmentId ?? 0),
            [.. projects[b.Id].Select(p => p.Id)],
            projects[b.Id].Sum(p => p.Adjusted),
            staffed.Contains(b.Id))
        {
            Key = [.. projects[b.Id].Where(p => key.Contains(p.Code)).Select(p => p.Id)],
        })])
        {
            Unknown = [.. codes.Concat(choice.Key).Where(c => !known.Contains(c)).Distinct(StringComparer.Ordinal)],
        };
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
