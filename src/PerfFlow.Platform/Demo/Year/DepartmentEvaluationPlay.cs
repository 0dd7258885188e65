using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;

namespace PerfFlow.Platform.Demo;

/// <summary>Departments evaluate their own key projects: proposed, confirmed, reported, approved; a few reports come back once.</summary>
internal sealed class DepartmentEvaluationPlay(DemoDesk desk, DemoTimeline timeline, long noticeId)
{
    private const int ReturnedEvery = 9;
    private const int AgencyEvery = 4;
    private const int ProblemsEvery = 5;

    public async Task PlanAsync(IReadOnlyList<YearProject> projects, CancellationToken ct)
    {
        var cases = await desk.CasesAsync(noticeId, ct);
        DateOnly[] proposed = [new(2023, 3, 22), new(2023, 3, 28)];
        DateOnly[] reported = [new(2023, 4, 25), new(2023, 5, 15)], read = [new(2023, 5, 4), new(2023, 5, 22)];
        foreach (var (n, project) in projects.Index())
        {
            var (caseId, half) = (cases[project.Code], n % 2);
            timeline.At(proposed[half], t => desk.FillAsync(caseId, _ => Plan(project, n), code => DemoSentences.Explain(code, n), t));
            timeline.At(proposed[half].AddDays(6), t => desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("plan.opinion")));
            timeline.At(reported[half], t => ReportAsync(project, caseId, t));
            var reviewed = read[half];
            if (n % ReturnedEvery == 4)
            {
                timeline.At(reviewed, t => desk.DecideAsync(caseId, "Return", t, back: new DemoSendBack(
                    ReturnReasons.Incomplete, project.Say("department.return"), ("scores[11].note", project.Say("department.return.comment")))));
                reviewed = new DateOnly(2023, 5, 29);
                timeline.At(new DateOnly(2023, 5, 24), t => ReportAsync(project, caseId, t));
            }

            timeline.At(reviewed, t => desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("department.opinion")));
        }
    }

    private Task ReportAsync(YearProject project, long caseId, CancellationToken ct) => desk.FillAsync(
        caseId,
        found => [.. DemoScores.Of(found, project, 84 + (project.N % 11)), .. DemoScores.Problems(project, project.N % ProblemsEvery == 0 ? 2 : 0), ("appraisal.conclusion", project.Say("department.conclusion")), ("appraisal.proposals", project.Say("department.proposals"))],
        code => DemoSentences.Explain(code, project.N), ct, answer: _ => project.Say("self.answer"));

    private static IEnumerable<(string Path, string Text)> Plan(YearProject project, int n)
    {
        yield return ("plan.organised", n % AgencyEvery == 0 ? "agency" : "own");
        yield return ("plan.agency", n % AgencyEvery == 0 ? project.Say("agency.name") : "");
        yield return ("plan.from", "2023-04-03");
        yield return ("plan.until", $"2023-05-{20 + (n % 9)}");
        yield return ("plan.reason", project.Say("plan.reason"));
        yield return ("plan.method", project.Say("plan.method"));
    }
}
