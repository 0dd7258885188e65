using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>Filings and workbooks as JSON: the same use cases and refusals as the pages.</summary>
internal static class SubmissionsApi
{
    public static IEndpointRouteBuilder MapSubmissionsApi(this IEndpointRouteBuilder routes)
    {
        var filings = routes.MapGroup("/api/filings").WithTags("Filings").WithRefusals();
        filings.MapGet("", ListAsync).WithSummary("The filings of the caller's units; tab = todo, review, approved or ended");
        filings.MapGet("/{id:long}", FindAsync).WithSummary("One filing: fields by path, open comments, answers, findings while it is being filled in");
        filings.MapGet("/{id:long}/rounds/{round:int}", RoundAsync).WithSummary("A round as it was submitted");
        filings.MapPut("/{id:long}/draft", KeepAsync).WithSummary("Keeps the draft if it is still at the version named; never checks");
        filings.MapGet("/{id:long}/checks", ChecksAsync).WithSummary("What the checks say of the draft");
        filings.MapPost("/{id:long}/submit", SubmitAsync).WithSummary("送审 of the draft at the version named");
        filings.MapPost("/{id:long}/withdraw", WithdrawAsync).WithSummary("撤回 before the next step has opened it");
        filings.MapPost("/{id:long}/attachments", AttachAsync).Accepts<Stream>("application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(FilingPages.MostBytes))
            .WithSummary("Adds a file to the draft; the body is the file");
        filings.MapDelete("/{id:long}/attachments/{file}", DetachAsync).WithSummary("Takes a file out of the draft");
        filings.MapGet("/{id:long}/attachments/{file}", DownloadAsync).WithSummary("The bytes of an attachment").Produces<Stream>(200, "application/octet-stream");

        var ofCase = routes.MapGroup("/api/filings/{id:long}/workbooks").WithTags("Workbooks").WithRefusals();
        ofCase.MapGet("", SentForCaseAsync).WithSummary("Workbooks that were sent for one case from a post of the caller, newest first");
        ofCase.MapPost("", SendForCaseAsync).Accepts<Stream>("application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(FilingPages.MostBytes))
            .WithSummary("Sends a workbook for one case that the caller fills in; the body is the file. What was read becomes the draft");
        ofCase.MapGet("/prefilled", PrefilledForCaseAsync).WithSummary("A workbook with what the form of the case holds; alike = true: also of those that wait for the same post at the same step of its notice").Produces<Stream>(200, "application/octet-stream");
        ofCase.MapGet("/blank", BlankForCaseAsync).WithSummary("A workbook with the columns of the form alone").Produces<Stream>(200, "application/octet-stream");

        var notices = routes.MapGroup("/api/notices/{notice:long}/workbooks").WithTags("Workbooks").WithRefusals();
        notices.MapGet("", SentAsync).WithSummary("Workbooks that a unit of the caller sent for the notice, newest first");
        notices.MapPost("", SendAsync).Accepts<Stream>("application/octet-stream").WithMetadata(new RequestSizeLimitAttribute(FilingPages.MostBytes))
            .WithSummary("Sends a workbook; the body is the file. What was read becomes drafts");
        notices.MapGet("/prefilled", PrefilledAsync).WithSummary("A workbook with what is known of the unit's open filings").Produces<Stream>(200, "application/octet-stream");

        var workbooks = routes.MapGroup("/api/workbooks").WithTags("Workbooks").WithRefusals();
        workbooks.MapGet("/{id:guid}", DocumentAsync).WithSummary("What became of a sent workbook");
        workbooks.MapPost("/{id:guid}/take", TakeAsync).WithSummary("Takes the good rows of a workbook that has errors");
        workbooks.MapGet("/{id:guid}/marked", MarkedAsync).WithSummary("The workbook with its bad cells marked").Produces<Stream>(200, "application/octet-stream");
        return routes;
    }

    internal sealed record FilingLineAnswer(long Id, string Project, string Notice, decimal Amount, string State, int Rounds, DateTimeOffset? DueAt, int? Complete);

    internal sealed record CommentAnswer(int Number, string Place, string? Code, string Text, bool Answered);

    internal sealed record FindingAnswer(string Code, string Level, string Place, string Sentence, string Remedy, string Key, string? Explanation);

    internal sealed record FilingAnswer(
        long Id, string State, int? Visit, int Version, DateTimeOffset? DueAt, int Rounds, int Complete, bool MayFill, string? WhyNotWithdraw,
        IReadOnlyDictionary<string, string> Fields, IReadOnlyDictionary<int, AnswerDraft> Answers, IReadOnlyList<CommentAnswer> Comments, IReadOnlyList<FindingAnswer> Findings);

    internal sealed record RoundAnswer(int Round, string Sha256, string RuleSet, string Source, int LateDays, IReadOnlyDictionary<string, string> Fields);

    internal sealed record DraftBody(int Visit, int Version, IReadOnlyDictionary<string, string> Fields, IReadOnlyDictionary<int, AnswerDraft>? Answers);

    internal sealed record ChecksAnswer(bool CanSubmit, int Ran, int Passed, string RuleSet, IReadOnlyList<FindingAnswer> Findings);

    internal sealed record SubmitBody(int Visit, int Version);

    internal sealed record ActAnswer(long CaseId, int Revision, bool Repeated);

    internal sealed record DocumentAnswer(Guid Id, string Name, string State, int Drafts, DateTimeOffset SentAt, DateTimeOffset? AnsweredAt, IReadOnlyList<IntakeProblem> Problems);

    internal sealed record TakenAnswer(int Drafts);

    private static async Task<Ok<List<FilingLineAnswer>>> ListAsync(Viewer viewer, FilingList list, CancellationToken ct, string? tab = null, long? after = null)
    {
        var page = await list.RunAsync(viewer, tab, after, ct);
        return TypedResults.Ok(page.Lines.Select(l => new FilingLineAnswer(l.State.CaseId, l.Project.Name, l.Notice, l.Project.Initial, l.State.State, l.State.Rounds, l.State.DueAt, l.Complete)).ToList());
    }

    private static async Task<Results<Ok<FilingAnswer>, JsonHttpResult<RefusedAnswer>>> FindAsync(long id, Viewer viewer, FilingPageReader read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.RunAsync(viewer, id, typed: null, ct)).Then<FilingAnswer>(m => new FilingAnswer(
            m.Id, m.ShownState, m.Filing.Task?.Visit, m.Version, m.Filing.Task?.DueAt, m.Filing.Rounds.Count, FormComplete.Of(m.Form).Percent, m.Editable,
            m.WhyNotWithdraw?.Code, m.Values, m.Answers,
            [.. m.Filing.Comments.Select(c => new CommentAnswer(c.Number, c.Place, c.Code, c.Text, m.Filing.Answers.Any(a => a.Number == c.Number)))],
            Tell(texts, m.Report?.Findings ?? []))));

    private static async Task<Results<Ok<RoundAnswer>, JsonHttpResult<RefusedAnswer>>> RoundAsync(
        long id, int round, Viewer viewer, FilingCases filings, SecurityLog log, Texts texts, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, id, ct);
        if (!found.Ok || found.Value.Rounds.FirstOrDefault(r => r.Round == round) is not { } of)
        {
            return texts.Refuse(found.Refusal ?? Refusal.NotFound());
        }

        await log.ViewedAsync(viewer, found.Value.Case, "detail", found.Value.Named, ct);
        return TypedResults.Ok(new RoundAnswer(of.Round, Convert.ToHexStringLower(of.Sha256), of.RuleSet, of.Source, of.LateDays, Fields(FilingCase.Read(of))));
    }

    private static async Task<Results<Ok<DraftSaved>, JsonHttpResult<RefusedAnswer>>> KeepAsync(long id, DraftBody body, Viewer viewer, KeepFiling keep, Texts texts, CancellationToken ct) =>
        texts.Answer(await keep.RunAsync(viewer, id, new FilingPost(body.Visit, body.Version, [.. body.Fields], body.Answers ?? new Dictionary<int, AnswerDraft>()), ct));

    private static async Task<Results<Ok<ChecksAnswer>, JsonHttpResult<RefusedAnswer>>> ChecksAsync(
        long id, Viewer viewer, FilingCases filings, FilingChecker checker, SecurityLog log, Texts texts, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, id, ct);
        if (found.Refusal is { } refusal)
        {
            return texts.Refuse(refusal);
        }

        await log.ViewedAsync(viewer, found.Value.Case, "detail", found.Value.Named, ct);
        var report = await checker.RunAsync(found.Value, found.Value.Form, ct);
        return TypedResults.Ok(new ChecksAnswer(report.CanSubmit, report.Ran, report.Passed, report.RuleSet, Tell(texts, report.Findings)));
    }

    private static async Task<Results<Ok<ActAnswer>, JsonHttpResult<RefusedAnswer>>> SubmitAsync(
        long id, SubmitBody body, Viewer viewer, SubmitFiling submit, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await submit.RunAsync(viewer, new Submission(id, body.Visit, body.Version, key.Value), ct)).Then(Tell));

    private static async Task<Results<Ok<ActAnswer>, JsonHttpResult<RefusedAnswer>>> WithdrawAsync(
        long id, Viewer viewer, WithdrawFiling withdraw, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await withdraw.RunAsync(viewer, id, key.Value, ct)).Then(Tell));

    private static async Task<Results<Ok<FormAttachment>, JsonHttpResult<RefusedAnswer>>> AttachAsync(
        long id, string kind, string name, HttpRequest request, Viewer viewer, AttachFile attach, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await attach.AddAsync(viewer, id, key.Value, kind, name, request.Body, ct));

    private static async Task<Results<Ok<DraftSaved>, JsonHttpResult<RefusedAnswer>>> DetachAsync(long id, string file, Viewer viewer, AttachFile attach, Texts texts, CancellationToken ct) =>
        texts.Answer(await attach.RemoveAsync(viewer, id, file, ct));

    private static async Task<Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>>> DownloadAsync(long id, string file, Viewer viewer, AttachFile attach, Texts texts, CancellationToken ct) =>
        Stream(texts, await attach.OpenAsync(viewer, id, file, ct));

    private static async Task<Results<Ok<List<DocumentAnswer>>, JsonHttpResult<RefusedAnswer>>> SentAsync(
        long notice, Viewer viewer, SentList list, Texts texts, CancellationToken ct, long? unit = null) =>
        texts.Answer((await list.RunAsync(viewer, notice, unit, ct)).Then<List<DocumentAnswer>>(m => m.Sent.Select(s => Tell(s.Document)).ToList()));

    private static async Task<Results<Ok<IntakeAnswer>, JsonHttpResult<RefusedAnswer>>> SendAsync(
        long notice, string name, HttpRequest request, Viewer viewer, SentList list, SendWorkbook send, IdempotencyKey key, Texts texts, CancellationToken ct, long? unit = null)
    {
        var about = await list.RunAsync(viewer, notice, unit, ct);
        return about.Refusal is { } refusal ? texts.Refuse(refusal) : texts.Answer(await send.RunAsync(viewer, notice, about.Value.About!.UnitId, key.Value, name, request.Body, ct));
    }

    private static async Task<Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>>> PrefilledAsync(
        long notice, Viewer viewer, SentList list, SendWorkbook send, FilingCases filings, Texts texts, CancellationToken ct, long? unit = null)
    {
        var about = await list.RunAsync(viewer, notice, unit, ct);
        return about.Refusal is { } refusal ? texts.Refuse(refusal) : Stream(texts, await send.PrefilledAsync(viewer, filings, notice, about.Value.About!.UnitId, ct));
    }

    private static async Task<Results<Ok<List<DocumentAnswer>>, JsonHttpResult<RefusedAnswer>>> SentForCaseAsync(long id, Viewer viewer, SentList list, Texts texts, CancellationToken ct) =>
        texts.Answer((await list.RunAsync(viewer, id, ct)).Then<List<DocumentAnswer>>(m => m.Sent.Select(s => Tell(s.Document)).ToList()));

    private static async Task<Results<Ok<IntakeAnswer>, JsonHttpResult<RefusedAnswer>>> SendForCaseAsync(
        long id, string name, HttpRequest request, Viewer viewer, SendWorkbook send, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await send.RunAsync(viewer, id, key.Value, name, request.Body, ct));

    private static async Task<Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>>> PrefilledForCaseAsync(
        long id, Viewer viewer, SendWorkbook send, Texts texts, CancellationToken ct, bool alike = false) =>
        Stream(texts, await send.OfCaseAsync(viewer, id, alike ? WorkbookExtent.Alike : WorkbookExtent.One, ct));

    private static async Task<Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>>> BlankForCaseAsync(long id, Viewer viewer, SendWorkbook send, Texts texts, CancellationToken ct) =>
        Stream(texts, await send.OfCaseAsync(viewer, id, WorkbookExtent.Blank, ct));

    private static async Task<Results<Ok<DocumentAnswer>, JsonHttpResult<RefusedAnswer>>> DocumentAsync(Guid id, Viewer viewer, SentList list, Texts texts, CancellationToken ct) =>
        texts.Answer((await list.FindAsync(viewer, id, ct)).Then<DocumentAnswer>(d => Tell(d)));

    private static async Task<Results<Ok<TakenAnswer>, JsonHttpResult<RefusedAnswer>>> TakeAsync(Guid id, Viewer viewer, SendWorkbook send, Texts texts, CancellationToken ct) =>
        texts.Answer((await send.TakeGoodRowsAsync(viewer, id, ct)).Then<TakenAnswer>(n => new TakenAnswer(n)));

    private static async Task<Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>>> MarkedAsync(Guid id, Viewer viewer, SentList list, Texts texts, CancellationToken ct) =>
        Stream(texts, await list.MarkedAsync(viewer, id, ct));

    private static Results<FileStreamHttpResult, JsonHttpResult<RefusedAnswer>> Stream(Texts texts, Outcome<IntakeFile> file) =>
        file.Refusal is { } refusal ? texts.Refuse(refusal) : TypedResults.Stream(file.Value.Content, file.Value.ContentType, file.Value.Name);

    private static Outcome<ActAnswer> Tell(CaseAnswer answer) => new ActAnswer(answer.CaseId, answer.Revision, answer.Repeated);

    private static DocumentAnswer Tell(SentDocument d) => new(d.Id, d.Name, d.State, d.Drafts, d.SentAt, d.AnsweredAt, d.ReadProblems());

    private static Dictionary<string, string> Fields(FormContent form) => form.Pairs().ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);

    private static List<FindingAnswer> Tell(Texts texts, IReadOnlyList<Finding> findings) =>
        [.. findings.Select(f => new FindingAnswer(f.Code, f.Level == FindingLevel.Error ? "E" : "W", f.Place, f.Sentence(k => texts[k]), f.Remedy(k => texts[k]), f.Key, f.Explanation))];
}
