namespace PerfFlow.Platform.Submissions;

/// <summary>Points of one part of the review.</summary>
public sealed record PartScore(ReviewPart Part, int Points, int Full);

/// <summary>
/// A proposal for the reviewer, who decides: 100 points, less 10 for each open error and 3 for each warning, explained or
/// not (practice); the parts of 财预〔2015〕88号 show where the points went. Bands 90/80/60.
/// </summary>
/// <param name="Points">0 to 100.</param>
/// <param name="Grade">0 优, 1 良, 2 中, 3 差: index into the region's grade labels.</param>
/// <param name="Parts">完整性, 相关性, 适当性, 可行性; a part does not fall below zero, so they may add up to more than the points.</param>
public sealed record SuggestedRating(int Points, int Grade, IReadOnlyList<PartScore> Parts)
{
    private const int PerError = 10;
    private const int PerWarning = 3;

    private static readonly (ReviewPart Part, int Full)[] Full =
        [(ReviewPart.Completeness, 20), (ReviewPart.Relevance, 30), (ReviewPart.Suitability, 30), (ReviewPart.Feasibility, 20)];

    /// <summary>The proposal for these findings.</summary>
    public static SuggestedRating Of(IReadOnlyList<Finding> findings)
    {
        var lost = findings
            // A check that another form has of its own counts in the points; the parts are those of goals.
            .GroupBy(f => GoalFilingChecks.Find(f.Code)?.Part ?? ReviewPart.Completeness)
            .ToDictionary(g => g.Key, g => g.Sum(f => f.Level == FindingLevel.Error ? PerError : PerWarning));
        var points = Math.Max(0, 100 - lost.Values.Sum());
        var grade = points switch { >= 90 => 0, >= 80 => 1, >= 60 => 2, _ => 3 };
        return new SuggestedRating(points, grade, [.. Full.Select(p => new PartScore(p.Part, Math.Max(0, p.Full - lost.GetValueOrDefault(p.Part)), p.Full))]);
    }
}
