using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Rectification;

/// <summary>The list as its page shows it.</summary>
public sealed record RectificationsModel(RectificationBook Book, DateOnly ProposedDue, Guid Command)
{
    public FormErrors Errors { get; init; } = FormErrors.None;
}

/// <summary>The page of one order being written.</summary>
/// <param name="Problems">As proposed, or as typed and refused; an empty row is left out.</param>
public sealed record OrderModel(OrderProposal Proposal, IReadOnlyList<FoundProblem> Problems, string Due, string Number, Guid Command)
{
    public FormErrors Errors { get; init; } = FormErrors.None;
}

/// <summary>What became of a batch: a row per origin.</summary>
public sealed record OrderedModel(IReadOnlyList<(PendingOrigin Origin, Outcome<long> Case)> Rows)
{
    public int Done => Rows.Count(r => r.Case.Ok);
}

/// <summary>整改: list, ledger, order, batch of orders, 认定拒不整改.</summary>
internal static class RectificationPages
{
    /// <summary>Empty rows offered below what is proposed, on a page without scripts.</summary>
    public const int SpareRows = 3;

    public static IEndpointRouteBuilder MapRectificationPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/rectifications").ExcludeFromDescription();
        pages.MapGet("", ListAsync);
        pages.MapGet("/export.xlsx", ExportAsync);
        pages.MapGet("/new", ProposeAsync);
        pages.MapPost("", OrderAsync);
        pages.MapPost("/batch", OrderManyAsync);
        pages.MapPost("/{id:long}/refusal", DeclareAsync);
        return routes;
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, Viewer viewer, RectificationList list, OrderRectification order, TimeProvider time, CancellationToken ct, [FromQuery] string? tab = null, [FromQuery] long? after = null) =>
        await Pages.RenderAsync<RectificationsPage>(http, await ModelAsync(viewer, list, order, time, tab, after, ct));

    private static async Task<IResult> ExportAsync(Viewer viewer, RectificationList list, Texts texts, CancellationToken ct, [FromQuery] string? tab = null)
    {
        string[] heads = [.. Columns.Select(c => texts[$"rectification.ledger.{c}"])];
        return new TableFile(texts["rectification.ledger"], heads, await list.LedgerAsync(viewer, tab, texts, ct)).Xlsx();
    }

    private static async Task<IResult> ProposeAsync(HttpContext http, Viewer viewer, OrderRectification order, TimeProvider time, CancellationToken ct, [FromQuery] long origin = 0)
    {
        var proposed = await order.ProposeAsync(viewer, origin, ct);
        return proposed.Ok
            ? await Pages.RenderAsync<OrderPage>(http, new OrderModel(proposed.Value, proposed.Value.Findings.Problems, Show.FullDay(proposed.Value.Due), "", NewCommand(time)))
            : await Refusals.PageAsync(http, proposed.Refusal!);
    }

    private static async Task<IResult> OrderAsync(
        HttpContext http, Viewer viewer, IFormCollection form, OrderRectification order, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var origin = long.TryParse(form["origin"], out var id) ? id : 0;
        var proposed = await order.ProposeAsync(viewer, origin, ct);
        var (texted, demands) = (form["problem"], form["demand"]);
        var known = proposed.Ok ? proposed.Value.Findings.Problems : [];
        List<FoundProblem> problems = [.. texted.Select((text, i) => new FoundProblem(text ?? "", i < demands.Count ? demands[i] ?? "" : "", known.FirstOrDefault(k => k.Text == text)?.OriginForm)).Where(p => p.Text.Trim().Length > 0)];
        var number = form["number"].ToString();
        var command = CommandOf(form, time);
        var ordered = await order.RunAsync(viewer, new RectificationOrder(origin, problems, ReviewForms.Day(form["due"]), number, command), ct);
        if (ordered.Ok)
        {
            toasts.Say(http, new ToastModel(texts["rectification.done.ordered"]));
            return TypedResults.LocalRedirect($"/cases/{ordered.Value}");
        }

        return proposed.Ok
            ? await Pages.RenderAsync<OrderPage>(
                http, new OrderModel(proposed.Value, problems, form["due"].ToString(), number, command) { Errors = FormErrors.Of(texts, ordered.Refusal!) }, Answers.StatusOf(ordered.Refusal!))
            : await Refusals.PageAsync(http, ordered.Refusal!);
    }

    /// <summary>整改通知 to the ticked origins, one click, one outcome per row.</summary>
    private static async Task<IResult> OrderManyAsync(
        HttpContext http, Viewer viewer, IFormCollection form, OrderRectification order, RectificationList list, Texts texts, TimeProvider time, CancellationToken ct)
    {
        // Read before the act: afterwards the rows wait for no order any more.
        var pending = (await list.RunAsync(viewer, RectificationList.Pending, null, ct)).Pending.ToDictionary(p => p.CaseId);
        List<long> origins = [.. form["origin"].Select(o => long.TryParse(o, out var id) ? id : 0).Where(o => o > 0).Distinct()];
        var outcome = await order.RunManyAsync(viewer, origins, ReviewForms.Day(form["due"]), form["number"].ToString(), CommandOf(form, time), ct);
        if (outcome.Refusal is { } refusal)
        {
            var model = await ModelAsync(viewer, list, order, time, RectificationList.Pending, null, ct);
            return await Pages.RenderAsync<RectificationsPage>(http, model with { Errors = FormErrors.Of(texts, refusal) }, Answers.StatusOf(refusal));
        }

        return await Pages.RenderAsync<OrderedPage>(
            http, new OrderedModel([.. outcome.Value.Where(o => pending.ContainsKey(o.OriginId) || o.Case.Ok).Select(o => (pending.GetValueOrDefault(o.OriginId) ?? Gone(o.OriginId), o.Case))]));
    }

    private static async Task<IResult> DeclareAsync(
        long id, HttpContext http, Viewer viewer, IFormCollection form, DeclareRefusal declare, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var declared = await declare.RunAsync(viewer, id, form["reason"].ToString(), CommandOf(form, time), ct);
        if (declared.Ok)
        {
            toasts.Say(http, new ToastModel(texts["rectification.done.declared"]));
        }
        else if (declared.Refusal!.Kind is not RefusalKind.NotFound)
        {
            toasts.Say(http, new ToastModel(texts.Refusal(declared.Refusal)) { Kind = "bad" });
        }
        else
        {
            return await Refusals.PageAsync(http, declared.Refusal);
        }

        return TypedResults.LocalRedirect($"/reviews/{id}");
    }

    private static async Task<RectificationsModel> ModelAsync(Viewer viewer, RectificationList list, OrderRectification order, TimeProvider time, string? tab, long? after, CancellationToken ct) =>
        new(await list.RunAsync(viewer, tab, after, ct), order.ProposedDue(viewer.RegionId, viewer.Today.Year), NewCommand(time));

    private static PendingOrigin Gone(long origin) => new(origin, "", "", "", "", null, 0, MayOrder: false);

    private static Guid NewCommand(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    private static Guid CommandOf(IFormCollection form, TimeProvider time) => Guid.TryParse(form["command"], out var id) ? id : NewCommand(time);

    /// <summary>Columns of the ledger in the order of domain.md §4.9.</summary>
    private static readonly string[] Columns =
        ["number", "project", "unit", "source", "seq", "problem", "demand", "measure", "post", "deadline", "state", "answered", "verdict", "reason", "use"];
}
