using PerfFlow.Platform.Monitoring;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>The layouts 监控 and 自评 (domain.md §4.9) and their forms: which column is which field.</summary>
internal static class EvaluationWorkbooks
{
    private static readonly (string Column, string Field)[] Goal = [("level1", "level1"), ("level2", "level2"), ("name", "name"), ("sign", "operator"), ("target", "value"), ("meterUnit", "unit")];

    private static IReadOnlyList<(string Column, string Intake, string Form)> Signs => [.. GoalWorkbook.Signs.Select(s => ("sign", s.Intake, s.Form))];

    public static FormWorkbook Monitoring { get; } = new(
        "monitoring",
        "project",
        "projectCode",
        [
            ("projectCode", "project.code"), ("round", MonitoringForm.Period), ("adjusted", $"{MonitoringForm.Progress}[{MonitoringForm.Total}].adjusted"),
            ("paid", $"{MonitoringForm.Progress}[{MonitoringForm.Total}].paid"), ("forecast", $"{MonitoringForm.Progress}[{MonitoringForm.Total}].forecast"),
        ])
    {
        Tables =
        [
            ("indicator", ApprovedGoals.Table,
                [.. Goal, ("current", "current"), ("yearEnd", "forecast"), ("likelihood", "likelihood"), ("causes", "causes"), ("reason", "reason"), ("remark", "remark")]),
        ],
        Codes = Signs,
        Writes = [("causes", DeviationCauses.Words)],
    };

    public static FormWorkbook SelfEvaluation { get; } = new(
        "self-evaluation",
        "project",
        "projectCode",
        [
            ("projectCode", "project.code"), ("initial", $"{Evaluations.SelfEvaluation.Spending}[{Evaluations.SelfEvaluation.Total}].initial"),
            ("budget", $"{Evaluations.SelfEvaluation.Spending}[{Evaluations.SelfEvaluation.Total}].budget"),
            ("paid", $"{Evaluations.SelfEvaluation.Spending}[{Evaluations.SelfEvaluation.Total}].paid"), ("actualGoal", "goal.actual"),
        ])
    {
        Tables = [("indicator", ApprovedGoals.Table, [.. Goal, ("actual", "actual"), ("weight", "weight"), ("score", "score"), ("analysis", "analysis")])],
        Codes = Signs,
    };
}
