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

/// <summary>The import page of one notice and unit, or of one case.</summary>
/// <param name="About">The unit's open filings of a notice; null where one case is meant.</param>
/// <param name="Case">The case; null where all of a notice are meant.</param>
/// <param name="Open">There is something to fill in: workbooks are given and taken.</param>
public sealed record ImportModel(OpenNotice? About, FilingCase? Case, bool Open, IReadOnlyList<OpenNotice> Others, IReadOnlyList<SentLine> Sent, Guid Command)
{
    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>Intake has not answered one of them yet: the list asks again.</summary>
    public bool Waiting => Sent.Any(s => s.Document.State == SentDocumentState.Sent);

    /// <summary>Cases that one workbook may hold: the case and those like it.</summary>
    public int Alike { get; init; } = 1;

    /// <summary>As the addresses name what the workbooks are about.</summary>
    public string Query => Case is { Case.Id: var of } ? $"case={of}" : $"notice={About!.NoticeId}&unit={About.UnitId}";
}

/// <summary>The workbooks that were sent for a notice or a case as far as the viewer may know them, and workbooks to take away.</summary>
public sealed class SentList(IDbContextFactory<PlatformDb> databases, FilingCases filings, TakeDocument take, IntakeClient intake, RegionClock clock, TimeProvider time, DefinitionCatalog catalog)
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

        var documents = await db.Documents.AsNoTracking().ForNotices(viewer).Where(d => d.NoticeId == about.NoticeId && d.UnitId == about.UnitId)
            .OrderByDescending(d => d.SentAt).Take(20).ToListAsync(ct);
        return new ImportModel(about, null, about.Filings > 0, [.. open.Where(o => o != about)], await LinesAsync(db, documents, ct), Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>For one case: to whoever fills it in now, and to those who sent something for it.</summary>
    public async Task<Outcome<ImportModel>> RunAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var documents = await SentDocuments.OfCaseAsync(db, viewer, caseId, ct);
        var closed = CaseWorkbooks.WhyNot(viewer, found.Value);
        return closed is not null && documents.Count == 0
            ? closed
            : new ImportModel(null, found.Value, closed is null, [], await LinesAsync(db, documents, ct), Guid.CreateVersion7(time.GetUtcNow()))
            {
                Alike = closed is null ? await CaseWorkbooks.Alike(db, found.Value.Task!).CountAsync(ct) : 1,
            };
    }

    /// <summary>One of them; of another unit or post it does not exist.</summary>
    public async Task<Outcome<SentDocument>> FindAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await SentDocuments.FindAsync(db.Documents.AsNoTracking(), viewer, id, ct) is { } found ? found : Refusal.NotFound();
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
        var asked = await db.Tasks.AsNoTracking().OwnedBy(viewer).FirstOrDefaultAsync(t => t.NoticeId == noticeId && t.Kind == "fill" && t.Role == Roles.Unit, ct);
        var definition = await db.Cases.AsNoTracking().VisibleTo(viewer).Where(c => c.NoticeId == noticeId && c.ObjectId != 0).Select(c => (int?)c.Definition).FirstOrDefaultAsync(ct);
        var workbook = asked is not null ? SendWorkbook.WorkbookOf(catalog, asked)
            : definition is { } row ? catalog.StepsOf(row).Where(s => s.Role == Roles.Unit).Select(s => FilingKinds.Find(s.Form)?.Workbook).FirstOrDefault(w => w is not null)
            : GoalWorkbook.Columns;
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
        var last = await db.Documents.AsNoTracking().ForNotices(viewer).Where(d => (noticeId == null || d.NoticeId == noticeId) && (unitId == null || d.UnitId == unitId))
            .OrderByDescending(d => d.SentAt).Select(d => new { d.NoticeId, d.UnitId }).FirstOrDefaultAsync(ct);
        if (last is null)
        {
            return null;
        }

        var unit = await db.Organisations.Where(o => o.Id == last.UnitId).Select(o => o.Name).FirstAsync(ct);
        return new OpenNotice(last.NoticeId!.Value, await FilingPageReader.NoticeAsync(db, last.NoticeId, ct), last.UnitId, unit, 0);
    }

    private static async Task<IReadOnlyList<SentLine>> LinesAsync(PlatformDb db, List<SentDocument> documents, CancellationToken ct)
    {
        var people = documents.ConvertAll(d => d.UserId);
        var names = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return documents.ConvertAll(d => new SentLine(d, names[d.UserId], d.ReadProblems()));
    }
}
