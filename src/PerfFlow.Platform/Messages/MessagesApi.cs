using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults.Notifications;
using RefusedAnswer = PerfFlow.Platform.Http.RefusedAnswer;

namespace PerfFlow.Platform.Messages;

/// <summary>Messages, settings, webhooks, what was given up and deliveries as JSON: the same use cases and refusals as the pages.</summary>
internal static class MessagesApi
{
    public static IEndpointRouteBuilder MapMessagesApi(this IEndpointRouteBuilder routes)
    {
        var items = routes.MapGroup("/api/notifications").WithTags("Notifications").WithRefusals();
        items.MapGet("", ListAsync).WithSummary("The caller's messages: what is unread first (first page only), then the rest, newest first");
        items.MapGet("/unread", UnreadAsync).WithSummary("How many messages of the caller are unread");
        items.MapPost("/read", MarkAsync).WithSummary("Marks the named messages as read, or all of them");
        items.MapGet("/settings", SettingsAsync).WithSummary("How the caller is told beside the bell");
        items.MapPut("/settings", SaveAsync).WithSummary("Mail, hourly digest and quiet hours (Asia/Shanghai)");

        var hooks = routes.MapGroup("/api/webhooks").WithTags("Webhooks").WithRefusals();
        hooks.MapGet("", HooksAsync).WithSummary("The webhooks of the region, without their secrets (ADMIN)");
        hooks.MapPost("", AddHookAsync).WithSummary("Adds a webhook; the answer holds its secret, which is not shown again (ADMIN)");
        hooks.MapDelete("/{id:long}", RemoveHookAsync).WithSummary("Removes a webhook; what it still holds is dropped (ADMIN)");

        var undelivered = routes.MapGroup("/api/undelivered").WithTags("Undelivered").WithRefusals();
        undelivered.MapGet("", UndeliveredAsync).WithSummary("Mails, calls and messages between the services that were given up (ADMIN)");
        undelivered.MapPost("/resend", ResendAsync).WithSummary("Sends the named ones again, each on its own (ADMIN)");

        routes.MapGroup("/api/cases").WithTags("Cases").WithRefusals()
            .MapGet("/{caseId:long}/visits/{visit:int}/deliveries", DeliveriesAsync).WithSummary("How the holders of a visit were told, and when the next reminder comes");
        return routes;
    }

    internal sealed record ReadBody(IReadOnlyList<long>? Ids, bool All);

    internal sealed record UnreadAnswer(int Unread);

    internal sealed record HookBody(string Url, string? UserName, IReadOnlyList<string>? Kinds);

    internal sealed record ResendBody(IReadOnlyList<long>? Letters, IReadOnlyList<DeadRef>? Messages);

    private static async Task<Results<Ok<ItemList>, JsonHttpResult<RefusedAnswer>>> ListAsync(
        Viewer viewer, ReadItems read, Texts texts, CancellationToken ct, bool unread = false, string? kind = null, long? before = null) =>
        texts.Answer(await read.RunAsync(viewer.UserId, unread, kind, before, ct));

    private static async Task<Results<Ok<UnreadAnswer>, JsonHttpResult<RefusedAnswer>>> UnreadAsync(Viewer viewer, NotificationsDoor door, Texts texts, CancellationToken ct) =>
        texts.Answer((await door.AskAsync(service => service.UnreadAsync(viewer.UserId, ct), ct)).Then<UnreadAnswer>(n => new UnreadAnswer(n)));

    private static async Task<Results<Ok<UnreadAnswer>, JsonHttpResult<RefusedAnswer>>> MarkAsync(
        ReadBody body, Viewer viewer, ReadItems read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.MarkAsync(viewer.UserId, body.Ids ?? [], body.All, ct)).Then<UnreadAnswer>(n => new UnreadAnswer(n)));

    private static async Task<Results<Ok<PersonSettings>, JsonHttpResult<RefusedAnswer>>> SettingsAsync(Viewer viewer, NotificationsDoor door, Texts texts, CancellationToken ct) =>
        texts.Answer(await door.AskAsync(service => service.SettingsAsync(viewer.UserId, ct), ct));

    private static async Task<Results<Ok<PersonSettings>, JsonHttpResult<RefusedAnswer>>> SaveAsync(
        PersonSettings body, Viewer viewer, NotificationsDoor door, Texts texts, CancellationToken ct) =>
        texts.Answer(await door.TryAsync(service => service.SaveSettingsAsync(viewer.UserId, body, ct), ct));

    private static async Task<Results<Ok<List<Webhook>>, JsonHttpResult<RefusedAnswer>>> HooksAsync(Viewer viewer, Webhooks hooks, Texts texts, CancellationToken ct) =>
        texts.Answer((await hooks.ListAsync(viewer, ct)).Then<List<Webhook>>(lines => lines.Select(l => l.Hook).ToList()));

    private static async Task<Results<Ok<Webhook>, JsonHttpResult<RefusedAnswer>>> AddHookAsync(
        HookBody body, Viewer viewer, Webhooks hooks, Texts texts, CancellationToken ct) =>
        texts.Answer(await hooks.AddAsync(viewer, body.Url ?? "", body.UserName ?? "", body.Kinds ?? [], ct));

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> RemoveHookAsync(long id, Viewer viewer, Webhooks hooks, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await hooks.RemoveAsync(viewer, id, ct));

    private static async Task<Results<Ok<UndeliveredList>, JsonHttpResult<RefusedAnswer>>> UndeliveredAsync(Viewer viewer, Undelivered undelivered, Texts texts, CancellationToken ct) =>
        texts.Answer(await undelivered.ListAsync(viewer, ct));

    private static async Task<Results<Ok<ResendOutcome>, JsonHttpResult<RefusedAnswer>>> ResendAsync(
        ResendBody body, Viewer viewer, Undelivered undelivered, Texts texts, CancellationToken ct) =>
        texts.Answer(await undelivered.ResendAsync(viewer, body.Letters ?? [], body.Messages ?? [], ct));

    private static async Task<Results<Ok<TaskDeliveriesModel>, JsonHttpResult<RefusedAnswer>>> DeliveriesAsync(
        long caseId, int visit, Viewer viewer, ReadDeliveries read, Texts texts, CancellationToken ct) =>
        texts.Answer(await read.RunAsync(viewer, caseId, visit, ct));
}
