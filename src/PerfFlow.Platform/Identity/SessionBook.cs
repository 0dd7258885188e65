using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Identity;

/// <summary>Somebody signed in, as a request sees it.</summary>
/// <param name="SessionId">Null for an API token.</param>
/// <param name="ConfirmedAt">System time at which the password was last typed.</param>
public sealed record SignedIn(Guid? SessionId, Viewer Viewer, bool MustChangePassword, bool MustEnrol, DateTimeOffset ConfirmedAt);

/// <summary>
/// Sessions and tokens are rows; what a request needs of them is kept here for <see cref="Fresh"/> at most, so that an
/// ended session, a disabled account or a changed role takes effect on every node within that time, and at once on
/// the node where it was done.
/// </summary>
internal sealed class SessionBook(
    IDbContextFactory<PlatformDb> databases, ViewerReader viewers, IOptions<IdentityLimits> limits, TimeProvider time)
{
    /// <summary>Below the five seconds that design.md §9 promises.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    /// <summary>How often "last seen" is written; the idle limit is counted in minutes.</summary>
    private static readonly TimeSpan SeenStep = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, Entry> sessions = new();
    private readonly ConcurrentDictionary<string, Entry> tokens = new(StringComparer.Ordinal);

    // Who comes while a session or token is read waits for that reading: a busy program would read it once for each of its requests.
    private readonly ConcurrentDictionary<object, Lazy<Task<Entry>>> reading = new();

    /// <summary>Opens a session; the oldest beyond the limit ends.</summary>
    public async Task<Session> OpenAsync(long userId, string address, string agent, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var session = new Session
        {
            Id = new Guid(RandomNumberGenerator.GetBytes(16)),
            UserId = userId,
            CreatedAt = now,
            LastSeenAt = now,
            ConfirmedAt = now,
            EndsAt = now + TimeSpan.FromHours(limits.Value.SessionHours),
            Address = address,
            Agent = agent.Length <= 200 ? agent : agent[..200],
        };
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(ct);
        var surplus = await db.Sessions.Where(s => s.UserId == userId && s.EndedAt == null && s.EndsAt > now)
            .OrderByDescending(s => s.CreatedAt).Skip(limits.Value.SessionsPerAccount).Select(s => s.Id).ToListAsync(ct);
        await EndAsync(s => surplus.Contains(s.Id), SessionEnd.TooMany, ct);
        return session;
    }

    /// <summary>Who this session is, or null when it no longer counts.</summary>
    /// <param name="activity">A person did this; polling does not keep a session alive.</param>
    public async Task<SignedIn?> CheckAsync(Guid id, bool activity, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (!sessions.TryGetValue(id, out var entry) || now - entry.ReadAt > Fresh)
        {
            entry = await OnceAsync(id, () => ReadSessionAsync(id, now, CancellationToken.None), read => sessions[id] = read).WaitAsync(ct);
            Trim(now);
        }

        if (entry.Who is null || now >= entry.EndsAt)
        {
            return null;
        }

        if (now - entry.LastSeenAt > TimeSpan.FromMinutes(limits.Value.IdleMinutes))
        {
            await EndAsync(s => s.Id == id, SessionEnd.Idle, ct);
            return null;
        }

        if (activity && now - entry.LastSeenAt > SeenStep)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastSeenAt, now), ct);
            sessions[id] = entry with { LastSeenAt = now };
        }

        return entry.Who;
    }

    /// <summary>Who this token speaks for, or null.</summary>
    public async Task<SignedIn?> CheckTokenAsync(string token, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var hash = ApiTokens.Hash(token);
        var key = Convert.ToHexString(hash);
        if (!tokens.TryGetValue(key, out var entry) || now - entry.ReadAt > Fresh)
        {
            entry = await OnceAsync(key, () => ReadTokenAsync(hash, now, CancellationToken.None), read => KeepToken(key, read)).WaitAsync(ct);
            Trim(now);
        }

        return now < entry.EndsAt ? entry.Who : null;
    }

    /// <summary>The password was typed again.</summary>
    public async Task ConfirmAsync(Guid id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.ConfirmedAt, now), ct);
        reading.TryRemove(id, out _);
        sessions.TryRemove(id, out _);
    }

    /// <summary>Ends the sessions that the condition names.</summary>
    public async Task<int> EndAsync(System.Linq.Expressions.Expression<Func<Session, bool>> which, string why, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var ids = await db.Sessions.Where(s => s.EndedAt == null).Where(which).Select(s => s.Id).ToListAsync(ct);
        if (ids.Count == 0)
        {
            return 0;
        }

        await db.Sessions.Where(s => ids.Contains(s.Id) && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedWhy, why), ct);
        foreach (var id in ids)
        {
            reading.TryRemove(id, out _);
            sessions.TryRemove(id, out _);
        }

        return ids.Count;
    }

    /// <summary>Something about the account changed: what is kept about it is read again.</summary>
    public void Forget(long userId)
    {
        reading.Clear();
        foreach (var (id, entry) in sessions)
        {
            if (entry.Who?.Viewer.UserId == userId)
            {
                sessions.TryRemove(id, out _);
            }
        }

        foreach (var (key, entry) in tokens)
        {
            if (entry.Who?.Viewer.UserId == userId)
            {
                tokens.TryRemove(key, out _);
            }
        }
    }

    /// <summary>What is forgotten while it is read is told to those who wait and not kept.</summary>
    private Task<Entry> OnceAsync(object key, Func<Task<Entry>> read, Action<Entry> keep)
    {
        Lazy<Task<Entry>>? mine = null;
        mine = new(async () =>
        {
            try
            {
                var entry = await read();
                if (reading.TryGetValue(key, out var current) && ReferenceEquals(current, mine))
                {
                    keep(entry);
                }

                return entry;
            }
            finally
            {
                reading.TryRemove(new(key, mine!));
            }
        });
        return reading.GetOrAdd(key, mine).Value;
    }

    private void KeepToken(string key, Entry read)
    {
        if (read.Who is not null)
        {
            tokens[key] = read;
        }
    }

    private async Task<Entry> ReadSessionAsync(Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Sessions.AsNoTracking().Where(s => s.Id == id && s.EndedAt == null)
            .Join(db.Users, s => s.UserId, u => u.Id, (s, u) => new { Session = s, User = u })
            .FirstOrDefaultAsync(ct);
        if (found is null || found.User.Disabled || found.User.Retired)
        {
            return new Entry(now, now, now, null);
        }

        var who = await DescribeAsync(db, found.User, found.Session.Id, found.Session.ConfirmedAt, ct);
        return new Entry(now, found.Session.EndsAt, found.Session.LastSeenAt, who);
    }

    private async Task<Entry> ReadTokenAsync(byte[] hash, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.ApiTokens.AsNoTracking().Where(t => t.Hash == hash && t.RevokedAt == null)
            .Join(db.Users, t => t.UserId, u => u.Id, (t, u) => new { Token = t, User = u })
            .FirstOrDefaultAsync(ct);
        if (found is null || found.User.Disabled || found.User.Retired || found.Token.EndsAt <= now)
        {
            return new Entry(now, now, now, null);
        }

        if (found.Token.LastUsedAt is not { } used || now - used > SeenStep)
        {
            await db.ApiTokens.Where(t => t.Id == found.Token.Id).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, now), ct);
        }

        var who = await DescribeAsync(db, found.User, null, DateTimeOffset.MinValue, ct);
        return new Entry(now, found.Token.EndsAt, now, who);
    }

    private async Task<SignedIn?> DescribeAsync(PlatformDb db, User user, Guid? session, DateTimeOffset confirmedAt, CancellationToken ct)
    {
        if (await viewers.ReadAsync(db, user.Id, user.Name, user.RegionId, ct) is not { } viewer)
        {
            return null;
        }

        var mustEnrol = !user.TwoFactorEnabled && limits.Value.SecondFactorRoles.Any(viewer.Has);
        var mustChange = user.MustChangePassword || PasswordRules.Expired(user, limits.Value, time.GetUtcNow());
        return new SignedIn(session, viewer, mustChange, mustEnrol, confirmedAt);
    }

    /// <summary>Entries of people who left are worth nothing; dropped now and then, so that the book stays small.</summary>
    private void Trim(DateTimeOffset now)
    {
        if (sessions.Count + tokens.Count < 4096)
        {
            return;
        }

        foreach (var (id, _) in sessions.Where(s => now - s.Value.ReadAt > Fresh))
        {
            sessions.TryRemove(id, out _);
        }

        foreach (var (key, _) in tokens.Where(t => now - t.Value.ReadAt > Fresh))
        {
            tokens.TryRemove(key, out _);
        }
    }

    private sealed record Entry(DateTimeOffset ReadAt, DateTimeOffset EndsAt, DateTimeOffset LastSeenAt, SignedIn? Who);
}
