using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// The second factor of an account: an authenticator app, and ten recovery codes for the day the phone is lost.
/// Refusals: code-wrong, second-factor-not-begun, second-factor-required.
/// </summary>
internal sealed class SecondFactor(PlatformDb db, IDataProtectionProvider protection, SessionBook sessions, SecurityLog log, TimeProvider time)
{
    private const int RecoveryCodes = 10;
    private readonly IDataProtector protector = protection.CreateProtector("PerfFlow.Identity.Totp");

    /// <summary>The secret to enrol with; the same again until a code confirms it.</summary>
    public async Task<byte[]> BeginAsync(User user, CancellationToken ct)
    {
        if (!user.TwoFactorEnabled && user.TotpSecret is { } begun)
        {
            return protector.Unprotect(begun);
        }

        var secret = Totp.NewSecret();
        user.TotpSecret = protector.Protect(secret);
        user.TwoFactorEnabled = false;
        await db.SaveChangesAsync(ct);
        return secret;
    }

    /// <summary>The app works: from now on every sign-in asks for a code. Returns the recovery codes, shown once.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> ConfirmAsync(User user, string code, CancellationToken ct)
    {
        if (user.TotpSecret is not { } stored)
        {
            return new Refusal("second-factor-not-begun") { Kind = RefusalKind.Conflict };
        }

        if (Totp.Accept(protector.Unprotect(stored), Digits(code), time.GetUtcNow(), user.TotpLastStep) is not { } step)
        {
            return new Refusal("code-wrong") { Field = "code" };
        }

        user.TwoFactorEnabled = true;
        user.TotpLastStep = step;
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => NewRecoveryCode()).ToList();
        await db.RecoveryCodes.Where(c => c.UserId == user.Id).ExecuteDeleteAsync(ct);
        db.RecoveryCodes.AddRange(codes.Select(c => new RecoveryCode { UserId = user.Id, Hash = Hash(c) }));
        await db.SaveChangesAsync(ct);
        await NoteAsync("second-factor-on", user, user.Id, ct);
        return codes;
    }

    /// <summary>Takes the app away again: by its owner, or by a security administrator when the phone is lost.</summary>
    public async Task RemoveAsync(User user, long actorId, CancellationToken ct)
    {
        user.TwoFactorEnabled = false;
        user.TotpSecret = null;
        await db.RecoveryCodes.Where(c => c.UserId == user.Id).ExecuteDeleteAsync(ct);
        await db.SaveChangesAsync(ct);
        await NoteAsync("second-factor-off", user, actorId, ct);
    }

    /// <summary>A code of the app, or a recovery code, each worth one use also when tried twice at once.</summary>
    public async Task<bool> AcceptAsync(User user, string code, CancellationToken ct)
    {
        var typed = Digits(code);
        if (Totp.Accept(protector.Unprotect(user.TotpSecret!), typed, time.GetUtcNow(), user.TotpLastStep) is { } step)
        {
            var taken = await db.Users.Where(u => u.Id == user.Id && u.TotpLastStep < step)
                .ExecuteUpdateAsync(u => u.SetProperty(x => x.TotpLastStep, step), ct) == 1;
            user.TotpLastStep = step;
            return taken;
        }

        var (hash, now) = (Hash(code), time.GetUtcNow());
        var used = await db.RecoveryCodes.Where(c => c.UserId == user.Id && c.Hash == hash && c.UsedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now), ct) == 1;
        if (used)
        {
            await NoteAsync("recovery-code-used", user, user.Id, ct);
        }

        return used;
    }

    private static string NewRecoveryCode()
    {
        var text = Secrets.Text(10);
        return $"{text[..5]}-{text[5..]}";
    }

    private static string Digits(string code) => code.Replace(" ", "", StringComparison.Ordinal);

    private static byte[] Hash(string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal).Trim().ToLowerInvariant()));

    private Task NoteAsync(string kind, User user, long actorId, CancellationToken ct)
    {
        sessions.Forget(user.Id);
        return log.WriteAsync(new SecurityNote(kind) { RegionId = user.RegionId, UserId = user.Id, ActorId = actorId }, ct);
    }
}

/// <summary>Random texts that people type: no letters that look like others.</summary>
internal static class Secrets
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz";
    private const string Digits = "23456789";

    public static string Text(int length) => RandomNumberGenerator.GetString(Letters + Digits, length);

    /// <summary>A start password of about 80 bits with every kind of character that any profile asks for.</summary>
    public static string Password() => string.Join(
        '-',
        RandomNumberGenerator.GetString(Letters.ToUpperInvariant(), 4),
        RandomNumberGenerator.GetString(Letters, 5),
        RandomNumberGenerator.GetString(Digits, 4),
        RandomNumberGenerator.GetString(Letters, 4));
}
