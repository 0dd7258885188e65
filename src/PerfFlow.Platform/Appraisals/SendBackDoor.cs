using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Appraisals;

/// <summary>退回 from the page of a form that is being filled in: evidence that does not do.</summary>
internal static class SendBackDoor
{
    public static IEndpointRouteBuilder MapSendBack(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/filings/{id:long}/send-back", SendAsync).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> SendAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, DecideReview decide, FilingPageReader read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var posted = new ReviewForms(form);
        var typed = posted.Return;
        var outcome = await decide.RunAsync(
            viewer,
            new ReviewDecision
            {
                CaseId = id, Visit = posted.Visit, CommandId = posted.Command ?? Guid.CreateVersion7(time.GetUtcNow()), Outcome = "Return",
                Text = typed.Text, Reasons = typed.Reasons, Due = ReviewForms.Day(typed.Due),
            },
            ct);
        var found = await read.RunAsync(viewer, id, typed: null, ct);
        if (found.Refusal is { } missing)
        {
            return await Refusals.PageAsync(http, missing);
        }

        if (outcome.Refusal is not { } refusal)
        {
            toasts.Say(http, new ToastModel(texts["appraisals.send-back.done", found.Value.Filing.Unit.Name]));
            return TypedResults.LocalRedirect("/tasks");
        }

        var status = Answers.StatusOf(refusal);
        if (!found.Value.Editable)
        {
            return await Pages.RenderAsync<FilingReadPage>(http, found.Value with { Elsewhere = texts.Refusal(refusal) }, status);
        }

        var errors = FormErrors.Of(texts, refusal.Field == "text" ? refusal with { Field = "said" } : refusal);
        return await Pages.RenderAsync<FilingPage>(http, found.Value with { Errors = errors, SendBack = typed }, status);
    }
}
