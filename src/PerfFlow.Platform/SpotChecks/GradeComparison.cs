namespace PerfFlow.Platform.SpotChecks;

/// <summary>One row of the comparison: how many of each grade, and their shares in per cent, which add up to 100.</summary>
public sealed record GradeRow(IReadOnlyList<int> Counts, IReadOnlyList<decimal> Shares);

/// <summary>自评 and 抽评 by grade over the same projects, and who moved where.</summary>
/// <param name="Grades">Best first.</param>
/// <param name="Matrix">Self grade, then spot grade.</param>
/// <param name="MeanDifference">Of spot less self score; null without projects.</param>
public sealed record GradeComparison(IReadOnlyList<string> Grades, int Count, GradeRow Self, GradeRow Spot, IReadOnlyList<IReadOnlyList<int>> Matrix, decimal? MeanDifference)
{
    /// <summary>Spot checks with a better grade than the unit gave itself.</summary>
    public int Raised => Sum((self, spot) => spot < self);

    public int Same => Sum((self, spot) => spot == self);

    public int Lowered => Sum((self, spot) => spot > self);

    internal static GradeComparison Of(IReadOnlyList<SpotCheckLine> lines, IReadOnlyList<string> grades)
    {
        var names = grades.ToList();
        var both = lines.Where(l => names.Contains(l.SelfGrade) && names.Contains(l.SpotGrade)).ToList();
        var matrix = new int[grades.Count][];
        for (var i = 0; i < matrix.Length; i++)
        {
            matrix[i] = new int[grades.Count];
        }

        foreach (var line in both)
        {
            matrix[names.IndexOf(line.SelfGrade)][names.IndexOf(line.SpotGrade)]++;
        }

        return new GradeComparison(
            grades,
            both.Count,
            Row([.. matrix.Select(r => r.Sum())]),
            Row([.. grades.Select((_, i) => matrix.Sum(r => r[i]))]),
            matrix,
            both.Count == 0 ? null : Math.Round(both.Average(l => l.Difference ?? 0), 2, MidpointRounding.AwayFromZero));

        static GradeRow Row(int[] counts) => new(counts, Shares.Of(counts));
    }

    private int Sum(Func<int, int, bool> takes) => Matrix.SelectMany((row, self) => row.Where((_, spot) => takes(self, spot))).Sum();
}
