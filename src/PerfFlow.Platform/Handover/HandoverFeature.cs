using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>What the hand-over page shows, with what was typed when it comes back.</summary>
public sealed record HandoverModel(HandoverView View, Guid Command, FormErrors Errors, string? To = null, string? Reason = null);

/// <summary>What the API takes: null as <paramref name="To"/> gives the task back to the whole body.</summary>
public sealed record HandoverRequest(int Visit, long? To, string Reason);

/// <summary>The doors of the hand-over.</summary>
internal static class HandoverFeature
{
    public static IServiceCollection AddHandover(this IServiceCollection services) => services.AddSingleton<HandOverTask>().AddSingleton<DelegateTasks>().AddSingleton<ReadDelegations>()
        .AddSingleton<ReadLeaver>().AddSingleton<HandOverLeaver>();

    public static IEndpointRouteBuilder MapHandover(this IEndpointRouteBuilder routes)
    {
        routes.MapDelegations().MapLeavers();
        var pages = routes.MapGroup("/cases/{caseId:long}/hand-over").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("", PostAsync);
        var api = routes.MapGroup("/api/cases/{caseId:long}").WithTags("Cases").WithRefusals();
        api.MapPost("/hand-over", HandOverAsync).WithSummary("移交：the open task goes to one person of its body, or back to all of them");
        return routes;
    }

    private static async Task<IResult> ShowAsync(long caseId, HttpContext http, Viewer viewer, HandOverTask handOver, TimeProvider time, CancellationToken ct)
    {
        var view = await handOver.FindAsync(viewer, caseId, ct);
        return view.Ok
            ? await Pages.RenderAsync<HandoverPage>(http, new HandoverModel(view.Value, Guid.CreateVersion7(time.GetUtcNow()), FormErrors.None))
            : await Refusals.PageAsync(http, view.Refusal!);
    }

    private static async Task<IResult> PostAsync(
        long caseId, [FromForm] int visit, [FromForm] string? to, [FromForm] string? reason, [FromForm] Guid command,
        HttpContext http, Viewer viewer, HandOverTask handOver, Texts texts, Toasts toasts, CancellationToken ct)
    {
        var done = await handOver.RunAsync(viewer, caseId, visit, long.TryParse(to, out var id) ? id : null, reason ?? "", command, ct);
        if (done.Ok)
        {
            toasts.Say(http, new ToastModel(texts["handover.done"]));
            return TypedResults.LocalRedirect($"~/cases/{caseId}");
        }

        var view = await handOver.FindAsync(viewer, caseId, ct);
        return view.Ok
            ? await Pages.RenderAsync<HandoverPage>(http, new HandoverModel(view.Value, command, FormErrors.Of(texts, done.Refusal!), to, reason), Answers.StatusOf(done.Refusal!))
            : await Refusals.PageAsync(http, view.Refusal!);
    }

    private static async Task<IResult> HandOverAsync(
        long caseId, HandoverRequest request, Viewer viewer, IdempotencyKey key, HandOverTask handOver, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await handOver.RunAsync(viewer, caseId, request.Visit, request.To, request.Reason, key.Value, ct)).Result;
}
