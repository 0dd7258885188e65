using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Engine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>The trail of acts that concern no case: a number given, a calendar changed, a right granted. One stream per region.</summary>
public sealed class RegionJournal(RegionClock clock)
{
    /// <summary>
    /// Appends a line in the caller's open transaction, which must hold the change itself: both become true together.
    /// The head of the stream stays locked until the caller commits.
    /// </summary>
    public async Task AppendAsync(PlatformDb db, int regionId, string act, Actor actor, Facts facts, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var transaction = (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("A journal line is written in the transaction of what it tells.");
        var stream = -(long)regionId;
        await using var lockHead = new NpgsqlCommand(
            """
            insert into platform.streams (id, head_seq, head_hash) values ($1, 0, $2)
            on conflict (id) do update set id = excluded.id returning head_seq, head_hash
            """, connection, transaction)
        {
            Parameters = { new() { Value = stream }, new() { Value = JournalLine.Genesis } },
        };
        int seq;
        byte[] previous;
        await using (var reader = await lockHead.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            seq = reader.GetInt32(0) + 1;
            previous = reader.GetFieldValue<byte[]>(1);
        }

        var (at, recordedAt) = (clock.Now(regionId), clock.SystemNow);
        var members = new CborWriter();
        if (facts.Count > 0)
        {
            members.Member("f", facts);
        }

        var line = JournalLine.Write(CommandId.Of($"stream {stream} {seq}"), [], members.Written);
        var columns = new JournalColumns(
            stream, seq, 0, null, act, null, actor.Role, actor.OrganisationId, actor.UserId, JournalColumns.Microseconds(at), JournalColumns.Microseconds(recordedAt), null);
        var hash = columns.Hash(previous, line);
        await using var write = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    insert into platform.journal (case_id, seq, line, hash, visit, act, role, organisation_id, actor_id, at, recorded_at)
                    values ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10)
                    """)
                {
                    Parameters =
                    {
                        new() { Value = stream },
                        new() { Value = seq },
                        new() { Value = line, NpgsqlDbType = NpgsqlDbType.Bytea },
                        new() { Value = hash, NpgsqlDbType = NpgsqlDbType.Bytea },
                        new() { Value = act },
                        new() { Value = actor.Role },
                        new() { Value = actor.OrganisationId },
                        new() { Value = actor.UserId },
                        new() { Value = at },
                        new() { Value = recordedAt },
                    },
                },
                new("update platform.streams set head_seq = $2, head_hash = $3 where id = $1")
                {
                    Parameters = { new() { Value = stream }, new() { Value = seq }, new() { Value = hash, NpgsqlDbType = NpgsqlDbType.Bytea } },
                },
            },
        };
        await write.ExecuteNonQueryAsync(ct);
    }
}
