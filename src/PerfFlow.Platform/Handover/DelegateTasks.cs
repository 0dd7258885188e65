using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>Somebody is away and names who stands in.</summary>
/// <param name="Role">A post that the person holds …</param>
/// <param name="OrganisationId">… and its body.</param>
/// <param name="DeputyId">Holds the same post, as for a hand-over.</param>
/// <param name="From">First business day.</param>
/// <param name="To">Last business day.</param>
/// <param name="Reason">Why; shown to the deputy.</param>
public sealed record DelegationInput(string Role, long OrganisationId, long DeputyId, DateOnly? From, DateOnly? To, string Reason);

/// <summary>
/// 代理: from a day to a day a colleague decides what is reserved for somebody who is away. The deputy is chosen by the rule of a
/// hand-over: holds the same role at the same body, so nobody gains a right that the security administrator did not give. It
/// ends by itself after its last day, by the business date of the region.
/// </summary>
internal sealed class DelegateTasks(IDbContextFactory<PlatformDb> databases, RegionClock clock, RegionJournal journal, SessionBook sessions)
{
    private const int MinReason = 2;

    /// <summary>A longer absence is a case for the hand-over of a leaver.</summary>
    private const int MaxDays = 183;

    /// <summary>
    /// Refusals: delegation-post, taker-without-role, delegation-dates, delegation-too-long, delegation-overlaps (another
    /// deputy of the same post in these days), delegation-loop (the deputy's deputies lead back to the person), reason-too-short.
    /// </summary>
    public async Task<Outcome<Delegation>> RunAsync(Viewer viewer, DelegationInput input, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(input);
        if (!ReadDelegations.PostsOf(viewer).Any(p => p.Role == input.Role && p.OrganisationId == input.OrganisationId))
        {
            return new Refusal("delegation-post") { Field = "deputy" };
        }

        var today = clock.Today(viewer.RegionId);
        if (input.From is not { } from || input.To is not { } to || from < today || to < from)
        {
            return new Refusal("delegation-dates", today) { Field = "from" };
        }

        if (to.DayNumber - from.DayNumber >= MaxDays)
        {
            return new Refusal("delegation-too-long", MaxDays) { Field = "to" };
        }

        if (input.Reason.Trim().Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        if (input.DeputyId == viewer.UserId || !await Colleagues.At(db, input.Role, input.OrganisationId, today).AnyAsync(u => u.Id == input.DeputyId, ct))
        {
            return new Refusal("taker-without-role") { Field = "deputy" };
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var given = new Delegation
        {
            RegionId = viewer.RegionId, PersonId = viewer.UserId, DeputyId = input.DeputyId, Role = input.Role, OrganisationId = input.OrganisationId,
            FromDay = from, ToDay = to, Reason = input.Reason.Trim(), MadeAt = clock.Now(viewer.RegionId),
        };
        // The line first: it holds the head of the region's stream, so that two who name each other at once are judged in turn.
        await journal.AppendAsync(db, viewer.RegionId, "delegation-given", new Actor(viewer.UserId, input.Role, input.OrganisationId), FactsOf(given), ct);
        if (await RefuseAsync(db, given, ct) is { } refusal)
        {
            return refusal;
        }

        db.Delegations.Add(given);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        sessions.Forget(given.DeputyId);
        return given;
    }

    /// <summary>Ends one's own delegation from now on; acts done under it stay. Refusals: not-found, delegation-over.</summary>
    public async Task<Outcome<Done>> EndAsync(Viewer viewer, long id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await db.Delegations.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id && d.RegionId == viewer.RegionId && (d.PersonId == viewer.UserId || d.DeputyId == viewer.UserId), ct);
        if (found is null)
        {
            return Refusal.NotFound();
        }

        if (found.EndedAt is not null || found.ToDay < clock.Today(viewer.RegionId) || !await EndAsync(db, found, clock.Now(viewer.RegionId), ct))
        {
            return Refusal.Conflict("delegation-over");
        }

        await journal.AppendAsync(db, viewer.RegionId, "delegation-ended", new Actor(viewer.UserId, found.Role, found.OrganisationId), FactsOf(found), ct);
        await transaction.CommitAsync(ct);
        sessions.Forget(found.DeputyId);
        return default(Done);
    }

    /// <summary>The row says that it is over, and its version moved: an act read before is refused. False = somebody was first.</summary>
    internal static async Task<bool> EndAsync(PlatformDb db, Delegation found, DateTimeOffset at, CancellationToken ct) =>
        await db.Delegations.Where(d => d.Id == found.Id && d.EndedAt == null)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.EndedAt, at).SetProperty(x => x.Version, x => x.Version + 1), ct) == 1;

    /// <summary>What the journal of the region keeps of it; the words as their hash.</summary>
    internal static Facts FactsOf(Delegation of) => Facts.Of(
        ("person", of.PersonId), ("deputy", of.DeputyId), ("role", of.Role), ("organisation", of.OrganisationId),
        ("from", Day(of.FromDay)), ("to", Day(of.ToDay)), ("reason", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of.Reason)))));

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the delegations of the same post in these days forbid.</summary>
    internal static async Task<Refusal?> RefuseAsync(PlatformDb db, Delegation given, CancellationToken ct)
    {
        var others = await db.Delegations.AsNoTracking()
            .Where(d => d.RegionId == given.RegionId && d.Role == given.Role && d.OrganisationId == given.OrganisationId && d.EndedAt == null && d.FromDay <= given.ToDay && d.ToDay >= given.FromDay)
            .ToListAsync(ct);
        if (others.Exists(d => d.PersonId == given.PersonId))
        {
            return new Refusal("delegation-overlaps") { Field = "from", Kind = RefusalKind.Conflict };
        }

        return Leads(others, given.DeputyId, given.PersonId, given.FromDay, given.ToDay)
            ? new Refusal("delegation-loop") { Field = "deputy", Kind = RefusalKind.Conflict }
            : null;
    }

    /// <summary>On some day of the span, the deputies of <paramref name="at"/>, and theirs, lead to <paramref name="back"/>.</summary>
    private static bool Leads(List<Delegation> others, long at, long back, DateOnly from, DateOnly to) =>
        at == back || others.Exists(d => d.PersonId == at && d.FromDay <= to && d.ToDay >= from
            && Leads(others.FindAll(o => o != d), d.DeputyId, back, d.FromDay > from ? d.FromDay : from, d.ToDay < to ? d.ToDay : to));
}
