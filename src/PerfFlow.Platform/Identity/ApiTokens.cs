using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// Tokens for the JSON API: shown once, kept as a hash, at most so many days old. A token does what its owner may
/// do, except manage accounts, roles and tokens. Refusals: token-name, token-days (longest), not-found.
/// </summary>
internal sealed class ApiTokens(PlatformDb db, SessionBook sessions, SecurityLog log, IOptions<IdentityLimits> limits, TimeProvider time)
{
    private const string Prefix = "pf_";

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task<Outcome<string>> CreateAsync(Viewer viewer, string name, int days, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Trim().Length > 60)
        {
            return new Refusal("token-name") { Field = "name" };
        }

        if (days < 1 || days > limits.Value.TokenDays)
        {
            return new Refusal("token-days", limits.Value.TokenDays) { Field = "days" };
        }

        var token = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var now = time.GetUtcNow();
        db.ApiTokens.Add(new ApiToken
        {
            UserId = viewer.UserId,
            Name = name.Trim(),
            Hash = Hash(token),
            Hint = token[..(Prefix.Length + 4)],
            CreatedAt = now,
            EndsAt = now.AddDays(days),
        });
        await db.SaveChangesAsync(ct);
        await log.WriteAsync(new SecurityNote("token-created") { RegionId = viewer.RegionId, UserId = viewer.UserId, ActorId = viewer.UserId, Detail = name.Trim() }, ct);
        return token;
    }

    public async Task<Outcome<Done>> RevokeAsync(Viewer viewer, long id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var revoked = await db.ApiTokens.Where(t => t.Id == id && t.UserId == viewer.UserId && t.RevokedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.RevokedAt, now), ct);
        if (revoked == 0)
        {
            return Refusal.NotFound();
        }

        sessions.Forget(viewer.UserId);
        await log.WriteAsync(new SecurityNote("token-revoked") { RegionId = viewer.RegionId, UserId = viewer.UserId, ActorId = viewer.UserId }, ct);
        return default(Done);
    }
}
