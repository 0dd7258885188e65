using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>What an ended case says of an object: the goals that were approved, the self-evaluation that is spot-checked.</summary>
public static class ApprovedForms
{
    /// <summary>The newest round of a form in the newest finished case of a project; null where there is none.</summary>
    /// <param name="db">The database.</param>
    /// <param name="projectId">A project of one fiscal year.</param>
    /// <param name="kind">The form.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<FormContent?> LastAsync(PlatformDb db, long projectId, FilingKind kind, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(kind);
        var form = await db.Rounds.AsNoTracking().Where(r => r.FormCode == kind.Code)
            .Join(db.Cases.Where(c => c.ObjectId == projectId && c.Status == InstanceStatus.Finished), r => r.CaseId, c => c.Id, (r, c) => r)
            .OrderByDescending(r => r.CaseId).ThenByDescending(r => r.Round).Select(r => r.Form).FirstOrDefaultAsync(ct);
        return form is null ? null : FormContent.FromJson(kind.Layout, form);
    }
}
