using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Operations;

/// <summary>The doors of what concerns any case whatever its form: explaining a task, repairing its course.</summary>
internal static class OperationsFeature
{
    public static IServiceCollection AddOperations(this IServiceCollection services) => services.AddSingleton<Foresight>().AddSingleton<ExplainTask>()
        .AddSingleton<SearchCases>().AddSingleton<OperateCase>().AddSingleton<ReadOperations>();

    public static IEndpointRouteBuilder MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapOperationPages().MapCaseSearch();
        routes.MapGet("/cases/{caseId:long}/explain", ExplainAsync).ExcludeFromDescription();
        var api = routes.MapGroup("/api/cases/{caseId:long}").WithTags("Cases").WithRefusals();
        api.MapGet("/explain", ExplainApiAsync).WithSummary("Why the open task is whose, what each outcome does, who is next, what happens when the due day passes");
        return routes;
    }

    private static async Task<IResult> ExplainAsync(long caseId, HttpContext http, Viewer viewer, ExplainTask explain, CancellationToken ct)
    {
        var found = await explain.RunAsync(viewer, caseId, ct);
        return found switch
        {
            { Ok: false } => await Refusals.PageAsync(http, found.Refusal!),
            _ when http.Request.Headers.ContainsKey("HX-Request") => await Pages.PartAsync<ExplainPart>(http, found.Value),
            _ => await Pages.RenderAsync<ExplainPage>(http, found.Value),
        };
    }

    /// <summary>One open step for programs.</summary>
    internal sealed record TaskAnswer(
        int Visit, string Node, string Step, string Role, string Body, string Rule, string? Person, IReadOnlyList<string> Deputies, string? WhyNot, DateTimeOffset? DueAt,
        IReadOnlyList<ButtonLine> Outcomes, IReadOnlyList<RungLine> Reminders, IReadOnlyList<TimerLine> Timers);

    private static async Task<IResult> ExplainApiAsync(long caseId, Viewer viewer, ExplainTask explain, Texts texts, CancellationToken ct)
    {
        var found = await explain.RunAsync(viewer, caseId, ct);
        return found.Ok
            ? TypedResults.Ok(found.Value.Tasks.Select(t => new TaskAnswer(
                t.Task.Visit, t.Task.Node, t.Step, t.Task.Role, t.Body, t.Rule.ToString(), t.Person, t.Deputies, t.WhyNot is { } why ? texts.Refusal(why) : null, t.Task.DueAt, t.Buttons, t.Rungs, t.Timers)))
            : texts.Refuse(found.Refusal!);
    }
}
