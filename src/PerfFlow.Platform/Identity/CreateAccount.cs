using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>An account to be made.</summary>
/// <param name="UserName">For signing in: letters, digits, - _ . @, at most 40; unique among the accounts in use.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Email">Where mail goes; null for none.</param>
/// <param name="Demo">May sign in from loopback only, and keeps the password it is made with.</param>
public sealed record NewAccount(int RegionId, string UserName, string Name, string? Email = null, bool Demo = false);

/// <summary>The account, and its start password, which is shown this once.</summary>
public sealed record MadeAccount(long UserId, string UserName, string StartPassword);

/// <summary>
/// Makes an account with a generated start password that lets its owner do nothing but choose their own. Refusals:
/// account-name, account-name-taken, account-person, account-email, right-manage-accounts.
/// </summary>
public sealed class CreateAccount
{
    /// <summary>
    /// A generated password of 80 bits is not found by trying, however fast one try is; people's own passwords are
    /// hashed with <see cref="IdentityLimits.HashRounds"/>, and this one again when it is kept and used.
    /// </summary>
    private const int RoundsOfGenerated = 10_000;

    private static readonly PasswordHasher<User> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = RoundsOfGenerated }));

    private readonly UserManager<User> users;
    private readonly PlatformDb db;
    private readonly SecurityLog log;
    private readonly IOptions<IdentityLimits> limits;
    private readonly TimeProvider time;

    public CreateAccount(UserManager<User> users, PlatformDb db, SecurityLog log, IOptions<IdentityLimits> limits, TimeProvider time) =>
        (this.users, this.db, this.log, this.limits, this.time) = (users, db, log, limits, time);

    /// <param name="viewer">Who makes it; null for the platform itself (demo, command line).</param>
    public async Task<Outcome<MadeAccount>> RunAsync(Viewer? viewer, NewAccount request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (viewer is not null && (viewer.RegionId != request.RegionId ? Refusal.NotFound() : viewer.May(Right.ManageAccounts)) is { } refusal)
        {
            return refusal;
        }

        if (Check(request) is { } wrong)
        {
            return wrong;
        }

        var now = time.GetUtcNow();
        var password = Secrets.Password();
        var user = new User
        {
            RegionId = request.RegionId,
            UserName = request.UserName.Trim(),
            Name = request.Name.Trim(),
            Email = string.IsNullOrWhiteSpace(request.Email) ? null : request.Email.Trim(),
            Demo = request.Demo,
            MustChangePassword = !request.Demo,
            StartPasswordEndsAt = request.Demo ? null : now.AddDays(limits.Value.StartPasswordDays),
            PasswordChangedAt = now,
            CreatedAt = now,
        };
        user.PasswordHash = Hasher.HashPassword(user, password);
        var made = await users.CreateAsync(user);
        if (!made.Succeeded)
        {
            return new Refusal("account-name-taken") { Field = "userName", Kind = RefusalKind.Conflict };
        }

        db.PastPasswords.Add(new PastPassword { UserId = user.Id, At = now, Hash = user.PasswordHash });
        await db.SaveChangesAsync(ct);
        await log.WriteAsync(new SecurityNote("account-made") { RegionId = user.RegionId, UserId = user.Id, ActorId = viewer?.UserId }, ct);
        return new MadeAccount(user.Id, user.UserName, password);
    }

    /// <summary>A new start password: used when it was never used, or when its owner forgot their own.</summary>
    internal static string Restart(User user, IdentityLimits limits, DateTimeOffset now)
    {
        var password = Secrets.Password();
        user.PasswordHash = Hasher.HashPassword(user, password);
        user.MustChangePassword = true;
        user.PasswordChangedAt = now;
        user.StartPasswordEndsAt = now.AddDays(limits.StartPasswordDays);
        return password;
    }

    /// <summary>What is wrong with a request by itself.</summary>
    internal static Refusal? Check(NewAccount request)
    {
        var name = request.UserName.Trim();
        if (name.Length is < 2 or > 40 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))
        {
            return new Refusal("account-name") { Field = "userName" };
        }

        if (request.Name.Trim().Length is < 1 or > 60)
        {
            return new Refusal("account-person") { Field = "name" };
        }

        return string.IsNullOrWhiteSpace(request.Email) || System.Net.Mail.MailAddress.TryCreate(request.Email.Trim(), out _)
            ? null
            : new Refusal("account-email") { Field = "email" };
    }
}
