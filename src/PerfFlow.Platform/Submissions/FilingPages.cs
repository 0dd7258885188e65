using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>The pages of a filing: the unit's list, the form, the draft kept while typing, 送审, 撤回, comparison and paper.</summary>
internal static class FilingPages
{
    /// <summary>Above Intake's own limit, so that a file somewhat too large is answered with Intake's sentence.</summary>
    internal const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Tells the script the version that its next save has to name.</summary>
    private const string VersionHeader = "X-Draft-Version";

    public static IEndpointRouteBuilder MapFilingPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/filings").ExcludeFromDescription();
        pages.MapGet("", ListAsync);
        pages.MapGet("/{id:long}", ShowAsync);
        pages.MapGet("/{id:long}/checks", ChecksAsync);
        pages.MapGet("/{id:long}/alive", AliveAsync);
        pages.MapGet("/{id:long}/compare", CompareAsync);
        pages.MapGet("/{id:long}/print", PrintAsync);
        pages.MapPost("/{id:long}/draft", KeepAsync).WithFormOptions(valueCountLimit: FilingPost.MostValues);
        pages.MapPost("/{id:long}/submit", SubmitAsync).WithFormOptions(valueCountLimit: FilingPost.MostValues);
        pages.MapPost("/{id:long}/withdraw", WithdrawAsync);
        pages.MapPost("/{id:long}/attachments", AttachAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes));
        pages.MapPost("/{id:long}/attachments/{file}/remove", DetachAsync);
        pages.MapGet("/{id:long}/attachments/{file}", DownloadAsync);
        return routes;
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, Viewer viewer, FilingList list, CancellationToken ct, [FromQuery] string? tab = null, [FromQuery] long? after = null) =>
        await Pages.RenderAsync<FilingsPage>(http, await list.RunAsync(viewer, tab, after, ct));

    private static async Task<IResult> ShowAsync(
        long id, HttpContext http, Viewer viewer, FilingPageReader read, ReadCopies copies, CancellationToken ct, [FromQuery] string? add = null, [FromQuery] int? round = null)
    {
        var found = await read.RunAsync(viewer, id, typed: null, ct);
        if (found.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        await copies.MarkAsync(viewer, id, ct);
        var model = found.Value;
        if (round is { } number)
        {
            return model.Filing.Rounds.FirstOrDefault(r => r.Round == number) is { } of
                ? await Pages.RenderAsync<FilingReadPage>(http, model with { Form = FilingCase.Read(of) })
                : await Refusals.PageAsync(http, Refusal.NotFound());
        }

        return model.Editable
            ? await Pages.RenderAsync<FilingPage>(http, model with { NewRow = add })
            : await Pages.RenderAsync<FilingReadPage>(http, model);
    }

    private static async Task<IResult> ChecksAsync(long id, HttpContext http, Viewer viewer, FilingPageReader read, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, typed: null, ct);
        return found is { Ok: true, Value: { Editable: true } model } ? await Pages.PartAsync<FilingPart>(http, model) : TypedResults.NotFound();
    }

    private static async Task<IResult> AliveAsync(long id, Viewer viewer, FilingCases filings, Texts texts, CancellationToken ct, [FromQuery] int visit = 0)
    {
        var found = await filings.FindAsync(viewer, id, ct);
        return !found.Ok ? TypedResults.NotFound()
            : found.Value.Task?.Visit == visit ? TypedResults.NoContent()
            : Elsewhere(texts, Refusal.Conflict("visit-closed"));
    }

    private static async Task<IResult> CompareAsync(
        long id, HttpContext http, Viewer viewer, FilingPageReader read, CancellationToken ct, [FromQuery] string? from = null, [FromQuery] string? to = null)
    {
        var found = await read.RunAsync(viewer, id, typed: null, ct);
        if (found.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        var model = found.Value;
        var rounds = model.Filing.Rounds;
        // Without "to" the draft is meant; who does not see it compares the newest round.
        var newer = int.TryParse(to, out var t) ? rounds.FirstOrDefault(r => r.Round == t) : model.Editable ? null : model.Filing.LastRound;
        var before = rounds.Where(r => newer is null || r.Round < newer.Round).ToList();
        var older = int.TryParse(from, out var f) ? before.FirstOrDefault(r => r.Round == f) : before.LastOrDefault();
        if (older is null || (newer is null && !model.Editable))
        {
            return await Refusals.PageAsync(http, Refusal.NotFound("nothing-to-compare"));
        }

        var form = newer is null ? model.Form : FilingCase.Read(newer);
        return await Pages.RenderAsync<FilingComparePage>(http, new CompareModel(model, older.Round, newer?.Round, FilingCase.Read(older), form));
    }

    private static async Task<IResult> PrintAsync(long id, HttpContext http, Viewer viewer, FilingPageReader read, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, typed: null, ct);
        return found.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : await Pages.RenderAsync<FilingPrintPage>(http, found.Value);
    }

    private static async Task<IResult> KeepAsync(
        long id, HttpContext http, Viewer viewer, IFormCollection posted, KeepFiling keep, FilingPageReader read, Toasts toasts, Texts texts, CancellationToken ct,
        [FromQuery] string? add = null, [FromQuery] string? remove = null)
    {
        var post = FilingPost.Read(posted).Without(remove);
        var saved = await keep.RunAsync(viewer, id, post, ct);
        if (http.Request.Headers["X-Requested-With"] == "autosave")
        {
            if (saved.Ok)
            {
                http.Response.Headers[VersionHeader] = saved.Value.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return TypedResults.NoContent();
            }

            return saved.Refusal!.Kind == RefusalKind.Conflict ? Elsewhere(texts, saved.Refusal) : TypedResults.StatusCode(Answers.StatusOf(saved.Refusal));
        }

        if (saved.Refusal is { } refusal)
        {
            return await AgainAsync(http, viewer, id, post, refusal, read, texts, ct);
        }

        if (add is null && remove is null)
        {
            toasts.Say(http, new ToastModel(texts["submissions.done.saved"]));
        }

        return TypedResults.LocalRedirect(add is not null && FilingKinds.All.Any(k => k.Layout.Table(add) is not null) ? $"/filings/{id}?add={add}#f-{add}" : $"/filings/{id}");
    }

    private static async Task<IResult> SubmitAsync(
        long id, HttpContext http, Viewer viewer, IFormCollection posted, KeepFiling keep, SubmitFiling submit, WorkflowRunner runner, FilingPageReader read, Toasts toasts, Texts texts,
        CancellationToken ct)
    {
        var post = FilingPost.Read(posted);
        var command = Guid.TryParse(posted["command"], out var given) ? given : Guid.Empty;
        var saved = await keep.RunAsync(viewer, id, post, ct);
        var outcome = saved.Refusal ?? (await submit.RunAsync(viewer, new Submission(id, post.Visit, saved.Value.Version, command), ct)).Refusal;
        // A second press of the button finds the visit closed by the first: the same answer, not a conflict.
        if (outcome is { } refusal && await runner.RepeatedAsync(viewer.UserId, command, ct) is null)
        {
            return await AgainAsync(http, viewer, id, post, refusal, read, texts, ct);
        }

        toasts.Say(http, new ToastModel(texts["submissions.done.submitted"], texts["submissions.done.submitted.then"]));
        return TypedResults.LocalRedirect($"/filings/{id}");
    }

    private static async Task<IResult> WithdrawAsync(
        long id, HttpContext http, Viewer viewer, [FromForm] Guid command, WithdrawFiling withdraw, FilingPageReader read, Toasts toasts, Texts texts, CancellationToken ct)
    {
        var outcome = await withdraw.RunAsync(viewer, id, command, ct);
        if (outcome.Refusal is { } refusal)
        {
            var found = await read.RunAsync(viewer, id, typed: null, ct);
            return found.Ok
                ? await Pages.RenderAsync<FilingReadPage>(http, found.Value with { Errors = FormErrors.Of(texts, refusal) }, Answers.StatusOf(refusal))
                : await Refusals.PageAsync(http, refusal);
        }

        toasts.Say(http, new ToastModel(texts["submissions.done.withdrawn"], texts["submissions.done.withdrawn.then"]));
        return TypedResults.LocalRedirect($"/filings/{id}");
    }

    private static async Task<IResult> AttachAsync(
        long id, HttpContext http, Viewer viewer, [FromForm] string? kind, [FromForm] Guid command, IFormFile? file, AttachFile attach, FilingPageReader read, Toasts toasts, Texts texts, CancellationToken ct)
    {
        if (file is null)
        {
            return await AgainAsync(http, viewer, id, null, new Refusal("attachment-missing") { Field = "attachments" }, read, texts, ct);
        }

        await using var content = file.OpenReadStream();
        var added = await attach.AddAsync(viewer, id, command, kind ?? "", file.FileName, content, ct);
        if (added.Refusal is { } refusal)
        {
            return await AgainAsync(http, viewer, id, null, refusal, read, texts, ct);
        }

        toasts.Say(http, new ToastModel(texts["submissions.done.attached", added.Value.Name]));
        return TypedResults.LocalRedirect($"/filings/{id}#s-files");
    }

    private static async Task<IResult> DetachAsync(
        long id, string file, HttpContext http, Viewer viewer, IFormCollection posted, AttachFile attach, FilingPageReader read, Texts texts, CancellationToken ct)
    {
        // Bound so that the framework checks the antiforgery token; the form itself carries nothing else.
        _ = posted;
        var removed = await attach.RemoveAsync(viewer, id, file, ct);
        return removed.Refusal is { } refusal ? await AgainAsync(http, viewer, id, null, refusal, read, texts, ct) : TypedResults.LocalRedirect($"/filings/{id}#s-files");
    }

    private static async Task<IResult> DownloadAsync(long id, string file, HttpContext http, Viewer viewer, AttachFile attach, CancellationToken ct)
    {
        var found = await attach.OpenAsync(viewer, id, file, ct);
        return found.Refusal is { } refusal ? await Refusals.PageAsync(http, refusal) : TypedResults.Stream(found.Value.Content, found.Value.ContentType, found.Value.Name);
    }

    /// <summary>The page again with what was typed and why it was refused.</summary>
    private static async Task<IResult> AgainAsync(
        HttpContext http, Viewer viewer, long id, FilingPost? typed, Refusal refusal, FilingPageReader read, Texts texts, CancellationToken ct)
    {
        var found = await read.RunAsync(viewer, id, typed, ct);
        if (found.Refusal is { } missing)
        {
            return await Refusals.PageAsync(http, missing);
        }

        var status = Answers.StatusOf(refusal);
        var model = found.Value;
        return model.Editable
            ? await Pages.RenderAsync<FilingPage>(http, model with { Errors = FormErrors.Of(texts, refusal) }, status)
            : await Pages.RenderAsync<FilingReadPage>(http, model with { Elsewhere = texts.Refusal(refusal) }, status);
    }

    private static IResult Elsewhere(Texts texts, Refusal refusal) => TypedResults.Json(new { text = texts.Refusal(refusal) }, statusCode: StatusCodes.Status409Conflict);
}
