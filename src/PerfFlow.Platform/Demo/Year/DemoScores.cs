using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>Points of an evaluation's table that come to about a wanted total, each deduction with its reason; and the problems found.</summary>
internal static class DemoScores
{
    /// <summary>Fills in the rows that stand on the form.</summary>
    /// <param name="found">The case with the prefilled table.</param>
    /// <param name="project">Whose sentences.</param>
    /// <param name="total">Of 100; what is missing to it is taken off row by row, half points at a time.</param>
    public static IEnumerable<(string Path, string Text)> Of(FilingCase found, YearProject project, decimal total)
    {
        var rows = found.Prefilled.Rows("scores");
        var taken = new decimal[rows.Count];
        var left = rows.Sum(r => r.Number("weight") ?? 0) - total;
        for (var (i, steps) = (project.N % rows.Count, 0); left > 0 && steps < 400; i = (i + 3) % rows.Count, steps++)
        {
            var step = Math.Min(left, rows[i].Number("weight") >= 10 ? 1.5m : 0.5m);
            if (taken[i] + step <= rows[i].Number("weight") * 0.45m)
            {
                taken[i] += step;
                left -= step;
            }
        }

        foreach (var (i, row) in rows.Index())
        {
            yield return ($"scores[{row.Id}].score", FormValue.Write(row.Number("weight") - taken[i]));
            yield return ($"scores[{row.Id}].note", taken[i] > 0 ? DemoSentences.Pick($"score.notes.{project.N % 2}", i, project.Names) : "");
        }
    }

    /// <summary>Rows of 问题 and 整改要求.</summary>
    public static IEnumerable<(string Path, string Text)> Problems(YearProject project, int count) =>
        Problems(Enumerable.Range(0, count).Select(i => (project.Say("problem.text", i * 2), project.Say("problem.demand", i * 2))));

    /// <summary>The same of texts that hold both, with a bar between.</summary>
    public static IEnumerable<(string Path, string Text)> Problems(IEnumerable<(string Text, string Demand)> problems) =>
        problems.Index().SelectMany(p => new[] { ($"problems[{p.Index + 1}].text", p.Item.Text), ($"problems[{p.Index + 1}].demand", p.Item.Demand) });

    public static (string Text, string Demand) Split(string both)
    {
        var parts = both.Split('|');
        return (parts[0], parts[1]);
    }
}
