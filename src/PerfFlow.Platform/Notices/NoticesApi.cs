using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>Notices, their ledger and their matrix as JSON: the same use cases and refusals as the pages.</summary>
internal static class NoticesApi
{
    public static IEndpointRouteBuilder MapNoticesApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/notices").WithTags("Notices").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("The notices that exist for the caller, newest first");
        api.MapPost("", CreateAsync).WithSummary("Opens a notice with its first draft (FIN_PERF)");
        api.MapGet("/{id:long}", FindAsync).WithSummary("A notice with every version of its text; read by a unit, it counts as 已读");
        api.MapPut("/{id:long}", SaveAsync).WithSummary("Saves the draft if it is still at the version named");
        api.MapGet("/{id:long}/recipients", RecipientsAsync).WithSummary("Whom the draft would go to today, counted and listed, with warnings");
        api.MapPost("/{id:long}/files", AttachAsync).Accepts<byte[]>("application/octet-stream").WithSummary("Attaches a file to the draft; the body is the file");
        api.MapDelete("/{id:long}/files/{file:guid}", RemoveFileAsync).WithSummary("Takes a file off the draft");
        api.MapPost("/{id:long}/submit", SubmitAsync).WithSummary("送签: to the leader");
        api.MapPost("/{id:long}/sign", SignAsync).WithSummary("签发: freezes text and targets (FIN_LEADER)");
        api.MapPost("/{id:long}/return", ReturnAsync).WithSummary("退回修改, with a reason (FIN_LEADER)");
        api.MapPost("/{id:long}/issue", IssueAsync).WithSummary("编号下发: gives the number and opens one case per target");
        api.MapPost("/{id:long}/close", CloseAsync).WithSummary("办结, once the due day has passed");
        api.MapPost("/{id:long}/discard", DiscardAsync).WithSummary("作废 before the issue");
        api.MapPost("/{id:long}/amend", AmendAsync).WithSummary("修改通知: a new version of the text, a later due day");
        api.MapPost("/{id:long}/recall", RecallAsync).WithSummary("撤回通知: voids what is not finally approved");
        api.MapPost("/{id:long}/targets", AddTargetAsync).WithSummary("A project that came after the issue gets its case");
        api.MapGet("/{id:long}/matrix", MatrixAsync).WithSummary("下发台账: units × states, as far as the caller sees them");
        api.MapPost("/{id:long}/nudge", NudgeAsync).WithSummary("催办 of the named units");

        var measures = routes.MapGroup("/api/cases").WithTags("Cases").WithRefusals();
        measures.MapPost("/waive", (MeasureBody body, Viewer viewer, MeasureCases act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
            MeasureAsync(Measure.Waive, body, viewer, act, key, texts, ct)).WithSummary("免报 of the named cases, an outcome each");
        measures.MapPost("/void", (MeasureBody body, Viewer viewer, MeasureCases act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
            MeasureAsync(Measure.Void, body, viewer, act, key, texts, ct)).WithSummary("作废 of the named cases, an outcome each");
        measures.MapPost("/extend", (MeasureBody body, Viewer viewer, MeasureCases act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
            MeasureAsync(Measure.Extend, body, viewer, act, key, texts, ct)).WithSummary("准予延期 of the named cases, an outcome each");

        var ledger = routes.MapGroup("/api/document-numbers").WithTags("DocumentNumbers").WithRefusals();
        ledger.MapGet("", LedgerAsync).WithSummary("发文字号 ledger of a year, newest first");
        ledger.MapPost("", GiveNumberAsync).WithSummary("A number for a paper outside the platform");
        ledger.MapPost("/start", StartNumbersAsync).WithSummary("The last number given before the platform was there");
        ledger.MapPost("/{line:long}/void", VoidNumberAsync).WithSummary("作废 of a number that is not in use, with a reason");
        return routes;
    }

    internal sealed record NoticeLine(long Id, string Title, string Stage, string? Number, int FiscalYear, DateOnly? DueOn, DateTimeOffset? IssuedAt, int Cases);

    internal sealed record NoticeAnswer(
        long Id, int Version, string Stage, string? Number, NoticeDraft Draft, IReadOnlyList<NoticeVersion> Versions, DateTimeOffset? DueAt,
        DateTimeOffset? SignedAt, DateTimeOffset? IssuedAt, DateTimeOffset? RecalledAt, string? RecallReason);

    internal sealed record RecipientAnswer(long UnitId, string Code, string Name, long SectionId, int Objects, decimal Amount, bool HasAccount);

    internal sealed record RecipientsAnswer(
        int Units, int Targets, decimal Amount, int WithoutSection, int WithoutAccount, int WithoutProject, IReadOnlyList<RecipientAnswer> Lines);

    internal sealed record Created(long Id);

    internal sealed record SaveBody(int Version, NoticeDraft Draft);

    internal sealed record Saved(int Version);

    internal sealed record StepBody(int Version, string? Text);

    internal sealed record ReasonBody(string Reason);

    internal sealed record TargetBody(long ProjectId);

    internal sealed record AddedCase(long CaseId);

    internal sealed record NudgeBody(IReadOnlyList<long> Units, string? Said, bool Force);

    internal sealed record MeasureBody(IReadOnlyList<long> Cases, string Reason, DateOnly? DueOn);

    internal sealed record RefusedCase(long CaseId, long UnitId, string Code, string Message);

    internal sealed record BatchAnswer(int Done, IReadOnlyList<RefusedCase> Refused);

    internal sealed record NumberLine(long Id, string Number, string Status, long? NoticeId, string Purpose, string? Reason, DateTimeOffset GivenAt, DateTimeOffset? VoidedAt);

    internal sealed record NumberBody(string Word, string Purpose);

    internal sealed record NumberStartBody(string Word, int Year, int Last);

    private static async Task<Ok<List<NoticeLine>>> ListAsync(
        Viewer viewer, IDbContextFactory<PlatformDb> databases, CancellationToken ct, int? year = null, string? stage = null)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var visible = db.Cases.VisibleTo(viewer);
        var lines = await (from s in ReadNotice.Visible(db, viewer)
                           join n in db.Notices on s.NoticeId equals n.Id
                           where (year == null || n.FiscalYear == year) && (stage == null || s.Stage == stage)
                           orderby n.Id descending
                           select new { n, s, Cases = visible.Count(c => c.NoticeId == n.Id) }).Take(500).ToListAsync(ct);
        return TypedResults.Ok(lines.ConvertAll(l => new NoticeLine(l.n.Id, l.n.Title, l.s.Stage, l.s.Number, l.n.FiscalYear, l.n.DueOn, l.s.IssuedAt, l.Cases)));
    }

    private static async Task<Results<Ok<Created>, JsonHttpResult<RefusedAnswer>>> CreateAsync(
        NoticeDraft draft, Viewer viewer, CreateNotice create, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await create.RunAsync(viewer, draft, key.Value, ct)).Then<Created>(id => new Created(id)));

    private static async Task<Results<Ok<NoticeAnswer>, JsonHttpResult<RefusedAnswer>>> FindAsync(
        long id, Viewer viewer, ReadNotice read, Texts texts, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (found.Ok)
        {
            await read.MarkAsync(viewer, found.Value, ct);
        }

        return texts.Answer(found.Then<NoticeAnswer>(v => new NoticeAnswer(
            v.Notice.Id, v.Notice.Version, v.State.Stage, v.State.Number, NoticeDraft.Of(v.Notice), v.Versions, v.Notice.DueAt, v.State.SignedAt, v.State.IssuedAt,
            v.State.RecalledAt, v.Recall?.Reason)));
    }

    private static async Task<Results<Ok<Saved>, JsonHttpResult<RefusedAnswer>>> SaveAsync(
        long id, SaveBody body, Viewer viewer, SaveNotice save, Texts texts, CancellationToken ct) =>
        texts.Answer((await save.RunAsync(viewer, id, body.Version, body.Draft, ct)).Then<Saved>(v => new Saved(v)));

    private static async Task<Results<Ok<RecipientsAnswer>, JsonHttpResult<RefusedAnswer>>> RecipientsAsync(
        long id, Viewer viewer, IDbContextFactory<PlatformDb> databases, RegionClock clock, Texts texts, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!ReadNotice.SeesWhole(viewer) || await NoticeSteps.FindAsync(db, viewer, id, ct) is not var (notice, _))
        {
            return texts.Refuse(Refusal.NotFound());
        }

        var list = await RecipientList.OfAsync(db, notice, clock.Today(viewer.RegionId), ct);
        return TypedResults.Ok(new RecipientsAnswer(
            list.Units, list.Targets, list.Amount, list.WithoutSection.Count, list.WithoutAccount.Count, list.WithoutProject.Count,
            [.. list.Lines.Select(l => new RecipientAnswer(l.Body.Id, l.Body.Code, l.Body.Name, l.SectionId, l.Objects.Count, l.Amount, l.HasAccount))]));
    }

    private static async Task<Results<Ok<NoticeAttachment>, JsonHttpResult<RefusedAnswer>>> AttachAsync(
        long id, string name, HttpRequest request, Viewer viewer, AttachFile attach, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await attach.RunAsync(viewer, id, name, request.Body, key.Value, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> RemoveFileAsync(
        long id, Guid file, Viewer viewer, AttachFile attach, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await attach.RemoveAsync(viewer, id, file, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> SubmitAsync(
        long id, StepBody body, Viewer viewer, SubmitNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await act.RunAsync(viewer, id, body.Version, body.Text ?? "", key.Value, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> SignAsync(
        long id, StepBody body, Viewer viewer, SignNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await act.RunAsync(viewer, id, body.Version, body.Text ?? "", key.Value, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> ReturnAsync(
        long id, ReasonBody body, Viewer viewer, ReturnNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await act.RunAsync(viewer, id, body.Reason, key.Value, ct));

    private static async Task<Results<Ok<IssuedNotice>, JsonHttpResult<RefusedAnswer>>> IssueAsync(
        long id, Viewer viewer, IssueNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await act.RunAsync(viewer, id, key.Value, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> CloseAsync(
        long id, Viewer viewer, CloseNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await act.RunAsync(viewer, id, key.Value, ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> DiscardAsync(
        long id, ReasonBody body, Viewer viewer, DiscardNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await act.RunAsync(viewer, id, body.Reason, key.Value, ct));

    private static async Task<Results<Ok<BatchAnswer>, JsonHttpResult<RefusedAnswer>>> AmendAsync(
        long id, Amendment body, Viewer viewer, AmendNotice act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await act.RunAsync(viewer, id, body, key.Value, ct)).Then(o => Tell(texts, o)));

    private static async Task<Results<Ok<BatchAnswer>, JsonHttpResult<RefusedAnswer>>> RecallAsync(
        long id, ReasonBody body, Viewer viewer, RecallNotice act, Texts texts, CancellationToken ct) =>
        texts.Answer((await act.RunAsync(viewer, id, body.Reason, ct)).Then(o => Tell(texts, o)));

    private static async Task<Results<Ok<AddedCase>, JsonHttpResult<RefusedAnswer>>> AddTargetAsync(
        long id, TargetBody body, Viewer viewer, AddTarget act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await act.RunAsync(viewer, id, body.ProjectId, key.Value, ct)).Then<AddedCase>(c => new AddedCase(c)));

    private static async Task<Results<Ok<IReadOnlyList<MatrixRow>>, JsonHttpResult<RefusedAnswer>>> MatrixAsync(
        long id, Viewer viewer, NoticeMatrix matrix, Texts texts, CancellationToken ct) =>
        texts.Answer((await matrix.RunAsync(viewer, id, ct)).Then<IReadOnlyList<MatrixRow>>(rows => NoticeMatrix.Choose(rows, new MatrixFilter())));

    private static async Task<Results<Ok<NudgeOutcome>, JsonHttpResult<RefusedAnswer>>> NudgeAsync(
        long id, NudgeBody body, Viewer viewer, NudgeUnits act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await act.RunAsync(viewer, id, body.Units, body.Said ?? "", body.Force, key.Value, ct));

    private static async Task<Results<Ok<BatchAnswer>, JsonHttpResult<RefusedAnswer>>> MeasureAsync(
        Measure measure, MeasureBody body, Viewer viewer, MeasureCases act, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await act.RunAsync(viewer, measure, body.Cases, body.Reason, body.DueOn, key.Value, ct)).Then(o => Tell(texts, o)));

    private static async Task<Results<Ok<List<NumberLine>>, JsonHttpResult<RefusedAnswer>>> LedgerAsync(
        Viewer viewer, IDbContextFactory<PlatformDb> databases, RegionClock clock, Texts texts, CancellationToken ct, int? year = null)
    {
        if (!ReadNotice.SeesWhole(viewer))
        {
            return texts.Refuse(Refusal.NotFound());
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var of = year ?? clock.Today(viewer.RegionId).Year;
        var lines = await db.DocumentNumbers.AsNoTracking().Where(n => n.RegionId == viewer.RegionId && n.Year == of)
            .OrderBy(n => n.Word).ThenByDescending(n => n.Seq).ToListAsync(ct);
        return TypedResults.Ok(lines.ConvertAll(Tell));
    }

    private static async Task<Results<Ok<NumberLine>, JsonHttpResult<RefusedAnswer>>> GiveNumberAsync(
        NumberBody body, Viewer viewer, NumberLedger ledger, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await ledger.GiveByHandAsync(viewer, body.Word, body.Purpose, key.Value, ct)).Then<NumberLine>(l => Tell(l)));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> StartNumbersAsync(
        NumberStartBody body, Viewer viewer, NumberLedger ledger, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await ledger.StartAfterAsync(viewer, body.Word, body.Year, body.Last, ct));

    private static async Task<Results<Ok<NumberLine>, JsonHttpResult<RefusedAnswer>>> VoidNumberAsync(
        long line, ReasonBody body, Viewer viewer, NumberLedger ledger, Texts texts, CancellationToken ct) =>
        texts.Answer((await ledger.VoidAsync(viewer, line, body.Reason, ct)).Then<NumberLine>(l => Tell(l)));

    private static NumberLine Tell(LedgerLine l) => new(l.Id, l.Number.ToString(), l.Status, l.NoticeId, l.Purpose, l.Reason, l.GivenAt, l.VoidedAt);

    private static Outcome<BatchAnswer> Tell(Texts texts, BatchOutcome outcome) => new BatchAnswer(
        outcome.Done, [.. outcome.Refused.Select(r => new RefusedCase(r.CaseId, r.UnitId, r.Why.Code, texts.Refusal(r.Why)))]);
}
