using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Appraisals;

/// <summary>A finance evaluation of a year. Amount is 万元.</summary>
/// <param name="Object">Code of 评价对象类型; empty before the plan.</param>
/// <param name="Organised">own or agency; empty before that was decided.</param>
/// <param name="Score">Final; null before it, and for 不定等次.</param>
/// <param name="Grade">Final, by name; empty before it.</param>
/// <param name="Final">Confirmed by the leader.</param>
public sealed record FinanceLine(
    long CaseId, string Project, string ProjectCode, bool Confidential, string Department, string Unit, string Object, string Organised, string Agency, decimal Amount, decimal? Score, string Grade,
    string State, DateTimeOffset? DueAt, bool Final);

/// <summary>All finance evaluations of a fiscal year that a viewer sees.</summary>
public sealed record FinanceList(int Year, IReadOnlyList<int> Years, IReadOnlyList<FinanceLine> Lines);

/// <summary>The list of 财政重点评价; for the finance bureau only.</summary>
public sealed class ReadFinanceEvaluations(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, SecurityLog log)
{
    private const string Definition = "finance-evaluation";

    /// <summary>Refusal: finance-only.</summary>
    public async Task<Outcome<FinanceList>> RunAsync(Viewer viewer, int? year, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (!Roles.Finance.Any(role => viewer.Has(role)))
        {
            return Refusal.Forbidden("finance-only");
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var definitions = catalog.RowsOf(Definition);
        var cases = db.CaseStates.AsNoTracking().VisibleTo(viewer)
            .Where(c => definitions.Contains(c.Definition) && c.State != CaseStates.Voided && c.State != CaseStates.Cancelled && c.State != CaseStates.Waived)
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { Case = c, Project = p });
        var years = await cases.Select(x => x.Project.FiscalYear).Distinct().OrderDescending().ToListAsync(ct);
        var of = year ?? (years is [var newest, ..] ? newest : viewer.Today.Year);
        var found = await cases.Where(x => x.Project.FiscalYear == of)
            .Join(db.Organisations, x => x.Case.DepartmentId, o => o.Id, (x, o) => new { x.Case, x.Project, Department = o })
            .Join(db.Organisations, x => x.Case.UnitId, o => o.Id, (x, o) => new { x.Case, x.Project, x.Department, Unit = o })
            .OrderBy(x => x.Department.Code).ThenBy(x => x.Project.Code).ToListAsync(ct);
        var ids = found.ConvertAll(x => x.Case.CaseId);
        string[] forms = [FinancePlan.Instance.Code, FinanceCommission.Instance.Code, FinanceEvaluation.Instance.Code];
        var rounds = (await db.Rounds.AsNoTracking().Where(r => ids.Contains(r.CaseId) && forms.Contains(r.FormCode)).OrderBy(r => r.Seq).ToListAsync(ct)).ToLookup(r => r.CaseId);
        return new FinanceList(of, years, [.. found.Select(x => Line(x.Case, x.Project, x.Department.Name, x.Unit.Name, rounds[x.Case.CaseId].ToList()))]);
    }

    /// <summary>The same for a file: without confidential projects (V7), and logged (V8).</summary>
    public async Task<Outcome<FinanceList>> ExportAsync(Viewer viewer, int? year, CancellationToken ct)
    {
        var found = await RunAsync(viewer, year, ct);
        if (!found.Ok)
        {
            return found;
        }

        var list = found.Value with { Lines = [.. found.Value.Lines.Where(l => !l.Confidential)] };
        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"finance-evaluations {list.Year}: {list.Lines.Count}"), ct);
        return list;
    }

    private static FinanceLine Line(CaseStateRow state, Projects.Project project, string department, string unit, List<RoundRow> rounds)
    {
        var (plan, commission) = (Last(FinancePlan.Instance), Last(FinanceCommission.Instance));
        var final = state.EndedAt is null ? null : Last(FinanceEvaluation.Instance);
        return new FinanceLine(
            state.CaseId, project.Name, project.Code, project.Confidential, department, unit, plan?["finance.object"] ?? "", (commission ?? plan)?["finance.organised"] ?? "", commission?["agency.name"] ?? "",
            plan?.Amount ?? project.Adjusted, final?.Number(ScoreTable.Total), final?[ScoreTable.Grade] ?? "", state.State, state.DueAt, state.State == CaseStates.Approved);

        FormContent? Last(FilingKind kind) => rounds.FindLast(r => r.FormCode == kind.Code) is { } round ? FilingCase.Read(round) : null;
    }
}
