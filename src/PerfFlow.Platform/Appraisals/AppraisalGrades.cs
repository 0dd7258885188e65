using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Appraisals;

/// <summary>Totals and grades of forms that may still be incomplete.</summary>
internal static class AppraisalGrades
{
    /// <summary>The name of the grade; empty while there is no score.</summary>
    public static string Of(decimal? score, RegionParameters parameters) => score is null ? "" : Grades.Of(score, parameters);

    /// <summary>As many decimals as the region's scores have. A total may be negative only as a difference.</summary>
    public static decimal Round(decimal points, RegionParameters parameters) => Math.Round(points, parameters.Get(ParameterRegister.ScoreRound), MidpointRounding.AwayFromZero);
}
