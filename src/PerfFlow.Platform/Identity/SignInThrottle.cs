using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// Slows guessing without letting a stranger lock anybody out (ASVS 6.3.1). Failures are counted per (name, where
/// from): five make that pair wait. Failures of a name from everywhere only delay the answer to unknown devices.
/// Names that do not exist are counted alike, so the wait tells nothing.
/// </summary>
internal sealed class SignInThrottle(IDbContextFactory<PlatformDb> databases, IOptions<IdentityLimits> limits, TimeProvider time)
{
    private const string Everywhere = "";

    public static byte[] Key(string normalizedName) => SHA256.HashData(Encoding.UTF8.GetBytes(normalizedName));

    /// <summary>
    /// Counts an attempt before it is judged, so that parallel guesses are not judged on an old count. Returns the
    /// time to wait when the pair may not try now, else null after whatever delay the account asks for.
    /// </summary>
    public async Task<TimeSpan?> EnterAsync(byte[] account, string origin, bool knownDevice, CancellationToken ct)
    {
        var block = TimeSpan.FromMinutes(limits.Value.BlockMinutes);
        var now = time.GetUtcNow();
        var since = now - block;
        var most = limits.Value.FailuresPerOrigin;
        await using var db = await databases.CreateDbContextAsync(ct);
        var counted = await db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.sign_in_failures as f (account, origin, failures, last_at) values ({account}, {origin}, 1, {now})
            on conflict (account, origin) do update
            set failures = case when f.last_at <= {since} then 1 else f.failures + 1 end, last_at = {now}
            where f.failures < {most} or f.last_at <= {since}
            """, ct);
        if (counted == 0)
        {
            var last = await db.Database.SqlQuery<DateTimeOffset>(
                $"""select last_at as "Value" from platform.sign_in_failures where account = {account} and origin = {origin}""").ToListAsync(ct);
            return last is [var at] && at + block > now ? at + block - now : TimeSpan.FromMinutes(1);
        }

        var all = await db.Database.SqlQuery<int>(
            $"""
            insert into platform.sign_in_failures as f (account, origin, failures, last_at) values ({account}, {Everywhere}, 1, {now})
            on conflict (account, origin) do update
            set failures = case when f.last_at <= {since} then 1 else f.failures + 1 end, last_at = {now}
            returning failures as "Value"
            """).ToListAsync(ct);
        if (!knownDevice && Delay(all[0]) is { Ticks: > 0 } delay)
        {
            await Task.Delay(delay, time, ct);
        }

        return null;
    }

    /// <summary>The password was right: the pair and the account start from zero.</summary>
    public async Task ClearAsync(byte[] account, string origin, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"delete from platform.sign_in_failures where account = {account} and origin in ({origin}, {Everywhere})", ct);
    }

    /// <summary>Half a second after the fifth failure, doubling to the limit.</summary>
    private TimeSpan Delay(int failures)
    {
        var beyond = failures - limits.Value.FailuresPerOrigin;
        return beyond <= 0
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(Math.Min(limits.Value.SlowestAnswerSeconds, 0.5 * Math.Pow(2, Math.Min(beyond - 1, 10))));
    }
}
