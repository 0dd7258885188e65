using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Messages;

/// <summary>/operations/messages: what was given up, why, and the button that sends it again.</summary>
internal static class UndeliveredPages
{
    public static IEndpointRouteBuilder MapUndelivered(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/operations/messages").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("/resend", ResendAsync);
        return routes;
    }

    internal sealed record ResendForm
    {
        public long[]? Letter { get; init; }

        /// <summary>schema:id.</summary>
        public string[]? Message { get; init; }

        public IReadOnlyList<DeadRef> Messages() =>
            [.. (Message ?? []).Select(m => m.Split(':')).Where(p => p.Length == 2 && long.TryParse(p[1], CultureInfo.InvariantCulture, out _)).Select(p => new DeadRef(p[0], long.Parse(p[1], CultureInfo.InvariantCulture)))];
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, Undelivered undelivered, TimeProvider time, CancellationToken ct)
    {
        var list = await undelivered.ListAsync(viewer, ct);
        return list.Ok
            ? await Pages.RenderAsync<UndeliveredPage>(http, new UndeliveredModel(list.Value, time.GetUtcNow()))
            : await Refusals.PageAsync(http, list.Refusal!);
    }

    private static async Task<IResult> ResendAsync(
        HttpContext http, Viewer viewer, Undelivered undelivered, Texts texts, Toasts toasts, [FromForm] ResendForm form, CancellationToken ct)
    {
        var sent = await undelivered.ResendAsync(viewer, form.Letter ?? [], form.Messages(), ct);
        if (sent is { Ok: false, Refusal.Kind: ServiceDefaults.RefusalKind.Forbidden })
        {
            return await Refusals.PageAsync(http, sent.Refusal);
        }

        toasts.Say(http, sent switch
        {
            { Ok: false } => new ToastModel(texts.Refusal(sent.Refusal!)) { Kind = "warn" },
            { Value.Gone: > 0 } => new ToastModel(texts["undelivered.resent", sent.Value.Done], texts["undelivered.gone", sent.Value.Gone]) { Kind = "warn" },
            _ => new ToastModel(texts["undelivered.resent", sent.Value.Done], texts["undelivered.resent.next"]),
        });
        return TypedResults.LocalRedirect("/operations/messages");
    }
}
