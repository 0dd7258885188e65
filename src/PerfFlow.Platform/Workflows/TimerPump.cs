using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Finds due timers and sends <see cref="Act.FireTimer"/>. Every node may find the same timer: the command id is derived
/// from (case, visit, timer) and the timer row goes with the first, so a second one changes nothing.
/// </summary>
public sealed partial class TimerPump(RunnerDatabase database, WorkflowRunner runner, TimeProvider time, ILogger<TimerPump> logger) : BackgroundService
{
    private const int MaxDue = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await FireDueAsync(stoppingToken) == MaxDue)
                    {
                    }
                }
                catch (NpgsqlException e)
                {
                    LogUnreachable(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Fires what is due in each open region by its own clock; returns how many were found.</summary>
    public async Task<int> FireDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var find = database.Source.CreateCommand(
            """
            select t.case_id, t.visit, t.name from platform.timers t join platform.regions r on r.id = t.region_id
            where not r.closed and t.due_at <= $1 + r.shift order by t.due_at limit 1000
            """);
        find.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        var due = new List<Task>();
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var (caseId, visit, name) = (reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2));
                due.Add(runner.RunAsync(new CaseCommand { Id = CommandId.Of($"timer {caseId} {visit} {name}"), CaseId = caseId, Act = new Act.FireTimer(visit, name), Actor = Actor.Platform }, ct));
            }
        }

        await Task.WhenAll(due);
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be reached for due timers; trying again")]
    private partial void LogUnreachable(Exception e);
}
