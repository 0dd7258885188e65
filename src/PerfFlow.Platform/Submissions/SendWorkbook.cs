using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>How much a workbook of a case holds when it is taken away.</summary>
public enum WorkbookExtent
{
    /// <summary>The columns alone.</summary>
    Blank,

    /// <summary>The case.</summary>
    One,

    /// <summary>The case and those like it that wait for the same post.</summary>
    Alike,
}

/// <summary>
/// Somebody sends a workbook: for the open filings of a unit under a notice, or for one case that they fill in. What was read
/// becomes drafts (<see cref="TakeDocument"/>).
/// </summary>
public sealed class SendWorkbook(
    IDbContextFactory<PlatformDb> databases, IntakeClient intake, TakeDocument take, CaseWorkbooks cases, RegionClock clock, DefinitionCatalog catalog, Ui.TextCatalogue texts)
{
    /// <summary>
    /// Hands the bytes to Intake and tells at once what is wrong with them. <paramref name="id"/> makes a repeat the same document.
    /// </summary>
    public async Task<Outcome<IntakeAnswer>> RunAsync(Viewer viewer, long noticeId, long unitId, Guid id, string name, Stream content, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await AskedAsync(db.Tasks.VisibleTo(viewer), noticeId, unitId, ct) is not [var task, ..])
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

        return await HandInAsync(
            db,
            new SentDocument
            {
                Id = id, RegionId = task.RegionId, NoticeId = noticeId, UnitId = unitId, DepartmentId = task.DepartmentId, SectionId = task.SectionId, UserId = viewer.UserId,
                Name = Path.GetFileName(name), State = SentDocumentState.Sent, SentAt = clock.Now(task.RegionId),
            },
            workbook,
            content,
            ct);
    }

    /// <summary>The same for one case, by whoever fills in its open step.</summary>
    public async Task<Outcome<IntakeAnswer>> RunAsync(Viewer viewer, long caseId, Guid id, string name, Stream content, CancellationToken ct)
    {
        var open = await cases.OpenAsync(viewer, caseId, ct);
        if (open.Refusal is { } refusal)
        {
            return refusal;
        }

        var (of, task) = (open.Value.Case, open.Value.Task!);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await HandInAsync(
            db,
            new SentDocument
            {
                Id = id, RegionId = of.RegionId, CaseId = caseId, Role = task.Role, OrganisationId = task.OrganisationId, UnitId = of.UnitId, DepartmentId = of.DepartmentId,
                SectionId = of.SectionId, UserId = viewer.UserId, Name = Path.GetFileName(name), State = SentDocumentState.Sent, SentAt = clock.Now(of.RegionId),
            },
            open.Value.Kind.Workbook,
            content,
            ct);
    }

    /// <summary>The workbook of the form that a task asks for; null where it asks for none.</summary>
    internal static FormWorkbook? WorkbookOf(DefinitionCatalog catalog, TaskRow task) =>
        catalog.StepsOf(task.Definition).Where(s => s.ActivityId == task.Node).Select(s => FilingKinds.Find(s.Form)?.Workbook).FirstOrDefault();

    /// <summary>What a unit fills in for a notice: the open tasks of one form, that of most of them.</summary>
    internal static async Task<List<TaskRow>> AskedAsync(IQueryable<TaskRow> tasks, long noticeId, long unitId, CancellationToken ct) =>
        (await tasks.AsNoTracking().Where(t => t.NoticeId == noticeId && t.UnitId == unitId && t.Kind == "fill" && t.Role == Roles.Unit).OrderBy(t => t.CaseId).ToListAsync(ct))
            .GroupBy(t => (t.Definition, t.Node)).OrderByDescending(g => g.Count()).FirstOrDefault()?.ToList() ?? [];

    private async Task<Outcome<IntakeAnswer>> HandInAsync(PlatformDb db, SentDocument sent, FormWorkbook workbook, Stream content, CancellationToken ct)
    {
        var document = await db.Documents.FirstOrDefaultAsync(d => d.Id == sent.Id, ct);
        if (document is null)
        {
            db.Documents.Add(document = sent);
            await db.SaveChangesAsync(ct);
            await FailPoints.HereAsync(FailPoints.DocumentNoted);
        }
        else if (document.UserId != sent.UserId)
        {
            return Refusal.Conflict("intake-taken");
        }

        var answer = await intake.UploadAsync(take.SenderOf(document), document.Id, workbook.Layout, document.Name, content, ct);
        await NoteAsync(db, clock, document.Id, answer, ct);
        return answer;
    }

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
        if (await SentDocuments.FindAsync(db.Documents, viewer, id, ct) is not { } document)
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
        var forms = new List<FormContent>();
        FormWorkbook? workbook = null;
        foreach (var task in await AskedAsync(db.Tasks.OwnedBy(viewer), noticeId, unitId, ct))
        {
            var filing = await filings.FindAsync(viewer, task.CaseId, ct);
            if (filing.Ok)
            {
                workbook = filing.Value.Kind.Workbook;
                forms.Add(filing.Value.Form);
            }
        }

        return workbook is null ? Refusal.NotFound("nothing-to-fill") : await WriteAsync(viewer, workbook, forms, unitId, noticeId, ct);
    }

    /// <summary>A workbook with what is known of one case.</summary>
    /// <param name="viewer">Who fills it in.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="extent">Nothing but the columns, the case, or all that wait for the same post at the same step of its notice.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Outcome<IntakeFile>> OfCaseAsync(Viewer viewer, long caseId, WorkbookExtent extent, CancellationToken ct)
    {
        var open = await cases.OpenAsync(viewer, caseId, ct);
        if (open.Refusal is { } refusal)
        {
            return refusal;
        }

        var (kind, task) = (open.Value.Kind, open.Value.Task!);
        var forms = new List<FormContent>(extent == WorkbookExtent.Blank ? [] : [open.Value.Form]);
        if (extent == WorkbookExtent.Alike)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            foreach (var other in await CaseWorkbooks.Alike(db, task).Where(t => t.CaseId != caseId).Select(t => t.CaseId).ToListAsync(ct))
            {
                if (await cases.OpenAsync(viewer, other, ct) is { Ok: true, Value: { } filing } && filing.Kind == kind)
                {
                    forms.Add(filing.Form);
                }
            }
        }

        return await WriteAsync(viewer, kind.Workbook, forms, open.Value.Case.UnitId, noticeId: null, ct);
    }

    private async Task<Outcome<IntakeFile>> WriteAsync(Viewer viewer, FormWorkbook workbook, IReadOnlyList<FormContent> forms, long unitId, long? noticeId, CancellationToken ct)
    {
        var region = clock.Get(viewer.RegionId);
        var sender = new IntakeSender(new ServiceDefaults.Messages.RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId, unitId, noticeId);
        return await intake.BlankAsync(sender, workbook.Layout, FormWorkbooks.ToWorkbook(workbook, forms, texts.In(Ui.TextCatalogue.Chinese)), ct);
    }
}
