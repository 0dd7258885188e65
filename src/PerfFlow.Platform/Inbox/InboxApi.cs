using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Inbox;

/// <summary>Inbox, done acts and search as JSON: the same reading as the pages.</summary>
internal static class InboxApi
{
    public static IEndpointRouteBuilder MapInboxApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/tasks").WithTags("Tasks").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("待办: open tasks of the caller's posts (scope=all: of the region), with the counts of the tabs; 1000 stands for 999+");
        api.MapGet("/done", DoneAsync).WithSummary("已办: the caller's acts, newest first");
        routes.MapGroup("/api/search").WithTags("Search").WithRefusals()
            .MapGet("", SearchAsync).WithSummary("Cases and notices by project name or code, unit, notice title or number, as far as the caller sees them");
        return routes;
    }

    /// <summary>A task; money in 万元.</summary>
    internal sealed record TaskAnswer(
        long CaseId, int Visit, string Title, string Code, string Unit, string Holder, string Node, string Step, string Kind, int Round, bool Returned, decimal? Amount,
        decimal? Change, DateTimeOffset ArrivedAt, DateTimeOffset? DueAt, int? WorkingDaysLeft, bool? BatchEligible, string? WhyNot, string Href, string? OnBehalfOf);

    internal sealed record TasksAnswer(IReadOnlyList<InboxTab> Tabs, int Matching, IReadOnlyList<TaskAnswer> Tasks, string? Previous, string? Next);

    private static async Task<Ok<TasksAnswer>> ListAsync(Viewer viewer, [AsParameters] InboxQuery query, ReadInbox read, Texts texts, CancellationToken ct)
    {
        var view = await read.RunAsync(viewer, query, ct);
        return TypedResults.Ok(new TasksAnswer(
            view.Tabs,
            view.Matching,
            [.. view.Lines.Select(l =>
            {
                var look = view.Looks.GetValueOrDefault(l.Task.CaseId);
                return new TaskAnswer(
                    l.Task.CaseId, l.Task.Visit, l.Title, l.Code, l.Unit, l.Holder, l.Task.Node, l.Step, l.Task.Kind, l.Round, l.Task.Returned, l.Amount, l.Change, l.Task.ArrivedAt,
                    l.Task.DueAt, l.Task.DueAt is null ? null : l.DaysLeft, look is null ? null : look.WhyNot is null, look?.WhyNot is { } why ? texts.Refusal(why) : null, l.Href, l.OnBehalfOf);
            })],
            view.Previous?.ToString(),
            view.Next?.ToString()));
    }

    private static async Task<Ok<DonePage>> DoneAsync(Viewer viewer, ReadDone read, CancellationToken ct, string? from = null, int size = 50) =>
        TypedResults.Ok(await read.RunAsync(viewer, from, Math.Clamp(size, 1, 100), ct));

    private static async Task<Ok<SearchModel>> SearchAsync(Viewer viewer, FindCases find, CancellationToken ct, string? q = null) =>
        TypedResults.Ok(await find.RunAsync(viewer, q, ct));
}
