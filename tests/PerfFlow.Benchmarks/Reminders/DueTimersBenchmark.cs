using System.Diagnostics;
using PerfFlow.Benchmarks.Inbox;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Reminders;

namespace PerfFlow.Benchmarks.Reminders;

/// <summary>
/// A million tasks due today whose rung of nine o'clock has come at the same moment, as after a long stop: until the pump of
/// one node finds nothing more. Each must then stand in the ledger once, with its row in the outbox.
/// </summary>
internal static class DueTimersBenchmark
{
    private const double Asked = 60;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(log, ct);
        var tasks = await OpenTasks.FillAsync(server, log, ct);
        await server.ExecuteAsync("update platform.tasks set due_at = '2024-03-04 09:59+00', rung = 0, next_rung_at = '2024-03-04 01:00+00'", ct);
        await server.ExecuteAsync("vacuum analyze platform.tasks", ct);
        await server.CheckpointAsync(ct);

        var since = Stopwatch.GetTimestamp();
        var looked = await server.Get<ReminderPump>().DrainAsync(ct);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var (ledger, messages) = (await server.ScalarAsync<long>("select count(*) from platform.reminders", ct), await server.ScalarAsync<long>("select count(distinct message_id) from platform.outbox", ct));
        if (looked != tasks.All || ledger != tasks.All || messages != tasks.All)
        {
            throw new InvalidOperationException($"{looked} tasks were looked at, {ledger} reminders and {messages} messages came of it.");
        }

        return
        [
            new Measurement("due-timers")
            {
                Seconds = seconds, PerSecond = tasks.All / seconds, Limit = "≤ 60 s", Met = seconds <= Asked,
                Note = "1,000,000 rungs of the ladder, one node; ledger and outbox hold each once",
            },
        ];
    }
}
