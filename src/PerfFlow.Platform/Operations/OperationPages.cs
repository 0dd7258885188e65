using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>One operation to be confirmed, with what was typed when it comes back.</summary>
public sealed record OperationModel(OperationPreview Preview, Guid Command, FormErrors Errors, string? Reason = null, string? Due = null, IReadOnlyDictionary<string, string>? Variables = null);

/// <summary>异常事项 as a page.</summary>
/// <param name="Number">What was typed into the field that opens a case by its number.</param>
public sealed record IncidentsModel(IReadOnlyList<IncidentRow> Rows, DateTimeOffset Now, string? Number, bool NotFound);

/// <summary>The doors of 流程运维: a case to be repaired, one operation to be confirmed, all incidents.</summary>
internal static class OperationPages
{
    public static IEndpointRouteBuilder MapOperationPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/incidents", ShowIncidentsAsync);
        pages.MapGet("/cases/{caseId:long}/operate", ShowAsync);
        pages.MapGet("/cases/{caseId:long}/operate/{act}", ConfirmAsync);
        pages.MapPost("/cases/{caseId:long}/operate/{act}", PostAsync);
        var api = routes.MapGroup("/api").WithTags("Operations").WithRefusals();
        api.MapGet("/incidents", IncidentsApiAsync).WithSummary("异常事项: cases that an expression of their definition stopped, the oldest first");
        api.MapGet("/cases/{caseId:long}/operations", ChoicesApiAsync).WithSummary("流程运维: where a case stands and what an operator could do, with the reason where not");
        api.MapPost("/cases/{caseId:long}/operations", OperateApiAsync).WithSummary("流程运维: Move, Skip, Cancel or Retry, with a reason");
        return routes;
    }

    private static async Task<IResult> ShowIncidentsAsync(
        HttpContext http, Viewer viewer, ReadOperations read, Organisation.RegionClock clock, CancellationToken ct, string? number = null)
    {
        var rows = await read.IncidentsAsync(viewer, ct);
        if (!rows.Ok)
        {
            return await Refusals.PageAsync(http, rows.Refusal!);
        }

        var unknown = false;
        if (!string.IsNullOrWhiteSpace(number))
        {
            if (long.TryParse(number.Trim(), CultureInfo.InvariantCulture, out var id) && (await read.RunAsync(viewer, id, ct)).Ok)
            {
                return TypedResults.LocalRedirect($"/cases/{id}/operate");
            }

            unknown = true;
        }

        return await Pages.RenderAsync<IncidentsPage>(http, new IncidentsModel(rows.Value, clock.Now(viewer.RegionId), number, unknown));
    }

    private static async Task<IResult> ShowAsync(long caseId, HttpContext http, Viewer viewer, ReadOperations read, CancellationToken ct)
    {
        var view = await read.RunAsync(viewer, caseId, ct);
        return view.Ok ? await Pages.RenderAsync<OperatePage>(http, view.Value) : await Refusals.PageAsync(http, view.Refusal!);
    }

    private static async Task<IResult> ConfirmAsync(
        long caseId, string act, [FromQuery] int? visit, [FromQuery] string? target, [FromQuery] string? outcome, HttpContext http, Viewer viewer, ReadOperations read, TimeProvider time, CancellationToken ct)
    {
        var preview = await read.PreviewAsync(viewer, caseId, new Operation(act, 0, visit ?? 0, target, outcome), ct);
        return preview.Ok
            ? await Pages.RenderAsync<OperationPage>(http, new OperationModel(preview.Value, Guid.CreateVersion7(time.GetUtcNow()), FormErrors.None))
            : await Refusals.PageAsync(http, preview.Refusal!);
    }

    private static async Task<IResult> PostAsync(
        long caseId, string act, IFormCollection form, HttpContext http, Viewer viewer, OperateCase operate, ReadOperations read, Texts texts, Toasts toasts, CancellationToken ct)
    {
        string? Text(string name) => form[name] is [{ Length: > 0 } text, ..] ? text : null;
        int Number(string name) => int.TryParse(Text(name), CultureInfo.InvariantCulture, out var number) ? number : 0;
        var variables = form.Where(f => f.Key.StartsWith("var-", StringComparison.Ordinal)).ToDictionary(f => f.Key[4..], f => f.Value.ToString(), StringComparer.Ordinal);
        DateOnly? due = DateOnly.TryParseExact(Text("due")?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        var operation = new Operation(act, Number("revision"), Number("visit"), Text("target"), Text("outcome"), due, variables, Text("reason") ?? "");
        var command = Guid.TryParse(Text("command"), out var id) ? id : Guid.Empty;
        var done = await operate.RunAsync(viewer, caseId, operation, command, ct);
        if (done.Ok)
        {
            toasts.Say(http, new ToastModel(texts["operations.done", texts[$"inbox.act.{act}"]]));
            return TypedResults.LocalRedirect($"/cases/{caseId}/operate");
        }

        var preview = await read.PreviewAsync(viewer, caseId, operation with { Due = null, Variables = null }, ct);
        return preview.Ok
            ? await Pages.RenderAsync<OperationPage>(
                http, new OperationModel(preview.Value, command, FormErrors.Of(texts, done.Refusal!), Text("reason"), Text("due"), variables), Answers.StatusOf(done.Refusal!))
            : await Refusals.PageAsync(http, done.Refusal!);
    }

    private static async Task<IResult> IncidentsApiAsync(Viewer viewer, ReadOperations read, Texts texts, CancellationToken ct)
    {
        var rows = await read.IncidentsAsync(viewer, ct);
        return rows.Ok ? TypedResults.Ok(rows.Value.Select(row => row with { Message = texts.Incident(row.Message) })) : texts.Refuse(rows.Refusal!);
    }

    /// <summary>A choice for programs.</summary>
    internal sealed record ChoiceAnswer(string Act, int Visit, string? Target, string? Outcome, string Step, string? WhyNot);

    internal sealed record OperationsAnswer(CaseHeading Case, IReadOnlyList<OpenStep> Open, IReadOnlyList<IncidentLine> Incidents, IReadOnlyList<ChoiceAnswer> Choices);

    private static async Task<IResult> ChoicesApiAsync(long caseId, Viewer viewer, ReadOperations read, Texts texts, CancellationToken ct)
    {
        var view = await read.RunAsync(viewer, caseId, ct);
        return view.Ok
            ? TypedResults.Ok(new OperationsAnswer(
                view.Value.Case, view.Value.Open, [.. view.Value.Incidents.Select(i => i with { Message = texts.Incident(i.Message) })], [.. view.Value.Choices.Select(c => new ChoiceAnswer(c.Act, c.Visit, c.Target, c.Outcome, c.Step, c.WhyNot is { } why ? texts.Refusal(why) : null))]))
            : texts.Refuse(view.Refusal!);
    }

    private static async Task<IResult> OperateApiAsync(long caseId, Operation operation, Viewer viewer, IdempotencyKey key, OperateCase operate, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await operate.RunAsync(viewer, caseId, operation, key.Value, ct)).Result;
}
