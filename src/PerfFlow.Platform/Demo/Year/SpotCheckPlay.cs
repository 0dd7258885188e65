using System.Globalization;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Spot checks of the self-evaluations: evidence, the section's points beside the unit's, checked by the performance section;
/// most units accept, some by silence, a few object once and are settled.
/// </summary>
internal sealed class SpotCheckPlay(DemoDesk desk, DemoTimeline timeline, long noticeId)
{
    private const int ObjectingEvery = 24;

    public async Task<IReadOnlyDictionary<string, long>> PlanAsync(IReadOnlyList<YearProject> projects, CancellationToken ct)
    {
        var cases = await desk.CasesAsync(noticeId, ct);
        DateOnly[] sent = [new(2023, 5, 15), new(2023, 5, 19), new(2023, 5, 24)];
        DateOnly[] scored = [new(2023, 5, 29), new(2023, 6, 1), new(2023, 6, 6)];
        foreach (var unit in projects.GroupBy(p => p.UnitCode, StringComparer.Ordinal))
        {
            timeline.At(sent[0], t => desk.ReadNoticeAsync("clerk" + unit.Key, noticeId, t));
        }

        foreach (var (n, project) in projects.Index())
        {
            var (caseId, third) = (cases[project.Code], n % sent.Length);
            timeline.At(sent[third], t => desk.FillAsync(caseId, f => Evidence(project, f), code => DemoSentences.Explain(code, n), t));
            timeline.At(scored[third], t => desk.FillAsync(caseId, f => Score(project, f), code => DemoSentences.Explain(code, n), t));
            timeline.At(new DateOnly(2023, 6, 8), t => desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("spot.verify")));
            // Of twelve, three say nothing within the period: silence is consent.
            if (n % ObjectingEvery == 7)
            {
                timeline.At(new DateOnly(2023, 6, 13), t => desk.FillAsync(caseId, f => Objection(project, f), code => DemoSentences.Explain(code, n), t));
                timeline.At(new DateOnly(2023, 6, 19), t => desk.FillAsync(caseId, f => Settlement(project, f), code => DemoSentences.Explain(code, n), t));
            }
            else if (n % 4 != 2)
            {
                timeline.At(new DateOnly(2023, 6, 13), t => desk.DecideAsync(caseId, "Accept", t, project.Say("spot.accept")));
            }
        }

        // By then the answer period is over and the pump has told the silent ones.
        timeline.At(new DateOnly(2023, 6, 19), _ => Task.CompletedTask);
        return cases;
    }

    private static IEnumerable<(string, string)> Evidence(YearProject project, FilingCase filing) =>
        filing.Prefilled.Rows("evidence").Index().Select(r => (
            $"evidence[{r.Item.Id}].material",
            Row("spot.material", project.N + r.Index, r.Item["name"]).Replace("{count}", (3 + (((project.N * 3) + r.Index) % 40)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    // Only what cannot be proved is taken off, so that a spot score lies below the unit's own.
    private static List<(string, string)> Score(YearProject project, FilingCase filing)
    {
        var texts = new List<(string, string)> { ("spot.conclusion", project.Say("spot.conclusion")) };
        var lost = 0m;
        foreach (var (i, row) in filing.Prefilled.Rows("spot").Index())
        {
            var (self, weight) = (row.Number("self") ?? 0, row.Number("weight") ?? 0);
            var off = row.Id != "execution" && ((project.N * 3) + (i * 5)) % 7 < 3 ? Math.Min(self, decimal.Round(weight * (10 + ((project.N + i) % 4 * 6)) / 100 * 2, 0) / 2) : 0;
            lost += off;
            texts.Add(($"spot[{row.Id}].score", FormValue.Write(self - off)));
            texts.Add(($"spot[{row.Id}].reason", off > 0 ? Row("spot.reason", project.N + i, row["name"]) : ""));
        }

        return lost < 10 ? texts : [.. texts, .. DemoScores.Problems(project, lost < 13 ? 1 : 2)];
    }

    private static IEnumerable<(string, string)> Objection(YearProject project, FilingCase filing)
    {
        var row = filing.Prefilled.Rows("objections").OrderBy(r => r.Number("score") - r.Number("self")).First();
        yield return ($"objections[{row.Id}].asked", row["self"]);
        yield return ($"objections[{row.Id}].said", Row("spot.objection", project.N, row["name"]));
    }

    private static IEnumerable<(string, string)> Settlement(YearProject project, FilingCase filing)
    {
        foreach (var row in filing.Prefilled.Rows("settlements"))
        {
            var taken = project.N % 2 == 0;
            yield return ($"settlements[{row.Id}].taken", taken ? "yes" : "no");
            yield return ($"settlements[{row.Id}].final", taken ? FormValue.Write(decimal.Round(((row.Number("score") + row.Number("asked")) / 2) ?? 0, 1)) : row["score"]);
            yield return ($"settlements[{row.Id}].reason", project.Say(taken ? "spot.settled" : "spot.kept"));
        }
    }

    private static string Row(string key, int n, string name) => DemoSentences.Pick(key, n, new Dictionary<string, string>(StringComparer.Ordinal) { ["row"] = name });
}
