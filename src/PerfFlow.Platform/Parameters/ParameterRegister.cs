using static PerfFlow.Platform.Parameters.ParameterKinds;

namespace PerfFlow.Platform.Parameters;

/// <summary>
/// Every setting of domain.md §3.15 with its default. A region overrides them per year in the parameter table;
/// the checks add a level key each (<c>check.XH01.level</c>), see <see cref="CheckLevelName"/>.
/// </summary>
public static class ParameterRegister
{
    private const string Practice = "practice";
    private const string Evaluation2020 = "财预〔2020〕10号";

    /// <summary>万元 from which a new project needs an ex-ante assessment before its goal is filed.</summary>
    public static ParameterKey<decimal> ExAnteThreshold { get; } = Decimal("ex_ante.threshold", 500m, "南浔");

    /// <summary>Whether the threshold itself counts: 以上 means ≥ in law, local papers sometimes mean more than.</summary>
    public static ParameterKey<string> ExAnteOperator { get; } = OneOf("ex_ante.op", ">=", Practice, ">=", ">");

    public static ParameterKey<IReadOnlyList<string>> ExAnteScope { get; } = Words("ex_ante.scope", ["policy", "project"], "南浔", "policy", "project");

    /// <summary>Bond-funded projects need the assessment whatever the amount.</summary>
    public static ParameterKey<bool> ExAnteBondRequired { get; } = Bool("ex_ante.bond_required", true, "财预〔2021〕61号");

    public static ParameterKey<bool> GoalRequiredForBudget { get; } = Bool("goal.required_for_budget", true, "和硕");

    public static ParameterKey<string> GoalReviewRoute { get; } = OneOf("goal.review.route", "section", "青田", "section", "section,performance", "agency,section", "agency,section,performance");

    /// <summary>Returns after which the case is talked through in person (当面辅导).</summary>
    public static ParameterKey<int> GoalMaxReturnRounds { get; } = Int("goal.review.max_return_rounds", 3, Practice, 1, 20);

    public static ParameterKey<decimal> WeightExecution { get; } = Decimal("weights.exec", 10m, Evaluation2020, 0, 100);

    /// <summary>Points of an upper-level indicator; empty means the frame's own figure.</summary>
    public static ParameterKey<decimal> WeightOutput { get; } = Decimal("weights.output", 0m, Evaluation2020, 0, 100);

    /// <inheritdoc cref="WeightOutput" />
    public static ParameterKey<decimal> WeightBenefit { get; } = Decimal("weights.benefit", 0m, Evaluation2020, 0, 100);

    /// <inheritdoc cref="WeightOutput" />
    public static ParameterKey<decimal> WeightSatisfaction { get; } = Decimal("weights.satisfaction", 0m, Evaluation2020, 0, 100);

    /// <inheritdoc cref="WeightOutput" />
    public static ParameterKey<decimal> WeightCost { get; } = Decimal("weights.cost", 0m, "财预〔2021〕101号", 0, 100);

    /// <summary>What the weights of a filing add up to: 90 where the execution rate is scored later, 100 elsewhere.</summary>
    public static ParameterKey<int> WeightFilingTotal { get; } = Int("weights.filing_total", 90, Practice, 90, 100);

    /// <summary>A = three upper levels, B = cost is a level of its own.</summary>
    public static ParameterKey<string> IndicatorFrame { get; } = OneOf("weights.indicator_frame", "A", Evaluation2020, "A", "B");

    /// <summary>Months at whose end a monitoring round closes.</summary>
    public static ParameterKey<IReadOnlyList<int>> MonitorRounds { get; } = Days("monitor.rounds", [5, 8], "和硕");

    public static ParameterKey<bool> MonitorIncludeSupplement { get; } = Bool("monitor.include_supplement", true, "青田");

    /// <summary>万元 from which a monitored project is a key one.</summary>
    public static ParameterKey<decimal> MonitorKeyAmount { get; } = Decimal("monitor.key.amount", 200m, Practice);

    /// <summary>Execution rate (%) below which a monitored project is a key one.</summary>
    public static ParameterKey<decimal> MonitorKeyExecution { get; } = Decimal("monitor.key.execution", 60m, Practice, 0, 100);

    /// <summary>Green from, yellow from: execution rate as % of the time gone.</summary>
    public static ParameterKey<IReadOnlyList<decimal>> MonitorLampBudget { get; } = Numbers("monitor.lamp.budget", [80m, 60m], Practice);

    /// <summary>Blue from, green from, yellow from: attainment as % of the time gone.</summary>
    public static ParameterKey<IReadOnlyList<decimal>> MonitorLampGoal { get; } = Numbers("monitor.lamp.goal", [120m, 80m, 60m], Practice);

    public static ParameterKey<IReadOnlyList<string>> SelfScopes { get; } = Words("self.scopes", ["project", "dept_overall", "transfer", "town_overall"], "浔阳", "project", "dept_overall", "transfer", "town_overall");

    public static ParameterKey<string> ScoreReverse { get; } = OneOf("score.reverse", "LINEAR", Practice, "LINEAR", "RATIO");

    public static ParameterKey<string> ScoreEqual { get; } = OneOf("score.equal", "POSITIVE", Practice, "POSITIVE", "REVERSE");

    public static ParameterKey<decimal> ScoreOverFlag { get; } = Decimal("score.over.flag", 1.30m, Practice, 1, 10);

    public static ParameterKey<int> ScoreRound { get; } = Int("score.round", 2, Practice, 0, 6);

    /// <summary>Lowest score of 优, 良 and 中.</summary>
    public static ParameterKey<IReadOnlyList<decimal>> GradeBands { get; } = Numbers("grade.bands", [90m, 80m, 60m], Evaluation2020);

    public static ParameterKey<IReadOnlyList<string>> GradeLabels { get; } = Words("grade.labels", ["优", "良", "中", "差"], Evaluation2020);

    public static ParameterKey<decimal> SpotRate { get; } = Decimal("spot.rate", 12m, "南浔", 0, 100);

    public static ParameterKey<int> SpotMinPerStratum { get; } = Int("spot.min_per_stratum", 1, "南浔");

    public static ParameterKey<int> SpotRotateYears { get; } = Int("spot.rotate_years", 2, "南浔");

    public static ParameterKey<int> AuthenticityCount { get; } = Int("auth.n", 20, "和硕");

    /// <summary>Calendar days.</summary>
    public static ParameterKey<int> RectifyFeedbackDays { get; } = Int("rectify.feedback_days", 20, Practice);

    /// <inheritdoc cref="RectifyFeedbackDays" />
    public static ParameterKey<int> RectifyReportDays { get; } = Int("rectify.report_days", 30, Practice);

    /// <summary>Cut (%) proposed for a grade 中; 差 is proposed for cancelling (100).</summary>
    public static ParameterKey<IReadOnlyList<decimal>> ApplyRatio { get; } = Numbers("apply.ratio", [10m, 100m], "青田");

    public static ParameterKey<decimal> AssessPoints { get; } = Decimal("assess.points", 7m, "浔阳");

    public static ParameterKey<decimal> AssessTownPoints { get; } = Decimal("assess.town_points", 1.5m, "浔阳");

    public static ParameterKey<decimal> AssessCutLine { get; } = Decimal("assess.cut_line", 90m, "浔阳", 0, 100);

    /// <summary>Working days before the due day on which to remind; 0 is the due day.</summary>
    public static ParameterKey<IReadOnlyList<int>> RemindBefore { get; } = Days("remind.before", [5, 2, 0], Practice);

    /// <summary>Working days after the due day on which to remind.</summary>
    public static ParameterKey<IReadOnlyList<int>> RemindAfter { get; } = Days("remind.after", [1, 3, 5], Practice);

    /// <summary>From which working day after the due day the unit's head and the section are copied.</summary>
    public static ParameterKey<int> RemindCopyFrom { get; } = Int("remind.copy_from", 3, Practice, 0, 60);

    /// <summary>From which working day after the due day the unit is on the list that is circulated (通报).</summary>
    public static ParameterKey<int> RemindCircularFrom { get; } = Int("remind.circular_from", 5, Practice, 0, 60);

    public static ParameterKey<TimeOnly> RemindAt { get; } = Time("remind.at", new TimeOnly(9, 0), Practice);

    /// <summary>Working days a reviewer has for one step.</summary>
    public static ParameterKey<int> NodeLimit { get; } = Int("remind.node_limit", 5, Practice, 1, 60);

    public static ParameterKey<int> PublishDays { get; } = Int("publish.days", 20, "预算法", 1, 60);

    public static ParameterKey<string> ReportMoneyUnit { get; } = OneOf("report.money_unit", "figure", Practice, "figure", "万元", "亿元");

    public static ParameterKey<string> ReportPercentMethod { get; } = OneOf("report.pct_method", "largest-remainder", "南浔", "largest-remainder", "half-up");

    /// <summary>Days off in this region only, as its government announced them.</summary>
    public static ParameterKey<IReadOnlyList<DateOnly>> CalendarExtraOff { get; } = Dates("calendar.extra_off", "全国年节及纪念日放假办法");

    /// <summary>Characters that an overall yearly goal needs at least (WZ02).</summary>
    public static ParameterKey<int> CheckGoalLength { get; } = Int("check.WZ02.length", 30, Practice, 1, 2000);

    /// <summary>Fewest third-level indicators that pass without a word (XH04).</summary>
    public static ParameterKey<int> CheckFewestIndicators { get; } = Int("check.XH04.min", 5, Practice, 1, 100);

    /// <summary>Most third-level indicators that pass without a word (XH04).</summary>
    public static ParameterKey<int> CheckMostIndicators { get; } = Int("check.XH04.max", 20, Practice, 1, 100);

    /// <summary>Share (%) of qualitative indicators that passes without a word (XH03).</summary>
    public static ParameterKey<decimal> CheckQualitativeShare { get; } = Decimal("check.XH03.share", 50m, Practice, 0, 100);

    /// <summary>Likeness (%) from which a text counts as copied (XG03).</summary>
    public static ParameterKey<decimal> CheckCopyLikeness { get; } = Decimal("check.XG03.likeness", 90m, Practice, 50, 100);

    /// <summary>Deviation (%) of a unit cost that passes without a word (SD03).</summary>
    public static ParameterKey<decimal> CheckUnitCostDeviation { get; } = Decimal("check.SD03.deviation", 30m, Practice, 0, 1000);

    /// <summary>Deviation (%) of a result from its monitoring forecast that passes without a word (ZP04).</summary>
    public static ParameterKey<decimal> CheckForecastDeviation { get; } = Decimal("check.ZP04.deviation", 10m, Practice, 0, 1000);

    /// <summary>Per cent by which the rate of the indicators' points may be above the execution rate without a red alert (ZP13).</summary>
    public static ParameterKey<decimal> CheckSelfScoreExcess { get; } = Decimal("check.ZP13.excess", 5m, Practice, 0, 1000);

    /// <summary>Unspent share (%) of the year's budget that passes without a yellow alert (ZP14).</summary>
    public static ParameterKey<decimal> CheckUnspentShare { get; } = Decimal("check.ZP14.unspent", 20m, Practice, 0, 100);

    /// <summary>All keys, for the administrator's page and for reading the table; the levels of the checks are beside them.</summary>
    public static IReadOnlyList<ParameterKey> All { get; } =
        [.. typeof(ParameterRegister).GetProperties()
            .Where(p => p.PropertyType.IsAssignableTo(typeof(ParameterKey)))
            .Select(p => (ParameterKey)p.GetValue(null)!)];

    /// <summary>Name of the key that sets a check's level: <c>E</c>, <c>W</c>, <c>H</c> or <c>off</c>.</summary>
    public static string CheckLevelName(string code) => $"check.{code}.level";
}
