using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// Makes drafts of the rows of a read workbook: one per project that the unit is asked for, in one transaction. A row for
/// anything else is a problem of its own and takes nothing with it; the clerk confirms each draft by submitting it.
/// </summary>
public sealed class TakeDocument(FilingCases filings, ViewerReader viewers, RegionClock clock, IntakeClient intake, TextCatalogue texts)
{
    /// <summary>Writes the drafts in the caller's transaction and notes on the document what became of it.</summary>
    public async Task RunAsync(PlatformDb db, SentDocument document, ParsedDocument parsed, bool goodRowsOnly, CancellationToken ct)
    {
        var viewer = await viewers.FindAsync(document.UserId, ct);
        var problems = new List<IntakeProblem>();
        var now = clock.Now(document.RegionId);
        var workbook = FilingKinds.WorkbookOf(parsed.Layout);
        var words = texts.In(TextCatalogue.Chinese);
        var cases = parsed.Sheet(workbook.Sheet);
        foreach (var row in cases?.Rows.Where(r => r.Good || !goodRowsOnly || (document.CaseId is not null && HasGoodRows(r))) ?? [])
        {
            var code = row.Text(workbook.CaseColumn) ?? "";
            var filing = viewer is null ? null : await TargetAsync(db, viewer, document, workbook, code, ct);
            if (filing is null)
            {
                problems.Add(new IntakeProblem(
                    cases!.Place(row, workbook.CaseColumn), code, "SJ01", [], words[document.CaseId is null ? "submissions.import.not-asked" : "submissions.import.not-this", code],
                    words["submissions.import.not-asked.remedy"]));
                continue;
            }

            var overlaid = FormWorkbooks.Overlay(filing, workbook, row.Good || !goodRowsOnly ? row : null, parsed.Sheet, goodRowsOnly);
            problems.AddRange(overlaid.Strange.Select(s => new IntakeProblem(
                s.Sheet.Place(s.Row, workbook.RowColumn ?? workbook.CaseColumn), s.Row.Text(workbook.RowColumn ?? "") ?? "", "SJ01", [], words["submissions.import.row-unknown"],
                words["submissions.import.row-unknown.remedy"])));
            await SaveAsync(db, document, filing.Case.Id, filing.Task!.Visit, overlaid.Form.ToJsonText(), now, ct);
            document.Drafts++;
        }

        // Of a case the rows of its tables are taken though its own row is not good.
        bool HasGoodRows(ParsedRow row) => workbook.Tables.Any(t => parsed.Sheet(t.Sheet)?.Rows.Any(r => r.Good && r.Text(workbook.CaseColumn) == row.Text(workbook.CaseColumn)) == true);

        document.State = document.Drafts > 0 ? SentDocumentState.Taken : SentDocumentState.Faulty;
        document.AnsweredAt = now;
        document.Problems = JsonSerializer.Serialize(document.ReadProblems().Concat(problems), JsonSerializerOptions.Web);
    }

    /// <summary>The case that a row is about, if its open form is that of the workbook and the sender's to fill in; else null.</summary>
    private async Task<FilingCase?> TargetAsync(PlatformDb db, Viewer viewer, SentDocument document, FormWorkbook workbook, string code, CancellationToken ct)
    {
        IQueryable<TaskRow> tasks = db.Tasks.AsNoTracking().Where(t => t.NoticeId == document.NoticeId && t.UnitId == document.UnitId && t.Role == Roles.Unit);
        if (document.CaseId is { } of)
        {
            // The case's step may have ended since it was sent: then nothing is taken.
            tasks = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == of, ct) is { } task ? CaseWorkbooks.Alike(db, task) : tasks.Where(_ => false);
        }

        tasks = tasks.Where(t => t.RegionId == document.RegionId && t.Kind == "fill");
        foreach (var caseId in await tasks.Join(db.Projects.Where(p => p.Code == code), t => t.ObjectId, p => p.Id, (t, p) => t.CaseId).ToListAsync(ct))
        {
            if (await filings.FindAsync(viewer, caseId, ct) is { Ok: true, Value: { } filing } && filing.Kind.Workbook.Layout == workbook.Layout
                && (document.CaseId is null || CaseWorkbooks.WhyNot(viewer, filing) is null))
            {
                return filing;
            }
        }

        return null;
    }

    /// <summary>What was read; fetched from Intake where it was too large for the message.</summary>
    public async Task<Outcome<ParsedDocument>> ValuesAsync(SentDocument document, CancellationToken ct) =>
        await intake.ValuesAsync(SenderOf(document), document.Id, ct);

    /// <summary>On whose behalf Intake is asked about a document.</summary>
    public IntakeSender SenderOf(SentDocument document)
    {
        var region = clock.Get(document.RegionId);
        return new IntakeSender(new RegionRef(region.Code, region.Generation), clock.Now(document.RegionId), document.UserId, document.UnitId, document.NoticeId);
    }

    private static async Task SaveAsync(PlatformDb db, SentDocument document, long caseId, int visit, string form, DateTimeOffset now, CancellationToken ct)
    {
        var draft = await db.Drafts.FirstOrDefaultAsync(d => d.CaseId == caseId && d.Visit == visit, ct);
        if (draft is null)
        {
            db.Drafts.Add(new Draft
            {
                CaseId = caseId, Visit = visit, RegionId = document.RegionId, Form = form, Source = FilingSource.Workbook, FileId = document.FileId ?? document.Id,
                Version = 1, SavedAt = now, SavedBy = document.UserId,
            });
            return;
        }

        (draft.Form, draft.Source, draft.FileId, draft.Version, draft.SavedAt, draft.SavedBy) =
            (form, FilingSource.Workbook, document.FileId ?? document.Id, draft.Version + 1, now, document.UserId);
    }
}

/// <summary>Intake has read a workbook without errors: its rows become drafts.</summary>
internal sealed class DocumentAcceptedConsumer(PlatformDb db, TimeProvider time, TakeDocument take) : OnceConsumer<DocumentAccepted, PlatformDb>(db, time)
{
    protected override async ValueTask<bool> WantsAsync(DocumentAccepted message, CancellationToken ct) =>
        await Db.Documents.AnyAsync(d => d.Id == message.Document && d.State == SentDocumentState.Sent, ct);

    protected override async Task HandleAsync(DocumentAccepted message, CancellationToken ct)
    {
        var document = await Db.Documents.FirstAsync(d => d.Id == message.Document, ct);
        (document.FileId, document.Sha256) = (message.File, message.Sha256);
        if (message.Problems > 0)
        {
            document.State = SentDocumentState.Faulty;
            return;
        }

        await take.RunAsync(Db, document, message.Values ?? await FetchAsync(document, ct), goodRowsOnly: false, ct);
        await FailPoints.HereAsync(FailPoints.DocumentTaken);
    }

    /// <summary>Intake may have been stopped since it sent the message: that is no fault of the message, which comes again.</summary>
    private async Task<ParsedDocument> FetchAsync(SentDocument document, CancellationToken ct)
    {
        var values = await take.ValuesAsync(document, ct);
        return values.Refusal is { Kind: RefusalKind.Busy } ? throw new HttpRequestException("Intake is away.") : values.Value;
    }
}

/// <summary>Intake refused a workbook: the sender's list says why, and so does a message to whoever sent or took it.</summary>
internal sealed class DocumentRejectedConsumer(
    PlatformDb db, TimeProvider time, RegionClock clock, [FromKeyedServices(PlatformDb.Schema)] Outbox outbox, OutboxSignal signal) : OnceConsumer<DocumentRejected, PlatformDb>(db, time)
{
    protected override async Task HandleAsync(DocumentRejected message, CancellationToken ct)
    {
        if (await Db.Documents.FirstOrDefaultAsync(d => d.Id == message.Document, ct) is not { } document || clock.Get(document.RegionId).Closed)
        {
            return;
        }

        (document.State, document.AnsweredAt) = (SentDocumentState.Rejected, clock.Now(document.RegionId));
        var sender = await Db.Users.AsNoTracking().FirstAsync(u => u.Id == document.UserId, ct);
        var refused = new DocumentRefused
        {
            MessageId = CommandId.Of($"document refused {document.Id:N}"),
            Region = message.Region,
            At = message.At,
            Document = document.Id,
            FileName = document.Name,
            Problems = message.Problems,
            About = new Subject
            {
                Title = document.NoticeId is { } notice ? await FilingPageReader.NoticeAsync(Db, notice, ct)
                    : await Db.Cases.Where(c => c.Id == document.CaseId).Join(Db.Projects, c => c.ObjectId, p => p.Id, (c, p) => p.Name).FirstAsync(ct),
                Unit = await Db.Organisations.Where(o => o.Id == document.UnitId).Select(o => o.Name).FirstAsync(ct),
                Path = $"/filings/import?{document.Query}",
            },
            Recipients = [new Recipient(sender.Id, sender.Name, sender.Email, sender.Language)],
        };
        await outbox.AddAsync((NpgsqlConnection)Db.Database.GetDbConnection(), [refused], ct);
    }

    protected override void Committed() => signal.Set();
}
