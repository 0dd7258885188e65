using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// A person chooses their own password: the first one after a start password, or another. Other sessions end.
/// Refusals: password-old-wrong, password-different, password-same and those of <see cref="PasswordRules"/>.
/// </summary>
internal sealed class ChangePassword(
    UserManager<User> users, PlatformDb db, PasswordRules rules, SessionBook sessions, SecurityLog log, TimeProvider time)
{
    public async Task<Outcome<Done>> RunAsync(SignedIn who, string old, string chosen, string repeated, CancellationToken ct)
    {
        var user = await db.Users.FirstAsync(u => u.Id == who.Viewer.UserId, ct);
        if (!await users.CheckPasswordAsync(user, old))
        {
            await log.WriteAsync(new SecurityNote("password-old-wrong") { RegionId = user.RegionId, UserId = user.Id, ActorId = user.Id }, ct);
            return new Refusal("password-old-wrong") { Field = "old" };
        }

        if (chosen != repeated)
        {
            return new Refusal("password-different") { Field = "repeated" };
        }

        if (chosen == old)
        {
            return new Refusal("password-same") { Field = "chosen" };
        }

        if (await rules.CheckAsync(user, chosen, ct) is { } refusal)
        {
            return refusal with { Field = "chosen" };
        }

        var now = time.GetUtcNow();
        user.PasswordHash = users.PasswordHasher.HashPassword(user, chosen);
        user.PasswordChangedAt = now;
        user.MustChangePassword = false;
        user.StartPasswordEndsAt = null;
        db.PastPasswords.Add(new PastPassword { UserId = user.Id, At = now, Hash = user.PasswordHash });
        await db.SaveChangesAsync(ct);
        await sessions.EndAsync(s => s.UserId == user.Id && s.Id != who.SessionId, SessionEnd.PasswordChanged, ct);
        sessions.Forget(user.Id);
        await log.WriteAsync(new SecurityNote("password-changed") { RegionId = user.RegionId, UserId = user.Id, ActorId = user.Id }, ct);
        return default(Done);
    }
}
