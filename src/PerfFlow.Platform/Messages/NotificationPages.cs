using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Messages;

/// <summary>The list behind the bell.</summary>
internal static class NotificationPages
{
    /// <summary>What people are told of, in the order of the filter.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        nameof(TaskOpened), nameof(SubmissionReturned), nameof(DeadlineApproaching), nameof(DeadlineMissed), nameof(TaskNudged), nameof(CaseCopied), nameof(NoticeIssued),
        nameof(DocumentRefused), nameof(RectificationOrdered), nameof(ResultApplied),
    ];

    public static IEndpointRouteBuilder MapNotificationPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/notifications").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapGet("/bell", BellAsync);
        pages.MapGet("/{id:long}", OpenAsync);
        pages.MapPost("/read", MarkAsync);
        return routes;
    }

    internal sealed record MarkForm
    {
        public long[]? Item { get; init; }

        public bool All { get; init; }
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Viewer viewer, ReadItems read, Texts texts, CancellationToken ct,
        [FromQuery] string? show = null, [FromQuery] string? kind = null, [FromQuery] long? before = null)
    {
        kind = Kinds.Contains(kind) ? kind : null;
        var found = await read.RunAsync(viewer.UserId, show == "unread", kind, before, ct);
        return found.Ok
            ? await Pages.RenderAsync<NotificationsPage>(
                http, new NotificationsModel(found.Value, show == "unread", kind, before, [.. Kinds.Select(k => new Choice(k, texts[$"notifications.kind.{k}"]))]))
            : await Refusals.PageAsync(http, found.Refusal!);
    }

    /// <summary>Polled by the frame of every open page.</summary>
    private static async Task<IResult> BellAsync(HttpContext http, Viewer viewer, UnreadCount unread, CancellationToken ct) =>
        await Pages.PartAsync<Bell>(http, await unread.OfAsync(viewer.UserId, ct));

    /// <summary>Opening is reading: the item is marked and the reader goes on to what it is about.</summary>
    private static async Task<IResult> OpenAsync(long id, HttpContext http, Viewer viewer, ReadItems read, CancellationToken ct)
    {
        var found = await read.FindAsync(viewer.UserId, id, ct);
        if (!found.Ok)
        {
            return await Refusals.PageAsync(http, found.Refusal!);
        }

        await read.MarkAsync(viewer.UserId, [id], false, ct);
        return TypedResults.LocalRedirect(UiSetup.LocalOr(found.Value.Path, "/notifications"));
    }

    private static async Task<IResult> MarkAsync(
        HttpContext http, Viewer viewer, ReadItems read, Texts texts, Toasts toasts, [FromForm] MarkForm form, CancellationToken ct)
    {
        var left = await read.MarkAsync(viewer.UserId, form.Item ?? [], form.All, ct);
        toasts.Say(http, left.Ok
            ? new ToastModel(texts["notifications.marked"], left.Value == 0 ? null : texts["notifications.left", left.Value])
            : new ToastModel(texts.Refusal(left.Refusal!)) { Kind = "warn" });
        return TypedResults.LocalRedirect("/notifications");
    }
}
