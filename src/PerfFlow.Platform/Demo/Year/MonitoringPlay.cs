using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Demo;

/// <summary>Monitoring of 2023 at the end of September: key projects are reviewed twice; those that are far behind have to be rectified.</summary>
internal sealed class MonitoringPlay(DemoDesk desk, DemoTimeline timeline, long noticeId)
{
    private const int PageEvery = 3;

    private static readonly Dictionary<MonitorEnd, (string Outcome, string Text)> Ends = new()
    {
        [MonitorEnd.Fine] = (DecideReview.Approve, "monitor.opinion"), [MonitorEnd.Adjust] = ("Adjust", "monitor.adjust"), [MonitorEnd.Rectify] = ("Rectify", "monitor.rectify"),
    };

    public async Task<IReadOnlyDictionary<string, long>> PlanAsync(IReadOnlyList<MonitoredProject> projects, CancellationToken ct)
    {
        var cases = await desk.CasesAsync(noticeId, ct);
        var days = new DateOnly[] { new(2023, 10, 7), new(2023, 10, 9), new(2023, 10, 10), new(2023, 10, 12) };
        foreach (var (n, unit) in projects.GroupBy(p => p.UnitCode, StringComparer.Ordinal).Index())
        {
            var day = days[n % days.Length];
            timeline.At(day, async token =>
            {
                var clerk = "clerk" + unit.Key;
                await desk.ReadNoticeAsync(clerk, noticeId, token);
                if (n % PageEvery != PageEvery - 1)
                {
                    await desk.SendWorkbookAsync(clerk, noticeId, unit.Key, [.. unit.Select(p => (cases[p.Code], (Func<FilingCase, IEnumerable<(string, string)>>)(f => Write(p, f))))], "2023年1-9月绩效运行监控.xlsx", token);
                }

                foreach (var project in unit)
                {
                    await desk.FillAsync(cases[project.Code], f => Write(project, f), code => DemoSentences.Explain(code, project.N), token);
                    timeline.At(day.AddDays(day.Day == 7 ? 4 : day.DayOfWeek >= DayOfWeek.Wednesday ? 5 : 3), t => ConcludeAsync(project, cases[project.Code], t));
                }
            });
        }

        return cases;
    }

    /// <summary>The section concludes; of a key project the performance section as well.</summary>
    private async Task ConcludeAsync(MonitoredProject project, long caseId, CancellationToken ct)
    {
        await desk.PassDepartmentAsync(caseId, ct);
        var (outcome, text) = Ends[project.End];
        while (await desk.RoleAsync(caseId, ct) is not null)
        {
            await desk.DecideAsync(caseId, outcome, ct, project.Say(text));
        }
    }

    private static List<(string Path, string Text)> Write(MonitoredProject project, FilingCase filing)
    {
        var forecast = FormValue.Write(project.Slow ? project.Amount - project.Recovered : Math.Max(project.Paid, decimal.Round(project.Amount * (96 + (project.N % 5)) / 100, 2)));
        var texts = new List<(string, string)>();
        foreach (var row in filing.Prefilled.Rows("progress").Where(r => r.Number("adjusted") > 0))
        {
            texts.Add(($"progress[{row.Id}].forecast", forecast));
        }

        var names = new Dictionary<string, string>(project.Names, StringComparer.Ordinal);
        foreach (var (i, row) in project.Indicators.Index())
        {
            // An adjustment concerns one indicator, a project that is behind most of them.
            var behind = project.Slow ? row.Unit != "%" : project.End == MonitorEnd.Adjust && i == 0;
            var (current, expected) = DemoMeasure.Monitored(row, project.N + i, behind);
            var deviates = behind && expected != row.Value;
            var place = $"indicators[{i + 1}].";
            texts.AddRange(
            [
                (place + "level2", row.Level2), (place + "name", row.Name), (place + "operator", row.Sign), (place + "value", row.Value), (place + "unit", row.Unit),
                (place + "current", current), (place + "forecast", expected), (place + "likelihood", deviates ? "possible" : "certain"),
                (place + "causes", deviates ? "other" : ""), (place + "reason", deviates ? DemoSentences.Pick("monitor.reason", project.N + i) : ""),
                (place + "remark", deviates ? DemoSentences.Pick("monitor.remark", project.N + i) : ""),
            ]);
            names.TryAdd(row.Level2[..1] == "2" ? "rb" : row.Level2 == "12" ? "rz" : row.Level2 == "11" ? "rq" : row.Level2, row.Reached(current));
        }

        texts.Add(("goal.annual", project.Say("monitor.goal")));
        texts.Add(("goal.progress", DemoSentences.Pick(project.Slow ? "monitor.progress.slow" : "monitor.progress", project.N, names)));
        texts.Add(("monitor.measures", project.Say("monitor.measures")));
        foreach (var n in project.End == MonitorEnd.Rectify ? Enumerable.Range(0, 2) : [])
        {
            var (text, demand) = DemoScores.Split(DemoSentences.Pick("monitor.problem", n, project.Names));
            texts.AddRange([($"problems[{n + 1}].text", text), ($"problems[{n + 1}].rectify", "yes"), ($"problems[{n + 1}].demand", demand)]);
        }

        return texts;
    }
}
