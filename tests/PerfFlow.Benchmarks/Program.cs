using System.Globalization;
using PerfFlow.Benchmarks;
using PerfFlow.Benchmarks.Decisions;
using PerfFlow.Benchmarks.Definitions;
using PerfFlow.Benchmarks.Inbox;
using PerfFlow.Benchmarks.Intake;
using PerfFlow.Benchmarks.Messages;
using PerfFlow.Benchmarks.Notices;
using PerfFlow.Benchmarks.Reminders;

var millions = Option("--millions=", 10);
var minutes = Option("--minutes=", 3);
var thousands = Option("--thousands=", 100);
Benchmark[] benchmarks =
[
    new("decisions", "durable decisions through the runner, 64 and 256 callers, against pgbench on the same server", DecisionsBenchmark.RunAsync),
    new("decisions-latency", "decisions at 500/s among 1,000,000 open tasks and 3,000,000 closed cases", LatencyBenchmark.RunAsync),
    new("http-decisions", "decisions through the JSON API of a served process, 64 connections, against pgbench on the same server", HttpDecisionsBenchmark.RunAsync),
    new("recovery", "from kill -9 of one of two nodes under load to the first decision by the other", RecoveryBenchmark.RunAsync),
    new("outbox", "messages from the commit of a decision to the commit of their effect over RabbitMQ", OutboxBenchmark.RunAsync),
    new("overload", "three times as many connections as the Platform lets in: what is accepted is done, within 1 GB", OverloadBenchmark.RunAsync),
    new("memory", $"heap and working set of a process at a steady load, per minute (--minutes=…, now {minutes})", (log, ct) => MemoryBenchmark.RunAsync(minutes, log, ct)),
    new("decide", "pure decisions of the engine on one core", DecideBenchmark.RunAsync),
    new("expressions", "the condition of nearly every transition, compiled, on one core", ExpressionsBenchmark.RunAsync),
    new("verify", "journal verify over 1,000,000 lines", VerifyBenchmark.RunAsync),
    new("case-bytes", "growth of the runner's tables per finished case of four decisions", CaseBytesBenchmark.RunAsync),
    new("inbox", $"first and hundredth page with counts among {millions},000,000 open tasks of 300 units (--millions=…)", (log, ct) => InboxBenchmark.RunAsync(millions, log, ct)),
    new("issue", "a notice to 10,000 units until every task is visible", IssueBenchmark.IssueAsync),
    new("fan-out", "a notice to 100,000 units until every task is visible", IssueBenchmark.FanOutAsync),
    new("due-timers", "1,000,000 rungs of the reminder ladder that have come at once", DueTimersBenchmark.RunAsync),
    new("migration", $"{thousands},000 open cases taken to another version of their definition (--thousands=…)", (log, ct) => MigrationBenchmark.RunAsync(thousands, log, ct)),
    new("import", "a workbook of 5,000 indicator rows through the parser child", ImportBenchmark.RunAsync),
];

var names = args.Where(a => !a.StartsWith('-')).ToList();
var chosen = names is ["all"] ? benchmarks : [.. benchmarks.Where(b => names.Contains(b.Name, StringComparer.Ordinal))];
var unknown = args.FirstOrDefault(a => a.StartsWith('-') ? a != "--json" && !a.StartsWith("--millions=", StringComparison.Ordinal) && !a.StartsWith("--minutes=", StringComparison.Ordinal) && !a.StartsWith("--thousands=", StringComparison.Ordinal) : a != "all" && !Array.Exists(benchmarks, b => b.Name == a));
if (unknown is not null)
{
    await Console.Error.WriteLineAsync($"There is no benchmark or option {unknown}.");
}

if (unknown is not null || chosen.Length == 0)
{
    await Output.ListAsync(benchmarks);
    return unknown is null ? 0 : 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var json = args.Contains("--json", StringComparer.Ordinal);
foreach (var benchmark in chosen)
{
    var figures = await benchmark.RunAsync(new Log(), stop.Token);
    await (json ? Output.JsonAsync(figures) : Output.TableAsync(figures));
}

return 0;

int Option(string name, int otherwise) =>
    Array.Find(args, a => a.StartsWith(name, StringComparison.Ordinal)) is { } given && int.TryParse(given.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
