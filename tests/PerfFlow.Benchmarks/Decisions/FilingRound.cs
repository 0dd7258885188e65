using System.Diagnostics;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Engine;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// Callers that take goal-filing cases through their steps. A case has five acts: Start, Submit, and the approvals of
/// department, section and performance office. Submit and the first two approvals each write the very rows that
/// <see cref="PgBench"/> writes, so only they are timed; the Start lies before.
/// </summary>
internal sealed class FilingRound(BenchServer server, County county)
{
    /// <summary>Timed acts per case.</summary>
    public const int Acts = 3;

    private readonly WorkflowRunner runner = server.Get<WorkflowRunner>();
    private readonly long section = county.BureauId + 1;
    private long ids;

    /// <summary>A case that waits for its unit.</summary>
    public sealed record Filing(long CaseId, long UnitId);

    /// <summary>What a timed run came to.</summary>
    public sealed record Run(double Seconds, double[] Milliseconds, long AllocatedBytes, TimeSpan Cpu)
    {
        public double PerSecond => Milliseconds.Length / Seconds;
    }

    public async Task<Filing[]> StartAsync(int count, int callers, CancellationToken ct)
    {
        var due = server.Get<RegionClock>().Now(county.RegionId).AddDays(20);
        var caseIds = await runner.NewCaseIdsAsync(count, ct);
        var filings = caseIds.Select(id => new Filing(id, 100_000 + (id % 300))).ToArray();
        await EachAsync(filings, callers, async filing => await AcceptedAsync(
            new CaseCommand
            {
                Id = NextId(),
                CaseId = filing.CaseId,
                Act = new Act.Start(Facts.Of(("due", due), ("needsDepartment", true), ("needsPerformanceReview", true))),
                Actor = Actor.Platform,
                Seed = new CaseSeed
                {
                    DefinitionId = "goal-filing", RegionId = county.RegionId, NoticeId = 1, UnitId = filing.UnitId, DepartmentId = filing.UnitId + 1000,
                    SectionId = section, ObjectId = filing.CaseId,
                },
            },
            ct));
        return filings;
    }

    /// <summary>Submits and approves all of them; each caller has one case in hand and waits for each answer.</summary>
    public async Task<Run> DecideAsync(Filing[] filings, int callers, CancellationToken ct)
    {
        var times = new double[filings.Length * Acts];
        var n = -1;
        var allocated = GC.GetTotalAllocatedBytes();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await EachAsync(filings, callers, async filing =>
        {
            await TimedAsync(filing, 1, "Submit", "UNIT", filing.UnitId);
            await TimedAsync(filing, 2, "Approve", "DEPT", filing.UnitId + 1000);
            await TimedAsync(filing, 3, "Approve", "FIN_SECTION", section);
        });
        return new Run(Stopwatch.GetElapsedTime(started).TotalSeconds, times, (GC.GetTotalAllocatedBytes() - allocated) / times.Length, Environment.CpuUsage.TotalTime - cpu);

        async Task TimedAsync(Filing filing, int visit, string outcome, string role, long body)
        {
            var since = Stopwatch.GetTimestamp();
            await DecideAsync(filing, visit, outcome, role, body, ct);
            times[Interlocked.Increment(ref n)] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
    }

    /// <summary>
    /// The same acts at so many per second, each at its time; the approval of a case comes no sooner than its submission was
    /// answered. Milliseconds from the time at which an act was due until its answer.
    /// </summary>
    public async Task<double[]> PaceAsync(Filing[] filings, int perSecond, CancellationToken ct)
    {
        var times = new double[filings.Length * Acts];
        var started = Stopwatch.GetTimestamp();
        var before = new Task[filings.Length];
        Array.Fill(before, Task.CompletedTask);
        for (var n = 0; n < times.Length; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / perSecond);
            while (Stopwatch.GetElapsedTime(started) < due)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, ct);
            }

            // All submissions first, then all approvals of the department, then of the section: a case's acts lie far apart.
            var (step, i, index) = (n / filings.Length, n % filings.Length, n);
            before[i] = ActAsync(before[i]);

            async Task ActAsync(Task earlier)
            {
                await earlier;
                var (outcome, role, body) = step switch
                {
                    0 => ("Submit", "UNIT", filings[i].UnitId),
                    1 => ("Approve", "DEPT", filings[i].UnitId + 1000),
                    _ => ("Approve", "FIN_SECTION", section),
                };
                await DecideAsync(filings[i], step + 1, outcome, role, body, ct);
                times[index] = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
            }
        }

        await Task.WhenAll(before);
        return times;
    }

    /// <summary>The last approval, after which a case is finished.</summary>
    public Task FinishAsync(Filing[] filings, int callers, CancellationToken ct) =>
        EachAsync(filings, callers, filing => DecideAsync(filing, 4, "Approve", "FIN_PERF", county.BureauId, ct));

    private Task DecideAsync(Filing filing, int visit, string outcome, string role, long body, CancellationToken ct) => AcceptedAsync(
        new CaseCommand { Id = NextId(), CaseId = filing.CaseId, Act = new Act.Complete(visit, Facts.Of(("outcome", outcome), ("round", 1))), Actor = new Actor(filing.UnitId, role, body) }, ct);

    private async Task AcceptedAsync(CaseCommand command, CancellationToken ct)
    {
        var answer = await runner.RunAsync(command, ct);
        if (!answer.Ok)
        {
            throw new InvalidOperationException($"{command.Act.Name} of case {command.CaseId} was refused: {answer.Refusal!.Code}");
        }
    }

    private Guid NextId() => CommandId.OfEffect(0, 0, (int)Interlocked.Increment(ref ids));

    private static Task EachAsync(Filing[] filings, int callers, Func<Filing, Task> act)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < filings.Length; i = Interlocked.Increment(ref next))
            {
                await act(filings[i]);
            }
        })));
    }
}
