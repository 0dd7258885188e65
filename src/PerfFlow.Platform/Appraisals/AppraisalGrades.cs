using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Appraisals;

/// <summary>Scores and their grades as the region's parameters have them (domain.md §4.6).</summary>
internal static class AppraisalGrades
{
    /// <summary>An evaluation without a score; it is in no percentage of the four grades.</summary>
    public const string Undetermined = "不定等次";

    /// <summary>The name of the grade; empty while there is no score.</summary>
    public static string Of(decimal? score, RegionParameters parameters)
    {
        if (score is not { } points)
        {
            return "";
        }

        var (bands, labels) = (parameters.Get(ParameterRegister.GradeBands), parameters.Get(ParameterRegister.GradeLabels));
        var at = 0;
        while (at < bands.Count && points < bands[at])
        {
            at++;
        }

        return labels[Math.Min(at, labels.Count - 1)];
    }

    public static decimal Round(decimal points, RegionParameters parameters) => Math.Round(points, parameters.Get(ParameterRegister.ScoreRound), MidpointRounding.AwayFromZero);
}
