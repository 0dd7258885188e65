using Npgsql;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>What a round is asked and told from outside, as owner of its database.</summary>
internal static class RoundDatabase
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Past two rungs of the ladder; a process sees it when it starts. Waits for a database that is on its way back.</summary>
    public static Task MoveClockAsync(string owner) => Waiting.UntilAsync(
        async () => await AskAsync(owner, $"with moved as (update platform.regions set shift = {FaultCounty.SecondsToReminder()} * interval '1 second' returning 1) select count(*) from moved") == 1,
        () => "the database answers",
        Plug.Recovery);

    /// <summary>Every clerk has been reminded of each of his filings.</summary>
    public static Task UntilToldAsync(string owner) => Waiting.UntilAsync(
        async () => await AskAsync(owner, "select count(*) from notifications.items where rung is not null") == FaultCounty.Cases, () => "every unit has been reminded", Plug.Recovery);

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
