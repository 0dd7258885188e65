using Npgsql;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Forgets answers to commands after seven days of system time (design.md §5); from then on the visit number still refuses
/// a repeat.
/// </summary>
public sealed partial class CommandSweep(RunnerDatabase database, TimeProvider time, ILogger<CommandSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        var swept = DateOnly.MinValue;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // No index is kept for this: the whole table is read, but nothing is new to forget before the day has changed.
                var today = Day(time.GetUtcNow());
                if (today == swept)
                {
                    continue;
                }

                try
                {
                    await SweepAsync(stoppingToken);
                    swept = today;
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

    /// <summary>Removes the days (UTC) that ended more than seven days ago; returns how many answers went.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var delete = database.Source.CreateCommand("delete from platform.commands where day < $1");
        delete.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = Day(time.GetUtcNow() - Kept) });
        return await delete.ExecuteNonQueryAsync(ct);
    }

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be reached to forget old commands; trying again")]
    private partial void LogUnreachable(Exception e);
}
