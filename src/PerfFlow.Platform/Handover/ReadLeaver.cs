using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>Something open of a leaver. The set is closed: posts, reserved tasks, turns to come, delegations.</summary>
/// <param name="Body">The body that it belongs to.</param>
public abstract record LeaverRow(string Role, long OrganisationId, string Body);

/// <summary>A role held today or from a later day on.</summary>
public sealed record LeaverPost(string Role, long OrganisationId, string Body, long MembershipId, DateOnly From, DateOnly? To) : LeaverRow(Role, OrganisationId, Body);

/// <summary>A task reserved for the leaver by name. No name of a project: who hands posts over has no business data.</summary>
public sealed record LeaverTask(string Role, long OrganisationId, string Body, long CaseId, int Visit, string Kind, string Step, string Unit, DateTimeOffset? DueAt) : LeaverRow(Role, OrganisationId, Body);

/// <summary>A step that will be the leaver's by name: they sign it when their turn comes, or returned the case and get it straight back (<paramref name="ComesBack"/>).</summary>
public sealed record LeaverTurn(string Role, long OrganisationId, string Body, long CaseId, string Kind, string Step, string Unit, bool ComesBack) : LeaverRow(Role, OrganisationId, Body);

/// <summary>A delegation to come or running. <paramref name="AsDeputy"/>: the leaver stands in for <paramref name="Other"/>; else the other for the leaver.</summary>
public sealed record LeaverDelegation(string Role, long OrganisationId, string Body, long Id, bool AsDeputy, string Other, DateOnly From, DateOnly To) : LeaverRow(Role, OrganisationId, Body);

/// <summary>Somebody who may be chosen; <paramref name="Near"/>: belongs to a body of the leaver.</summary>
public sealed record Successor(long UserId, string Name, string Body, bool Near);

/// <summary>All that is open of a leaver.</summary>
public sealed record LeaverView(long PersonId, string Name, IReadOnlyList<LeaverRow> Rows, IReadOnlyList<Successor> Successors, DateOnly Today);

/// <summary>The list before a leaver's things are handed over.</summary>
public sealed class ReadLeaver(IDbContextFactory<PlatformDb> databases, RegionClock clock, DefinitionCatalog catalog)
{
    /// <summary>Refusals: right-hand-over-leavers, account-own, not-found.</summary>
    public async Task<Outcome<LeaverView>> RunAsync(Viewer viewer, long personId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.HandOverLeavers) is { } refusal)
        {
            return refusal;
        }

        if (viewer.UserId == personId)
        {
            return Refusal.Forbidden("account-own");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var (region, today) = (viewer.RegionId, clock.Today(viewer.RegionId));
        var name = await db.Users.Where(u => u.Id == personId && u.RegionId == region && !u.Retired).Select(u => u.Name).FirstOrDefaultAsync(ct);
        if (name is null)
        {
            return Refusal.NotFound();
        }

        var posts = await db.Memberships.AsNoTracking().Where(m => m.UserId == personId && (m.ValidTo == null || m.ValidTo > today))
            .Join(db.Organisations, m => m.OrganisationId, o => o.Id, (m, o) => new { m, o.Name }).OrderBy(x => x.m.Id)
            .Select(x => new LeaverPost(x.m.Role, x.m.OrganisationId, x.Name, x.m.Id, x.m.ValidFrom, x.m.ValidTo)).ToListAsync(ct);
        var tasks = await db.Tasks.AsNoTracking().Where(t => t.PersonId == personId && t.RegionId == region)
            .Join(db.Organisations, t => t.OrganisationId, o => o.Id, (t, o) => new { t, Body = o.Name })
            .Join(db.Organisations, x => x.t.UnitId, o => o.Id, (x, o) => new { x.t, x.Body, Unit = o.Name })
            .OrderBy(x => x.t.DueAt).ThenBy(x => x.t.CaseId).ToListAsync(ct);
        var turns = await TurnsAsync(db, region, personId, ct);
        var delegations = await db.Delegations.AsNoTracking()
            .Where(d => d.RegionId == region && d.EndedAt == null && d.ToDay >= today && (d.PersonId == personId || d.DeputyId == personId))
            .Join(db.Organisations, d => d.OrganisationId, o => o.Id, (d, o) => new { d, Body = o.Name })
            .Join(db.Users, x => x.d.PersonId == personId ? x.d.DeputyId : x.d.PersonId, u => u.Id, (x, u) => new { x.d, x.Body, Other = u.Name })
            .OrderBy(x => x.d.FromDay).ThenBy(x => x.d.Id).ToListAsync(ct);
        var bodies = posts.ConvertAll(p => p.OrganisationId);
        var successors = await db.Users.AsNoTracking().Where(u => u.RegionId == region && !u.Retired && !u.Disabled && u.Id != personId)
            .Select(u => new
            {
                u.Id,
                u.Name,
                Body = db.Memberships.Where(m => m.UserId == u.Id && (m.ValidTo == null || m.ValidTo > today))
                    .OrderByDescending(m => bodies.Contains(m.OrganisationId)).ThenBy(m => m.Id)
                    .Join(db.Organisations, m => m.OrganisationId, o => o.Id, (m, o) => new { o.Name, Near = bodies.Contains(o.Id) }).FirstOrDefault(),
            }).ToListAsync(ct);
        return new LeaverView(
            personId,
            name,
            [
                .. posts,
                .. tasks.Select(x => new LeaverTask(x.t.Role, x.t.OrganisationId, x.Body, x.t.CaseId, x.t.Visit, x.t.Kind, catalog.StepName(x.t.Definition, x.t.Node), x.Unit, x.t.DueAt)),
                .. turns,
                .. delegations.Select(x => new LeaverDelegation(x.d.Role, x.d.OrganisationId, x.Body, x.d.Id, x.d.DeputyId == personId, x.Other, x.d.FromDay, x.d.ToDay)),
            ],
            [
                .. successors.Select(s => new Successor(s.Id, s.Name, s.Body?.Name ?? "", s.Body?.Near ?? false))
                    .OrderByDescending(s => s.Near).ThenBy(s => s.Body, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal),
            ],
            today);
    }

    /// <summary>As the engine keeps it. A case whose definition cannot be loaded does not move; what waits in it is found once that is mended.</summary>
    private async Task<List<LeaverTurn>> TurnsAsync(PlatformDb db, int region, long personId, CancellationToken ct)
    {
        var states = await db.Database.SqlQuery<CaseBytes>(
            $"""
            select id, state from platform.cases
            where region_id = {region} and status in ({(short)InstanceStatus.Running}, {(short)InstanceStatus.Faulted}) and id = any(array(
                select case_id from platform.participants where person_id = {personId} and state = {(short)ParticipantState.Waiting}
                union select case_id from platform.journal where act = 'ReturnTo'))
            """).ToDictionaryAsync(c => c.Id, c => c.State, ct);
        var found = await db.Cases.AsNoTracking().Where(c => states.Keys.Contains(c.Id)).OrderBy(c => c.Id)
            .Join(db.Organisations, c => c.UnitId, o => o.Id, (c, o) => new { Case = c, Unit = o.Name }).ToListAsync(ct);
        var turns = found.Where(x => catalog.WhyNot(x.Case.Definition) is null).SelectMany(x =>
        {
            var definition = catalog.Get(x.Case.Definition);
            return InstanceCodec.Read(definition, states[x.Case.Id]).WaitsFor(SeatPost.Holder(personId)).Select(awaited =>
            {
                var step = definition.HumanSteps.First(s => s.ActivityId == awaited.ActivityId);
                var post = SeatPost.Of(awaited.Post, clock.Get(region), step.Role, x.Case.UnitId, x.Case.DepartmentId, x.Case.SectionId);
                return new LeaverTurn(post.Role, post.OrganisationId, "", x.Case.Id, step.Kind, step.Name, x.Unit, awaited.ComesBack);
            });
        }).ToList();
        var bodies = turns.Select(t => t.OrganisationId).Distinct().ToList();
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        return turns.ConvertAll(t => t with { Body = names.GetValueOrDefault(t.OrganisationId, "") });
    }

    private sealed record CaseBytes(long Id, byte[] State);
}
