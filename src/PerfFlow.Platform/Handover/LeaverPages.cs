using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>离职交接 as a page: the list before, or what became of each row after.</summary>
public sealed record LeaverModel(LeaverView View, Guid Command, FormErrors Errors, LeaverReport? Report = null, string? To = null, string? Reason = null);

/// <summary>What the API takes.</summary>
public sealed record LeaverRequest(long To, string Reason);

/// <summary>The doors of 离职交接.</summary>
internal static class LeaverPages
{
    public static IEndpointRouteBuilder MapLeavers(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/organisation/people/{id:long}/leave").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("", PostAsync);
        var api = routes.MapGroup("/api/people/{id:long}/leave").WithTags("Delegations").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("离职交接: everything open of a person: posts, tasks reserved by name, turns to come, delegations");
        api.MapPost("", HandOverAsync).WithSummary("离职交接: hands all of it to another person, with an outcome per row");
        return routes;
    }

    private static async Task<IResult> ShowAsync(long id, HttpContext http, Viewer viewer, ReadLeaver read, TimeProvider time, CancellationToken ct)
    {
        var view = await read.RunAsync(viewer, id, ct);
        return view.Ok
            ? await Pages.RenderAsync<LeaverPage>(http, new LeaverModel(view.Value, Guid.CreateVersion7(time.GetUtcNow()), FormErrors.None))
            : await Refusals.PageAsync(http, view.Refusal!);
    }

    private static async Task<IResult> PostAsync(
        long id, [FromForm] string? to, [FromForm] string? reason, [FromForm] Guid command,
        HttpContext http, Viewer viewer, ReadLeaver read, HandOverLeaver handOver, Texts texts, CancellationToken ct)
    {
        var done = await handOver.RunAsync(viewer, id, long.TryParse(to, CultureInfo.InvariantCulture, out var successor) ? successor : null, reason ?? "", command, ct);
        var view = await read.RunAsync(viewer, id, ct);
        if (!view.Ok)
        {
            return await Refusals.PageAsync(http, view.Refusal!);
        }

        return done.Ok
            ? await Pages.RenderAsync<LeaverPage>(http, new LeaverModel(view.Value, command, FormErrors.None, done.Value))
            : await Pages.RenderAsync<LeaverPage>(http, new LeaverModel(view.Value, command, FormErrors.Of(texts, done.Refusal!), To: to, Reason: reason), Answers.StatusOf(done.Refusal!));
    }

    /// <summary>One row for programs.</summary>
    internal sealed record RowAnswer(string Kind, string Role, string Body, long? CaseId, string? Refused, string? Why);

    internal sealed record LeaverAnswer(string Name, IReadOnlyList<RowAnswer> Rows);

    private static async Task<IResult> ListAsync(long id, Viewer viewer, ReadLeaver read, Texts texts, CancellationToken ct)
    {
        var view = await read.RunAsync(viewer, id, ct);
        return view.Ok ? TypedResults.Ok(new LeaverAnswer(view.Value.Name, [.. view.Value.Rows.Select(r => Row(r, null, texts))])) : texts.Refuse(view.Refusal!);
    }

    private static async Task<IResult> HandOverAsync(long id, LeaverRequest request, Viewer viewer, IdempotencyKey key, HandOverLeaver handOver, Texts texts, CancellationToken ct)
    {
        var done = await handOver.RunAsync(viewer, id, request.To, request.Reason, key.Value, ct);
        return done.Ok ? TypedResults.Ok(new LeaverAnswer(done.Value.Leaver, [.. done.Value.Rows.Select(r => Row(r.Row, r.Refusal, texts))])) : texts.Refuse(done.Refusal!);
    }

    private static RowAnswer Row(LeaverRow row, Refusal? refusal, Texts texts) => new(
        row switch { LeaverPost => "post", LeaverTask => "task", LeaverTurn => "turn", _ => "delegation" },
        row.Role, row.Body, (row as LeaverTask)?.CaseId ?? (row as LeaverTurn)?.CaseId, refusal?.Code, refusal is null ? null : texts.Refusal(refusal));
}
