using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>The files that wait in the drop folder for a unit, for one of its open notices.</summary>
public sealed record DroppedModel(OpenNotice About, IReadOnlyList<OpenNotice> Others, IReadOnlyList<DroppedFile> Waiting)
{
    public Ui.FormErrors Errors { get; init; } = Ui.FormErrors.None;
}

/// <summary>
/// Files that other systems left in the drop folder. They belong to nobody until a clerk of their unit takes them; to every
/// other unit they do not exist. Refusals: nothing-to-fill, intake-gone, intake-taken, and those of Intake.
/// </summary>
public sealed class TakeDropped(IDbContextFactory<PlatformDb> databases, IntakeClient intake, TakeDocument take, DefinitionCatalog catalog, RegionClock clock)
{
    /// <summary>What waits for the unit named, or for the first of the viewer's units that has something to fill in.</summary>
    public async Task<Outcome<DroppedModel>> ListAsync(Viewer viewer, long? noticeId, long? unitId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await FilingList.OpenNoticesAsync(db, viewer, ct);
        if (open.FirstOrDefault(o => (noticeId is null || o.NoticeId == noticeId) && (unitId is null || o.UnitId == unitId)) is not { } about)
        {
            return Refusal.NotFound("nothing-to-fill");
        }

        var waiting = await WaitingAsync(db, viewer, about.NoticeId, about.UnitId, ct);
        return waiting.Ok ? new DroppedModel(about, [.. open.Where(o => o != about)], waiting.Value.Files) : waiting.Refusal!;
    }

    /// <summary>Takes one for the unit's open filings of a notice: from now on it is as if the viewer had uploaded it.</summary>
    public async Task<Outcome<IntakeAnswer>> RunAsync(Viewer viewer, long noticeId, long unitId, Guid drop, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await SendWorkbook.AskedAsync(db.Tasks.OwnedBy(viewer), noticeId, unitId, ct) is not [var task, ..])
        {
            return Refusal.NotFound("nothing-to-fill");
        }

        if (viewer.May(Right.Fill, task) is { } refusal)
        {
            return refusal;
        }

        if (SendWorkbook.WorkbookOf(catalog, task) is not { } workbook)
        {
            return new Refusal("no-workbook");
        }

        var waiting = await WaitingAsync(db, viewer, noticeId, unitId, ct);
        if (!waiting.Ok)
        {
            return waiting.Refusal!;
        }

        var known = await db.Documents.AsNoTracking().ForNotices(viewer).FirstOrDefaultAsync(d => d.Id == drop, ct);
        if (known is null)
        {
            if (waiting.Value.Files.FirstOrDefault(f => f.Id == drop) is not { } file)
            {
                return Refusal.NotFound("intake-gone");
            }

            // Before Intake is asked: its message about the document may come sooner than its answer.
            known = await NoteAsync(db, viewer, task, file, ct);
        }

        if (known.UserId != viewer.UserId || known.NoticeId != noticeId)
        {
            return Refusal.Conflict("intake-taken");
        }

        var answer = await intake.TakeAsync(take.SenderOf(known), waiting.Value.Code, drop, workbook.Layout, ct);
        if (answer.Refusal is { Kind: RefusalKind.NotFound or RefusalKind.Conflict })
        {
            await db.Documents.Where(d => d.Id == drop && d.UserId == viewer.UserId && d.State == SentDocumentState.Sent).ExecuteDeleteAsync(ct);
        }

        await SendWorkbook.NoteAsync(db, clock, drop, answer, ct);
        return answer;
    }

    /// <summary>Who notes the file first has it; the other reads whose it is.</summary>
    private async Task<SentDocument> NoteAsync(PlatformDb db, Viewer viewer, TaskRow task, DroppedFile file, CancellationToken ct)
    {
        var document = new SentDocument
        {
            Id = file.Id, RegionId = task.RegionId, NoticeId = task.NoticeId!.Value, UnitId = task.UnitId, DepartmentId = task.DepartmentId, SectionId = task.SectionId, UserId = viewer.UserId,
            Name = file.Name, State = SentDocumentState.Sent, SentAt = clock.Now(task.RegionId),
        };
        db.Documents.Add(document);
        try
        {
            await db.SaveChangesAsync(ct);
            return document;
        }
        catch (DbUpdateException e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
            return await db.Documents.AsNoTracking().FirstAsync(d => d.Id == file.Id, ct);
        }
    }

    /// <summary>Asked only for a unit of the viewer's own; its code names the folder.</summary>
    private async Task<Outcome<(string Code, IReadOnlyList<DroppedFile> Files)>> WaitingAsync(PlatformDb db, Viewer viewer, long noticeId, long unitId, CancellationToken ct)
    {
        if (!viewer.Reach.Units.Contains(unitId))
        {
            return Refusal.NotFound("nothing-to-fill");
        }

        var code = await db.Organisations.Where(o => o.Id == unitId && o.RegionId == viewer.RegionId).Select(o => o.Code).FirstAsync(ct);
        var region = clock.Get(viewer.RegionId);
        var sender = new IntakeSender(new ServiceDefaults.Messages.RegionRef(region.Code, region.Generation), clock.Now(viewer.RegionId), viewer.UserId, unitId, noticeId);
        var files = await intake.DropsAsync(sender, code, ct);
        return files.Ok ? (code, files.Value) : files.Refusal!;
    }
}
