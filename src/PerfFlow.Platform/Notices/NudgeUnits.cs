using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Notices;

/// <summary>What a nudge did.</summary>
/// <param name="Units">Units that were urged.</param>
/// <param name="Messages">Messages written: one per unit and body that holds something of it.</param>
/// <param name="People">Persons who hold what is open.</param>
/// <param name="AlreadyToday">Units left out since they were urged today.</param>
/// <param name="NothingOpen">Units left out since nothing of theirs is open.</param>
public sealed record NudgeOutcome(int Units, int Messages, int People, IReadOnlyList<long> AlreadyToday, IReadOnlyList<long> NothingOpen);

/// <summary>
/// 催办: tells the holders of what is open of the ticked units. A unit is urged once a day (of the region's calendar), more
/// often only when forced. The bureau for all, a section and a department for what is theirs.
/// </summary>
public sealed class NudgeUnits(IDbContextFactory<PlatformDb> databases, RegionClock clock, RegionJournal journal, OutboxSignal outbox)
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <param name="viewer">Who urges.</param>
    /// <param name="noticeId">The notice.</param>
    /// <param name="unitIds">The ticked units; those out of sight do not exist.</param>
    /// <param name="said">Own words; may be empty.</param>
    /// <param name="force">Also those that were urged today.</param>
    /// <param name="command">Answers once.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task<Outcome<NudgeOutcome>> RunAsync(
        Viewer viewer, long noticeId, IReadOnlyList<long> unitIds, string said, bool force, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.Nudge) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two people urge at the same moment: the second finds the first one's rows.
        await db.Database.ExecuteSqlAsync($"select 1 from platform.notices where id = {noticeId} for update", ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state) || state.IssuedAt is null)
        {
            return Refusal.NotFound();
        }

        var same = await db.NoticeNudges.AsNoTracking().Where(n => n.NoticeId == noticeId && n.ById == viewer.UserId && n.Command == command).ToListAsync(ct);
        if (same.Count > 0)
        {
            return new NudgeOutcome(same.Count, same.Count, same.Sum(n => n.People), [], []);
        }

        var tasks = (await db.Tasks.AsNoTracking().VisibleTo(viewer).Where(t => t.NoticeId == noticeId && unitIds.Contains(t.UnitId))
            .OrderBy(t => t.DueAt).ThenBy(t => t.CaseId).ToListAsync(ct))
            .Where(t => viewer.May(Right.Nudge, t) is null).ToLookup(t => t.UnitId);
        if (tasks.Count == 0)
        {
            return Refusal.Conflict("nudge-nothing-open");
        }

        var (now, today) = (clock.Now(notice.RegionId), clock.Today(notice.RegionId));
        var before = await db.NoticeNudges.Where(n => n.NoticeId == noticeId && n.Day == today && unitIds.Contains(n.UnitId))
            .GroupBy(n => n.UnitId).Select(g => new { g.Key, Last = g.Max(n => n.N) }).ToDictionaryAsync(g => g.Key, g => g.Last, ct);
        var urged = tasks.Where(t => force || !before.ContainsKey(t.Key)).ToList();
        var already = before.Keys.Where(u => !force && tasks.Contains(u)).ToList();
        if (urged.Count == 0)
        {
            return Refusal.Conflict("nudge-today", already.Count);
        }

        var people = await CountPeopleAsync(db, urged.SelectMany(u => u), today, ct);
        var caseIds = urged.SelectMany(u => u).Select(t => t.CaseId).ToList();
        var revisions = await db.Cases.Where(c => caseIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Revision, ct);
        var messages = 0;
        foreach (var unit in urged)
        {
            var n = before.GetValueOrDefault(unit.Key) + 1;
            var ids = new List<Guid>();
            foreach (var held in unit.GroupBy(t => (t.OrganisationId, t.Role, t.PersonId)))
            {
                var message = CommandId.Of($"nudge {noticeId} {unit.Key} {today:yyyy-MM-dd} {n} {held.Key.OrganisationId} {held.Key.Role} {held.Key.PersonId ?? 0}");
                await WriteMessageAsync(db, notice, held.First(), revisions[held.First().CaseId], held.Count(), viewer, said, now, message, ct);
                ids.Add(message);
                messages++;
            }

            db.NoticeNudges.Add(new NoticeNudge
            {
                NoticeId = noticeId,
                UnitId = unit.Key,
                Day = today,
                N = n,
                At = now,
                ById = viewer.UserId,
                Said = said,
                Tasks = unit.Count(),
                People = people.GetValueOrDefault(unit.Key),
                Command = command,
                MessageIds = [.. ids],
            });
        }

        await db.SaveChangesAsync(ct);
        await journal.AppendAsync(
            db, notice.RegionId, "Nudged", ActorOf(viewer), Facts.Of(("notice", noticeId), ("units", urged.ConvertAll(u => u.Key)), ("forced", force)), ct);
        await transaction.CommitAsync(ct);
        outbox.Set();
        return new NudgeOutcome(urged.Count, messages, people.Values.Sum(), already, [.. unitIds.Where(u => !tasks.Contains(u))]);
    }

    /// <summary>Ids only, as all messages about cases: names and addresses are added when the row is published.</summary>
    private Task WriteMessageAsync(
        PlatformDb db, Notice notice, TaskRow task, int revision, int items, Viewer viewer, string said, DateTimeOffset now, Guid id, CancellationToken ct)
    {
        var body = JsonSerializer.Serialize(new
        {
            region = notice.RegionId,
            @case = task.CaseId,
            revision,
            visit = task.Visit,
            at = now.ToUnixTimeMilliseconds(),
            node = task.Node,
            role = task.Role,
            organisation = task.OrganisationId,
            due = task.DueAt?.ToUnixTimeMilliseconds(),
            by = viewer.UserId,
            items,
            said,
        }, Json);
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.outbox (message_id, type, body, created_at) values ({id}, 'case:TaskNudged', {body}, {clock.SystemNow})
            """, ct);
    }

    private static async Task<Dictionary<long, int>> CountPeopleAsync(PlatformDb db, IEnumerable<TaskRow> tasks, DateOnly today, CancellationToken ct)
    {
        var holders = tasks.Select(t => (t.UnitId, t.OrganisationId, t.Role, t.PersonId)).Distinct().ToList();
        var bodies = holders.ConvertAll(h => h.OrganisationId);
        var members = (await db.Memberships.Where(m => bodies.Contains(m.OrganisationId) && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .Select(m => new { m.OrganisationId, m.Role, m.UserId }).ToListAsync(ct)).ToLookup(m => (m.OrganisationId, m.Role), m => m.UserId);
        return holders.GroupBy(h => h.UnitId).ToDictionary(
            g => g.Key,
            g => g.SelectMany(h => h.PersonId is { } person ? [person] : members[(h.OrganisationId, h.Role)]).Distinct().Count());
    }

    private static Actor ActorOf(Viewer viewer)
    {
        var role = viewer.Has(Roles.Performance) ? Roles.Performance : viewer.Has(Roles.Section) ? Roles.Section : Roles.Department;
        return NoticeActors.As(viewer, role);
    }
}
