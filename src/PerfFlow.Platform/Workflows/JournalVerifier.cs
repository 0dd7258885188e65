using Npgsql;
using NpgsqlTypes;

namespace PerfFlow.Platform.Workflows;

/// <summary>What a verification found. <paramref name="Breaks"/> is empty when the trail is whole.</summary>
public sealed record JournalReport(long Streams, long Lines, long Rows, long Days, IReadOnlyList<JournalBreak> Breaks)
{
    public bool Verified => Breaks.Count == 0;
}

/// <summary>
/// Where the trail is broken: stream (case id, or −region), sequence, and kind: line-changed, line-missing, columns-changed (only of a line
/// written before its columns were hashed with it), head-moved, row-changed, row-missing, row-added, day-changed.
/// </summary>
public sealed record JournalBreak(long Stream, int Seq, string Kind, string? Table = null);

/// <summary>Recomputes the whole trail: every line, every head, every row that came with an act, every day's root.</summary>
public sealed class JournalVerifier(NpgsqlDataSource database, FeatureTables tables)
{
    private const int StreamsPerChunk = 2000;
    private const int MaxBreaks = 100;

    private readonly List<JournalBreak> breaks = [];
    private readonly Dictionary<(long Stream, int Seq), List<byte[]>> rowHashes = [];
    private long streams;
    private long lines;
    private long rows;

    /// <summary>Reads everything once, in chunks of streams; <paramref name="progress"/> is told the lines read so far.</summary>
    public async Task<JournalReport> RunAsync(IProgress<long>? progress, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        // One snapshot: what is written meanwhile belongs to the next verification.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var heads = await ReadHeadsAsync(connection, ct);
        for (var from = 0; from < heads.Count && breaks.Count < MaxBreaks; from += StreamsPerChunk)
        {
            await VerifyChunkAsync(connection, heads.GetRange(from, Math.Min(StreamsPerChunk, heads.Count - from)), ct);
            progress?.Report(lines);
        }

        var days = await JournalDays.VerifyAsync(connection, breaks, ct);
        return new JournalReport(streams, lines, rows, days, breaks);
    }

    private static async Task<List<(long Id, int Seq, byte[] Hash)>> ReadHeadsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // A stream without a head row (its case was deleted) still shows by its lines.
        await using var command = new NpgsqlCommand(
            """
            select coalesce(h.id, j.case_id), coalesce(h.head_seq, 0), coalesce(h.head_hash, '\x')
            from (select id, head_seq, head_hash from platform.cases union all select id, head_seq, head_hash from platform.streams) h
            full join (select distinct case_id from platform.journal) j on j.case_id = h.id
            order by 1
            """, connection);
        var heads = new List<(long, int, byte[])>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            heads.Add((reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
        }

        return heads;
    }

    private async Task VerifyChunkAsync(NpgsqlConnection connection, List<(long Id, int Seq, byte[] Hash)> heads, CancellationToken ct)
    {
        rowHashes.Clear();
        var (first, last) = (heads[0].Id, heads[^1].Id);
        await using (var command = new NpgsqlCommand($"select line, hash, {JournalColumns.Names} from platform.journal where case_id between $1 and $2 order by case_id, seq", connection)
        {
            Parameters = { new() { Value = first }, new() { Value = last } },
        })
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            var more = await reader.ReadAsync(ct);
            foreach (var head in heads)
            {
                streams++;
                var (seq, hash, reported) = (0, JournalLine.Genesis, false);
                while (more && reader.GetInt64(2) == head.Id)
                {
                    lines++;
                    var line = reader.GetFieldValue<byte[]>(0);
                    var columns = JournalColumns.Read(reader, 2);
                    var found = columns.Seq;
                    if (!reported && found != seq + 1)
                    {
                        reported = Report(head.Id, seq + 1, "line-missing");
                    }

                    hash = JournalLine.IsOld(line) ? OldJournalLine.Hash(hash, line) : columns.Hash(hash, line);
                    if (!reported && !hash.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(1)))
                    {
                        reported = Report(head.Id, found, "line-changed");
                    }

                    seq = found;
                    TakeRows(columns, line);
                    more = await reader.ReadAsync(ct);
                }

                if (!reported && (seq != head.Seq || !hash.AsSpan().SequenceEqual(head.Hash)))
                {
                    Report(head.Id, Math.Max(seq, head.Seq), seq < head.Seq ? "line-missing" : "head-moved");
                }
            }
        }

        var seen = new Dictionary<(long, int), HashSet<int>>();
        foreach (var table in tables.All)
        {
            await VerifyRowsAsync(connection, table, first, last, seen, ct);
        }

        foreach (var (key, hashes) in rowHashes)
        {
            if ((seen.GetValueOrDefault(key)?.Count ?? 0) < hashes.Count)
            {
                Report(key.Stream, key.Seq, "row-missing");
            }
        }
    }

    /// <summary>Remembers the rows that a line names; an old line is compared with its columns, too.</summary>
    private void TakeRows(in JournalColumns columns, byte[] line)
    {
        List<byte[]>? hashes;
        if (!JournalLine.IsOld(line))
        {
            hashes = JournalLine.Rows(line);
        }
        else if (OldJournalLine.Parse(line, columns, out hashes) != columns)
        {
            Report(columns.CaseId, columns.Seq, "columns-changed");
        }

        if (hashes is { Count: > 0 })
        {
            rowHashes[(columns.CaseId, columns.Seq)] = hashes;
        }
    }

    private async Task VerifyRowsAsync(NpgsqlConnection connection, FeatureTable table, long first, long last, Dictionary<(long, int), HashSet<int>> seen, CancellationToken ct)
    {
        var names = string.Join(", ", table.Columns.Select(c => c.Name));
        await using var command = new NpgsqlCommand($"select case_id, seq, n, {names} from platform.{table.Name} where case_id between $1 and $2", connection)
        {
            Parameters = { new() { Value = first }, new() { Value = last } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows++;
            var key = (reader.GetInt64(0), reader.GetInt32(1));
            var n = reader.GetInt32(2);
            if (!rowHashes.TryGetValue(key, out var hashes) || n >= hashes.Count)
            {
                Report(key.Item1, key.Item2, "row-added", table.Name);
                continue;
            }

            (seen.TryGetValue(key, out var ordinals) ? ordinals : seen[key] = []).Add(n);
            var values = new object?[table.Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.IsDBNull(i + 3) ? null
                    : table.Columns[i].Type == NpgsqlDbType.Date ? reader.GetFieldValue<DateOnly>(i + 3)
                    : reader.GetValue(i + 3);
            }

            if (!JournalLine.HashRow(table.Name, values).AsSpan().SequenceEqual(hashes[n]))
            {
                Report(key.Item1, key.Item2, "row-changed", table.Name);
            }
        }
    }

    private bool Report(long stream, int seq, string kind, string? table = null)
    {
        breaks.Add(new JournalBreak(stream, seq, kind, table));
        return true;
    }
}
