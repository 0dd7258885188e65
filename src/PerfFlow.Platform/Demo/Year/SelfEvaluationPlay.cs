using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Self-evaluations of 2022: most by a workbook of the unit, some typed; a few scored themselves full or wrote nothing that
/// can be checked and come back once; some units are late and are reminded.
/// </summary>
internal sealed class SelfEvaluationPlay(DemoDesk desk, DemoTimeline timeline, long noticeId, DemoNotice notice)
{
    private const int PageEvery = 3;
    private const int LateEvery = 7;
    private const int ReturnedEvery = 8;
    private static readonly string[] Faults = ["full", "vague"];

    /// <summary>Projects of the spot check, of the finance evaluations and a handful of others.</summary>
    public static IReadOnlyList<YearProject> Chosen(IReadOnlyList<YearProject> projects) =>
        [.. projects.Where(p => p.Group != YearGroup.Department), .. projects.Where(p => p.Group == YearGroup.Department).Take(14)];

    public async Task PlanAsync(IReadOnlyList<YearProject> projects, CancellationToken ct)
    {
        var cases = await desk.CasesAsync(noticeId, ct);
        var days = new DateOnly[] { new(2023, 3, 13), new(2023, 3, 17), new(2023, 3, 22), new(2023, 3, 28) };
        var late = new DateOnly(2023, 4, 4);
        foreach (var (n, unit) in projects.GroupBy(p => p.UnitCode, StringComparer.Ordinal).Index())
        {
            var byWorkbook = n % PageEvery != PageEvery - 1;
            var day = n % LateEvery == LateEvery - 1 ? late : days[n % days.Length];
            timeline.At(day, async token =>
            {
                var clerk = "clerk" + unit.Key;
                await desk.ReadNoticeAsync(clerk, noticeId, token);
                if (byWorkbook)
                {
                    await desk.SendWorkbookAsync(clerk, noticeId, unit.Key, [.. unit.Select(p => (cases[p.Code], Writer(p, FaultOf(p), inWorkbook: true)))], $"{notice.FiscalYear}年度项目自评汇总.xlsx", token);
                }

                foreach (var project in unit)
                {
                    timeline.At(day, t => FirstAsync(project, cases[project.Code], day, t));
                }
            });
        }
    }

    private async Task FirstAsync(YearProject project, long caseId, DateOnly day, CancellationToken ct)
    {
        var fault = FaultOf(project);
        await FillAsync(project, caseId, fault, ct);
        timeline.At(After(day, 3), async t =>
        {
            await desk.PassDepartmentAsync(caseId, t);
            if (fault is null)
            {
                await desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("self.opinion"), Rating(project));
                return;
            }

            await desk.DecideAsync(caseId, "Return", t, back: Back(project, fault));
            timeline.At(After(day, 7), x => AgainAsync(project, caseId, After(day, 7), x));
        });
    }

    private async Task AgainAsync(YearProject project, long caseId, DateOnly day, CancellationToken ct)
    {
        await FillAsync(project, caseId, null, ct);
        timeline.At(After(day, 3), async t =>
        {
            await desk.PassDepartmentAsync(caseId, t);
            await desk.DecideAsync(caseId, DecideReview.Approve, t, project.Say("self.opinion"), Rating(project));
        });
    }

    private Task FillAsync(YearProject project, long caseId, string? fault, CancellationToken ct) =>
        desk.FillAsync(
            caseId, Writer(project, fault, inWorkbook: false), code => DemoSentences.Explain(code, project.N), ct,
            answer: _ => project.Say("self.answer"), attach: project.N % 4 == 2 ? ["evidence"] : []);

    private static string? FaultOf(YearProject project) => project.N % ReturnedEvery == 5 ? Faults[project.N / ReturnedEvery % Faults.Length] : null;

    private static int Rating(YearProject project) => project.N % 3 == 0 ? 0 : 1;

    private static DemoSendBack Back(YearProject project, string fault) => new(
        fault == "full" ? ReturnReasons.Mismatch : ReturnReasons.UnclearGoal,
        project.Say($"self.return.{fault}"),
        (fault == "full" ? "indicators[1].actual" : "goal.actual", project.Say($"self.return.{fault}.comment")));

    // Filings, reviews and second rounds of several units meet on the same few days.
    private static DateOnly After(DateOnly day, int days)
    {
        var then = day.AddDays(days);
        return then.DayOfWeek switch { DayOfWeek.Saturday => then.AddDays(2), DayOfWeek.Sunday => then.AddDays(1), _ => then };
    }

    private static Func<FilingCase, IEnumerable<(string Path, string Text)>> Writer(YearProject project, string? fault, bool inWorkbook) => _ =>
    {
        var texts = new List<(string, string)>();
        var reached = new Dictionary<string, string>(project.Names, StringComparer.Ordinal);
        string[] keys = ["rq", "rz", "rt", "rb"];
        foreach (var (i, row) in project.Indicators.Index())
        {
            var actual = fault == "full" ? row.Sign == "定性" ? "达成" : row.Value : DemoMeasure.Actual(row, (project.N * 5) + (i * 3));
            if (i < keys.Length)
            {
                reached[keys[i]] = row.Reached(actual);
            }

            var place = $"indicators[{i + 1}].";
            texts.AddRange(
            [
                (place + "level2", row.Level2), (place + "name", row.Name), (place + "operator", row.Sign), (place + "value", row.Value), (place + "unit", row.Unit),
                (place + "weight", FormValue.Write(row.Weight)), (place + "actual", actual), .. Judged(project, row, actual, i, place, fault),
            ]);
        }

        texts.Add(("goal.annual", project.Say("self.goal")));
        texts.Add(("goal.actual", fault == "vague" ? project.Say("self.actual.vague") : DemoSentences.Pick("self.actual", project.N, reached)));
        if (!inWorkbook)
        {
            texts.AddRange([("self.conclusion", project.Say("self.conclusion")), ("self.problems", project.Say("self.problems")), ("self.proposals", project.Say("self.proposals"))]);
        }

        return texts;
    };

    // Points where a person gives them, and why there are not all of them.
    private static IEnumerable<(string, string)> Judged(YearProject project, YearIndicator row, string actual, int i, string place, string? fault)
    {
        var (late, soft) = (FormValue.Date(row.Value) is { } due && FormValue.Date(actual) > due, row.Sign == "定性");
        if (soft)
        {
            yield return (place + "score", FormValue.Write(fault == "full" ? row.Weight : actual == "达成" ? row.Weight * 0.9m : row.Weight * 0.7m));
        }
        else if (late)
        {
            yield return (place + "score", FormValue.Write(row.Weight * 0.6m));
        }

        if (fault != "full")
        {
            var key = late ? "self.analysis.date" : soft ? "self.analysis.words" : FormValue.Decimal(actual) is { } number && FormValue.Decimal(row.Value) is { } target && (row.Sign == "≤" ? number > target : number < target) ? row.Unit == "%" ? "self.analysis.rate" : "self.analysis.number" : null;
            yield return (place + "analysis", key is null ? "" : DemoSentences.Pick(key, project.N + i, new Dictionary<string, string>(StringComparer.Ordinal) { ["row"] = row.Name }));
        }
    }
}
