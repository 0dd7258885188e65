using System.Globalization;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>A ticked row with whether it may be, or what was, approved.</summary>
/// <param name="Line">Null when the row is not open any more.</param>
public sealed record BatchRow(long CaseId, int Visit, TaskLine? Line, Refusal? Refusal)
{
    /// <summary>As the form posts it.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{CaseId}.{Visit}");
}

/// <summary>批量通过, before the act or after it.</summary>
/// <param name="Done">The act was done: the refusals are outcomes.</param>
public sealed record BatchModel(IReadOnlyList<BatchRow> Rows, bool Done, Guid Command, string Opinion)
{
    public FormErrors Errors { get; init; } = FormErrors.None;

    public int Passed => Rows.Count(r => r.Refusal is null);
}

/// <summary>批量通过: preview with the reason for each row that cannot, then an outcome per row.</summary>
internal static class BatchPages
{
    public static IEndpointRouteBuilder MapBatchPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tasks/approve", RunAsync).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> RunAsync(
        IFormCollection form, HttpContext http, Viewer viewer, ApproveBatch batch, TaskList list, TaskLines lines, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var ticked = form["task"].Select(Read).OfType<(long CaseId, int Visit)>().Distinct().Take(ApproveBatch.MaxRows + 1).ToList();
        if (ticked.Count is 0 or > ApproveBatch.MaxRows)
        {
            var refusal = new Refusal("batch-size", ApproveBatch.MaxRows);
            var inbox = await InboxPages.ModelAsync(http, viewer, InboxQuery.Start, ct);
            return await Pages.RenderAsync<InboxPage>(http, inbox with { Errors = FormErrors.Of(texts, refusal) }, Answers.StatusOf(refusal));
        }

        // Names are read before the act: afterwards the rows are no open tasks any more.
        var open = await list.OpenAsync(viewer.RegionId, [.. ticked.Select(t => t.CaseId)], ct);
        var named = (await lines.OfAsync([.. open.Where(t => viewer.Sees(t))], viewer.RegionId, ct)).ToDictionary(l => l.Task.CaseId);
        var opinion = form["opinion"].ToString().Trim();
        var command = Guid.TryParse(form["command"], out var id) ? id : Guid.CreateVersion7(time.GetUtcNow());
        if (form["step"] != "confirm")
        {
            var rows = new List<BatchRow>();
            foreach (var (caseId, visit) in ticked)
            {
                rows.Add(new BatchRow(caseId, visit, named.GetValueOrDefault(caseId), await batch.EligibleAsync(viewer, caseId, visit, ct)));
            }

            return await Pages.RenderAsync<BatchPage>(http, new BatchModel(rows, Done: false, command, opinion));
        }

        var outcome = await batch.RunAsync(viewer, ticked, opinion, command, ct);
        if (!outcome.Ok)
        {
            return await Refusals.PageAsync(http, outcome.Refusal!);
        }

        return await Pages.RenderAsync<BatchPage>(http, new BatchModel([.. outcome.Value.Select(o => new BatchRow(o.CaseId, o.Visit, named.GetValueOrDefault(o.CaseId), o.Refusal))], Done: true, command, opinion));
    }

    private static (long CaseId, int Visit)? Read(string? key) =>
        key?.Split('.') is [var id, var visit] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var caseId) && int.TryParse(visit, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (caseId, number)
            : null;
}
