using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>Review as JSON: the same use cases and refusals as the page.</summary>
internal static class ReviewsApi
{
    public static IEndpointRouteBuilder MapReviewsApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/reviews").WithTags("Reviews").WithRefusals();
        api.MapGet("/{id:long}", FindAsync).WithSummary("A filing with its last round, what changed since the caller last looked, findings, comments and trail; the look counts as opening the task");
        api.MapPut("/{id:long}/notes", SaveNotesAsync).WithSummary("Keeps opinion and comments of the open visit without deciding");
        api.MapPost("/{id:long}/approve", ApproveAsync).WithSummary("通过, with an optional opinion, rating (0 优 … 3 差) and field comments; disputed answers count as accepted");
        api.MapPost("/{id:long}/return", ReturnAsync).WithSummary("退回修改: reasons, text, target and new due day; verdicts (accepted, upheld) on disputed answers");
        api.MapPost("/{id:long}/decide", DecideAsync).WithSummary("Any outcome that the open step offers, with what it asks for: a request for more time (AskExtension) text and due, a grant due, a refusal text");
        api.MapPost("/{id:long}/reopen", ReopenAsync).WithSummary("取消审核 of an approved filing, with a reason");
        api.MapPost("/approve", ApproveManyAsync).WithSummary("批量通过: an outcome for each row");
        return routes;
    }

    internal sealed record ChangeAnswer(string Path, string Old, string New);

    internal sealed record FindingAnswer(string Code, string Level, string Place, string Sentence, string Remedy, string? Explanation);

    internal sealed record CommentAnswer(int Number, int Round, string Place, string? Code, string Text, string? Answer, string? AnswerText, string? Verdict);

    internal sealed record ReviewAnswer(
        long CaseId, string State, int? Visit, string? Step, DateTimeOffset? DueAt, int Round, IReadOnlyDictionary<string, string> Form, int SeenRound, IReadOnlyList<ChangeAnswer> Changes,
        IReadOnlyList<FindingAnswer> Findings, int? SuggestedPoints, int? SuggestedGrade, IReadOnlyList<CommentAnswer> Comments, IReadOnlyList<TrailLine> Trail, IReadOnlyList<string> Outcomes,
        string? WhyNot, ReviewNotes Notes, IReadOnlyList<ExtensionRequest> Extensions);

    internal sealed record NotesBody(int Visit, string? Opinion, IReadOnlyList<CommentDraft>? Comments, IReadOnlyList<CommentVerdict>? Verdicts = null);

    internal sealed record ApproveBody(int Visit, string? Opinion, int? Rating, IReadOnlyList<CommentDraft>? Comments, IReadOnlyList<CommentVerdict>? Verdicts = null);

    internal sealed record ReturnBody(int Visit, IReadOnlyList<string> Reasons, string Text, string Target, DateOnly? Due, IReadOnlyList<CommentDraft>? Comments, IReadOnlyList<CommentVerdict>? Verdicts = null,
        IReadOnlyList<ReturnedLine>? Lines = null);

    internal sealed record DecideBody(
        int Visit, string Outcome, string? Text, int? Rating, IReadOnlyList<string>? Reasons, DateOnly? Due, IReadOnlyList<CommentDraft>? Comments,
        IReadOnlyList<CommentVerdict>? Verdicts = null,
        IReadOnlyList<ReturnedLine>? Lines = null);

    internal sealed record ReopenBody(string Reason);

    internal sealed record BatchBody(IReadOnlyList<BatchItem> Rows, string? Opinion);

    internal sealed record BatchItem(long CaseId, int Visit);

    internal sealed record BatchLine(long CaseId, int Visit, bool Approved, string? Code, string? Message);

    private static async Task<Results<Ok<ReviewAnswer>, JsonHttpResult<RefusedAnswer>>> FindAsync(long id, Viewer viewer, ReadReview read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.RunAsync(viewer, id, ct)).Then<ReviewAnswer>(view => Tell(view, texts)));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> SaveNotesAsync(
        long id, NotesBody body, Viewer viewer, KeepNotes keep, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await keep.SaveAsync(viewer, id, body.Visit, new ReviewNotes(body.Opinion ?? "", body.Comments ?? []) { Verdicts = body.Verdicts ?? [] }, ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> ApproveAsync(
        long id, ApproveBody body, Viewer viewer, DecideReview decide, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await decide.RunAsync(
            viewer,
            new ReviewDecision
            {
                CaseId = id, Visit = body.Visit, CommandId = key.Value, Outcome = DecideReview.Approve, Text = body.Opinion ?? "", Rating = body.Rating, Comments = body.Comments ?? [], Verdicts = body.Verdicts ?? [],
            },
            ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> ReturnAsync(
        long id, ReturnBody body, Viewer viewer, DecideReview decide, IdempotencyKey key, Texts texts, CancellationToken ct)
    {
        if (body.Target == DecideReview.Approve)
        {
            return texts.Refuse(new Refusal("unknown-outcome", body.Target) { Field = "target" });
        }

        return texts.Answer(await decide.RunAsync(
            viewer,
            new ReviewDecision
            {
                CaseId = id, Visit = body.Visit, CommandId = key.Value, Outcome = body.Target, Text = body.Text, Reasons = body.Reasons, Due = body.Due, Comments = body.Comments ?? [], Verdicts = body.Verdicts ?? [], Lines = body.Lines ?? [],
            },
            ct));
    }

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> DecideAsync(
        long id, DecideBody body, Viewer viewer, DecideReview decide, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await decide.RunAsync(
            viewer,
            new ReviewDecision
            {
                CaseId = id, Visit = body.Visit, CommandId = key.Value, Outcome = body.Outcome, Text = body.Text ?? "", Rating = body.Rating, Reasons = body.Reasons ?? [], Due = body.Due,
                Comments = body.Comments ?? [], Verdicts = body.Verdicts ?? [], Lines = body.Lines ?? [],
            },
            ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> ReopenAsync(
        long id, ReopenBody body, Viewer viewer, ReopenCase reopen, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await reopen.RunAsync(viewer, id, body.Reason, key.Value, ct));

    private static async Task<Results<Ok<IReadOnlyList<BatchLine>>, JsonHttpResult<RefusedAnswer>>> ApproveManyAsync(
        BatchBody body, Viewer viewer, ApproveBatch batch, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await batch.RunAsync(viewer, [.. body.Rows.Select(r => (r.CaseId, r.Visit))], body.Opinion ?? "", key.Value, ct))
            .Then<IReadOnlyList<BatchLine>>(rows => rows.Select(r => new BatchLine(r.CaseId, r.Visit, r.Refusal is null, r.Refusal?.Code, r.Refusal is { } why ? texts.Refusal(why) : null)).ToList()));

    private static ReviewAnswer Tell(ReviewView view, Texts texts)
    {
        var filing = view.Filing;
        var seen = filing.Rounds.FirstOrDefault(r => r.Round == view.Seen);
        var form = filing.LastRound is { } last ? FilingCase.Read(last) : null;
        var diff = form is null || seen is null ? null : FormDiff.Between(FilingCase.Read(seen), form);
        return new ReviewAnswer(
            filing.Case.Id,
            view.State.State,
            filing.Task?.Visit,
            view.Step?.Name,
            filing.Task?.DueAt,
            filing.LastRound?.Round ?? 0,
            form is null ? new Dictionary<string, string>(StringComparer.Ordinal) : form.Pairs().ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
            view.Seen,
            diff is null ? [] : [.. diff.Fields.Concat(diff.Rows.SelectMany(r => r.Fields)).Select(f => new ChangeAnswer(f.Path, f.Old, f.New))],
            [.. (view.Report?.Findings ?? []).Select(f => new FindingAnswer(f.Code, f.Level.ToString(), f.Place, f.Sentence(k => texts[k]), f.Remedy(k => texts[k]), f.Explanation))],
            view.Report?.Rating.Points,
            view.Report?.Rating.Grade,
            [.. filing.Comments.Select(c =>
            {
                var answer = filing.Answers.LastOrDefault(a => a.Number == c.Number);
                return new CommentAnswer(c.Number, c.Round, c.Place, c.Code, c.Text, answer?.Kind, answer?.Text, filing.VerdictOn(c.Number));
            })],
            view.Trail,
            view.Outcomes,
            view.WhyNot is { } why ? texts.Refusal(why) : null,
            view.Notes.Notes,
            Extensions.Of(filing));
    }
}
