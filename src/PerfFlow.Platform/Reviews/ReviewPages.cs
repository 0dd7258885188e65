using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>审核: the page of one filing, for its reviewer to decide and for others to read.</summary>
internal static class ReviewPages
{
    private const string NextCookie = "review-next";

    public static IEndpointRouteBuilder MapReviewPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cases/{id:long}", FindAsync).ExcludeFromDescription();
        var pages = routes.MapGroup("/reviews/{id:long}").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/alive", AliveAsync);
        pages.MapPost("/notes", SaveNotesAsync);
        pages.MapPost("/comments", AddCommentAsync);
        pages.MapPost("/approve", ApproveAsync);
        pages.MapPost("/return", ReturnAsync);
        pages.MapPost("/decide", DecideAsync);
        pages.MapPost("/reopen", ReopenAsync);
        pages.MapPost("/withdraw", WithdrawAsync);
        return routes;
    }

    /// <summary>The page of a case: of a notice, of the filler's form, else the review.</summary>
    private static async Task<IResult> FindAsync(long id, HttpContext http, Viewer viewer, IDbContextFactory<PlatformDb> databases, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Notices.Where(n => n.CaseId == id && n.RegionId == viewer.RegionId).Select(n => (long?)n.Id).FirstOrDefaultAsync(ct) is { } notice)
        {
            return TypedResults.LocalRedirect($"/notices/{notice}");
        }

        var found = await db.Cases.AsNoTracking().VisibleTo(viewer).FirstOrDefaultAsync(c => c.Id == id, ct);
        if (found is null)
        {
            return await Refusals.PageAsync(http, Refusal.NotFound());
        }

        var open = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == id && t.Kind == "fill", ct);
        var filling = open is not null && (viewer.MayDecide(open, filledIt: false) is null || viewer.May(Right.Fill, found) is null);
        return TypedResults.LocalRedirect(filling ? $"/filings/{id}" : $"/reviews/{id}");
    }

    private static async Task<IResult> ShowAsync(
        long id, HttpContext http, Viewer viewer, ReadReview read, ReadCopies copies, CancellationToken ct, string? tab = null, string? view = null, int? with = null, string? comment = null)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (found.Ok)
        {
            await copies.MarkAsync(viewer, id, ct);
        }

        return found.Ok
            ? await RenderAsync(http, viewer, found.Value, new Shown(ReviewModel.ModeOf(view), with, tab is "files" or "trail" or "rounds" ? tab : "form") { CommentAt = comment }, ct)
            : await Refusals.PageAsync(http, found.Refusal!);
    }

    /// <summary>Whether the visit is still open: 204, or 409 with who closed it.</summary>
    private static async Task<Results<NoContent, NotFound, JsonHttpResult<HandledAnswer>>> AliveAsync(
        long id, int visit, Viewer viewer, ReadReview read, FilingCases filings, Texts texts, CancellationToken ct) =>
        await read.ClosedAsync(viewer, id, visit, ct) is { } line
            ? TypedResults.Json(new HandledAnswer(Handled(line, texts)), statusCode: StatusCodes.Status409Conflict)
            : (await filings.FindAsync(viewer, id, ct)).Ok ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Results<NoContent, JsonHttpResult<HandledAnswer>>> SaveNotesAsync(
        long id, IFormCollection form, Viewer viewer, KeepNotes keep, ReadReview read, Texts texts, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var saved = await keep.SaveAsync(viewer, id, posted.Visit, posted.Notes, ct);
        if (saved.Ok)
        {
            return TypedResults.NoContent();
        }

        var closed = saved.Refusal!.Code == "visit-closed" ? await read.ClosedAsync(viewer, id, posted.Visit, ct) : null;
        return TypedResults.Json(new HandledAnswer(closed is null ? texts.Refusal(saved.Refusal) : Handled(closed, texts)), statusCode: Answers.StatusOf(saved.Refusal));
    }

    /// <summary>Without script a comment is added by a post of its own; 认可 and 坚持 of a disputed answer come the same way.</summary>
    private static async Task<IResult> AddCommentAsync(long id, IFormCollection form, HttpContext http, Viewer viewer, KeepNotes keep, FilingCases filings, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var notes = posted.Notes;
        if (int.TryParse(form["insist"].Concat(form["accept"]).FirstOrDefault(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            && await filings.FindAsync(viewer, id, ct) is { Ok: true, Value: var filing }
            && filing.OpenDisputes.Any(a => a.Number == number) && filing.Comments.FirstOrDefault(c => c.Number == number) is { } about)
        {
            // 坚持 asks the same again, 认可 takes that back.
            var again = new CommentDraft(about.Place, about.Code, about.Text);
            var others = notes.Comments.Where(c => c != again);
            var verdict = form.ContainsKey("insist") ? Verdicts.Upheld : Verdicts.Accepted;
            notes = notes with
            {
                Comments = verdict == Verdicts.Upheld ? [.. others, again] : [.. others],
                Verdicts = [.. notes.Verdicts.Where(v => v.Number != number), new CommentVerdict(number, verdict)],
            };
        }

        var saved = await keep.SaveAsync(viewer, id, posted.Visit, notes, ct);
        return saved.Ok ? TypedResults.LocalRedirect($"/reviews/{id}#compose") : await Refusals.PageAsync(http, saved.Refusal!);
    }

    private static async Task<IResult> ApproveAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, DecideReview decide, KeepNotes keep, ReadReview read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var notes = posted.Notes;
        RememberNext(http, posted.OpenNext, time);
        var decision = new ReviewDecision
        {
            CaseId = id, Visit = posted.Visit, CommandId = posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), Outcome = DecideReview.Approve,
            Text = notes.Opinion, Rating = posted.Rating, Comments = notes.Comments, Verdicts = notes.Verdicts,
        };
        var outcome = await decide.RunAsync(viewer, decision, ct);
        if (outcome.Ok)
        {
            return await DoneAsync(id, http, viewer, posted.OpenNext, toasts, new ToastModel(texts["reviews.done.approved"]), ct);
        }

        // Kept before the page comes back, so that nothing typed is lost with it.
        await keep.SaveAsync(viewer, id, posted.Visit, notes, ct);
        return await AgainAsync(http, viewer, id, posted, read, outcome.Refusal!, new Shown { Errors = FormErrors.Of(texts, outcome.Refusal!), Rating = form["rating"] }, ct);
    }

    private static async Task<IResult> ReturnAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, DecideReview decide, KeepNotes keep, ReadReview read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var typed = posted.Return;
        var kept = await keep.ReadAsync(viewer, id, posted.Visit, ct);
        var notes = posted.HasComments ? posted.Notes : kept.Notes;
        var due = ReviewForms.Day(typed.Due);
        var decision = new ReviewDecision
        {
            CaseId = id, Visit = posted.Visit, CommandId = posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), Outcome = typed.Target ?? "",
            Text = typed.Text, Reasons = typed.Reasons, Due = due, Comments = notes.Comments, Verdicts = notes.Verdicts, Lines = posted.Lines,
        };
        var outcome = await decide.RunAsync(viewer, decision, ct);
        if (outcome.Ok)
        {
            var next = http.Request.Cookies[NextCookie] != "0";
            return await DoneAsync(id, http, viewer, next, toasts, new ToastModel(texts["reviews.done.returned"], texts["reviews.done.due", Show.FullDay(due)]), ct);
        }

        var refusal = outcome.Refusal!;
        var errors = refusal.Field == "text" ? FormErrors.Of(texts, refusal with { Field = "said" }) : FormErrors.Of(texts, refusal);
        return await AgainAsync(http, viewer, id, posted, read, refusal, new Shown { ReturnErrors = errors, Return = typed with { Lines = posted.Lines } }, ct);
    }

    /// <summary>Any other outcome of the open step, also of one in which something is filled in (无异议, 申请延期).</summary>
    private static async Task<IResult> DecideAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, DecideReview decide, KeepNotes keep, ReadReview read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var outcome = form["outcome"].ToString();
        var typed = new ReturnInput([.. form["reasons"].OfType<string>().Distinct(StringComparer.Ordinal)], form[$"said-{outcome}"].ToString().Trim(), null, form[$"due-{outcome}"]);
        var kept = await keep.ReadAsync(viewer, id, posted.Visit, ct);
        var decision = new ReviewDecision
        {
            CaseId = id, Visit = posted.Visit, CommandId = posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), Outcome = outcome, Text = typed.Text,
            Reasons = typed.Reasons, Due = ReviewForms.Day(typed.Due), Comments = kept.Notes.Comments,
        };
        var answer = await decide.RunAsync(viewer, decision, ct);
        if (answer.Ok)
        {
            return await DoneAsync(id, http, viewer, http.Request.Cookies[NextCookie] != "0", toasts, new ToastModel(texts["reviews.done.decided"]), ct);
        }

        var refusal = answer.Refusal!;
        var field = refusal.Field switch { "text" => $"said-{outcome}", "due" => $"due-{outcome}", var other => other };
        var errors = FormErrors.Of(texts, refusal with { Field = field });
        // In a step in which something is filled in, the dialog stands on the page of the form.
        var filing = await http.RequestServices.GetRequiredService<FilingPageReader>().RunAsync(viewer, id, typed: null, ct);
        return filing is { Ok: true, Value.Editable: true }
            ? await Pages.RenderAsync<FilingPage>(http, filing.Value with { Errors = errors, Deciding = (outcome, typed) }, Answers.StatusOf(refusal))
            : await AgainAsync(http, viewer, id, posted, read, refusal, new Shown { ReturnErrors = errors, Return = typed, Decided = outcome }, ct);
    }

    private static async Task<IResult> ReopenAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, ReopenCase reopen, ReadReview read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var outcome = await reopen.RunAsync(viewer, id, posted.Reason, posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), ct);
        if (outcome.Ok)
        {
            toasts.Say(http, new ToastModel(texts["reviews.done.reopened"]));
            return TypedResults.LocalRedirect($"/reviews/{id}");
        }

        return await AgainAsync(http, viewer, id, posted, read, outcome.Refusal!, new Shown { ReopenErrors = FormErrors.Of(texts, outcome.Refusal!), ReopenReason = posted.Reason }, ct);
    }

    private static async Task<IResult> WithdrawAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, WithdrawFiling withdraw, ReadReview read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var outcome = await withdraw.RunAsync(viewer, id, posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), ct);
        if (outcome.Ok)
        {
            toasts.Say(http, new ToastModel(texts["reviews.done.withdrawn"]));
            return TypedResults.LocalRedirect($"/filings/{id}");
        }

        return await AgainAsync(http, viewer, id, posted, read, outcome.Refusal!, new Shown { Errors = FormErrors.Of(texts, outcome.Refusal!) }, ct);
    }

    private static async Task<IResult> DoneAsync(long id, HttpContext http, Viewer viewer, bool openNext, Toasts toasts, ToastModel toast, CancellationToken ct)
    {
        var list = http.RequestServices.GetRequiredService<TaskList>();
        var page = openNext ? await list.PageAsync(TaskScope.Mine(viewer), new TaskPageRequest(TaskFilter.None with { Kind = "review" }, Size: 5), ct) : null;
        var next = page?.Items.FirstOrDefault(t => t.CaseId != id && t.ObjectId != 0);
        toasts.Say(http, toast with { ActText = null });
        return TypedResults.LocalRedirect(next is null ? "/tasks" : $"/reviews/{next.CaseId}");
    }

    private static async Task<IResult> AgainAsync(
        HttpContext http, Viewer viewer, long id, ReviewForms posted, ReadReview read, Refusal refusal, Shown shown, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, ct);
        if (!found.Ok)
        {
            return await Refusals.PageAsync(http, found.Refusal!);
        }

        var texts = http.RequestServices.GetRequiredService<Texts>();
        if (refusal.Kind == RefusalKind.Conflict && await read.ClosedAsync(viewer, id, posted.Visit, ct) is { } line)
        {
            shown = shown with { Handled = Handled(line, texts) };
        }
        else if (shown is { Errors.Any: false, ReturnErrors.Any: false, ReopenErrors.Any: false })
        {
            shown = shown with { Errors = FormErrors.Of(texts, refusal) };
        }

        return await RenderAsync(http, viewer, found.Value, shown with { Status = Answers.StatusOf(refusal) }, ct);
    }

    private static async Task<IResult> RenderAsync(HttpContext http, Viewer viewer, ReviewView view, Shown shown, CancellationToken ct)
    {
        var services = http.RequestServices;
        var waiting = view.MayDecide
            ? await services.GetRequiredService<TaskList>().CountAsync(TaskScope.Mine(viewer), TaskFilter.None with { Kind = "review" }, ct) - 1
            : 0;
        var model = new ReviewModel(view, viewer, shown.Mode, shown.With, shown.Tab, services.GetRequiredService<Texts>())
        {
            CommentAt = shown.CommentAt,
            Waiting = Math.Max(0, waiting),
            OpenNext = http.Request.Cookies[NextCookie] != "0",
            Command = Guid.CreateVersion7(services.GetRequiredService<TimeProvider>().GetUtcNow()),
            Errors = shown.Errors,
            ReturnErrors = shown.ReturnErrors,
            ReopenErrors = shown.ReopenErrors,
            Return = shown.Return,
            Decided = shown.Decided,
            ReopenReason = shown.ReopenReason,
            Handled = shown.Handled,
            Rating = shown.Rating,
        };
        return await Pages.RenderAsync<ReviewPage>(http, model, shown.Status);
    }

    private static void RememberNext(HttpContext http, bool next, TimeProvider time) => http.Response.Cookies.Append(NextCookie, next ? "1" : "0", new CookieOptions
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Expires = time.GetUtcNow().AddYears(1),
        IsEssential = true,
    });

    private static string Handled(TrailLine line, Texts texts) => texts["reviews.handled", TrailWords.Actor(line, texts), Show.Clock(line.At), TrailWords.What(line, texts)];

    /// <summary>What connection.js and autosave.js show.</summary>
    internal sealed record HandledAnswer(string Text);

    /// <summary>How the page is to come back.</summary>
    private sealed record Shown(ReviewMode Mode = ReviewMode.Since, int? With = null, string Tab = "form")
    {
        public string? CommentAt { get; init; }

        public FormErrors Errors { get; init; } = FormErrors.None;

        public FormErrors ReturnErrors { get; init; } = FormErrors.None;

        public FormErrors ReopenErrors { get; init; } = FormErrors.None;

        public ReturnInput? Return { get; init; }

        public string? Decided { get; init; }

        public string? ReopenReason { get; init; }

        public string? Handled { get; init; }

        public string? Rating { get; init; }

        public int Status { get; init; } = StatusCodes.Status200OK;
    }
}
