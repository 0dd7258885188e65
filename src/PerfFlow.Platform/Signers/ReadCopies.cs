using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Signers;

/// <summary>A case that was shown to the reader.</summary>
/// <param name="ReadAt">When they first opened it; null = not yet.</param>
public sealed record CopyLine(long CaseId, int Seq, string Project, string Unit, string By, DateTimeOffset At, string Text, DateTimeOffset? ReadAt);

/// <summary>A page of them.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record CopyPage(IReadOnlyList<CopyLine> Lines, string? Next);

/// <summary>Somebody to whom a case was shown, for those who may show it to others.</summary>
public sealed record ShownLine(string Name, string By, DateTimeOffset At, string Text, DateTimeOffset? ReadAt);

/// <summary>抄送我: what was shown to a person. To be shown a case gives no right to it: whoever does not see the case has no line of it.</summary>
public sealed class ReadCopies(RegionClock clock, IDbContextFactory<PlatformDb> databases)
{
    public const int Size = 50;

    /// <summary>Newest first, of the cases that the reader sees today.</summary>
    /// <param name="viewer">Whose they are.</param>
    /// <param name="from">What a page gave as <see cref="CopyPage.Next"/>; null = from the newest.</param>
    /// <param name="size">Lines of a page.</param>
    /// <param name="ct">Stops the reading.</param>
    public async Task<CopyPage> RunAsync(Viewer viewer, string? from, int size, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var mine = Mine(db, viewer);
        if (TaskKey.Parse(from) is { At: { } at } key)
        {
            mine = mine.Where(c => c.At < at || (c.At == at && (c.CaseId < key.CaseId || (c.CaseId == key.CaseId && c.Seq < key.Visit))));
        }

        var found = await mine.OrderByDescending(c => c.At).ThenByDescending(c => c.CaseId).ThenByDescending(c => c.Seq).Take(size + 1)
            .Join(db.Cases, c => c.CaseId, s => s.Id, (c, s) => new { Copy = c, s.ObjectId, s.UnitId })
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { c.Copy, c.UnitId, Project = p.Name })
            .Join(db.Organisations, c => c.UnitId, o => o.Id, (c, o) => new { c.Copy, c.Project, Unit = o.Name })
            .Join(db.Journal, c => new { c.Copy.CaseId, c.Copy.Seq }, j => new { j.CaseId, j.Seq }, (c, j) => new { c.Copy, c.Project, c.Unit, j.ActorId })
            .Join(db.Users, c => c.ActorId, u => u.Id, (c, u) => new
            {
                c.Copy.CaseId, c.Copy.Seq, c.Project, c.Unit, By = u.Name, c.Copy.At, c.Copy.Text,
                ReadAt = db.CopyReads.Where(r => r.CaseId == c.Copy.CaseId && r.Seq == c.Copy.Seq && r.N == c.Copy.N).Select(r => (DateTimeOffset?)r.At).FirstOrDefault(),
            })
            .OrderByDescending(c => c.At).ThenByDescending(c => c.CaseId).ThenByDescending(c => c.Seq).ToListAsync(ct);
        var page = found.Take(size).Select(c => new CopyLine(c.CaseId, c.Seq, c.Project, c.Unit, c.By, c.At, c.Text, c.ReadAt)).ToList();
        return new CopyPage(page, found.Count > size ? new TaskKey(page[^1].At, page[^1].CaseId, page[^1].Seq).ToString() : null);
    }

    /// <summary>How many of them have not been opened.</summary>
    public async Task<int> UnreadAsync(Viewer viewer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Mine(db, viewer).CountAsync(c => !db.CopyReads.Any(r => r.CaseId == c.CaseId && r.Seq == c.Seq && r.N == c.N), ct);
    }

    /// <summary>Opening the case is reading what was said with it, by whatever way one came.</summary>
    /// <param name="viewer">Whose copies.</param>
    /// <param name="caseId">Of this case; null = all of them.</param>
    /// <param name="ct">Stops the waiting.</param>
    public async Task MarkAsync(Viewer viewer, long? caseId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.copy_reads (case_id, seq, n, at)
            select c.case_id, c.seq, c.n, {clock.Now(viewer.RegionId)} from platform.copies c
            where c.person_id = {viewer.UserId} and ({caseId}::bigint is null or c.case_id = {caseId})
                and not exists (select from platform.copy_reads r where r.case_id = c.case_id and r.seq = c.seq and r.n = c.n)
            on conflict do nothing
            """, ct);
    }

    /// <summary>To whom a case was shown, newest first.</summary>
    internal static async Task<IReadOnlyList<ShownLine>> OfCaseAsync(PlatformDb db, long caseId, CancellationToken ct) =>
        await db.Copies.AsNoTracking().Where(c => c.CaseId == caseId).OrderByDescending(c => c.Seq).ThenBy(c => c.N)
            .Join(db.Users, c => c.PersonId, u => u.Id, (c, u) => new { c, u.Name })
            .Join(db.Journal, c => new { c.c.CaseId, c.c.Seq }, j => new { j.CaseId, j.Seq }, (c, j) => new { c.c, c.Name, j.ActorId })
            .Join(db.Users, c => c.ActorId, u => u.Id, (c, u) => new { c.c, c.Name, By = u.Name })
            .OrderByDescending(c => c.c.Seq).ThenBy(c => c.c.N)
            .Select(c => new ShownLine(
                c.Name, c.By, c.c.At, c.c.Text, db.CopyReads.Where(r => r.CaseId == c.c.CaseId && r.Seq == c.c.Seq && r.N == c.c.N).Select(r => (DateTimeOffset?)r.At).FirstOrDefault()))
            .ToListAsync(ct);

    private static IQueryable<CopyRow> Mine(PlatformDb db, Viewer viewer)
    {
        var seen = db.Cases.VisibleTo(viewer);
        return db.Copies.AsNoTracking().Where(c => c.PersonId == viewer.UserId && seen.Any(s => s.Id == c.CaseId));
    }
}
