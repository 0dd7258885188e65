using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Http;

/// <summary>What the JSON API says when an act is refused; the sentence is in the reader's language.</summary>
/// <param name="Code">Stable; what programs decide by.</param>
/// <param name="Field">The field to mend, as the request names it.</param>
public sealed record RefusedAnswer(string Code, string Message, string? Field);

/// <summary>The one table from refusals to HTTP, for pages and API alike.</summary>
public static class Answers
{
    public static int StatusOf(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Kind switch
        {
            RefusalKind.NotFound => StatusCodes.Status404NotFound,
            RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
            RefusalKind.Conflict => StatusCodes.Status409Conflict,
            RefusalKind.Busy => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
    }

    /// <summary>The refusal as the API tells it.</summary>
    public static JsonHttpResult<RefusedAnswer> Refuse(this Texts texts, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(refusal);
        return TypedResults.Json(new RefusedAnswer(refusal.Code, texts.Refusal(refusal), refusal.Field), statusCode: StatusOf(refusal));
    }

    /// <summary>200 with the value, or the refusal.</summary>
    public static Results<Ok<T>, JsonHttpResult<RefusedAnswer>> Answer<T>(this Texts texts, Outcome<T> outcome) =>
        outcome.Ok ? TypedResults.Ok(outcome.Value) : texts.Refuse(outcome.Refusal!);

    /// <summary>204, or the refusal.</summary>
    public static Results<NoContent, JsonHttpResult<RefusedAnswer>> AnswerDone<T>(this Texts texts, Outcome<T> outcome) =>
        outcome.Ok ? TypedResults.NoContent() : texts.Refuse(outcome.Refusal!);

    /// <summary>Tells OpenAPI about the refusals that every act can end in.</summary>
    public static RouteGroupBuilder WithRefusals(this RouteGroupBuilder group)
    {
        foreach (var status in (int[])[401, 403, 404, 409, 422, 503])
        {
            group.WithMetadata(new ProducesResponseTypeMetadata(status, status == 401 ? typeof(void) : typeof(RefusedAnswer), ["application/json"]));
        }

        return group;
    }
}
