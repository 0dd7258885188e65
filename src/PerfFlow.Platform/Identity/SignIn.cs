using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>What somebody typed, and from where.</summary>
/// <param name="Code">Six digits of the authenticator app, or a recovery code; null when none was typed.</param>
/// <param name="Device">The device's id if this account signed in from it before.</param>
internal sealed record SignInRequest(string UserName, string Password, string? Code, string? Device, RequestOrigin Origin);

/// <summary>Where a request came from.</summary>
/// <param name="Local">From this machine.</param>
internal sealed record RequestOrigin(string Address, bool Local, string Agent);

/// <summary>
/// Opens a session for the right name, password and, where enrolled, code. Wrong name, wrong password, wrong code and
/// a disabled account get the same answer after the same work. Refusals: sign-in-failed, sign-in-blocked (minutes),
/// code-needed, start-password-ended, demo-only-local.
/// </summary>
internal sealed class SignIn(
    UserManager<User> users, PlatformDb db, SignInThrottle throttle, SessionBook sessions, SecondFactor secondFactor,
    SecurityLog log, TimeProvider time)
{
    private static readonly User Nobody = new() { RegionId = 0, Name = "", Demo = false, CreatedAt = default };
    private static string? nobodysHash;

    public async Task<Outcome<Session>> RunAsync(SignInRequest request, CancellationToken ct)
    {
        var name = users.NormalizeName(request.UserName.Trim()) ?? "";
        var account = SignInThrottle.Key(name);
        var origin = request.Device is { } device ? $"device {device}" : $"address {request.Origin.Address}";
        if (await throttle.EnterAsync(account, origin, request.Device is not null, ct) is { } wait)
        {
            await NoteAsync("sign-in-blocked", null, request, ct);
            return new Refusal("sign-in-blocked", (int)Math.Ceiling(wait.TotalMinutes)) { Kind = RefusalKind.Busy };
        }

        var user = await users.FindByNameAsync(name);
        if (!await PasswordRightAsync(user, request.Password) || user!.Disabled)
        {
            await NoteAsync("sign-in-failed", user, request, ct);
            return new Refusal("sign-in-failed");
        }

        if (await RefusalAfterPasswordAsync(user, request, ct) is { } refusal)
        {
            return refusal;
        }

        await throttle.ClearAsync(account, origin, ct);
        if (user.StartPasswordEndsAt is not null)
        {
            // Worth one sign-in: whoever does not choose an own password now asks the administrator again.
            user.StartPasswordEndsAt = time.GetUtcNow();
        }

        user.LastSignInAt = time.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await NoteAsync("signed-in", user, request, ct);
        return await sessions.OpenAsync(user.Id, request.Origin.Address, request.Origin.Agent, ct);
    }

    private async Task<Refusal?> RefusalAfterPasswordAsync(User user, SignInRequest request, CancellationToken ct)
    {
        if (user.Demo && !request.Origin.Local)
        {
            await NoteAsync("demo-refused", user, request, ct);
            return new Refusal("demo-only-local");
        }

        if (user.StartPasswordEndsAt <= time.GetUtcNow())
        {
            await NoteAsync("start-password-ended", user, request, ct);
            return new Refusal("start-password-ended");
        }

        if (!user.TwoFactorEnabled)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(request.Code))
        {
            return new Refusal("code-needed") { Field = "code" };
        }

        if (await secondFactor.AcceptAsync(user, request.Code, ct))
        {
            return null;
        }

        await NoteAsync("code-failed", user, request, ct);
        return new Refusal("sign-in-failed");
    }

    /// <summary>An unknown name costs as much as a wrong password, or the answer's time would tell.</summary>
    private async Task<bool> PasswordRightAsync(User? user, string password)
    {
        if (user?.PasswordHash is not null)
        {
            return await users.CheckPasswordAsync(user, password);
        }

        nobodysHash ??= users.PasswordHasher.HashPassword(Nobody, "nobody");
        users.PasswordHasher.VerifyHashedPassword(Nobody, nobodysHash, password);
        return false;
    }

    private Task NoteAsync(string kind, User? user, SignInRequest request, CancellationToken ct) => log.WriteAsync(
        new SecurityNote(kind)
        {
            RegionId = user?.RegionId,
            UserId = user?.Id,
            Account = user is null ? Shorten(request.UserName) : null,
            Address = request.Origin.Address,
        }, ct);

    /// <summary>People type passwords into the name field; what is no possible name is not written down.</summary>
    private static string Shorten(string typed) =>
        typed.Length <= 40 && typed.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@') ? typed : "(?)";
}

/// <summary>
/// Remembers on the device that an account has signed in from it, so that a stranger's failures elsewhere neither
/// block nor delay its owner. Says nothing else and opens nothing.
/// </summary>
internal sealed class DeviceCookie(IDataProtectionProvider protection)
{
    private const string Name = "device";
    private readonly IDataProtector protector = protection.CreateProtector("PerfFlow.Identity.Device");

    /// <summary>The device's id if the cookie was given to this account.</summary>
    public string? Read(HttpContext http, string normalizedName)
    {
        if (!http.Request.Cookies.TryGetValue(Name, out var value))
        {
            return null;
        }

        try
        {
            var parts = protector.Unprotect(value).Split('\n');
            return parts is [var device, var account] && account == normalizedName ? device : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    public void Give(HttpContext http, string normalizedName, DateTimeOffset now)
    {
        var device = Read(http, normalizedName) ?? Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(Name, protector.Protect($"{device}\n{normalizedName}"), new CookieOptions
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Expires = now.AddDays(180),
            IsEssential = true,
        });
    }
}
