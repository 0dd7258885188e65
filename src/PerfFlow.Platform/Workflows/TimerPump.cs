using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Finds due timers and sends <see cref="Act.FireTimer"/>. Every node may find the same timer: the command id is derived
/// from (case, visit, timer) and the timer row goes with the first, so a second one changes nothing.
/// </summary>
public sealed class TimerPump(RunnerDatabase database, WorkflowRunner runner, TimeProvider time, ILogger<TimerPump> logger) : RepeatedWork(TimeSpan.FromSeconds(1), time, logger)
{
    /// <summary>What is due at <c>$1</c>. The latest of all clocks ends the search in the index; without it every timer ahead would be read.</summary>
    internal const string Find =
        """
        select t.case_id, t.visit, t.name from platform.timers t join platform.regions r on r.id = t.region_id
        where not r.closed and t.due_at <= $1 + r.shift and t.due_at <= $1 + (select max(shift) from platform.regions where not closed)
        order by t.due_at limit 1000
        """;

    private const int MaxDue = 1000;

    protected override async Task TurnAsync(CancellationToken ct)
    {
        while (await FireDueAsync(ct) == MaxDue)
        {
        }
    }

    /// <summary>Fires what is due in each open region by its own clock; returns how many were found.</summary>
    public async Task<int> FireDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var find = database.Source.CreateCommand(Find);
        find.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        var due = new List<Task>();
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                await FailPoints.HereAsync(FailPoints.TimersFound);
                var (caseId, visit, name) = (reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2));
                due.Add(runner.RunAsync(new CaseCommand { Id = CommandId.Of($"timer {caseId} {visit} {name}"), CaseId = caseId, Act = new Act.FireTimer(visit, name), Actor = Actor.Platform }, ct));
            }
        }

        await Task.WhenAll(due);
        return due.Count;
    }
}
