using PerfFlow.Platform.Http;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Ui;

/// <summary>What a page says instead of its content.</summary>
/// <param name="Title">您看不到这件事项.</param>
/// <param name="Why">Which right is missing and who grants it, or what happened.</param>
public sealed record RefusalModel(string Title, string Why)
{
    public string Icon { get; init; } = "lock";

    public string BackHref { get; init; } = "/";

    public string? BackText { get; init; }
}

/// <summary>A refused GET as a page. A refused post shows its own page again with <see cref="FormErrors"/>.</summary>
public static class Refusals
{
    /// <summary>The page and the HTTP status of a refusal.</summary>
    public static Task<IResult> PageAsync(HttpContext http, Refusal refusal)
    {
        var texts = http.RequestServices.GetRequiredService<Texts>();
        var (kind, icon) = refusal.Kind switch
        {
            RefusalKind.NotFound => ("not-found", "file-text"),
            RefusalKind.Forbidden => ("forbidden", "lock"),
            RefusalKind.Conflict => ("conflict", "users"),
            RefusalKind.Busy => ("busy", "hourglass"),
            _ => ("invalid", "alert-circle"),
        };
        return Pages.RenderAsync<RefusalPage>(http, new RefusalModel(texts["ui.refusal." + kind], texts.Refusal(refusal)) { Icon = icon }, Answers.StatusOf(refusal));
    }
}
