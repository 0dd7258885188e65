using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using static PerfFlow.Platform.Submissions.FindingLevel;

namespace PerfFlow.Platform.Evaluations;

/// <summary>What the checks of a self-evaluation ask for beside the form.</summary>
/// <param name="Monitoring">The project's last finished monitoring; null where there was none.</param>
/// <param name="Others">Self-evaluations of other departments under the same notice.</param>
internal sealed record SelfEvaluationKnown(FormContent? Monitoring, IReadOnlyList<OtherFiling> Others);

/// <summary>
/// ZP: the review rules of self-evaluations (domain.md §4.5, end of §5). A county's review found all ten projects scored 100
/// and texts copied from another department; ZP01 to ZP05 and XG03 look for that; ZP13 and ZP14 are the
/// alerts of §4.6: points that the money does not bear out.
/// </summary>
internal static class SelfEvaluationChecks
{
    private const string Evidence = "evidence";
    private const int ShortestAnalysis = 10;

    public static IReadOnlyList<FormRule> Rules { get; } =
    [
        .. FormRules.Common,
        new("WZ06", Error, MeasureChecks.NamedOnce),
        new("XG03", Warning, Copied),
        new("QZ01", Error, Weights),
        new("ZP01", Warning, AllFull),
        new("ZP02", Warning, NoEvidence),
        new("ZP03", Warning, AllAsPlanned),
        new("ZP04", Warning, UnlikeForecast),
        new("ZP05", Warning, UnlikeTreasury),
        new("ZP06", Error, CoreWithoutEvidence),
        new("ZP07", Error, check => MeasureChecks.RightKind(check, "actual")),
        new("ZP08", Error, OutsideBand),
        new("ZP09", Error, LossUnexplained),
        new("ZP10", Error, OverUnexplained),
        new("ZP11", Error, check => MeasureChecks.AddsUp(check, SelfEvaluation.Spending, SelfEvaluation.Total, "initial", "budget", "paid")),
        new("ZP12", Error, PaidWithinBudget),
        new("ZP13", Warning, ScoredAboveExecution),
        new("ZP14", Warning, Unspent),
    ];

    private static IReadOnlyList<FormRow> RowsOf(FormCheck check) => check.Form.Rows(ApprovedGoals.Table);

    private static FormRow? TotalOf(FormCheck check) => check.Form.Rows(SelfEvaluation.Spending).FirstOrDefault(r => r.Id == SelfEvaluation.Total);

    private static IEnumerable<Hit> Copied(FormCheck check)
    {
        if (check.Known is SelfEvaluationKnown { Others: { Count: > 0 } others } && check.Form["goal.actual"].Length > 0)
        {
            var own = TextSketch.Of(check.Form);
            var (other, likeness) = others.Select(o => (o, own.Likeness(o.Sketch))).MaxBy(x => x.Item2);
            if (likeness >= check.Parameters.Get(ParameterRegister.CheckCopyLikeness))
            {
                yield return new Hit("goal.actual", CheckInput.Show(likeness)) { OtherUnit = other.UnitName };
            }
        }
    }

    // Where there was no budget to execute, its points are the indicators'.
    private static IEnumerable<Hit> Weights(FormCheck check)
    {
        var expected = SelfEvaluation.FullScore - (TotalOf(check)?.Number("points") ?? 0);
        var sum = RowsOf(check).Sum(r => r.Number("weight") ?? 0);
        if (RowsOf(check).Count > 0 && sum != expected)
        {
            yield return new Hit(ApprovedGoals.Table, CheckInput.Show(sum), CheckInput.Show(expected));
        }
    }

    private static IEnumerable<Hit> AllFull(FormCheck check)
    {
        if (RowsOf(check).Count > 0 && RowsOf(check).All(r => r.Number("weight") is { } weight && r.Number("score") == weight))
        {
            yield return new Hit(ApprovedGoals.Table, FormValue.Write(RowsOf(check).Count));
        }
    }

    private static IEnumerable<Hit> NoEvidence(FormCheck check)
    {
        if (check.Form.Number(SelfEvaluation.Score) is not null && check.Form.Attachments.All(a => a.Kind != Evidence) && !RowsOf(check).Any(IsCore))
        {
            yield return new Hit("attachments", CheckInput.Show(check.Form.Number(SelfEvaluation.Score)!.Value));
        }
    }

    private static IEnumerable<Hit> AllAsPlanned(FormCheck check)
    {
        if (RowsOf(check).Count > 0 && RowsOf(check).All(IsAsPlanned))
        {
            yield return new Hit(ApprovedGoals.Table, FormValue.Write(RowsOf(check).Count));
        }
    }

    private static bool IsAsPlanned(FormRow row) => row["actual"].Length > 0
        && (Measured.IsQualitative(row) ? Measured.Word(row["actual"]) == Attainment.Reached : Measured.Canonical(row["value"]) == row["actual"]);

    private static IEnumerable<Hit> UnlikeForecast(FormCheck check)
    {
        var forecasts = (check.Known as SelfEvaluationKnown)?.Monitoring?.Rows(ApprovedGoals.Table).Where(r => r["forecast"].Length > 0)
            .GroupBy(r => Indicators.IndicatorNames.Narrow(r["name"]), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First()["forecast"], StringComparer.Ordinal);
        var allowed = check.Parameters.Get(ParameterRegister.CheckForecastDeviation);
        foreach (var row in RowsOf(check))
        {
            if (row["actual"].Length > 0 && forecasts?.GetValueOrDefault(Indicators.IndicatorNames.Narrow(row["name"])) is { } forecast && Differs(forecast, row["actual"], allowed))
            {
                yield return new Hit(MeasureChecks.PlaceOf(row, "actual"), row["name"], row["actual"], forecast);
            }
        }
    }

    // Numbers by more than the share allowed; days and words at all.
    private static bool Differs(string forecast, string actual, decimal allowed) =>
        FormValue.Decimal(forecast) is { } expected && FormValue.Decimal(actual) is { } reached
            ? Math.Abs(reached - expected) > Math.Abs(expected) * allowed / 100
            : forecast != actual;

    private static IEnumerable<Hit> UnlikeTreasury(FormCheck check)
    {
        var project = check.Filing.Project;
        if (project.PaidAsOf is { } asOf && TotalOf(check)?.Number("paid") is { } paid && Math.Abs(paid - project.Paid) >= MeasureChecks.Cent)
        {
            yield return new Hit($"{SelfEvaluation.Spending}[{SelfEvaluation.Total}].paid", CheckInput.Show(paid), CheckInput.Show(project.Paid), FormValue.Write(asOf));
        }
    }

    private static IEnumerable<Hit> CoreWithoutEvidence(FormCheck check)
    {
        if (check.Form.Attachments.All(a => a.Kind != Evidence))
        {
            foreach (var row in RowsOf(check).Where(IsCore))
            {
                yield return new Hit("attachments", row["name"]);
            }
        }
    }

    private static bool IsCore(FormRow row) => row["core"] == "true";

    private static IEnumerable<Hit> OutsideBand(FormCheck check)
    {
        foreach (var row in RowsOf(check))
        {
            if (IndicatorScores.Allowed(row) is not { } band || row["actual"].Length == 0)
            {
                continue;
            }

            if (row.Number("score") is not { } score || !band.Holds(score))
            {
                yield return new Hit(MeasureChecks.PlaceOf(row, "score"), row["name"], row["actual"], CheckInput.Show(band.Low), CheckInput.Show(band.High))
                {
                    Variant = band.HighIncluded ? null : "below",
                };
            }
        }
    }

    private static IEnumerable<Hit> LossUnexplained(FormCheck check) => RowsOf(check)
        .Where(r => r.Number("score") < r.Number("weight") && r["analysis"].Length < ShortestAnalysis)
        .Select(r => new Hit(MeasureChecks.PlaceOf(r, "analysis"), r["name"], CheckInput.Show((r.Number("weight") - r.Number("score"))!.Value), FormValue.Write(ShortestAnalysis)));

    private static IEnumerable<Hit> OverUnexplained(FormCheck check)
    {
        var scoring = Scoring.Of(check.Parameters);
        foreach (var row in RowsOf(check).Where(r => r["analysis"].Length < ShortestAnalysis))
        {
            if (Measured.Sign(row) is { } sign && Measured.Target(row) is { } target && row.Number("actual") is { } actual && scoring.IsOver(sign, target, actual))
            {
                yield return new Hit(MeasureChecks.PlaceOf(row, "analysis"), row["name"], CheckInput.Show(actual / target * 100), FormValue.Write(ShortestAnalysis));
            }
        }
    }

    /// <summary>Red alert (domain.md §4.6): the rate of the indicators' points is above the execution rate, in relation to it, by more than is allowed.</summary>
    private static IEnumerable<Hit> ScoredAboveExecution(FormCheck check)
    {
        var rows = RowsOf(check);
        var full = rows.Sum(r => r.Number("weight") ?? 0);
        var allowed = check.Parameters.Get(ParameterRegister.CheckSelfScoreExcess);
        if (full > 0 && rows.All(r => r.Number("score") is not null) && TotalOf(check) is { } total && total.Number("budget") is { } budget and > 0 && total.Number("paid") is { } paid)
        {
            var (scored, executed) = (rows.Sum(r => r.Number("score")!.Value) / full, paid / budget);
            if (scored > executed * (1 + (allowed / 100)))
            {
                yield return new Hit(SelfEvaluation.Score, Percent(scored), Percent(executed), CheckInput.Show(allowed));
            }
        }
    }

    /// <summary>Yellow alert (domain.md §4.6): more of the year's budget is unspent than is allowed.</summary>
    private static IEnumerable<Hit> Unspent(FormCheck check)
    {
        var allowed = check.Parameters.Get(ParameterRegister.CheckUnspentShare);
        if (TotalOf(check) is { } total && total.Number("budget") is { } budget and > 0 && total.Number("paid") is { } paid && (budget - paid) / budget * 100 > allowed)
        {
            yield return new Hit(
                $"{SelfEvaluation.Spending}[{SelfEvaluation.Total}].paid", CheckInput.Show(budget), CheckInput.Show(budget - paid), Percent((budget - paid) / budget), CheckInput.Show(allowed));
        }
    }

    private static string Percent(decimal share) => CheckInput.Show(Math.Round(share * 100, 2, MidpointRounding.AwayFromZero));

    private static IEnumerable<Hit> PaidWithinBudget(FormCheck check) =>
        from row in check.Form.Rows(SelfEvaluation.Spending)
        where row.Number("paid") > row.Number("budget")
        select new Hit(
            $"{SelfEvaluation.Spending}[{row.Id}].paid",
            $"@fields.{SelfEvaluation.Spending}.item.{row.Id}",
            CheckInput.Show(row.Number("paid") ?? 0),
            CheckInput.Show(row.Number("budget") ?? 0));
}
