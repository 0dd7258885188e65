using Microsoft.AspNetCore.Identity;
using PerfFlow.Platform.Data;
using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// Asks a signed-in person for the password again, so that an unattended screen gives no rights away (ASVS 7.5.1).
/// Counted like sign-ins. Refusals: password-old-wrong, sign-in-blocked (minutes).
/// </summary>
internal sealed class ConfirmPassword(UserManager<User> users, PlatformDb db, SignInThrottle throttle, SessionBook sessions, SecurityLog log)
{
    public async Task<Outcome<Done>> RunAsync(SignedIn who, string password, RequestOrigin from, CancellationToken ct)
    {
        if (who.SessionId is not { } session)
        {
            return Refusal.Forbidden("token-not-enough");
        }

        var user = await db.Users.FirstAsync(u => u.Id == who.Viewer.UserId, ct);
        var account = SignInThrottle.Key(user.NormalizedUserName!);
        var origin = $"session {session:N}";
        if (await throttle.EnterAsync(account, origin, knownDevice: true, ct) is { } wait)
        {
            return new Refusal("sign-in-blocked", (int)Math.Ceiling(wait.TotalMinutes)) { Kind = RefusalKind.Busy };
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            await log.WriteAsync(new SecurityNote("password-old-wrong") { RegionId = user.RegionId, UserId = user.Id, ActorId = user.Id, Address = from.Address }, ct);
            return new Refusal("password-old-wrong") { Field = "password" };
        }

        await throttle.ClearAsync(account, origin, ct);
        await sessions.ConfirmAsync(session, ct);
        return default(Done);
    }
}
