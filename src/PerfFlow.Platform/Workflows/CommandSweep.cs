using Npgsql;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Forgets answers to commands after seven days of system time (design.md §5); from then on the visit number still refuses
/// a repeat.
/// </summary>
public sealed class CommandSweep(RunnerDatabase database, TimeProvider time, ILogger<CommandSweep> logger) : RepeatedWork(TimeSpan.FromHours(1), time, logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private DateOnly swept = DateOnly.MinValue;

    protected override async Task TurnAsync(CancellationToken ct)
    {
        // No index is kept for this: the whole table is read, but nothing is new to forget before the day has changed.
        var today = Day(time.GetUtcNow());
        if (today != swept)
        {
            await SweepAsync(ct);
            swept = today;
        }
    }

    /// <summary>Removes the days (UTC) that ended more than seven days ago; returns how many answers went.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var delete = database.Source.CreateCommand("delete from platform.commands where day < $1");
        delete.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = Day(time.GetUtcNow() - Kept) });
        return await delete.ExecuteNonQueryAsync(ct);
    }

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
