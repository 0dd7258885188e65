using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Appraisals;

/// <summary>A department's evaluation of a year. Amount is 万元.</summary>
/// <param name="Organised">own or agency; empty before the plan.</param>
/// <param name="Amount">What is evaluated: of the plan, before it the project's budget.</param>
/// <param name="Score">Null before the report was confirmed.</param>
/// <param name="Grade">By name; empty before the report was confirmed.</param>
/// <param name="Problems">Found by the confirmed report.</param>
/// <param name="Final">Confirmed by the performance section.</param>
public sealed record DepartmentLine(
    long CaseId, string Project, string ProjectCode, bool Confidential, string Department, string Unit, string Organised, string Agency, decimal Amount, decimal? Score, string Grade, int Problems,
    string State, DateTimeOffset? DueAt, bool Final);

/// <summary>How many evaluations came to a grade.</summary>
public sealed record GradeCount(string Grade, int Count);

/// <summary>The department evaluations of a fiscal year that a viewer sees and asked for.</summary>
/// <param name="Departments">To choose from, of the whole year.</param>
/// <param name="Grades">To choose from, of the whole year.</param>
public sealed record DepartmentList(int Year, IReadOnlyList<int> Years, IReadOnlyList<string> Departments, IReadOnlyList<string> Grades, IReadOnlyList<DepartmentLine> Lines)
{
    public int Items => Lines.Count;

    /// <summary>万元.</summary>
    public decimal Amount => Lines.Sum(l => l.Amount);

    public int Confirmed => Lines.Count(l => l.Final);

    /// <summary>Of the confirmed ones.</summary>
    public IReadOnlyList<GradeCount> ByGrade => [.. Lines.Where(l => l.Grade.Length > 0).GroupBy(l => l.Grade, StringComparer.Ordinal).Select(g => new GradeCount(g.Key, g.Count()))];
}

/// <summary>What of the list is asked for; null or empty = all.</summary>
/// <param name="Year">Fiscal year; null = the newest that has any.</param>
/// <param name="Department">By name.</param>
/// <param name="Grade">By name.</param>
/// <param name="State">open or confirmed.</param>
public sealed record DepartmentQuery(int? Year, string? Department, string? Grade, string? State)
{
    public const string Open = "open";
    public const string Confirmed = "confirmed";

    internal bool Takes(DepartmentLine line) =>
        (string.IsNullOrEmpty(Department) || line.Department == Department) && (string.IsNullOrEmpty(Grade) || line.Grade == Grade)
        && (State switch { Open => !line.Final, Confirmed => line.Final, _ => true });
}

/// <summary>The list of 部门评价: everybody sees the cases that are theirs to see, a unit its own alone.</summary>
public sealed class ReadDepartmentEvaluations(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, SecurityLog log)
{
    private const string Definition = "department-evaluation";

    public async Task<DepartmentList> RunAsync(Viewer viewer, DepartmentQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await YearCases.ReadAsync(db, catalog, viewer, Definition, query.Year, [EvaluationPlan.Instance, DepartmentEvaluation.Instance], ct);
        var all = found.Cases.Select(Line).ToList();
        return new DepartmentList(
            found.Year,
            found.Years,
            [.. all.Select(l => l.Department).Distinct(StringComparer.Ordinal)],
            [.. all.Where(l => l.Grade.Length > 0).Select(l => l.Grade).Distinct(StringComparer.Ordinal)],
            all.FindAll(query.Takes));
    }

    /// <summary>The same for a file: without confidential projects (V7), and logged (V8).</summary>
    public async Task<DepartmentList> ExportAsync(Viewer viewer, DepartmentQuery query, CancellationToken ct)
    {
        var found = await RunAsync(viewer, query, ct);
        var list = found with { Lines = [.. found.Lines.Where(l => !l.Confidential)] };
        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"department-evaluations {list.Year}: {list.Lines.Count}"), ct);
        return list;
    }

    private static DepartmentLine Line(YearCase of)
    {
        var (state, project) = (of.Case, of.Project);
        var plan = of.Last(EvaluationPlan.Instance);
        var confirmed = state.State == CaseStates.Approved ? of.Last(DepartmentEvaluation.Instance) : null;
        return new DepartmentLine(
            state.CaseId, project.Name, project.Code, project.Confidential, of.Department, of.Unit, plan?["plan.organised"] ?? "", plan?["plan.agency"] ?? "", plan?.Amount ?? project.Adjusted,
            confirmed?.Number(ScoreTable.Total), confirmed?[ScoreTable.Grade] ?? "", confirmed?.Rows(AppraisalFields.Problems).Count ?? 0, state.State, state.DueAt, confirmed is not null);
    }
}
