using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Evaluations;

/// <summary>等级 of a score: 优 [90,100], 良 [80,90), 中 [60,80), 差 [0,60) unless the region set other bands or names (财预〔2020〕10号).</summary>
public static class Grades
{
    /// <summary>An evaluation without a score, as of a policy; it is in no percentage of the four grades (南浔).</summary>
    public const string Undetermined = "不定等次";

    /// <summary>0 = best. The lowest grade takes everything below the last band.</summary>
    public static int IndexOf(decimal score, RegionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var bands = parameters.Get(ParameterRegister.GradeBands);
        for (var i = 0; i < bands.Count; i++)
        {
            if (score >= bands[i])
            {
                return i;
            }
        }

        return bands.Count;
    }

    /// <summary>The name of the score's grade; <see cref="Undetermined"/> without a score.</summary>
    public static string Of(decimal? score, RegionParameters parameters) =>
        score is { } points ? parameters.Get(ParameterRegister.GradeLabels)[IndexOf(points, parameters)] : Undetermined;
}
