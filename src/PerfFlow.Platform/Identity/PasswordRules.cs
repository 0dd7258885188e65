using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>What a new password must be, by the profile in force; each refusal says what to change.</summary>
internal sealed class PasswordRules(PlatformDb db, IOptions<IdentityLimits> limits, IPasswordHasher<User> hasher)
{
    private const int Longest = 128;
    private const int Remembered = 5;

    public int Shortest => ShortestOf(limits.Value.PasswordProfile);

    /// <summary>Null when the password may be used by this account.</summary>
    public async Task<Refusal?> CheckAsync(User user, string password, CancellationToken ct)
    {
        if (CheckText(user, password, limits.Value.PasswordProfile) is { } refusal)
        {
            return refusal;
        }

        if (limits.Value.PasswordProfile != PasswordProfile.DengBao)
        {
            return null;
        }

        var past = await db.PastPasswords.Where(p => p.UserId == user.Id).OrderByDescending(p => p.At)
            .Take(Remembered).Select(p => p.Hash).ToListAsync(ct);
        return past.Any(hash => hasher.VerifyHashedPassword(user, hash, password) != PasswordVerificationResult.Failed)
            ? new Refusal("password-used-before", Remembered)
            : null;
    }

    /// <summary>The profile asks for a new one.</summary>
    public static bool Expired(User user, IdentityLimits limits, DateTimeOffset now) =>
        limits.PasswordProfile == PasswordProfile.DengBao && now - user.PasswordChangedAt > TimeSpan.FromDays(limits.PasswordDays);

    /// <summary>What can be said of a password without knowing the account's past.</summary>
    internal static Refusal? CheckText(User user, string password, PasswordProfile profile)
    {
        if (password.Length < ShortestOf(profile))
        {
            return new Refusal("password-short", ShortestOf(profile));
        }

        if (password.Length > Longest)
        {
            return new Refusal("password-long", Longest);
        }

        if (profile == PasswordProfile.DengBao && Kinds(password) < 3)
        {
            return new Refusal("password-kinds");
        }

        if (password.Contains(user.UserName!, StringComparison.OrdinalIgnoreCase) || password.Contains(user.Name, StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal("password-holds-name");
        }

        return KnownPasswords.Contains(password) ? new Refusal("password-known") : null;
    }

    private static int ShortestOf(PasswordProfile profile) => profile == PasswordProfile.DengBao ? 10 : 12;

    private static int Kinds(string password) =>
        (password.Any(char.IsAsciiLetterLower) ? 1 : 0)
        + (password.Any(char.IsAsciiLetterUpper) ? 1 : 0)
        + (password.Any(char.IsAsciiDigit) ? 1 : 0)
        + (password.Any(c => !char.IsAsciiLetterOrDigit(c)) ? 1 : 0);
}
