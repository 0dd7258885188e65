using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Finance evaluations: planned and approved, by agencies or the bureau itself, draft, opinions of the departments (some
/// silent), final report; all end 良. What was found of the two named projects is the county's report's.
/// </summary>
internal sealed class FinanceEvaluationPlay(DemoDesk desk, DemoTimeline timeline, long noticeId)
{
    private const int SilentEvery = 3;

    public async Task<IReadOnlyDictionary<string, long>> PlanAsync(IReadOnlyList<YearProject> projects, CancellationToken ct)
    {
        var cases = await desk.CasesAsync(noticeId, ct);
        foreach (var (n, project) in projects.Index())
        {
            var caseId = cases[project.Code];
            Fill(new(2023, 6, 8), _ => Plan(project, n));
            timeline.At(new DateOnly(2023, 6, 13), t => desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("finance.approve")));
            Fill(new(2023, 6, 19), f => Commission(project, f));
            Fill(new(2023, 8, 14), f => [.. DemoScores.Of(f, project, 80.5m + (((n * 7) + 3) % 17 * 0.5m)), .. Found(project)]);
            if (n % SilentEvery != 1)
            {
                Fill(new(2023, 8, 21), f => Opinion(project, f, n % SilentEvery == 2));
            }

            // Ten working days after the draft silence is consent.
            Fill(new(2023, 9, 1), f => Final(f, project));
            timeline.At(new DateOnly(2023, 9, 6), t => desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("finance.confirm")));

            void Fill(DateOnly day, Func<FilingCase, IEnumerable<(string, string)>> write) => timeline.At(day, t => desk.FillAsync(caseId, write, code => DemoSentences.Explain(code, n), t));
        }

        return cases;
    }

    private static IEnumerable<(string, string)> Plan(YearProject project, int n)
    {
        yield return ("finance.object", IsOvertime(project) ? "policy" : IsHealth(project) ? "service" : "project");
        yield return ("finance.organised", n % 3 == 2 ? "own" : "agency");
        yield return ("finance.livelihood", n % 2 == 0 ? "true" : "false");
        yield return ("finance.major", "true");
        yield return ("finance.concern", n % 3 == 0 ? "true" : "false");
        yield return ("finance.grounds", project.Say("finance.grounds"));
        yield return ("finance.method", project.Say("finance.method"));
    }

    private static List<(string, string)> Commission(YearProject project, FilingCase filing)
    {
        List<(string, string)> texts = [("agency.deadline", "2023-08-31"), ("agency.independent", "true"), ("agency.team", project.Say("finance.team"))];
        if (filing.Prefilled["finance.organised"] == "agency")
        {
            texts.AddRange(
            [
                ("agency.name", project.Say("agency.name")), ("agency.procurement", $"QT2023-JX{project.N % 90 + 10}"), ("agency.fee", FormValue.Write(3 + (project.N % 5 * 0.8m))),
                ("agency.statement", project.Say("finance.statement")),
            ]);
        }

        return texts;
    }

    private static IEnumerable<(string, string)> Found(YearProject project) =>
    [
        ("appraisal.conclusion", project.Say("finance.conclusion")), ("appraisal.proposals", project.Say("finance.proposals")),
        .. IsHealth(project) ? Named("finance.problem.health") : IsOvertime(project) ? Named("finance.problem.overtime") : DemoScores.Problems(project, 2),
    ];

    private static IEnumerable<(string, string)> Named(string key) => DemoScores.Problems(Enumerable.Range(0, 3).Select(i => DemoScores.Split(DemoSentences.Pick(key, i))));

    private static IEnumerable<(string, string)> Opinion(YearProject project, FilingCase filing, bool objects)
    {
        foreach (var (i, row) in filing.Prefilled.Rows("opinions").Index())
        {
            var against = objects && i == 0;
            yield return ($"opinions[{row.Id}].stance", against ? "object" : "agree");
            yield return ($"opinions[{row.Id}].said", project.Say(against ? "finance.opinion.object" : "finance.opinion.agree"));
        }
    }

    private static IEnumerable<(string, string)> Final(FilingCase filing, YearProject project)
    {
        foreach (var row in filing.Prefilled.Rows("replies"))
        {
            var taken = row["stance"] != "object" || project.N % 2 == 0;
            yield return ($"replies[{row.Id}].taken", taken ? "yes" : "no");
            yield return ($"replies[{row.Id}].reason", row["stance"] != "object" ? "" : DemoSentences.Pick(taken ? "finance.taken" : "finance.nottaken", 0));
        }
    }

    public static bool IsHealth(YearProject project) => project.Name.Contains("校园卫生专业技术服务", StringComparison.Ordinal);

    public static bool IsOvertime(YearProject project) => project.Name.Contains("规上企业加班追产补贴", StringComparison.Ordinal);
}
