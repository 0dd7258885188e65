using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>A unit sends a workbook for its open filings of a notice; what was read becomes drafts (<see cref="TakeDocument"/>).</summary>
public sealed class SendWorkbook(IDbContextFactory<PlatformDb> databases, IntakeClient intake, TakeDocument take, RegionClock clock, DefinitionCatalog catalog)
{
    /// <summary>
    /// Hands the bytes to Intake and tells at once what is wrong with them. <paramref name="id"/> makes a repeat the same document.
    /// </summary>
    public async Task<Outcome<IntakeAnswer>> RunAsync(Viewer viewer, long noticeId, long unitId, Guid id, string name, Stream content, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var task = await db.Tasks.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(t => t.NoticeId == noticeId && t.UnitId == unitId && t.Kind == "fill" && t.Role == Roles.Unit, ct);
        if (task is null)
        {
            return Refusal.NotFound("nothing-to-fill");
        }

        if (viewer.May(Right.Fill, task) is { } refusal)
        {
            return refusal;
        }

        if (WorkbookOf(catalog, task) is not { } workbook)
        {
            return new Refusal("no-workbook");
        }

        if (!await db.Documents.AnyAsync(d => d.Id == id, ct))
        {
            db.Documents.Add(new SentDocument
            {
                Id = id, RegionId = task.RegionId, NoticeId = noticeId, UnitId = unitId, DepartmentId = task.DepartmentId, SectionId = task.SectionId, UserId = viewer.UserId,
                Name = Path.GetFileName(name), State = SentDocumentState.Sent, SentAt = clock.Now(task.RegionId),
            });
            await db.SaveChangesAsync(ct);
        }

        var document = await db.Documents.FirstAsync(d => d.Id == id, ct);
        var answer = await intake.UploadAsync(take.SenderOf(document), id, workbook.Layout, document.Name, content, ct);
        await NoteAsync(db, clock, id, answer, ct);
        return answer;
    }

    /// <summary>The workbook of the form that a task asks for; null where it has none.</summary>
    internal static FormWorkbook? WorkbookOf(DefinitionCatalog catalog, TaskRow task) =>
        catalog.Get(task.Definition).HumanSteps.Where(s => s.ActivityId == task.Node).Select(s => FilingKinds.Find(s.Form)?.Workbook).FirstOrDefault();

    /// <summary>What Intake found wrong stands in the list at once; an accepted document is Intake's message to tell.</summary>
    internal static async Task NoteAsync(PlatformDb db, RegionClock clock, Guid id, Outcome<IntakeAnswer> answer, CancellationToken ct)
    {
        if (answer is not { Ok: true, Value.State: not DocumentState.Accepted })
        {
            return;
        }

        var now = clock.Now(await db.Documents.Where(d => d.Id == id).Select(d => d.RegionId).FirstAsync(ct));
        await db.Documents.Where(d => d.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.State, answer.Value.State == DocumentState.Faulty ? SentDocumentState.Faulty : SentDocumentState.Rejected)
                .SetProperty(d => d.Problems, JsonSerializer.Serialize(answer.Value.Problems, JsonSerializerOptions.Web))
                .SetProperty(d => d.FileId, answer.Value.File).SetProperty(d => d.Sha256, answer.Value.Sha256).SetProperty(d => d.AnsweredAt, now),
            ct);
    }

    /// <summary>The clerk chooses to take the good rows of a workbook that has errors.</summary>
    public async Task<Outcome<int>> TakeGoodRowsAsync(Viewer viewer, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var document = await db.Documents.OwnedBy(viewer).FirstOrDefaultAsync(d => d.Id == id, ct);
        if (document is null)
        {
            return Refusal.NotFound();
        }

        if (document.State != SentDocumentState.Faulty)
        {
            return Refusal.Conflict("document-already-taken");
        }

        var values = await take.ValuesAsync(document, ct);
        if (values.Refusal is { } refusal)
        {
            return refusal;
        }

        await take.RunAsync(db, document, values.Value, goodRowsOnly: true, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return document.Drafts;
    }

    /// <summary>A workbook with the layout and what is known of the unit's open filings.</summary>
    public async Task<Outcome<IntakeFile>> PrefilledAsync(Viewer viewer, FilingCases filings, long noticeId, long unitId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var cases = await db.Tasks.AsNoTracking().OwnedBy(viewer).Where(t => t.NoticeId == noticeId && t.UnitId == unitId && t.Kind == "fill" && t.Role == Roles.Unit).Select(t => t.CaseId).ToListAsync(ct);
        var forms = new List<FormContent>();
        FormWorkbook? workbook = null;
        foreach (var caseId in cases)
        {
            var filing = await filings.FindAsync(viewer, caseId, ct);
            if (filing.Ok && filing.Value.Kind.Workbook is { } known)
            {
                workbook = known;
                forms.Add(filing.Value.Form);
            }
        }

        var region = clock.Get(viewer.RegionId);
        var sender = new IntakeSender(new ServiceDefaults.Messages.RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId, unitId, noticeId);
        return workbook is null ? Refusal.NotFound("nothing-to-fill") : await intake.BlankAsync(sender, workbook.Layout, FormWorkbooks.ToWorkbook(workbook, forms), ct);
    }
}
