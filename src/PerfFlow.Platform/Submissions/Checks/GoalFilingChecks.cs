using PerfFlow.Platform.Parameters;
using static PerfFlow.Platform.Submissions.FindingLevel;
using static PerfFlow.Platform.Submissions.ReviewPart;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// The review rules for goals (domain.md §5): one table, one implementation for page, import, submission and review.
/// A check guessed from words warns and does not block (design §6); a region may set another level per check.
/// </summary>
public static class GoalFilingChecks
{
    /// <summary>Changes with any rule, word list or default; stored with each round.</summary>
    public const string RuleSet = "2026-11";

    /// <summary>Every check by its code.</summary>
    public static IReadOnlyList<CheckRule> Rules { get; } =
    [
        new("WZ01", Error, Completeness, CompletenessChecks.RequiredFields),
        new("WZ02", Error, Completeness, CompletenessChecks.AnnualGoal),
        new("WZ03", Error, Completeness, CompletenessChecks.RequiredIndicators),
        new("WZ04", Warning, Completeness, CompletenessChecks.Satisfaction),
        new("WZ05", Error, Completeness, CompletenessChecks.ExAnteReport),
        new("WZ06", Error, Completeness, CompletenessChecks.DuplicateIndicators),
        new("XH01", Warning, Completeness, ClarityChecks.VagueWords),
        new("XH02", Error, Completeness, ClarityChecks.NumberAndUnit),
        new("XH03", Warning, Completeness, ClarityChecks.QualitativeShare),
        new("XH04", Warning, Completeness, ClarityChecks.IndicatorCount),
        new("XH05", Warning, Completeness, ClarityChecks.AllHundred),
        new("XG01", Warning, Relevance, RelevanceChecks.GoalAndProject),
        new("XG02", Warning, Relevance, RelevanceChecks.WrongLevel),
        new("XG03", Warning, Relevance, RelevanceChecks.Copied),
        new("XG04", Warning, Relevance, RelevanceChecks.InputAsOutput),
        new("SD01", Error, Suitability, SuitabilityChecks.Sums),
        new("SD02", Warning, Suitability, SuitabilityChecks.BelowLastYear),
        new("SD03", Warning, Suitability, SuitabilityChecks.UnitCost),
        new("SD04", Warning, Suitability, SuitabilityChecks.MoreMoneySameOutput),
        new("SD05", Error, Suitability, SuitabilityChecks.CostAboveBudget),
        new("KX01", Warning, Feasibility, FeasibilityChecks.DatesInPeriod),
        new("KX02", Warning, Feasibility, FeasibilityChecks.LastExecution),
        new("KX03", Human, Feasibility, null),
        new("QZ01", Error, Suitability, WeightChecks.Total),
        new("QZ02", Error, Suitability, WeightChecks.Levels),
        new("QZ03", Warning, Suitability, WeightChecks.Single),
        new("SJ01", Error, Completeness, LibraryChecks.KnownProject),
        new("SJ02", Error, Completeness, LibraryChecks.SameAmount),
        new("SJ03", Error, Completeness, LibraryChecks.Readable),
        new("CQ01", Human, Feasibility, null),
    ];

    /// <summary>The rule of a code, or null.</summary>
    public static CheckRule? Find(string code) => Rules.FirstOrDefault(r => r.Code == code);

    /// <summary>Runs every check that is on. Pure: the same form, facts and parameters give the same report.</summary>
    public static CheckReport Run(GoalFilingForm form, CheckFacts facts, RegionParameters parameters)
    {
        var input = new CheckInput(form, facts, parameters);
        var findings = new List<Finding>();
        var ran = 0;
        var passed = 0;
        foreach (var rule in Rules)
        {
            var level = LevelOf(rule.Code, rule.Level, parameters);
            if (rule.Find is null || level is Off or Human)
            {
                continue;
            }

            ran++;
            var before = findings.Count;
            findings.AddRange(rule.Find(input).Select(hit => FormRules.Explained(new Finding(rule.Code, level, hit.Place, hit.Args) { Variant = hit.Variant, OtherUnit = hit.OtherUnit }, form.Explanations)));
            passed += findings.Count == before ? 1 : 0;
        }

        return new CheckReport(RuleSet, findings, ran, passed);
    }

    /// <summary>The level in force; a text that names none leaves the default.</summary>
    public static FindingLevel LevelOf(string code, FindingLevel usual, RegionParameters parameters) =>
        parameters.Raw(ParameterRegister.CheckLevelName(code)) switch
        {
            "E" => Error,
            "W" => Warning,
            "H" => Human,
            "off" => Off,
            _ => usual,
        };
}

/// <summary>What the checks say about a form.</summary>
/// <param name="RuleSet">Version of the rules that ran.</param>
/// <param name="Findings">In the order of the table.</param>
/// <param name="Ran">Rules that ran.</param>
/// <param name="Passed">Rules that ran and found nothing.</param>
public sealed record CheckReport(string RuleSet, IReadOnlyList<Finding> Findings, int Ran, int Passed)
{
    public IEnumerable<Finding> Errors => Findings.Where(f => f.Level == Error);

    /// <summary>Warnings that still need a 说明.</summary>
    public IEnumerable<Finding> Unexplained => Findings.Where(f => f.Level == Warning && f.Explanation is null);

    public bool CanSubmit => !Findings.Any(f => f.Blocks);

    public SuggestedRating Rating => SuggestedRating.Of(Findings);
}
