using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Rectification;

/// <summary>Rectifications as JSON; response, review and extension are those of filings and reviews.</summary>
internal static class RectificationApi
{
    public static IEndpointRouteBuilder MapRectificationApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/rectifications").WithTags("Rectifications").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("What waits for an order and the orders of one tab: pending, doing, review, closed or failed");
        api.MapGet("/{id:long}/lines", LinesAsync).WithSummary("The problem lines of an order with what was said of each last");
        api.MapPost("", OrderAsync).WithSummary("下达整改 from an ended case; without problems those that its last form lists, without due the days of the parameter");
        api.MapPost("/batch", OrderManyAsync).WithSummary("下达整改 from several ended cases: an outcome for each");
        api.MapPost("/{id:long}/refusal", DeclareAsync).WithSummary("认定拒不整改 while the unit has not answered; the leader decides");
        return routes;
    }

    internal sealed record ProblemBody(string Text, string? Demand);

    internal sealed record OrderBody(long Origin, IReadOnlyList<ProblemBody>? Problems, DateOnly? Due, string? Number);

    internal sealed record BatchBody(IReadOnlyList<long> Origins, DateOnly? Due, string? Number);

    internal sealed record OrderAnswer(long CaseId);

    internal sealed record BatchLine(long Origin, long? CaseId, string? Code, string? Message);

    internal sealed record RefusalBody(string Reason);

    private static async Task<Ok<RectificationBook>> ListAsync(Viewer viewer, RectificationList list, CancellationToken ct, [FromQuery] string? tab = null, [FromQuery] long? after = null) =>
        TypedResults.Ok(await list.RunAsync(viewer, tab, after, ct));

    private static async Task<Results<Ok<IReadOnlyList<RectificationLine>>, JsonHttpResult<RefusedAnswer>>> LinesAsync(
        long id, Viewer viewer, IDbContextFactory<PlatformDb> databases, Texts texts, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Cases.VisibleTo(viewer).AnyAsync(c => c.Id == id, ct) && await db.RectificationOrders.AnyAsync(o => o.CaseId == id, ct)
            ? TypedResults.Ok(await LineVerdicts.OfAsync(db, id, ct))
            : texts.Refuse(Refusal.NotFound());
    }

    private static async Task<Results<Ok<OrderAnswer>, JsonHttpResult<RefusedAnswer>>> OrderAsync(
        OrderBody body, Viewer viewer, OrderRectification order, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await order.RunAsync(
            viewer, new RectificationOrder(body.Origin, body.Problems?.Select(p => new FoundProblem(p.Text, p.Demand ?? "")).ToList(), body.Due, body.Number ?? "", key.Value), ct))
            .Then<OrderAnswer>(id => new OrderAnswer(id)));

    private static async Task<Results<Ok<IReadOnlyList<BatchLine>>, JsonHttpResult<RefusedAnswer>>> OrderManyAsync(
        BatchBody body, Viewer viewer, OrderRectification order, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await order.RunManyAsync(viewer, body.Origins, body.Due, body.Number ?? "", key.Value, ct)).Then<IReadOnlyList<BatchLine>>(rows =>
            rows.Select(r => new BatchLine(r.OriginId, r.Case.Ok ? r.Case.Value : null, r.Case.Refusal?.Code, r.Case.Refusal is { } why ? texts.Refusal(why) : null)).ToList()));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> DeclareAsync(
        long id, RefusalBody body, Viewer viewer, DeclareRefusal declare, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await declare.RunAsync(viewer, id, body.Reason, key.Value, ct));
}
