using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// Seals each past day: one root over the last line that every stream got that day (system time, Chinese date), chained
/// to the day before. Printed or exported, it proves later that nothing of that day was changed.
/// </summary>
public sealed class JournalDays(RunnerDatabase database, TimeProvider time, ILogger<JournalDays> logger) : RepeatedWork(TimeSpan.FromMinutes(10), time, logger)
{
    /// <summary>
    /// A day is sealed so long after its end: until then a node whose clock was set back, or a batch that waits for its
    /// database, may still add lines to it.
    /// </summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(30);

    private const string HeadsOfDay =
        "select distinct on (case_id) case_id, seq, hash, count(*) over () from platform.journal where recorded_at >= $1 and recorded_at < $2 order by case_id, seq desc";

    protected override Task TurnAsync(CancellationToken ct) => SealAsync(ct);

    /// <summary>Seals every finished day that has lines and no root yet. Two nodes at once: the second finds the row there.</summary>
    public async Task SealAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        var today = RegionClock.ChinaDate(time.GetUtcNow() - Afterwards);
        var (last, root) = await LastAsync(connection, ct);
        foreach (var day in await DaysAfterAsync(connection, last, today, ct))
        {
            var (next, heads, lines) = await RootAsync(connection, day, root, ct);
            await FailPoints.HereAsync(FailPoints.DaySealing);
            await using var insert = new NpgsqlCommand(
                "insert into platform.journal_days (day, root, heads, lines, sealed_at) values ($1, $2, $3, $4, $5) on conflict (day) do nothing", connection)
            {
                Parameters = { new() { Value = day }, new() { Value = next, NpgsqlDbType = NpgsqlDbType.Bytea }, new() { Value = heads }, new() { Value = lines }, new() { Value = time.GetUtcNow() } },
            };
            if (await insert.ExecuteNonQueryAsync(ct) == 0)
            {
                return; // another node is at it
            }

            root = next;
        }
    }

    /// <summary>Recomputes every sealed day and adds a break (stream 0, seq = yyyyMMdd) for each that differs.</summary>
    internal static async Task<long> VerifyAsync(NpgsqlConnection connection, List<JournalBreak> breaks, CancellationToken ct)
    {
        var sealedDays = new List<(DateOnly Day, byte[] Root)>();
        await using (var command = new NpgsqlCommand("select day, root from platform.journal_days order by day", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                sealedDays.Add((reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<byte[]>(1)));
            }
        }

        var root = JournalLine.Genesis;
        foreach (var (day, expected) in sealedDays)
        {
            (var found, _, _) = await RootAsync(connection, day, root, ct);
            if (!found.AsSpan().SequenceEqual(expected))
            {
                breaks.Add(new JournalBreak(0, (day.Year * 10000) + (day.Month * 100) + day.Day, "day-changed"));
            }

            root = expected;
        }

        return sealedDays.Count;
    }

    private static async Task<(DateOnly Last, byte[] Root)> LastAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select day, root from platform.journal_days order by day desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<byte[]>(1)) : (DateOnly.MinValue, JournalLine.Genesis);
    }

    private static async Task<List<DateOnly>> DaysAfterAsync(NpgsqlConnection connection, DateOnly last, DateOnly today, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select distinct ((recorded_at at time zone 'UTC') + interval '8 hours')::date from platform.journal where recorded_at >= $1 and recorded_at < $2 order by 1", connection)
        {
            Parameters = { new() { Value = last == DateOnly.MinValue ? DateTimeOffset.UnixEpoch : StartOf(last.AddDays(1)) }, new() { Value = StartOf(today) } },
        };
        var days = new List<DateOnly>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            days.Add(reader.GetFieldValue<DateOnly>(0));
        }

        return days;
    }

    private static async Task<(byte[] Root, int Heads, long Lines)> RootAsync(NpgsqlConnection connection, DateOnly day, byte[] previous, CancellationToken ct)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(previous);
        await using var command = new NpgsqlCommand(HeadsOfDay, connection)
        {
            Parameters = { new() { Value = StartOf(day) }, new() { Value = StartOf(day.AddDays(1)) } },
        };
        var (heads, lines) = (0, 0L);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var key = new byte[12];
        while (await reader.ReadAsync(ct))
        {
            BinaryPrimitives.WriteInt64BigEndian(key, reader.GetInt64(0));
            BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), reader.GetInt32(1));
            sha.AppendData(key);
            sha.AppendData(reader.GetFieldValue<byte[]>(2));
            heads++;
            lines = reader.GetInt64(3);
        }

        return (sha.GetHashAndReset(), heads, lines);
    }

    private static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), RegionClock.ChinaOffset).ToUniversalTime();
}
