using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Reminders;

/// <summary>A return as its message tells it.</summary>
internal sealed record ReturnAbout(string By, IReadOnlyList<string> Reasons, string Text, int Count);

/// <summary>What a message says of its case.</summary>
internal sealed record CaseAbout(int Revision, long? NoticeId, string? NoticeNumber, string Title, string Unit, string Path, TaskRow? Task, ReturnAbout? LastReturn)
{
    /// <summary>Every open task: of a step that several decide there is one for each who is asked now.</summary>
    public IReadOnlyList<TaskRow> Tasks { get; init; } = [];
}

/// <summary>Names and people for a batch of cases, read at once.</summary>
internal sealed class CaseDirectory
{
    private readonly Dictionary<long, CaseAbout> cases = [];
    private readonly Dictionary<(string Role, long Organisation), List<Recipient>> people = [];
    private readonly Dictionary<long, Recipient> persons = [];
    private readonly List<(long Person, long Deputy, string Role, long Organisation)> deputies = [];

    public CaseAbout? Find(long caseId) => cases.GetValueOrDefault(caseId);

    /// <summary>The people who hold a role at a body today; the one person where the task was reassigned, and who stands in for him.</summary>
    public IReadOnlyList<Recipient> Holders(string role, long organisationId, long? personId)
    {
        var all = people.GetValueOrDefault((role, organisationId)) ?? [];
        return personId is { } id && persons.TryGetValue(id, out var person)
            ? [person, .. all.Where(a => deputies.Contains((id, a.Id, role, organisationId)))]
            : all;
    }

    /// <summary>These people, as far as they are known.</summary>
    public IReadOnlyList<Recipient> People(IEnumerable<long> ids) => [.. ids.Select(id => persons.GetValueOrDefault(id)).OfType<Recipient>()];

    /// <summary>Who did it, by name; empty for the platform itself.</summary>
    public string NameOf(long? userId) => userId is { } id && persons.TryGetValue(id, out var person) ? person.Name : "";

    public static async Task<CaseDirectory> ReadAsync(PlatformDb db, RegionClock clock, IReadOnlyList<long> caseIds, IReadOnlyList<long> userIds, CancellationToken ct)
    {
        var directory = new CaseDirectory();
        var rows = await db.Cases.AsNoTracking().Where(c => caseIds.Contains(c.Id)).ToListAsync(ct);
        var tasks = (await db.Tasks.AsNoTracking().Where(t => caseIds.Contains(t.CaseId)).ToListAsync(ct)).ToLookup(t => t.CaseId);
        var bodies = rows.SelectMany(c => new[] { c.UnitId, c.DepartmentId, c.SectionId }).Concat(rows.Select(c => clock.Get(c.RegionId).BureauId ?? 0)).Distinct().ToList();
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var objects = rows.Where(c => c.NoticeId is not null).Select(c => c.ObjectId).Distinct().ToList();
        var projects = await db.Projects.AsNoTracking().Where(p => objects.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var noticeIds = rows.Select(c => c.NoticeId ?? c.ObjectId).Distinct().ToList();
        var notices = await db.Notices.AsNoTracking().Where(n => noticeIds.Contains(n.Id)).ToDictionaryAsync(n => n.Id, n => n.Title, ct);
        var numbers = await db.DocumentNumbers.AsNoTracking().Where(n => n.NoticeId != null && noticeIds.Contains(n.NoticeId.Value)).ToListAsync(ct);
        var returns = (await db.Returns.AsNoTracking().Where(r => caseIds.Contains(r.CaseId)).OrderBy(r => r.Seq).ToListAsync(ct)).ToLookup(r => r.CaseId);
        var returners = (await db.Journal.AsNoTracking().Where(j => caseIds.Contains(j.CaseId) && db.Returns.Any(r => r.CaseId == j.CaseId && r.Seq == j.Seq))
            .Select(j => new { j.CaseId, j.Seq, j.OrganisationId }).ToListAsync(ct)).ToDictionary(j => (j.CaseId, j.Seq), j => j.OrganisationId);
        foreach (var row in rows)
        {
            var task = tasks[row.Id].MaxBy(t => t.Visit);
            var last = returns[row.Id].LastOrDefault();
            var noticeId = row.NoticeId;
            directory.cases[row.Id] = new CaseAbout(
                row.Revision,
                noticeId,
                noticeId is null ? null : numbers.Find(n => n.NoticeId == noticeId) is { } line ? new DocumentNumber(line.Word, line.Year, line.Seq).ToString() : null,
                projects.GetValueOrDefault(row.ObjectId) ?? notices.GetValueOrDefault(noticeId ?? row.ObjectId) ?? "",
                names.GetValueOrDefault(row.UnitId) ?? "",
                noticeId is null ? $"/notices/{row.ObjectId}" : task is { Kind: "fill" } || row.Status != InstanceStatus.Running ? $"/filings/{row.Id}" : $"/reviews/{row.Id}",
                task,
                last is null ? null : new ReturnAbout(names.GetValueOrDefault(returners.GetValueOrDefault((last.CaseId, last.Seq))) ?? "", last.Reasons.Split(','), last.Text, returns[row.Id].Count())) { Tasks = [.. tasks[row.Id]] };
        }

        await directory.ReadPeopleAsync(db, clock, rows, bodies, [.. tasks.SelectMany(t => t).Select(t => t.PersonId).OfType<long>(), .. userIds], ct);
        return directory;
    }

    private async Task ReadPeopleAsync(PlatformDb db, RegionClock clock, List<CaseRow> rows, List<long> bodies, List<long> named, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return;
        }

        // One batch is of one region in all but rare cases; the date decides only who holds a role today.
        var today = rows.Max(r => clock.Today(r.RegionId));
        var holders = await db.Memberships.AsNoTracking()
            .Where(m => bodies.Contains(m.OrganisationId) && m.ValidFrom <= today && (m.ValidTo == null || m.ValidTo > today))
            .Join(db.Users.Where(u => !u.Retired && !u.Disabled), m => m.UserId, u => u.Id, (m, u) => new { m.Role, m.OrganisationId, u.Id, u.Name, u.Email, u.Language })
            .ToListAsync(ct);
        foreach (var holder in holders)
        {
            var key = (holder.Role, holder.OrganisationId);
            if (!people.TryGetValue(key, out var list))
            {
                people[key] = list = [];
            }

            list.Add(new Recipient(holder.Id, holder.Name, holder.Email, holder.Language));
        }

        foreach (var user in await db.Users.AsNoTracking().Where(u => named.Contains(u.Id)).ToListAsync(ct))
        {
            persons[user.Id] = new Recipient(user.Id, user.Name, user.Email, user.Language);
        }

        if (named.Count > 0)
        {
            deputies.AddRange((await db.Delegations.AsNoTracking()
                .Where(d => named.Contains(d.PersonId) && d.EndedAt == null && d.FromDay <= today && d.ToDay >= today).ToListAsync(ct))
                .Select(d => (d.PersonId, d.DeputyId, d.Role, d.OrganisationId)));
        }
    }
}
