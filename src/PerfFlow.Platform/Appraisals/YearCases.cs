using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Appraisals;

/// <summary>A case of a list of evaluations, with its project and the rounds that the list reads.</summary>
internal sealed record YearCase(CaseStateRow Case, Project Project, string Department, string Unit, IReadOnlyList<RoundRow> Rounds)
{
    /// <summary>The newest round of a form; null where there is none yet.</summary>
    public FormContent? Last(FilingKind kind) => Rounds.LastOrDefault(r => r.FormCode == kind.Code) is { } round ? FilingCase.Read(round) : null;
}

/// <summary>The cases of one definition in a fiscal year as a viewer sees them: what every list of evaluations begins with.</summary>
/// <param name="Year">The year asked for, else the newest that has any.</param>
/// <param name="Years">All years that have any, newest first.</param>
/// <param name="Cases">By department, unit and project; voided, cancelled and waived ones are left out.</param>
internal sealed record YearCases(int Year, IReadOnlyList<int> Years, IReadOnlyList<YearCase> Cases)
{
    /// <summary>The year of an address; null where a filter left it open.</summary>
    public static int? YearIn(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : null;

    public static async Task<YearCases> ReadAsync(PlatformDb db, DefinitionCatalog catalog, Viewer viewer, string definition, int? year, IReadOnlyList<FilingKind> kinds, CancellationToken ct)
    {
        var definitions = catalog.RowsOf(definition);
        var cases = db.CaseStates.AsNoTracking().VisibleTo(viewer)
            .Where(c => definitions.Contains(c.Definition) && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled && c.State != CaseStates.Waived)
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { Case = c, Project = p });
        var years = await cases.Select(x => x.Project.FiscalYear).Distinct().OrderDescending().ToListAsync(ct);
        var of = year ?? (years is [var newest, ..] ? newest : viewer.Today.Year);
        var found = await cases.Where(x => x.Project.FiscalYear == of)
            .Join(db.Organisations, x => x.Case.DepartmentId, o => o.Id, (x, o) => new { x.Case, x.Project, Department = o })
            .Join(db.Organisations, x => x.Case.UnitId, o => o.Id, (x, o) => new { x.Case, x.Project, x.Department, Unit = o })
            .OrderBy(x => x.Department.Code).ThenBy(x => x.Unit.Code).ThenBy(x => x.Project.Code).ToListAsync(ct);
        var (ids, forms) = (found.ConvertAll(x => x.Case.CaseId), kinds.Select(k => k.Code).ToList());
        var rounds = (await db.Rounds.AsNoTracking().Where(r => ids.Contains(r.CaseId) && forms.Contains(r.FormCode)).OrderBy(r => r.Seq).ToListAsync(ct)).ToLookup(r => r.CaseId);
        return new YearCases(of, years, [.. found.Select(x => new YearCase(x.Case, x.Project, x.Department.Name, x.Unit.Name, [.. rounds[x.Case.CaseId]]))]);
    }
}
