using System.Diagnostics;
using System.Globalization;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Benchmarks.Notices;

/// <summary>
/// A notice to 10,000 units (as <c>fan-out</c>: 100,000) with one project each: from the click on 编号下发 (the use case, number and guards included) until
/// the answer, at which every task is visible. Written, submitted and signed before by the use cases.
/// </summary>
internal static class IssueBenchmark
{
    /// <summary>10,000 units, three times.</summary>
    public static Task<IReadOnlyList<Measurement>> IssueAsync(Log log, CancellationToken ct) => RunAsync("issue", departments: 100, unitsEach: 99, runs: 3, seconds: 5, log, ct);

    /// <summary>100,000 units, once.</summary>
    public static Task<IReadOnlyList<Measurement>> FanOutAsync(Log log, CancellationToken ct) => RunAsync("fan-out", departments: 500, unitsEach: 199, runs: 1, seconds: 10, log, ct);

    private static async Task<IReadOnlyList<Measurement>> RunAsync(string name, int departments, int unitsEach, int runs, double seconds, Log log, CancellationToken ct)
    {
        var targets = departments * (unitsEach + 1);
        await using var server = await BenchServer.StartAsync(log, ct);
        var county = await County.CreateAsync(server, sections: 8, departments, unitsEach, projectsEach: 1, ct);
        var clerk = await county.PersonAsync("performance", Roles.Performance, county.BureauId, ct);
        var leader = await county.PersonAsync("leader", Roles.Leader, county.BureauId, ct);
        var times = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            var notice = await SignedAsync(server, clerk, leader, i, ct);
            var since = Stopwatch.GetTimestamp();
            var issued = Done(await server.Get<IssueNotice>().RunAsync(clerk, notice, CommandId.Of($"issue {i}"), ct));
            times.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            log.Line(string.Create(CultureInfo.InvariantCulture, $"{issued.Number}: {times[^1]:0.00} s"));
            var visible = await server.ScalarAsync<long>($"select count(*) from platform.tasks where notice_id = {notice} and kind = 'fill'", ct);
            if (issued.Cases != targets || visible != targets)
            {
                throw new InvalidOperationException($"{visible} of {targets} tasks are visible.");
            }
        }

        var median = Percentiles.Median(times);
        return
        [
            new Measurement(name)
            {
                Seconds = median,
                PerSecond = targets / median,
                Limit = string.Create(CultureInfo.InvariantCulture, $"≤ {seconds} s"),
                Met = median <= seconds,
                Note = string.Create(CultureInfo.InvariantCulture, $"{targets:#,0} cases in one transaction; first {times[0]:0.00} s, median of {runs}"),
            },
        ];
    }

    private static async Task<long> SignedAsync(BenchServer server, Viewer clerk, Viewer leader, int n, CancellationToken ct)
    {
        var draft = new NoticeDraft
        {
            Title = $"关于编报2024年项目支出绩效目标的通知（{n}）",
            Grounds = "根据预算绩效管理办法。",
            Matters = "请各单位编报本年度项目支出绩效目标。",
            Demands = "按期报送，逾期通报。",
            FiscalYear = 2024,
            DueOn = new DateOnly(2024, 3, 29),
            Contact = "绩效科 0578-0000000",
            Recipients = new RecipientChoice { Groups = ["all"] },
        };
        var id = Done(await server.Get<CreateNotice>().RunAsync(clerk, draft, CommandId.Of($"create {n}"), ct));
        Done(await server.Get<SubmitNotice>().RunAsync(clerk, id, 1, "请审签。", CommandId.Of($"submit {n}"), ct));
        Done(await server.Get<SignNotice>().RunAsync(leader, id, 1, "同意。", CommandId.Of($"sign {n}"), ct));
        return id;
    }

    private static T Done<T>(Outcome<T> outcome) =>
        outcome.Ok ? outcome.Value : throw new InvalidOperationException($"Refused: {outcome.Refusal!.Code} {string.Join(' ', outcome.Refusal.Args)}");
}
