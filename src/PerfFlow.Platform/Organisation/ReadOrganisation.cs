using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>A body in the tree, with how many people hold a role at it today.</summary>
public sealed record TreeLine(long Id, BodyKind Kind, string Code, string Name, long? ParentId, int People);

/// <summary>A role somebody holds, held or will hold.</summary>
/// <param name="Current">Held on the region's business date.</param>
public sealed record RoleLine(long Id, long UserId, string UserName, string PersonName, bool Disabled, long OrganisationId, string OrganisationName, string Role, DateOnly From, DateOnly? To, bool Current);

/// <summary>Which section looks after a department, and when.</summary>
public sealed record MappingLine(long DepartmentId, string DepartmentName, long SectionId, string SectionName, DateOnly From, DateOnly? To);

/// <summary>A body with its people and its 归口.</summary>
public sealed record BodyView(Body Body, IReadOnlyList<RoleLine> Roles, IReadOnlyList<MappingLine> Mappings);

/// <summary>An account in the list of people.</summary>
public sealed record PersonLine(long Id, string UserName, string Name, string? Email, bool Disabled, bool MustChangePassword, bool TwoFactor, bool Demo, DateTimeOffset? LastSignInAt, IReadOnlyList<PostLine> Posts);

/// <summary>A role held today, and where.</summary>
public sealed record PostLine(string Body, string Role);

/// <summary>What somebody sees today, for those who give roles: how much, never what.</summary>
/// <param name="Units">The bodies whose items they see, at most so many as are shown.</param>
public sealed record SightView(int UnitCount, IReadOnlyList<string> Units, int Cases, int Projects, int Tasks);

/// <summary>An account with its roles and what follows from them.</summary>
public sealed record PersonView(PersonLine Person, IReadOnlyList<RoleLine> Roles, SightView? Sight);

/// <summary>
/// The tree and its people, for those who look after them. Refusals: right-manage-organisation, not-found.
/// </summary>
public sealed class ReadOrganisation(PlatformDb db, RegionClock clock, ViewerReader viewers)
{
    private const int UnitsShown = 12;

    /// <summary>Administrators, and those who give roles, look at the organisation.</summary>
    public static Refusal? MayLook(Viewer viewer) =>
        viewer.May(Right.GrantRoles) is null ? null : viewer.May(Right.ManageOrganisation);

    public async Task<IReadOnlyList<TreeLine>> TreeAsync(Viewer viewer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var today = clock.Today(viewer.RegionId);
        return await db.Organisations.Where(b => b.RegionId == viewer.RegionId && (b.ValidTo == null || b.ValidTo > today))
            .OrderBy(b => b.Code)
            .Select(b => new TreeLine(b.Id, b.Kind, b.Code, b.Name, b.ParentId,
                db.Memberships.Count(m => m.OrganisationId == b.Id && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))))
            .ToListAsync(ct);
    }

    public async Task<Outcome<BodyView>> BodyAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (MayLook(viewer) is { } refusal)
        {
            return refusal;
        }

        var body = await db.Organisations.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id && b.RegionId == viewer.RegionId, ct);
        if (body is null)
        {
            return Refusal.NotFound();
        }

        var roles = await RolesAsync(db.Memberships.Where(m => m.OrganisationId == id), viewer, ct);
        var mappings = await db.SectionMappings.Where(m => m.DepartmentId == id || m.SectionId == id)
            .OrderByDescending(m => m.ValidTo == null).ThenByDescending(m => m.ValidFrom)
            .Select(m => new MappingLine(
                m.DepartmentId, db.Organisations.First(b => b.Id == m.DepartmentId).Name,
                m.SectionId, db.Organisations.First(b => b.Id == m.SectionId).Name, m.ValidFrom, m.ValidTo))
            .ToListAsync(ct);
        return new BodyView(body, roles, mappings);
    }

    /// <param name="text">Part of the name or of the account; null for all.</param>
    /// <param name="after">Account name after which the page begins.</param>
    public async Task<Outcome<IReadOnlyList<PersonLine>>> PeopleAsync(Viewer viewer, string? text, string? after, int size, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (MayLook(viewer) is { } refusal)
        {
            return refusal;
        }

        var users = db.Users.Where(u => u.RegionId == viewer.RegionId && !u.Retired);
        if (!string.IsNullOrWhiteSpace(text))
        {
            var (part, upper) = (text.Trim(), text.Trim().ToUpperInvariant());
            users = users.Where(u => u.Name.Contains(part) || u.NormalizedUserName!.Contains(upper));
        }

        if (!string.IsNullOrEmpty(after))
        {
            users = users.Where(u => string.Compare(u.NormalizedUserName, after) > 0);
        }

        return await LinesAsync(users.OrderBy(u => u.NormalizedUserName).Take(size), viewer, ct);
    }

    public async Task<Outcome<PersonView>> PersonAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (MayLook(viewer) is { } refusal)
        {
            return refusal;
        }

        var people = await LinesAsync(db.Users.Where(u => u.Id == id && u.RegionId == viewer.RegionId && !u.Retired), viewer, ct);
        if (people is not [var person])
        {
            return Refusal.NotFound();
        }

        var roles = await RolesAsync(db.Memberships.Where(m => m.UserId == id), viewer, ct);
        return new PersonView(person, roles, await viewers.FindAsync(id, ct) is { } seen ? await SightAsync(seen, ct) : null);
    }

    private async Task<SightView> SightAsync(Viewer seen, CancellationToken ct)
    {
        var reach = seen.Reach;
        var units = await db.FilingUnitsOn(seen.RegionId, seen.Today).ToListAsync(ct);
        var names = units.Where(u => reach.AllCases
                || (u.SectionId is { } section && reach.Sections.Contains(section)) || reach.Departments.Contains(u.DepartmentId) || reach.Units.Contains(u.Id))
            .Select(u => u.Name).ToList();
        return new SightView(
            names.Count,
            [.. names.Take(UnitsShown)],
            await db.Cases.VisibleTo(seen).CountAsync(ct),
            await db.Projects.VisibleTo(seen, Matter.Budget).CountAsync(ct),
            await db.Tasks.HeldBy(seen).CountAsync(ct));
    }

    private async Task<List<RoleLine>> RolesAsync(IQueryable<Membership> memberships, Viewer viewer, CancellationToken ct)
    {
        var today = clock.Today(viewer.RegionId);
        return await memberships
            .Join(db.Users.Where(u => u.RegionId == viewer.RegionId), m => m.UserId, u => u.Id, (m, u) => new { m, u })
            .Join(db.Organisations, x => x.m.OrganisationId, b => b.Id, (x, b) => new { x.m, x.u, b })
            .OrderByDescending(x => x.m.ValidTo == null).ThenBy(x => x.u.NormalizedUserName).ThenBy(x => x.m.Role)
            .Select(x => new RoleLine(
                x.m.Id, x.u.Id, x.u.UserName!, x.u.Name, x.u.Disabled, x.b.Id, x.b.Name, x.m.Role, x.m.ValidFrom, x.m.ValidTo,
                x.m.ValidFrom <= today && (x.m.ValidTo == null || x.m.ValidTo > today)))
            .ToListAsync(ct);
    }

    private async Task<List<PersonLine>> LinesAsync(IQueryable<Identity.User> users, Viewer viewer, CancellationToken ct)
    {
        var today = clock.Today(viewer.RegionId);
        var found = await users.AsNoTracking().ToListAsync(ct);
        var ids = found.ConvertAll(u => u.Id);
        var posts = await db.Memberships.Where(m => ids.Contains(m.UserId) && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .Join(db.Organisations, m => m.OrganisationId, b => b.Id, (m, b) => new { m.UserId, b.ShortName, m.Role })
            .ToListAsync(ct);
        return found.ConvertAll(u => new PersonLine(
            u.Id, u.UserName!, u.Name, u.Email, u.Disabled, u.MustChangePassword, u.TwoFactorEnabled, u.Demo, u.LastSignInAt,
            [.. posts.Where(p => p.UserId == u.Id).Select(p => new PostLine(p.ShortName, p.Role))]));
    }
}
