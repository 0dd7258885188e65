using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Rectification in November: ordered under a number of the ledger for what finance evaluations, spot checks and monitoring
/// found, reported back, some returned line by line, most closed. A few are left for the visitor.
/// </summary>
internal sealed class RectificationPlay(DemoDesk desk, DemoTimeline timeline)
{
    private const string Title = "关于做好2023年财政重点绩效评价和单位绩效抽评问题整改工作的通知";
    private const string MonitoringTitle = "关于做好2023年绩效运行监控发现问题整改工作的通知";

    private static readonly string[] Marks = ["台账", "检查", "执行", "基期", "满意度", "合同", "进度"];

    public async Task OrderAsync(IReadOnlyList<(MonitoredProject Project, long CaseId)> monitored, CancellationToken ct)
    {
        var viewer = await desk.Demo.AsAsync("performance1", ct);
        var order = desk.Services.GetRequiredService<OrderRectification>();
        var origins = await OriginsAsync(ct);
        var batch = CommandId.Of($"demo {desk.Demo.RegionId} rectification");
        var ordered = DemoRegion.Must(await order.RunManyAsync(viewer, origins, null, await NumberAsync(Title, ct), batch, ct), Title)
            .Select(o => DemoRegion.Must(o.Case, $"ordering from case {o.OriginId}")).ToList();
        var number = await NumberAsync(MonitoringTitle, ct);
        foreach (var (project, caseId) in monitored.Where(m => m.Project.End == MonitorEnd.Rectify))
        {
            ordered.Add(DemoRegion.Must(
                await order.RunAsync(viewer, new RectificationOrder(caseId, null, null, number, CommandId.Of($"demo {desk.Demo.RegionId} rectify {caseId}")), ct), $"ordering from {project.Name}"));
        }

        foreach (var (n, caseId) in ordered.Index())
        {
            Plan(n, caseId);
        }
    }

    private void Plan(int n, long caseId)
    {
        var late = n % 2;
        DateOnly sent = late == 0 ? new(2023, 11, 13) : new(2023, 11, 20), read = sent.AddDays(3);
        switch (n % 12)
        {
            case 11:
                // Nobody has begun.
                return;
            case 10:
                timeline.At(sent, t => RespondAsync(n, caseId, again: false, t, submit: false));
                return;
            case 9:
                timeline.At(sent, t => RespondAsync(n, caseId, again: false, t));
                return;
            case 4:
                timeline.At(sent, t => desk.DecideAsync(caseId, Extensions.Ask, t, DemoSentences.Pick("rectify.reason", n), more: d => d with { Due = desk.In(20) }));
                timeline.At(read, t => desk.DecideAsync(caseId, Extensions.Grant, t, "同意延期，请按新的期限报送。", more: d => d with { Due = desk.In(15) }));
                timeline.At(new(2023, 11, 27), t => RespondAsync(n, caseId, again: false, t));
                return;
        }

        timeline.At(sent, t => RespondAsync(n, caseId, again: false, t));
        timeline.At(read, async t =>
        {
            await desk.PassDepartmentAsync(caseId, t);
            if (n % 5 == 3)
            {
                var back = new DemoSendBack(ReturnReasons.Incomplete, DemoSentences.Pick("rectify.return.text", n));
                await desk.DecideAsync(caseId, "Return", t, back: back, more: d => d with { Lines = [new ReturnedLine(1, DemoSentences.Pick("rectify.return", n))] });
                return;
            }

            await desk.DecideAsync(caseId, DecideReview.Approve, t, DemoSentences.Pick("rectify.close", n));
        });
        if (n % 5 == 3)
        {
            timeline.At(new(2023, 11, 27), t => RespondAsync(n, caseId, again: true, t));
            timeline.At(new(2023, 11, 29), async t =>
            {
                await desk.PassDepartmentAsync(caseId, t);
                await desk.DecideAsync(caseId, DecideReview.Approve, t, DemoSentences.Pick("rectify.close", n));
            });
        }

        timeline.At(new(2023, 12, 1), t => desk.DecideAsync(caseId, DecideReview.Approve, t, DemoSentences.Pick("rectify.close", n + 1)));
    }

    private Task RespondAsync(int n, long caseId, bool again, CancellationToken ct, bool submit = true) =>
        desk.FillAsync(caseId, found => Response(n, found, again), code => DemoSentences.Explain(code, n), ct, submit, answer: _ => DemoSentences.Pick("self.answer", n));

    private static IEnumerable<(string, string)> Response(int n, FilingCase found, bool again)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = found.Project.Name };
        foreach (var (i, row) in found.Prefilled.Rows(RectificationForm.Lines).Index().Where(r => r.Item["verdict"] != LineVerdicts.Closed))
        {
            var place = $"{RectificationForm.Lines}[{row.Id}].";
            yield return (place + "measure", again ? DemoSentences.Pick("rectify.measure.again", n + i) : Measure(row["text"], n + i, names));
            yield return (place + "post", DemoSentences.Pick("rectify.post", n + i));
            yield return (place + "deadline", $"2023-11-{10 + ((n + i) % 18):00}");
            yield return (place + "state", !again && n % 5 == 3 && i == 0 ? RectificationForm.Doing : RectificationForm.Done);
            yield return (place + "evidence", DemoSentences.Pick("rectify.evidence", n + i));
        }

        yield return ("rectify.use", n % 3 == 0 ? "budget" : n % 3 == 1 ? "management" : "goal");
    }

    // The measure is one for the problem: by the word that names its kind.
    private static string Measure(string problem, int n, Dictionary<string, string> names) =>
        Array.FindIndex(Marks, mark => problem.Contains(mark, StringComparison.Ordinal)) is >= 0 and var kind
            ? DemoSentences.Pick("rectify.measure", kind, names)
            : DemoSentences.Pick("rectify.measure.other", n, names);

    private async Task<List<long>> OriginsAsync(CancellationToken ct)
    {
        await using var db = await desk.Services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct);
        string[] sources = ["finance-evaluation", "spot-check"];
        return await db.RectificationOrigins.Where(o => o.RegionId == desk.Demo.RegionId && sources.Contains(o.Source)).OrderBy(o => o.Source).ThenBy(o => o.CaseId).Select(o => o.CaseId).ToListAsync(ct);
    }

    private async Task<string> NumberAsync(string title, CancellationToken ct)
    {
        var viewer = await desk.Demo.AsAsync("performance1", ct);
        var line = await desk.Services.GetRequiredService<NumberLedger>().GiveByHandAsync(viewer, desk.Demo.County.Notices[0].MarkWord, title, CommandId.Of($"demo {desk.Demo.RegionId} {title}"), ct);
        return DemoRegion.Must(line, title).Number.ToString();
    }
}
