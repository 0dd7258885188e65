using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Reviews;

/// <summary>上年: what the year before says of the same project.</summary>
/// <param name="Year">That fiscal year.</param>
/// <param name="Money">Budget and payments; null where the project was not in the library.</param>
/// <param name="Targets">Target values of the goals approved then, by name and unit of measure.</param>
public sealed record LastYearView(int Year, LastYearMoney? Money, IReadOnlyDictionary<(string Name, string Unit), string> Targets)
{
    /// <summary>Last year's target of an indicator; null where it had none.</summary>
    public string? Target(string name, string unit) => Targets.GetValueOrDefault((name.Trim(), unit.Trim()));
}

/// <summary>Reads the year before by the project's code, as far as the reader sees it: the project may have been another unit's then.</summary>
internal static class ReadLastYear
{
    public static async Task<LastYearView?> RunAsync(PlatformDb db, Viewer viewer, FilingCase filing, DefinitionCatalog catalog, CancellationToken ct)
    {
        if (filing.Kind is not GoalFiling)
        {
            return null;
        }

        var (code, year) = (filing.Project.Code, filing.Project.FiscalYear - 1);
        var project = await db.Projects.AsNoTracking().VisibleTo(viewer, Matter.Budget)
            .Where(p => p.FiscalYear == year && p.Code == code).Select(p => new { p.Id, p.Adjusted, p.Paid }).FirstOrDefaultAsync(ct);
        if (project is null)
        {
            return null;
        }

        var (definitions, form) = (catalog.RowsOf(catalog.IdOf(filing.Case.Definition)), filing.Kind.Code);
        var approved = db.Cases.VisibleTo(viewer).Where(c => c.ObjectId == project.Id && definitions.Contains(c.Definition))
            .Where(c => db.CaseStates.Any(s => s.CaseId == c.Id && s.State == CaseStates.Approved));
        var last = await db.Rounds.AsNoTracking().Where(r => r.FormCode == form && approved.Any(c => c.Id == r.CaseId))
            .OrderByDescending(r => r.CaseId).ThenByDescending(r => r.Round).Select(r => r.Form).FirstOrDefaultAsync(ct);
        var rows = last is null ? [] : GoalFilingText.FromJson(System.Text.Encoding.UTF8.GetBytes(last)).Indicators.Where(i => i.Value.Length > 0);
        return new LastYearView(
            year,
            new LastYearMoney(project.Adjusted, project.Paid),
            rows.GroupBy(i => (i.Name.Trim(), i.Unit.Trim())).ToDictionary(g => g.Key, g => g.First().Value));
    }
}
