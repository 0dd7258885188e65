using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>A region to be opened.</summary>
/// <param name="Code">Division code, six digits (GB/T 2260).</param>
/// <param name="Name">E.g. 青田县; its bureau is called so with 财政局 behind it.</param>
/// <param name="MarkWord">The usual 机关代字 of its notices; empty = named on each notice.</param>
/// <param name="Administrator">User name of 系统管理员.</param>
/// <param name="Security">User name of 安全管理员.</param>
/// <param name="Audit">User name of 审计管理员.</param>
public sealed record NewRegion(string Code, string Name, string MarkWord, string Administrator, string Security, string Audit);

/// <summary>A first account of a region; its start password is told this once.</summary>
public sealed record FirstAccount(string Role, string UserName, string StartPassword);

/// <summary>The region, and the accounts that it begins with.</summary>
public sealed record AddedRegion(string Code, int Generation, string Name, string Bureau, IReadOnlyList<FirstAccount> Accounts);

/// <summary>
/// Opens a region with its bureau and the three offices (三员): one makes accounts, one gives roles, one reads the log, and
/// nobody may hold two, so that with fewer nobody could ever be let in. It stays closed until all of that is there: what
/// breaks off leaves nothing that anybody sees. Refusals: region-code, region-name, region-mark, region-admins,
/// region-account, region-code-taken.
/// </summary>
internal sealed class AddRegion(PlatformDb db, RegionClock clock, RegionJournal journal, SaveBody bodies, CreateAccount accounts, GrantRole roles, TextCatalogue catalogue)
{
    /// <summary>Of the bureau in its own tree; departments have three digits that begin elsewhere.</summary>
    private const string BureauCode = "000";

    /// <summary>By the platform itself: who may start commands on the server owns it.</summary>
    public async Task<Outcome<AddedRegion>> RunAsync(NewRegion request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        (string Role, string Name)[] offices =
            [(Roles.Administrator, request.Administrator.Trim()), (Roles.SecurityAdministrator, request.Security.Trim()), (Roles.AuditAdministrator, request.Audit.Trim())];
        if (Check(request, offices) is { } wrong)
        {
            return wrong;
        }

        if (await db.Regions.AnyAsync(r => r.Code == request.Code && !r.Closed, ct))
        {
            return Refusal.Conflict("region-code-taken", request.Code);
        }

        foreach (var (role, name) in offices)
        {
            var normal = name.ToUpperInvariant();
            var refused = CreateAccount.Check(new NewAccount(0, name, Words["role." + role]))
                ?? (await db.Users.AnyAsync(u => u.NormalizedUserName == normal && !u.Retired, ct) ? Refusal.Conflict("account-name-taken") : null);
            if (refused is not null)
            {
                return About(name, refused);
            }
        }

        var generation = await db.Regions.Where(r => r.Code == request.Code).MaxAsync(r => (int?)r.Generation, ct) ?? 0;
        var region = new Region { Code = request.Code, Generation = generation + 1, Name = request.Name.Trim(), Demo = false, MarkWord = request.MarkWord.Trim(), Closed = true };
        db.Regions.Add(region);
        await db.SaveChangesAsync(ct);
        var filled = await FillAsync(region, offices, ct);
        if (!filled.Ok)
        {
            // The names are free for the next attempt.
            await db.Users.Where(u => u.RegionId == region.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Retired, true), CancellationToken.None);
        }

        return filled;
    }

    private async Task<Outcome<AddedRegion>> FillAsync(Region region, (string Role, string Name)[] offices, CancellationToken ct)
    {
        var bureau = await bodies.RunAsync(null, region.Id, new BodyInput(null, BodyKind.Bureau, BureauCode, Words["region.bureau", region.Name], null, null), ct);
        if (!bureau.Ok)
        {
            return bureau.Refusal!;
        }

        var made = new List<FirstAccount>();
        foreach (var (role, name) in offices)
        {
            var account = await accounts.RunAsync(null, new NewAccount(region.Id, name, Words["role." + role]), ct);
            if (!account.Ok)
            {
                return About(name, account.Refusal!);
            }

            var granted = await roles.RunAsync(null, region.Id, new RoleInput(account.Value.UserId, bureau.Value.Id, role, clock.Today(region.Id)), ct);
            if (!granted.Ok)
            {
                return granted.Refusal!;
            }

            made.Add(new FirstAccount(role, account.Value.UserName, account.Value.StartPassword));
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two of these at once have two generations of one code; the lock lets the first one open.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext({"region " + region.Code}))", ct);
        if (await db.Regions.AnyAsync(r => r.Code == region.Code && !r.Closed, ct))
        {
            return Refusal.Conflict("region-code-taken", region.Code);
        }

        (region.BureauId, region.Closed) = (bureau.Value.Id, false);
        await db.SaveChangesAsync(ct);
        await journal.AppendAsync(db, region.Id, "region-added", Actor.Platform, Facts.Of(("code", region.Code), ("generation", (long)region.Generation)), ct);
        await transaction.CommitAsync(ct);
        clock.Forget(region.Id);
        return new AddedRegion(region.Code, region.Generation, region.Name, bureau.Value.Name, made);
    }

    /// <summary>The offices name the accounts until their owners' names are known.</summary>
    private Texts Words => catalogue.In(TextCatalogue.Chinese);

    private Refusal About(string account, Refusal refusal) => new("region-account", account, Words.Refusal(refusal)) { Field = "admin", Kind = refusal.Kind };

    private static Refusal? Check(NewRegion request, (string Role, string Name)[] offices)
    {
        if (request.Code.Length != 6 || !request.Code.All(char.IsAsciiDigit))
        {
            return new Refusal("region-code") { Field = "code" };
        }

        if (request.Name.Trim().Length is < 2 or > 40)
        {
            return new Refusal("region-name") { Field = "name" };
        }

        if (request.MarkWord.Trim().Length > 0 && !Notices.DocumentNumber.IsWord(request.MarkWord.Trim()))
        {
            return new Refusal("region-mark", request.MarkWord) { Field = "mark" };
        }

        return offices.DistinctBy(o => o.Name.ToUpperInvariant(), StringComparer.Ordinal).Count() < offices.Length ? new Refusal("region-admins") { Field = "admin" } : null;
    }
}
