using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Signers;

/// <summary>Somebody who may be asked, in the post in which they would be.</summary>
public sealed record Candidate(long UserId, string Name, SeatPost Post, string Body);

/// <summary>
/// Who may be asked to sign or to answer, and to whom a case may be shown: only people who see the case anyway, so that no name of
/// another unit is told and no right is given by asking.
/// </summary>
internal static class Candidates
{
    private static readonly string[] Bureau = [Roles.Performance, Roles.Budget, Roles.Treasury, Roles.Leader];

    /// <summary>
    /// For a step of finance: 归口科室 of the case, 绩效科, 预算科, 国库科 and the leaders; for the department's step the people of that
    /// department. Nobody who took part in filling the item, and not oneself.
    /// </summary>
    public static async Task<IReadOnlyList<Candidate>> ToSignAsync(PlatformDb db, HeldStep held, long viewer, RegionClock clock, CancellationToken ct)
    {
        var row = held.Filing.Case;
        var posts = held.Post.Role switch
        {
            Roles.Department => [held.Post],
            _ when Roles.Finance.Contains(held.Post.Role) => OfFinance(held.Filing, clock),
            _ => [],
        };
        var fillers = await Fillers.Of(db, row.Id).ToListAsync(ct);
        // The step's own post first: who holds several signs in that one.
        return await AtAsync(db, [held.Post, .. posts], [viewer, .. fillers], clock.Today(row.RegionId), ct) is var found && posts.Length > 0 ? found : [];
    }

    /// <summary>All who see the case: finance, the department's reviewers, the unit's people.</summary>
    public static Task<IReadOnlyList<Candidate>> ToReadAsync(PlatformDb db, FilingCase filing, long viewer, RegionClock clock, CancellationToken ct)
    {
        var row = filing.Case;
        SeatPost[] posts = [.. OfFinance(filing, clock), new(Roles.Department, row.DepartmentId), new(Roles.UnitHead, row.UnitId), new(Roles.Unit, row.UnitId)];
        return AtAsync(db, posts, [viewer], clock.Today(row.RegionId), ct);
    }

    private static SeatPost[] OfFinance(FilingCase filing, RegionClock clock)
    {
        var bureau = clock.Get(filing.Case.RegionId).BureauId ?? 0;
        return [new(Roles.Section, filing.Case.SectionId), .. Bureau.Select(role => new SeatPost(role, bureau))];
    }

    private static async Task<IReadOnlyList<Candidate>> AtAsync(PlatformDb db, IReadOnlyList<SeatPost> posts, IReadOnlyList<long> without, DateOnly today, CancellationToken ct)
    {
        var bodies = posts.Select(p => p.OrganisationId).Distinct().ToList();
        var roles = posts.Select(p => p.Role).Distinct().ToList();
        var held = await db.Memberships.AsNoTracking()
            .Where(m => bodies.Contains(m.OrganisationId) && roles.Contains(m.Role) && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .Join(db.Users.AsNoTracking().Where(u => !u.Disabled && !u.Retired), m => m.UserId, u => u.Id, (m, u) => new { m.Role, m.OrganisationId, u.Id, u.Name })
            .Join(db.Organisations.AsNoTracking(), m => m.OrganisationId, o => o.Id, (m, o) => new { m.Role, m.OrganisationId, m.Id, m.Name, Body = o.Name })
            .ToListAsync(ct);
        var order = posts.Select((post, i) => (post, i)).DistinctBy(p => p.post).ToDictionary(p => p.post, p => p.i);
        return [.. held.Where(h => !without.Contains(h.Id) && order.ContainsKey(new SeatPost(h.Role, h.OrganisationId)))
            .Select(h => new Candidate(h.Id, h.Name, new SeatPost(h.Role, h.OrganisationId), h.Body))
            .OrderBy(c => order[c.Post]).ThenBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.UserId)
            .DistinctBy(c => c.UserId)];
    }
}
