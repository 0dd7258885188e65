using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>A spot check of the sample. Scores are points, budget is 万元; null while there is none.</summary>
/// <param name="Spot">What stands: the settled score after an objection, else the spot score.</param>
/// <param name="Difference">Spot less self.</param>
/// <param name="State">Of the case.</param>
/// <param name="Final">Accepted, or settled.</param>
/// <param name="Objected">The unit objected.</param>
public sealed record SpotCheckLine(
    long CaseId, string Department, string Unit, string ProjectCode, string Project, bool Confidential, decimal Budget, decimal? Self, string SelfGrade, decimal? Spot, string SpotGrade,
    decimal? Difference, string State, bool Final, bool Objected);

/// <summary>All spot checks of a fiscal year that a viewer sees, by department.</summary>
public sealed record SpotCheckList(int Year, IReadOnlyList<int> Years, IReadOnlyList<SpotCheckLine> Lines, IReadOnlyList<string> Grades)
{
    /// <summary>Grades of self-evaluation and spot check over all lines that have both.</summary>
    public GradeComparison Comparison => comparison ??= GradeComparison.Of(Lines, Grades);

    private GradeComparison? comparison;
}

/// <summary>The sample with self and spot scores side by side; for the finance bureau only, since spot scores are hidden from others until they are fed back.</summary>
public sealed class ReadSpotChecks(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, ParameterStore parameters, SecurityLog log)
{
    private const string Definition = "spot-check";

    /// <summary>Refusal: finance-only.</summary>
    public async Task<Outcome<SpotCheckList>> RunAsync(Viewer viewer, int? year, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (!Roles.Finance.Any(role => viewer.Has(role)))
        {
            return Refusal.Forbidden("finance-only");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await YearCases.ReadAsync(
            db, catalog, viewer, Definition, year, [SpotCheckEvidence.Instance, SpotCheckScore.Instance, SpotCheckObjection.Instance, SpotCheckSettlement.Instance], ct);
        return new SpotCheckList(found.Year, found.Years, [.. found.Cases.Select(Line)], parameters.For(viewer.RegionId, found.Year).Get(ParameterRegister.GradeLabels));
    }

    /// <summary>The same for a file: without confidential projects (V7), and logged (V8).</summary>
    public async Task<Outcome<SpotCheckList>> ExportAsync(Viewer viewer, int? year, CancellationToken ct)
    {
        var found = await RunAsync(viewer, year, ct);
        if (!found.Ok)
        {
            return found;
        }

        var list = found.Value with { Lines = [.. found.Value.Lines.Where(l => !l.Confidential)] };
        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"spot-checks {list.Year}: {list.Lines.Count}"), ct);
        return list;
    }

    private static SpotCheckLine Line(YearCase of)
    {
        var (state, project) = (of.Case, of.Project);
        var score = of.Last(SpotCheckScore.Instance);
        var settled = of.Last(SpotCheckSettlement.Instance);
        var known = settled ?? score ?? of.Last(SpotCheckEvidence.Instance);
        var self = known?.Number(SpotFields.Self);
        var spot = settled?.Number(SpotFields.Final) ?? score?.Number(SpotFields.Total);
        return new SpotCheckLine(
            state.CaseId, of.Department, of.Unit, project.Code, project.Name, project.Confidential, project.Adjusted, self, known?[SpotFields.SelfGrade] ?? "",
            spot, settled?[SpotFields.FinalGrade] ?? score?[SpotFields.Grade] ?? "", spot - self, state.State, state.EndedAt is not null, of.Last(SpotCheckObjection.Instance) is not null);
    }
}
