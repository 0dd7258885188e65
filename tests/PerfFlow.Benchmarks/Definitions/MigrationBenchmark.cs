using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Benchmarks.Definitions;

/// <summary>
/// Open cases of one definition taken to another version of it, in which the step they stand at has another id: the dry run, the
/// noting of what is asked, and the acts, one per case with its journal line. The last tenth is set against the first: it must not be dearer.
/// </summary>
internal static class MigrationBenchmark
{
    private const string Why = "环节改名，在办事项一并调整。";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(int thousands, Log log, CancellationToken ct)
    {
        var count = thousands * 1000;
        await using var server = await BenchServer.StartAsync(log, ct);
        var cases = await FiledCases.CreateAsync(server, ct);
        var admin = await cases.County.PersonAsync("admin", Roles.Administrator, cases.County.BureauId, ct);
        var since = Stopwatch.GetTimestamp();
        await cases.FileAsync(count, ct);
        log.Line(string.Create(CultureInfo.InvariantCulture, $"{count:#,0} cases are filed after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s"));
        var row = Done(await server.Get<PublishDefinition>().RunAsync(admin, Renamed(), null, Why, ct)).Row;
        var request = new MigrationRequest(row, new Dictionary<string, string>(StringComparer.Ordinal) { ["departmentReview"] = "departmentCheck" }, Why, null);
        await server.CheckpointAsync(ct);

        since = Stopwatch.GetTimestamp();
        var plan = Done(await server.Get<PlanMigration>().RunAsync(admin, "goal-filing", row, new MigrationChoices(request.Renamed!, new HashSet<string>()), ct));
        var planned = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var migrate = server.Get<MigrateCases>();
        since = Stopwatch.GetTimestamp();
        var id = Done(await migrate.StartAsync(admin, "goal-filing", request, ct));
        var noted = Stopwatch.GetElapsedTime(since).TotalSeconds;

        since = Stopwatch.GetTimestamp();
        var tenths = new List<double>();
        await migrate.WorkAsync(
            (_, answered) =>
            {
                if (answered * 10L >= (tenths.Count + 1) * (long)count)
                {
                    tenths.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                }
            },
            ct);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var moved = await server.ScalarAsync<long>($"select count(*) from platform.cases c join platform.tasks t on t.case_id = c.id where c.definition = {row} and t.definition = {row} and t.node = 'departmentCheck'", ct);
        var lines = await server.ScalarAsync<long>("select count(*) from platform.journal where act = 'Migrate'", ct);
        var progress = Done(await migrate.ProgressAsync(admin, id, ct));
        if (plan.Ready != count || moved != count || lines != count || progress.Done != count || progress.FinishedAt is null)
        {
            throw new InvalidOperationException($"Of {count} cases {plan.Ready} could go, {moved} went, {lines} lines tell of it, {progress.Done} are noted.");
        }

        var (first, last) = (tenths[0], tenths[^1] - tenths[^2]);
        return
        [
            new Measurement("migration") { Part = "dry run", Seconds = planned, PerSecond = count / planned },
            new Measurement("migration") { Part = "noting what is asked, its own dry run included", Seconds = noted },
            new Measurement("migration")
            {
                Part = "acts", Seconds = seconds, PerSecond = count / seconds, Ratio = last / first, Limit = "ratio ≤ 1.5", Met = last <= first * 1.5,
                Note = string.Create(CultureInfo.InvariantCulture, $"{count:#,0} cases at a renamed step, one node; first tenth {first:0.00} s, last {last:0.00} s, the ratio is of these two"),
            },
        ];
    }

    private static byte[] Renamed()
    {
        var node = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "workflows", "goal-filing.json")))!;
        node["version"] = 2;
        node["id"] = "goal-filing-bench-2";
        return Encoding.UTF8.GetBytes(node.ToJsonString().Replace("\"departmentReview\"", "\"departmentCheck\"", StringComparison.Ordinal));
    }

    private static T Done<T>(Outcome<T> outcome) =>
        outcome.Ok ? outcome.Value : throw new InvalidOperationException($"Refused: {outcome.Refusal!.Code} {string.Join(' ', outcome.Refusal.Args)}");
}
