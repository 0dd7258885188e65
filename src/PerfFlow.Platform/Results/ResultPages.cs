using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Results;

/// <summary>结果应用: list with sums, file, proposal; the same as JSON.</summary>
internal static class ResultPages
{
    /// <summary>Columns of the file, in order.</summary>
    private static readonly string[] Columns =
        ["target-year", "code", "project", "unit", "kind", "stage", "before", "change", "after", "counted", "booked", "counted-booked", "document", "booked-on"];

    public static IServiceCollection AddResults(this IServiceCollection services)
    {
        services.AddSingleton<OpenResult>();
        services.AddSingleton<ProposeResult>();
        services.AddSingleton<ResultList>();
        services.AddSingleton<MissingResults>();
        services.AddHostedService(provider => provider.GetRequiredService<MissingResults>());
        return services;
    }

    public static IEndpointRouteBuilder MapResults(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/results").ExcludeFromDescription();
        pages.MapGet("", ListAsync);
        pages.MapGet("/export.xlsx", ExportAsync);
        pages.MapPost("", ProposeAsync);

        var api = routes.MapGroup("/api/results").WithTags("Results").WithRefusals();
        api.MapGet("", FindAsync).WithSummary("A page of results with sums by kind, 万元; counted = once per project and target year, 取消 before 核减");
        api.MapPost("", OpenAsync).WithSummary("提出结果应用 from an ended case as evidence; the proposal is then filled in as a filing");
        return routes;
    }

    internal sealed record ProposeBody(long Origin);

    internal sealed record ProposeAnswer(long CaseId);

    /// <summary>The conditions as they stand in the address.</summary>
    internal sealed record ResultQueryString
    {
        [FromQuery]
        public int? Year { get; init; }

        [FromQuery]
        public string? Kind { get; init; }

        [FromQuery]
        public string? Stage { get; init; }

        [FromQuery]
        public long? After { get; init; }

        public ResultQuery Query => new(Year, Kind, Stage, After);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Viewer viewer, [AsParameters] ResultQueryString asked, ResultList list, CancellationToken ct) =>
        await Pages.RenderAsync<ResultsPage>(http, await list.RunAsync(viewer, asked.Query, ct));

    private static async Task<FileContentHttpResult> ExportAsync(Viewer viewer, [AsParameters] ResultQueryString asked, ResultList list, Texts texts, CancellationToken ct) =>
        new TableFile(texts["results.title"], [.. Columns.Select(c => texts[$"results.column.{c}"])], await list.ExportAsync(viewer, asked.Query, texts, ct)).Xlsx();

    private static async Task<IResult> ProposeAsync(HttpContext http, Viewer viewer, IFormCollection form, ProposeResult propose, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var command = Guid.TryParse(form["command"], out var id) ? id : Guid.CreateVersion7(time.GetUtcNow());
        var opened = await propose.RunAsync(viewer, long.TryParse(form["origin"], out var origin) ? origin : 0, command, ct);
        if (opened.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        toasts.Say(http, new ToastModel(texts["results.done.opened"]));
        return TypedResults.LocalRedirect($"/filings/{opened.Value}");
    }

    private static async Task<Ok<ResultBook>> FindAsync(Viewer viewer, [AsParameters] ResultQueryString asked, ResultList list, CancellationToken ct) =>
        TypedResults.Ok(await list.RunAsync(viewer, asked.Query, ct));

    private static async Task<Results<Ok<ProposeAnswer>, JsonHttpResult<RefusedAnswer>>> OpenAsync(
        ProposeBody body, Viewer viewer, ProposeResult propose, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer((await propose.RunAsync(viewer, body.Origin, key.Value, ct)).Then<ProposeAnswer>(id => new ProposeAnswer(id)));
}
