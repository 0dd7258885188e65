using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>A role for a person at a body.</summary>
/// <param name="From">First business day.</param>
/// <param name="To">First business day without it; null = open.</param>
public sealed record RoleInput(long UserId, long OrganisationId, string Role, DateOnly From, DateOnly? To = null);

/// <summary>
/// Gives a role or ends one. Takes effect on the next request of that person on this node, within seconds elsewhere.
/// Refusals: role-unknown, role-body, role-dates, role-held, role-offices (三员分立), account-own, not-found,
/// right-grant-roles.
/// </summary>
internal sealed class GrantRole(PlatformDb db, RegionClock clock, RegionJournal journal, SessionBook sessions, SecurityLog log)
{
    /// <param name="viewer">Who gives it; null for the platform itself (demo, command line).</param>
    public async Task<Outcome<Done>> RunAsync(Viewer? viewer, int regionId, RoleInput input, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Refuse(viewer, regionId, input.UserId) is { } refusal)
        {
            return refusal;
        }

        if (!Roles.All.Contains(input.Role))
        {
            return new Refusal("role-unknown") { Field = "role" };
        }

        if (input.To <= input.From)
        {
            return new Refusal("role-dates") { Field = "to" };
        }

        var body = await db.Organisations.AsNoTracking().FirstOrDefaultAsync(b => b.Id == input.OrganisationId && b.RegionId == regionId && b.ValidTo == null, ct);
        if (body is null || !await db.Users.AnyAsync(u => u.Id == input.UserId && u.RegionId == regionId && !u.Retired, ct))
        {
            return Refusal.NotFound();
        }

        if (!Roles.Fits(input.Role, body.Kind))
        {
            return new Refusal("role-body") { Field = "organisationId" };
        }

        var today = clock.Today(regionId);
        var held = await db.Memberships.Where(m => m.UserId == input.UserId && (m.ValidTo == null || m.ValidTo > today)).Select(m => m.Role).ToListAsync(ct);
        if (held.Any(other => other != input.Role && (Roles.IsOffice(other) || Roles.IsOffice(input.Role))))
        {
            return new Refusal("role-offices") { Field = "role" };
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Memberships.Add(new Membership { UserId = input.UserId, OrganisationId = body.Id, Role = input.Role, ValidFrom = input.From, ValidTo = input.To });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Refusal("role-held") { Field = "role", Kind = RefusalKind.Conflict };
        }

        await FinishAsync(transaction, viewer, regionId, "role-given", input.UserId, input.OrganisationId, input.Role, ct);
        return default(Done);
    }

    /// <summary>The role is no longer held from today on.</summary>
    public async Task<Outcome<Done>> EndAsync(Viewer viewer, long membershipId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var today = clock.Today(viewer.RegionId);
        var found = await db.Memberships
            .Where(m => m.Id == membershipId && (m.ValidTo == null || m.ValidTo > today))
            .FirstOrDefaultAsync(m => db.Users.Any(u => u.Id == m.UserId && u.RegionId == viewer.RegionId), ct);
        if (found is null)
        {
            return viewer.May(Right.GrantRoles) ?? Refusal.NotFound();
        }

        if (Refuse(viewer, viewer.RegionId, found.UserId) is { } refusal)
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        found.ValidTo = found.ValidFrom > today ? found.ValidFrom : today;
        await db.SaveChangesAsync(ct);
        await FinishAsync(transaction, viewer, viewer.RegionId, "role-ended", found.UserId, found.OrganisationId, found.Role, ct);
        return default(Done);
    }

    private static Refusal? Refuse(Viewer? viewer, int regionId, long userId) => viewer switch
    {
        null => null,
        _ when viewer.RegionId != regionId => Refusal.NotFound(),
        _ when viewer.May(Right.GrantRoles) is { } refusal => refusal,
        _ when viewer.UserId == userId => Refusal.Forbidden("account-own"),
        _ => null,
    };

    private async Task FinishAsync(
        Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, Viewer? viewer, int regionId, string act, long userId, long organisationId, string role, CancellationToken ct)
    {
        await journal.AppendAsync(db, regionId, act, Actors.Of(viewer, Roles.SecurityAdministrator),
            Facts.Of(("user", userId), ("organisation", organisationId), ("role", role)), ct);
        await transaction.CommitAsync(ct);
        sessions.Forget(userId);
        await log.WriteAsync(new SecurityNote(act) { RegionId = regionId, UserId = userId, ActorId = viewer?.UserId, Detail = role }, ct);
    }
}
