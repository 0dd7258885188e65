using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>Who may take away and send a workbook for one case: whoever fills in its open step, whatever role that is.</summary>
public sealed class CaseWorkbooks(FilingCases filings)
{
    /// <summary>The case, if the viewer holds its open form. Refusals: not found, nothing-to-fill, task-not-yours.</summary>
    public async Task<Outcome<FilingCase>> OpenAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var found = await filings.FindAsync(viewer, caseId, ct);
        return found.Refusal is { } refusal ? refusal : WhyNot(viewer, found.Value) is { } not ? not : found.Value;
    }

    /// <summary>Cases at the same step of the same notice that wait for the same post, itself among them: one workbook may hold them all.</summary>
    internal static IQueryable<TaskRow> Alike(PlatformDb db, TaskRow task) => db.Tasks.AsNoTracking()
        .Where(t => t.CaseId == task.CaseId || (task.NoticeId != null && t.NoticeId == task.NoticeId && t.Definition == task.Definition && t.Node == task.Node
            && t.Role == task.Role && t.OrganisationId == task.OrganisationId && t.Kind == task.Kind))
        .OrderBy(t => t.CaseId);

    /// <summary>Null = the form that stands open is the viewer's to fill in. A form that the reader may not know yet is none.</summary>
    internal static Refusal? WhyNot(Viewer viewer, FilingCase filing) =>
        filing.Task is not { Kind: "fill" } task || filing.Step!.Form != filing.Kind.Code ? Refusal.NotFound("nothing-to-fill") : viewer.MayDecide(task, filledIt: false);
}
