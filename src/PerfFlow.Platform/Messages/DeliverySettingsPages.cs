using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>接收设置: how a person is told beside the bell, and for administrators the webhooks of the region.</summary>
internal static class DeliverySettingsPages
{
    private const string Page = "/notifications/settings";

    public static IEndpointRouteBuilder MapDeliverySettings(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Page).ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("", SaveAsync);
        pages.MapPost("/webhooks", AddAsync);
        pages.MapPost("/webhooks/{id:long}/remove", RemoveAsync);
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, CancellationToken ct) => await RenderAsync(http, viewer, m => m, StatusCodes.Status200OK, ct);

    private static async Task<IResult> SaveAsync(
        HttpContext http, Viewer viewer, NotificationsDoor door, Texts texts, Toasts toasts, [FromForm] SettingsForm form, CancellationToken ct)
    {
        var read = form.Read();
        var saved = read.Ok ? await door.TryAsync(service => service.SaveSettingsAsync(viewer.UserId, read.Value, ct), ct) : read;
        if (saved.Ok)
        {
            toasts.Say(http, new ToastModel(texts["delivery-settings.saved"]));
            return TypedResults.LocalRedirect(Page);
        }

        var refusal = saved.Refusal!.Code == "quiet-hours-incomplete" ? saved.Refusal with { Field = "quietTo" } : saved.Refusal;
        return await RenderAsync(http, viewer, m => m with { Form = form, Errors = FormErrors.Of(texts, refusal) }, Answers.StatusOf(refusal), ct);
    }

    private static async Task<IResult> AddAsync(HttpContext http, Viewer viewer, Webhooks hooks, Texts texts, [FromForm] HookForm form, CancellationToken ct)
    {
        // What people are told leaves the house from here on: the password once more.
        if (http.NeedsConfirmation() is not null)
        {
            return TypedResults.LocalRedirect($"/account/confirm?returnUrl={Uri.EscapeDataString(Page)}");
        }

        var added = await hooks.AddAsync(viewer, form.Url ?? "", form.UserName ?? "", form.Kinds ?? [], ct);
        return added.Ok
            ? await RenderAsync(http, viewer, m => m with { Added = added.Value }, StatusCodes.Status200OK, ct)
            : await RenderAsync(http, viewer, m => m with { RefusedHook = form, Errors = FormErrors.Of(texts, added.Refusal!) }, Answers.StatusOf(added.Refusal!), ct);
    }

    private static async Task<IResult> RemoveAsync(long id, HttpContext http, Viewer viewer, Webhooks hooks, Texts texts, Toasts toasts, CancellationToken ct)
    {
        var removed = await hooks.RemoveAsync(viewer, id, ct);
        if (!removed.Ok && removed.Refusal!.Kind == RefusalKind.Forbidden)
        {
            return await Refusals.PageAsync(http, removed.Refusal);
        }

        toasts.Say(http, removed.Ok ? new ToastModel(texts["webhooks.removed"]) : new ToastModel(texts.Refusal(removed.Refusal!)) { Kind = "warn" });
        return TypedResults.LocalRedirect(Page);
    }

    private static async Task<IResult> RenderAsync(HttpContext http, Viewer viewer, Func<DeliverySettingsModel, DeliverySettingsModel> with, int status, CancellationToken ct)
    {
        var services = http.RequestServices;
        var settings = await services.GetRequiredService<NotificationsDoor>().AskAsync(service => service.SettingsAsync(viewer.UserId, ct), ct);
        if (!settings.Ok)
        {
            return await Refusals.PageAsync(http, settings.Refusal!);
        }

        var hooks = viewer.May(Right.ManageDelivery) is null ? await services.GetRequiredService<Webhooks>().ListAsync(viewer, ct) : default(Outcome<IReadOnlyList<WebhookLine>>?);
        if (hooks is { Ok: false } refused)
        {
            return await Refusals.PageAsync(http, refused.Refusal!);
        }

        var address = (await services.GetRequiredService<Data.PlatformDb>().Users.FindAsync([viewer.UserId], ct))?.Email;
        return await Pages.RenderAsync<DeliverySettingsPage>(http, with(new DeliverySettingsModel(SettingsForm.Of(settings.Value), address, hooks?.Value)), status);
    }
}
