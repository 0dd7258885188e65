using System.Globalization;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Results reach the budget: money of slow projects is taken back, the school health project's budget of 2024 is cut by a
/// tenth, the overtime subsidy is not arranged. Proposed, consulted, approved, booked under a document's number.
/// </summary>
internal sealed class ResultPlay(DemoDesk desk, DemoTimeline timeline)
{
    private int documents = 117;

    /// <summary>Plans one result from its day of proposal on.</summary>
    /// <param name="originId">The case that is its evidence.</param>
    /// <param name="reason">Key of the sentence.</param>
    /// <param name="proposed">A Monday, Tuesday or Wednesday.</param>
    /// <param name="measure">Kind, target year and amounts.</param>
    /// <param name="booked">False leaves it to the leader.</param>
    public void Plan(long originId, string reason, DateOnly proposed, IReadOnlyList<(string Path, string Text)> measure, bool booked = true)
    {
        timeline.At(proposed, async ct =>
        {
            var viewer = await desk.Demo.AsAsync("performance1", ct);
            var caseId = DemoRegion.Must(
                await desk.Services.GetRequiredService<ProposeResult>().RunAsync(viewer, originId, CommandId.Of($"demo {desk.Demo.RegionId} result {originId} {reason}"), ct), $"a result of case {originId}");
            await desk.FillAsync(caseId, _ => [.. measure, ("result.reason", DemoSentences.Pick(reason, 0))], code => DemoSentences.Explain(code, 0), ct);
            timeline.At(proposed.AddDays(2), t => desk.DecideAsync(caseId, DecideReview.Approve, t, DemoSentences.Pick("result.consult", (int)(caseId % 2))));
            if (booked)
            {
                timeline.At(proposed.AddDays(7), t => desk.DecideAsync(caseId, DecideReview.Approve, t, DemoSentences.Pick("result.approve", (int)(caseId % 2))));
                timeline.At(proposed.AddDays(9), t => desk.FillAsync(caseId, _ => Booking(), code => DemoSentences.Explain(code, 0), t));
            }
        });
    }

    /// <summary>收回 of what a slow project will not spend.</summary>
    public void PlanRecovery(MonitoredProject project, long originId, DateOnly proposed) => Plan(
        originId, "result.recover", proposed,
        [("result.kind", "recover"), ("result.targetYear", FormValue.Write(MonitoredProject.FiscalYear)), ("result.before", FormValue.Write(project.Amount)), ("result.amount", FormValue.Write(project.Recovered))]);

    private IEnumerable<(string Path, string Text)> Booking() =>
    [
        ("booking.document", string.Create(CultureInfo.InvariantCulture, $"青财预〔2023〕{Interlocked.Increment(ref documents)}号")), ("booking.date", FormValue.Write(desk.Today)),
    ];
}
