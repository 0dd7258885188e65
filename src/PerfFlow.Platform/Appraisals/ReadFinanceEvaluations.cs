using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
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
        var found = await YearCases.ReadAsync(db, catalog, viewer, Definition, year, [FinancePlan.Instance, FinanceCommission.Instance, FinanceEvaluation.Instance], ct);
        return new FinanceList(found.Year, found.Years, [.. found.Cases.Select(Line)]);
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

    private static FinanceLine Line(YearCase of)
    {
        var (state, project) = (of.Case, of.Project);
        var (plan, commission) = (of.Last(FinancePlan.Instance), of.Last(FinanceCommission.Instance));
        var final = state.EndedAt is null ? null : of.Last(FinanceEvaluation.Instance);
        return new FinanceLine(
            state.CaseId, project.Name, project.Code, project.Confidential, of.Department, of.Unit, plan?["finance.object"] ?? "", (commission ?? plan)?["finance.organised"] ?? "",
            commission?["agency.name"] ?? "", plan?.Amount ?? project.Adjusted, final?.Number(ScoreTable.Total), final?[ScoreTable.Grade] ?? "", state.State, state.DueAt, state.State == CaseStates.Approved);
    }
}
