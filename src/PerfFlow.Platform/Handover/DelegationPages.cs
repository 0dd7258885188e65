using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Handover;

/// <summary>代理 as a page, with what was typed when it comes back.</summary>
public sealed record DelegationsModel(DelegationsView View, FormErrors Errors, string? Deputy = null, string? From = null, string? To = null, string? Reason = null);

/// <summary>The doors of the absence delegation.</summary>
internal static class DelegationPages
{
    public static IEndpointRouteBuilder MapDelegations(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/delegations").ExcludeFromDescription();
        pages.MapGet("", ShowAsync);
        pages.MapPost("", PostAsync);
        pages.MapPost("/{id:long}/end", EndPageAsync);
        var api = routes.MapGroup("/api/delegations").WithTags("Delegations").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("代理: the caller's delegations, given and received, and who may be named");
        api.MapPost("", GiveAsync).WithSummary("代理: from a day to a day a colleague of the same post decides what is reserved for the caller");
        api.MapPost("/{id:long}/end", EndAsync).WithSummary("Ends a delegation early; by who gave it or by the deputy");
        return routes;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Viewer viewer, ReadDelegations read, CancellationToken ct) =>
        await Pages.RenderAsync<DelegationsPage>(http, new DelegationsModel(await read.RunAsync(viewer, ct), FormErrors.None));

    private static async Task<IResult> PostAsync(
        [FromForm] string? deputy, [FromForm] string? from, [FromForm] string? to, [FromForm] string? reason,
        HttpContext http, Viewer viewer, DelegateTasks delegates, ReadDelegations read, Texts texts, Toasts toasts, CancellationToken ct)
    {
        var given = await delegates.RunAsync(viewer, Read(deputy, from, to, reason), ct);
        if (given.Ok)
        {
            toasts.Say(http, new ToastModel(texts["delegations.given"]));
            return TypedResults.LocalRedirect("~/delegations");
        }

        var model = new DelegationsModel(await read.RunAsync(viewer, ct), FormErrors.Of(texts, given.Refusal!), deputy, from, to, reason);
        return await Pages.RenderAsync<DelegationsPage>(http, model, Answers.StatusOf(given.Refusal!));
    }

    private static async Task<IResult> EndPageAsync(long id, HttpContext http, Viewer viewer, DelegateTasks delegates, Texts texts, Toasts toasts, CancellationToken ct)
    {
        var ended = await delegates.EndAsync(viewer, id, ct);
        if (!ended.Ok)
        {
            return await Refusals.PageAsync(http, ended.Refusal!);
        }

        toasts.Say(http, new ToastModel(texts["delegations.ended"]));
        return TypedResults.LocalRedirect("~/delegations");
    }

    private static async Task<Ok<DelegationsView>> ListAsync(Viewer viewer, ReadDelegations read, CancellationToken ct) => TypedResults.Ok(await read.RunAsync(viewer, ct));

    private static async Task<IResult> GiveAsync(DelegationInput input, Viewer viewer, DelegateTasks delegates, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await delegates.RunAsync(viewer, input, ct)).Result;

    private static async Task<IResult> EndAsync(long id, Viewer viewer, DelegateTasks delegates, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await delegates.EndAsync(viewer, id, ct)).Result;

    /// <summary>Role, body and person stand in one choice: UNIT.12.345.</summary>
    private static DelegationInput Read(string? deputy, string? from, string? to, string? reason)
    {
        var parts = (deputy ?? "").Split('.');
        var known = parts is [_, var body, var person] && long.TryParse(body, CultureInfo.InvariantCulture, out _) && long.TryParse(person, CultureInfo.InvariantCulture, out _);
        return new DelegationInput(
            known ? parts[0] : "",
            known ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
            known ? long.Parse(parts[2], CultureInfo.InvariantCulture) : 0,
            Day(from),
            Day(to),
            reason ?? "");
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
