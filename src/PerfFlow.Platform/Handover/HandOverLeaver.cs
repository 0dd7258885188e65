using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>What became of one open thing of a leaver; a null refusal = it was handed over or ended.</summary>
public sealed record LeaverOutcome(LeaverRow Row, Refusal? Refusal);

/// <summary>The whole hand-over, row by row.</summary>
public sealed record LeaverReport(string Leaver, string Successor, IReadOnlyList<LeaverOutcome> Rows)
{
    public int Failed => Rows.Count(r => r.Refusal is not null);
}

/// <summary>
/// 离职交接: everything open of a leaver goes to another person in one act: first the posts, so that the successor may take the
/// rest, then what was reserved for the leaver by name, then what will come to them, then the delegations; last the leaver's posts end today. Each row is an
/// act of its own with its own outcome and line; a post whose successor was refused stays with the leaver.
/// </summary>
internal sealed class HandOverLeaver(IServiceScopeFactory scopes, IDbContextFactory<PlatformDb> databases, ReadLeaver read, WorkflowRunner runner, RegionClock clock, RegionJournal journal)
{
    private const int MinReason = 5;

    /// <summary>Refusals: not-found, right-hand-over-leavers, account-own, successor-unknown, reason-too-short. Those of a row stand in its outcome.</summary>
    public async Task<Outcome<LeaverReport>> RunAsync(Viewer viewer, long personId, long? successorId, string reason, Guid commandId, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, personId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        if (found.Value.Successors.FirstOrDefault(s => s.UserId == successorId) is not { } successor || successor.UserId == viewer.UserId)
        {
            return new Refusal("successor-unknown") { Field = "to" };
        }

        if (reason.Trim().Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        var outcomes = new List<LeaverOutcome>();
        var (rows, why) = (found.Value.Rows, reason.Trim());
        foreach (var post in rows.OfType<LeaverPost>())
        {
            var given = await GrantAsync(viewer, post, successor.UserId, ct);
            outcomes.Add(new LeaverOutcome(post, given));
        }

        foreach (var task in rows.OfType<LeaverTask>())
        {
            outcomes.Add(new LeaverOutcome(task, await ReassignAsync(viewer, task, successor.UserId, why, commandId, ct)));
        }

        foreach (var turns in rows.OfType<LeaverTurn>().GroupBy(turn => turn.CaseId))
        {
            var refused = await SucceedAsync(viewer, [.. turns], personId, successor.UserId, why, commandId, ct);
            outcomes.AddRange(turns.Select(turn => new LeaverOutcome(turn, refused)));
        }

        foreach (var delegation in rows.OfType<LeaverDelegation>())
        {
            outcomes.Add(new LeaverOutcome(delegation, await MoveAsync(viewer, delegation, personId, successor.UserId, ct)));
        }

        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i] is { Row: LeaverPost post, Refusal: null })
            {
                outcomes[i] = outcomes[i] with { Refusal = await EndAsync(viewer, post, ct) };
            }
        }

        await NoteAsync(viewer, personId, successor.UserId, outcomes, why, ct);
        return new LeaverReport(found.Value.Name, successor.Name, outcomes);
    }

    private async Task<Refusal?> GrantAsync(Viewer viewer, LeaverPost post, long successor, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var today = clock.Today(viewer.RegionId);
        var from = post.From > today ? post.From : today;
        var given = await scope.ServiceProvider.GetRequiredService<GrantRole>()
            .RunAsync(viewer, viewer.RegionId, new RoleInput(successor, post.OrganisationId, post.Role, from, post.To), ct);
        return given.Refusal is { Code: not "role-held" } refusal ? refusal : null;
    }

    private async Task<Refusal?> EndAsync(Viewer viewer, LeaverPost post, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<GrantRole>().EndAsync(viewer, post.MembershipId, ct)).Refusal;
    }

    private async Task<Refusal?> ReassignAsync(Viewer viewer, LeaverTask task, long successor, string reason, Guid commandId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, viewer, task, task.CaseId, task.Kind, successor, ct) is { } refusal)
        {
            return refusal;
        }

        var answer = await runner.RunAsync(
            new CaseCommand
            {
                Id = CommandId.Of($"leaver {commandId} {task.CaseId} {task.Visit}"),
                CaseId = task.CaseId,
                Act = new Act.Reassign(task.Visit, successor.ToString(CultureInfo.InvariantCulture)),
                Actor = Actors.Of(viewer, Roles.SecurityAdministrator),
                Rows = [ActReason.Of("Reassign", reason)],
            },
            ct);
        return answer.Refusal;
    }

    /// <summary>All that will come to the leaver in one case is one act of it, so all of it goes or nothing.</summary>
    private async Task<Refusal?> SucceedAsync(Viewer viewer, IReadOnlyList<LeaverTurn> turns, long personId, long successor, string reason, Guid commandId, CancellationToken ct)
    {
        var caseId = turns[0].CaseId;
        await using var db = await databases.CreateDbContextAsync(ct);
        foreach (var turn in turns)
        {
            if (await RefuseAsync(db, viewer, turn, caseId, turn.Kind, successor, ct) is { } refusal)
            {
                return refusal;
            }
        }

        var answer = await runner.RunAsync(
            new CaseCommand
            {
                Id = CommandId.Of($"leaver {commandId} {caseId}"),
                CaseId = caseId,
                Act = new Act.Succeed(SeatPost.Holder(personId), SeatPost.Holder(successor)),
                Actor = Actors.Of(viewer, Roles.SecurityAdministrator),
                Rows = [ActReason.Of("Succeed", reason), AskedRow.Of(personId, AskedRow.Leaver), AskedRow.Of(successor, AskedRow.Successor)],
            },
            ct);
        return answer.Refusal;
    }

    /// <summary>Who takes a step over holds its post, and never judges what they filled in.</summary>
    private async Task<Refusal?> RefuseAsync(PlatformDb db, Viewer viewer, LeaverRow row, long caseId, string kind, long successor, CancellationToken ct)
    {
        if (!await Colleagues.At(db, row.Role, row.OrganisationId, clock.Today(viewer.RegionId)).AnyAsync(u => u.Id == successor, ct))
        {
            return new Refusal("taker-without-role");
        }

        return kind == "review" && await Fillers.TookPartAsync(db, caseId, successor, ct) ? new Refusal("taker-filled-it") : null;
    }

    /// <summary>Where the leaver was away, it ends; where the leaver stood in, the successor does so for the days that are left.</summary>
    private async Task<Refusal?> MoveAsync(Viewer viewer, LeaverDelegation row, long personId, long successor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var actor = Actors.Of(viewer, Roles.SecurityAdministrator);
        var before = await db.Delegations.AsNoTracking().FirstAsync(d => d.Id == row.Id, ct);
        await journal.AppendAsync(db, viewer.RegionId, "delegation-ended", actor, DelegateTasks.FactsOf(before), ct);
        if (!await DelegateTasks.EndAsync(db, before, clock.Now(viewer.RegionId), ct))
        {
            return Refusal.Conflict("delegation-over");
        }

        if (before.DeputyId == personId)
        {
            var today = clock.Today(viewer.RegionId);
            var moved = new Delegation
            {
                RegionId = before.RegionId, PersonId = before.PersonId, DeputyId = successor, Role = before.Role, OrganisationId = before.OrganisationId,
                FromDay = before.FromDay > today ? before.FromDay : today, ToDay = before.ToDay, Reason = before.Reason, MadeAt = clock.Now(viewer.RegionId),
            };
            if (moved.PersonId == successor)
            {
                await transaction.CommitAsync(ct);
                return null;
            }

            if (!await Colleagues.At(db, moved.Role, moved.OrganisationId, today).AnyAsync(u => u.Id == successor, ct))
            {
                return new Refusal("taker-without-role");
            }

            if (await DelegateTasks.RefuseAsync(db, moved, ct) is { } refusal)
            {
                return refusal;
            }

            await journal.AppendAsync(db, viewer.RegionId, "delegation-given", actor, DelegateTasks.FactsOf(moved), ct);
            db.Delegations.Add(moved);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return null;
    }

    private async Task NoteAsync(Viewer viewer, long personId, long successor, List<LeaverOutcome> outcomes, string reason, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await journal.AppendAsync(
            db,
            viewer.RegionId,
            "leaver-handed-over",
            Actors.Of(viewer, Roles.SecurityAdministrator),
            Facts.Of(
                ("person", personId), ("to", successor), ("rows", outcomes.Count), ("refused", outcomes.Count(o => o.Refusal is not null)),
                ("reason", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reason))))),
            ct);
        await transaction.CommitAsync(ct);
    }
}
