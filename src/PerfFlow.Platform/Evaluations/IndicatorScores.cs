using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>The score of one indicator row: which are computed, what a person may give for the others.</summary>
public static class IndicatorScores
{
    /// <summary>The platform computes it: a number against a number, or a day that was kept. Others are given within <see cref="Allowed"/>.</summary>
    public static bool IsComputed(FormRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Measured.Target(row) is not null
            || (Measured.TargetDay(row) is not null && (row["actual"].Length == 0 || Measured.Reaches(row, row["actual"]) == true));
    }

    /// <summary>The row with its score: computed where that can be, else as given, rounded.</summary>
    public static FormRow Scored(FormRow row, Scoring scoring)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(scoring);
        if (!IsComputed(row))
        {
            return row.Number("score") is { } given ? row.With("score", FormValue.Write(scoring.Round(given))) : row;
        }

        decimal? score = null;
        if (row.Number("weight") is { } weight and >= 0)
        {
            score = Measured.Target(row) is { } target && Measured.Sign(row) is { } sign
                ? row.Number("actual") is { } actual ? scoring.Indicator(sign, weight, target, actual) : null
                : row["actual"].Length > 0 ? scoring.Round(weight) : null;
        }

        return row.With("score", FormValue.Write(score));
    }

    /// <summary>
    /// The points that a person may give: of a 定性 row those of its word; of a day that was missed less than for one that
    /// was kept. Null while that cannot be said.
    /// </summary>
    public static ScoreBand? Allowed(FormRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return IsComputed(row) || row.Number("weight") is not { } weight ? null
            : Measured.IsQualitative(row) ? Measured.Word(row["actual"]) is { } word ? Scoring.Band(word, weight) : null
            : Measured.TargetDay(row) is not null ? new ScoreBand(0, Scoring.Band(Attainment.Partly, weight).High, false)
            : new ScoreBand(0, weight, true);
    }
}
