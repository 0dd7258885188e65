using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Submissions;

/// <summary>Which sent workbooks exist for a viewer: those of the own units for notices, those about a case of the own posts.</summary>
internal static class SentDocuments
{
    /// <summary>What the viewer's units sent for notices.</summary>
    public static IQueryable<SentDocument> ForNotices(this IQueryable<SentDocument> documents, Viewer viewer) => documents.OwnedBy(viewer).Where(d => d.CaseId == null);

    /// <summary>What was sent for a case from a post of the viewer, newest first.</summary>
    public static async Task<List<SentDocument>> OfCaseAsync(PlatformDb db, Viewer viewer, long caseId, CancellationToken ct) =>
        (await db.Documents.AsNoTracking().Where(d => d.RegionId == viewer.RegionId && d.CaseId == caseId).OrderByDescending(d => d.SentAt).Take(20).ToListAsync(ct))
            .FindAll(d => Reads(viewer, d));

    /// <summary>One of them; of anybody else it does not exist.</summary>
    public static async Task<SentDocument?> FindAsync(IQueryable<SentDocument> documents, Viewer viewer, Guid id, CancellationToken ct) =>
        await documents.FirstOrDefaultAsync(d => d.Id == id && d.RegionId == viewer.RegionId, ct) is { } found && Reads(viewer, found) ? found : null;

    private static bool Reads(Viewer viewer, SentDocument document) => document.CaseId is null
        ? viewer.Reach.Units.Contains(document.UnitId)
        : viewer.Has(document.Role!, document.OrganisationId!.Value) || (document.UserId == viewer.UserId && viewer.Sees(document));
}
