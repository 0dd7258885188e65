using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Submissions.FindingLevel;

namespace PerfFlow.Platform.Monitoring;

/// <summary>What §4.4 of domain.md asks of a monitoring form (财预〔2019〕136号). JK codes are this platform's.</summary>
internal static class MonitoringChecks
{
    /// <summary>A cause in fewer characters says nothing (domain.md §4.4).</summary>
    private const int ShortestReason = 10;

    public static IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        new("WZ06", Error, MeasureChecks.NamedOnce),
        new("JK01", Error, PaidWithinBudget),
        new("JK02", Error, ForecastNotBelowPaid),
        new("JK03", Error, check => MeasureChecks.RightKind(check, "current", "forecast")),
        new("JK04", Error, DeviationExplained),
        new("JK05", Error, DoubtHasMeasures),
        new("JK06", Error, check => MeasureChecks.AddsUp(check, MonitoringForm.Progress, MonitoringForm.Total, "initial", "adjusted", "paid", "forecast")),
        new("JK07", Warning, ForecastWithinBudget),
        new("JK08", Warning, CertainButBelow),
        new("JK09", Error, NeededHasDemand),
    ];

    /// <summary>The year will not end as planned: by its forecast, or because the filler doubts it.</summary>
    public static bool Deviates(FormRow row) =>
        row["likelihood"] is "possible" or "impossible" || (row["forecast"].Length > 0 && Measured.Reaches(row, row["forecast"]) == false);

    private static IEnumerable<Hit> PaidWithinBudget(FormCheck check) => Money(check, "paid", (row, value) => value > row.Number("adjusted"), "adjusted");

    private static IEnumerable<Hit> ForecastNotBelowPaid(FormCheck check) => Money(check, "forecast", (row, value) => value < row.Number("paid"), "paid");

    private static IEnumerable<Hit> ForecastWithinBudget(FormCheck check) => Money(check, "forecast", (row, value) => value > row.Number("adjusted"), "adjusted");

    private static IEnumerable<Hit> Money(FormCheck check, string column, Func<FormRow, decimal, bool> wrong, string other) =>
        from row in check.Form.Rows(MonitoringForm.Progress)
        where row.Number(column) is { } value && wrong(row, value)
        select new Hit(
            $"{MonitoringForm.Progress}[{row.Id}].{column}",
            $"@fields.{MonitoringForm.Progress}.item.{row.Id}",
            CheckInput.Show(row.Number(column) ?? 0),
            CheckInput.Show(row.Number(other) ?? 0));

    private static IEnumerable<Hit> DeviationExplained(FormCheck check)
    {
        foreach (var row in check.Form.Rows(ApprovedGoals.Table).Where(Deviates))
        {
            if (row["causes"].Length == 0)
            {
                yield return new Hit(MeasureChecks.PlaceOf(row, "causes"), row["name"]);
            }

            if (row["reason"].Length < ShortestReason)
            {
                yield return new Hit(MeasureChecks.PlaceOf(row, "reason"), row["name"], FormValue.Write(ShortestReason)) { Variant = "text" };
            }
        }
    }

    private static IEnumerable<Hit> DoubtHasMeasures(FormCheck check) => check.Form.Rows(ApprovedGoals.Table)
        .Where(r => r["likelihood"] is "possible" or "impossible" && r["remark"].Length == 0)
        .Select(r => new Hit(MeasureChecks.PlaceOf(r, "remark"), r["name"], $"@fields.{ApprovedGoals.Table}.likelihood.{r["likelihood"]}"));

    private static IEnumerable<Hit> NeededHasDemand(FormCheck check) => check.Form.Rows(Findings.Table)
        .Where(r => r[Findings.NeededColumn] == Findings.Needed && r["demand"].Length == 0)
        .Select(r => new Hit($"{Findings.Table}[{r.Id}].demand", r["text"]));

    private static IEnumerable<Hit> CertainButBelow(FormCheck check) => check.Form.Rows(ApprovedGoals.Table)
        .Where(r => r["likelihood"] == "certain" && r["forecast"].Length > 0 && Measured.Reaches(r, r["forecast"]) == false)
        .Select(r => new Hit(MeasureChecks.PlaceOf(r, "likelihood"), r["name"]));
}
