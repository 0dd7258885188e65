using Npgsql;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>What a round is asked and told from outside, as owner of its database.</summary>
internal static class RoundDatabase
{
    /// <summary>Messages that have not arrived, and timers that are due.</summary>
    public const string Work = $"select (select count(*) from platform.outbox) + (select count(*) from intake.outbox) + (select count(*) from notifications.outbox) + ({DueTimers})";

    private const string DueTimers = "select count(*) from platform.timers t join platform.regions r on r.id = t.region_id where t.due_at <= clock_timestamp() + r.shift";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Past two rungs of the ladder; a process sees it when it starts. Waits for a database that is on its way back.</summary>
    public static Task MoveClockAsync(string owner) => Waiting.UntilAsync(
        async () => await AskAsync(owner, $"with moved as (update platform.regions set shift = {FaultCounty.SecondsToReminder()} * interval '1 second' returning 1) select count(*) from moved") == 1,
        () => "the database answers",
        Plug.Recovery);

    /// <summary>Every clerk has been reminded of each of his filings, and every answer period has passed.</summary>
    public static async Task UntilToldAsync(string owner, int cases)
    {
        var (told, timers) = (0L, 0L);
        await Waiting.UntilAsync(
            async () =>
            {
                told = await AskAsync(owner, "select count(*) from notifications.items i join platform.cases c on c.id = i.case_id and c.notice_id is not null where i.rung is not null");
                timers = await AskAsync(owner, DueTimers);
                return told == cases && timers == 0;
            },
            () => $"every unit has been reminded: {told} of {cases}, {timers} timers are due",
            Plug.Recovery);
    }

    /// <summary>What has not arrived, for the message of a run that failed.</summary>
    public static async Task<string> UnsettledAsync(string owner)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            string.Join(" union all ", new[] { "platform", "intake", "notifications" }.Select(s => $"select '{s}: ' || type || ', attempts ' || attempts || ', dead ' || dead || ', ' || coalesce(last_error, '') || ', claimed until ' || coalesce(claimed_until::text, '') from {s}.outbox")),
            connection);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            rows.Add(reader.GetString(0));
        }

        return string.Join('\n', rows);
    }

    public static async Task ExecuteAsync(string owner, string sql)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>The number that the question asks for; −1 while the database is away.</summary>
    public static async Task<long> AskAsync(string owner, string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(owner);
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync(Ct))!;
        }
        catch (NpgsqlException)
        {
            return -1;
        }
    }
}
