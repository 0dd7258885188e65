using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// What administrators do to an account that exists: a new start password, off and on, sessions ended, the second
/// factor taken away. Nobody does it to their own. Refusals: right-manage-accounts, right-grant-roles,
/// account-own, not-found.
/// </summary>
internal sealed class ManageAccount(
    PlatformDb db, SessionBook sessions, SecondFactor secondFactor, SecurityLog log, IOptions<IdentityLimits> limits, TimeProvider time)
{
    /// <summary>Returns the new start password; the second factor stays (ASVS 6.4.3), sessions end.</summary>
    public async Task<Outcome<string>> ResetPasswordAsync(Viewer viewer, long userId, CancellationToken ct)
    {
        var found = await FindAsync(viewer, Right.ManageAccounts, userId, ct);
        if (!found.Ok)
        {
            return found.Refusal!;
        }

        var password = CreateAccount.Restart(found.Value, limits.Value, time.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await EndSessionsAsync(userId, ct);
        await NoteAsync("password-reset", viewer, found.Value, ct);
        return password;
    }

    /// <summary>A disabled account cannot sign in, and its sessions and tokens stop at once.</summary>
    public async Task<Outcome<Done>> SetDisabledAsync(Viewer viewer, long userId, bool disabled, CancellationToken ct)
    {
        var found = await FindAsync(viewer, Right.ManageAccounts, userId, ct);
        if (!found.Ok)
        {
            return found.Refusal!;
        }

        found.Value.Disabled = disabled;
        await db.SaveChangesAsync(ct);
        if (disabled)
        {
            await EndSessionsAsync(userId, ct);
        }

        sessions.Forget(userId);
        await NoteAsync(disabled ? "account-disabled" : "account-enabled", viewer, found.Value, ct);
        return default(Done);
    }

    public async Task<Outcome<Done>> EndSessionsAsync(Viewer viewer, long userId, CancellationToken ct)
    {
        var found = await FindAsync(viewer, Right.ManageAccounts, userId, ct);
        if (!found.Ok)
        {
            return found.Refusal!;
        }

        await EndSessionsAsync(userId, ct);
        await NoteAsync("sessions-ended", viewer, found.Value, ct);
        return default(Done);
    }

    /// <summary>For a lost phone; the security administrator's act, since it weakens the account.</summary>
    public async Task<Outcome<Done>> RemoveSecondFactorAsync(Viewer viewer, long userId, CancellationToken ct)
    {
        var found = await FindAsync(viewer, Right.GrantRoles, userId, ct);
        if (!found.Ok)
        {
            return found.Refusal!;
        }

        await secondFactor.RemoveAsync(found.Value, viewer.UserId, ct);
        await EndSessionsAsync(userId, ct);
        return default(Done);
    }

    private async Task EndSessionsAsync(long userId, CancellationToken ct)
    {
        await sessions.EndAsync(s => s.UserId == userId, SessionEnd.ByAdministrator, ct);
        sessions.Forget(userId);
    }

    private async Task<Outcome<User>> FindAsync(Viewer viewer, Right right, long userId, CancellationToken ct)
    {
        if (viewer.May(right) is { } refusal)
        {
            return refusal;
        }

        if (userId == viewer.UserId)
        {
            return Refusal.Forbidden("account-own");
        }

        var user = await db.Users.FirstOrDefaultAsync(u => u.Id == userId && u.RegionId == viewer.RegionId && !u.Retired, ct);
        return user is null ? Refusal.NotFound() : user;
    }

    private Task NoteAsync(string kind, Viewer viewer, User user, CancellationToken ct) => log.WriteAsync(
        new SecurityNote(kind) { RegionId = user.RegionId, UserId = user.Id, ActorId = viewer.UserId }, ct);
}
