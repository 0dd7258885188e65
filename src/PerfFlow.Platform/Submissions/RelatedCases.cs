using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Submissions;

/// <summary>A case that led to another, or came of it.</summary>
/// <param name="CaseId">The other case.</param>
/// <param name="Definition">Its kind: finance-evaluation, rectification …</param>
/// <param name="State">Where it stands.</param>
/// <param name="Origin">It led to this one; else it came of it.</param>
public sealed record RelatedCase(long CaseId, string Definition, string State, bool Origin);

/// <summary>Where a case came from and what came of it, as far as the reader may see.</summary>
public static class RelatedCases
{
    public static async Task<IReadOnlyList<RelatedCase>> OfAsync(PlatformDb db, Viewer viewer, CaseRow of, DefinitionCatalog catalog, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(catalog);
        var found = await db.CaseStates.AsNoTracking().VisibleTo(viewer).Where(c => c.CaseId == of.OriginId || c.OriginId == of.Id).OrderBy(c => c.CaseId)
            .Select(c => new { c.CaseId, c.Definition, c.State }).ToListAsync(ct);
        return [.. found.Select(c => new RelatedCase(c.CaseId, catalog.IdOf(c.Definition), c.State, c.CaseId == of.OriginId))];
    }
}
