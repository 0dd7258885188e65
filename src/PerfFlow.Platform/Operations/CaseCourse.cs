using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>Where a case stands and what its definition makes of it: no form, no opinion.</summary>
/// <param name="Row">The case.</param>
/// <param name="Definition">The version that it runs on.</param>
/// <param name="Instance">The state as the engine keeps it.</param>
/// <param name="Tasks">The open human steps, by visit.</param>
public sealed record CaseCourse(CaseRow Row, WorkflowDefinition Definition, Instance Instance, IReadOnlyList<TaskRow> Tasks)
{
    /// <summary>The case, for whoever sees it (<paramref name="matter"/>); for anybody else it does not exist.</summary>
    internal static async Task<Outcome<CaseCourse>> ReadAsync(PlatformDb db, DefinitionCatalog catalog, Viewer viewer, long caseId, Matter matter, CancellationToken ct)
    {
        if (await db.Cases.AsNoTracking().VisibleTo(viewer, matter).FirstOrDefaultAsync(c => c.Id == caseId, ct) is not { } row)
        {
            return Refusal.NotFound();
        }

        if (catalog.WhyNot(row.Definition) is { } damaged)
        {
            return damaged;
        }

        var definition = catalog.Get(row.Definition);
        var state = await db.Database.SqlQuery<byte[]>($"""select state as "Value" from platform.cases where id = {caseId}""").SingleAsync(ct);
        var tasks = await db.Tasks.AsNoTracking().Where(t => t.CaseId == caseId).OrderBy(t => t.Visit).ToListAsync(ct);
        return new CaseCourse(row, definition, InstanceCodec.Read(definition, state), tasks);
    }

    /// <summary>The step as its definition calls it.</summary>
    public string StepName(string activity) => Definition.HumanSteps.FirstOrDefault(s => s.ActivityId == activity)?.Name ?? activity;
}
