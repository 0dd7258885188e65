using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Submissions;

/// <summary>A sent workbook with what is wrong in it.</summary>
public sealed record SentLine(SentDocument Document, string By, IReadOnlyList<IntakeProblem> Problems);

/// <summary>The import page of one notice and unit.</summary>
public sealed record ImportModel(OpenNotice About, IReadOnlyList<OpenNotice> Others, IReadOnlyList<SentLine> Sent, Guid Command)
{
    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>Intake has not answered one of them yet: the list asks again.</summary>
    public bool Waiting => Sent.Any(s => s.Document.State == SentDocumentState.Sent);
}

/// <summary>The workbooks that the viewer's units sent for a notice, and workbooks to take away.</summary>
public sealed class SentList(IDbContextFactory<PlatformDb> databases, TakeDocument take, IntakeClient intake, RegionClock clock, TimeProvider time, DefinitionCatalog catalog)
{
    /// <summary>For the notice and unit named, or the newest open one. Refused where the viewer fills nothing for it.</summary>
    public async Task<Outcome<ImportModel>> RunAsync(Viewer viewer, long? noticeId, long? unitId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await FilingList.OpenNoticesAsync(db, viewer, ct);
        var about = open.FirstOrDefault(o => (noticeId is null || o.NoticeId == noticeId) && (unitId is null || o.UnitId == unitId))
            ?? await PastAsync(db, viewer, noticeId, unitId, ct);
        if (about is null)
        {
            return Refusal.NotFound("nothing-to-fill");
        }

        var documents = await db.Documents.AsNoTracking().OwnedBy(viewer).Where(d => d.NoticeId == about.NoticeId && d.UnitId == about.UnitId)
            .OrderByDescending(d => d.SentAt).Take(20)
            .Join(db.Users, d => d.UserId, u => u.Id, (d, u) => new { Document = d, u.Name }).ToListAsync(ct);
        return new ImportModel(
            about,
            [.. open.Where(o => o != about)],
            [.. documents.OrderByDescending(d => d.Document.SentAt).Select(d => new SentLine(d.Document, d.Name, d.Document.ReadProblems()))],
            Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>One of them; of another unit it does not exist.</summary>
    public async Task<Outcome<SentDocument>> FindAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Documents.AsNoTracking().OwnedBy(viewer).FirstOrDefaultAsync(d => d.Id == id, ct) is { } found ? found : Refusal.NotFound();
    }

    /// <summary>The workbook as sent, with every bad cell marked and told.</summary>
    public async Task<Outcome<IntakeFile>> MarkedAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        var found = await FindAsync(viewer, id, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        // Intake knows its own findings; what the platform found on top is handed along.
        var ours = found.Value.ReadProblems().Where(p => p.Code == "SJ01").ToList();
        return await intake.MarkedAsync(take.SenderOf(found.Value), id, ours, ct);
    }

    /// <summary>An empty workbook of the layout that the notice's cases are filled in by; of the goal filing where none is named.</summary>
    public async Task<Outcome<IntakeFile>> BlankAsync(Viewer viewer, long noticeId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var definition = await db.Cases.AsNoTracking().VisibleTo(viewer).Where(c => c.NoticeId == noticeId && c.ObjectId != 0).Select(c => (int?)c.Definition).FirstOrDefaultAsync(ct);
        var workbook = definition is { } row ? catalog.Get(row).HumanSteps.Select(s => FilingKinds.Find(s.Form)?.Workbook).FirstOrDefault(w => w is not null) : GoalWorkbook.Columns;
        if (workbook is null)
        {
            return new Refusal("no-workbook");
        }

        var region = clock.Get(viewer.RegionId);
        return await intake.BlankAsync(new IntakeSender(new RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId), workbook.Layout, data: null, ct);
    }

    /// <summary>Everything has been filed, but workbooks were sent: their list stays readable.</summary>
    private static async Task<OpenNotice?> PastAsync(PlatformDb db, Viewer viewer, long? noticeId, long? unitId, CancellationToken ct)
    {
        var last = await db.Documents.AsNoTracking().OwnedBy(viewer).Where(d => (noticeId == null || d.NoticeId == noticeId) && (unitId == null || d.UnitId == unitId))
            .OrderByDescending(d => d.SentAt).Select(d => new { d.NoticeId, d.UnitId }).FirstOrDefaultAsync(ct);
        if (last is null)
        {
            return null;
        }

        var unit = await db.Organisations.Where(o => o.Id == last.UnitId).Select(o => o.Name).FirstAsync(ct);
        return new OpenNotice(last.NoticeId, await FilingPageReader.NoticeAsync(db, last.NoticeId, ct), last.UnitId, unit, 0);
    }
}
