using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// One group commit: a round trip that locks and reads, decisions in memory, a round trip that writes and commits.
/// Row locks are taken in the order of case ids, so two batches never wait for each other in a circle.
/// </summary>
internal sealed class CaseBatch(List<WorkflowRunner.Pending> batch, CaseBatch.Context context, CaseWrites writes)
{
    private readonly Dictionary<long, CaseState> cases = [];
    private readonly Dictionary<Guid, Recorded> recorded = [];
    private readonly Dictionary<(string Table, long Id), int> guards = [];
    private readonly HashSet<long> referenced = [];
    private readonly Outcome<CaseAnswer>[] answers = new Outcome<CaseAnswer>[batch.Count];
    private readonly DateTimeOffset recordedAt = Milliseconds(context.Time.GetUtcNow());

    /// <summary>What every batch of a runner works with.</summary>
    internal sealed record Context(DefinitionCatalog Catalog, RegionClock Clock, Deadlines Deadlines, TimeProvider Time);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Recorded(Guid Content, long CaseId, int Seq);

    public bool WroteMessages => writes.Outbox.Count > 0;

    public async Task ReadAsync(NpgsqlConnection connection)
    {
        var ids = batch.ConvertAll(p => p.Command.CaseId).Distinct().ToArray();
        await using var read = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("begin"),
                new("select key, content, case_id, seq from platform.commands where key = any($1)")
                {
                    Parameters = { ArrayOf(NpgsqlDbType.Uuid, batch.ConvertAll(p => CommandId.Key(p.Command.Actor.UserId, p.Command.Id)).ToArray()) },
                },
                new("""
                    select id, definition, region_id, notice_id, origin_id, unit_id, department_id, section_id, object_id, revision, head_seq, head_hash, state, rounds
                    from platform.cases where id = any($1) order by id for update
                    """)
                {
                    Parameters = { ArrayOf(NpgsqlDbType.Bigint, ids) },
                },
                new("""
                    select case_id, visit, node, kind, role, organisation_id, person_id, opened_by, visit_opened_at, opened_at
                    from platform.tasks where case_id = any($1) order by case_id, visit for update
                    """)
                {
                    Parameters = { ArrayOf(NpgsqlDbType.Bigint, ids) },
                },
            },
        };
        var reopened = batch.Where(p => p.Command.Act is Act.Reopen).Select(p => p.Command.CaseId).ToArray();
        if (reopened.Length > 0)
        {
            read.BatchCommands.Add(new NpgsqlBatchCommand("select distinct origin_id from platform.cases where origin_id = any($1)") { Parameters = { ArrayOf(NpgsqlDbType.Bigint, reopened) } });
        }

        var tables = batch.SelectMany(p => p.Command.Guards).GroupBy(g => g.Table, StringComparer.Ordinal).ToList();
        foreach (var table in tables)
        {
            // The name is one of our own tables, given in code by the feature that owns it.
            read.BatchCommands.Add(new NpgsqlBatchCommand($"select id, version from platform.{table.Key} where id = any($1) order by id for share")
            {
                Parameters = { ArrayOf(NpgsqlDbType.Bigint, table.Select(g => g.Id).Distinct().ToArray()) },
            });
        }

        await using var reader = await read.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            recorded[reader.GetGuid(0)] = new(reader.GetGuid(1), reader.GetInt64(2), reader.GetInt32(3));
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var state = CaseState.Read(reader, context.Catalog);
            cases.Add(state.Id, state);
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            cases[reader.GetInt64(0)].Tasks.Add(OpenTask.Read(reader));
        }

        if (reopened.Length > 0)
        {
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
            {
                referenced.Add(reader.GetInt64(0));
            }
        }

        foreach (var table in tables)
        {
            await reader.NextResultAsync();
            while (await reader.ReadAsync())
            {
                guards[(table.Key, reader.GetInt64(0))] = reader.GetInt32(1);
            }
        }

        await context.Deadlines.LearnAsync(Seeds().Select(s => s.NoticeId).OfType<long>(), CancellationToken.None);
    }

    /// <summary>Of the cases read, and of those that the commands start.</summary>
    private IEnumerable<CaseSeed> Seeds() =>
        cases.Values.Select(c => c.Seed).Concat(batch.Select(p => p.Command.Seed).OfType<CaseSeed>()).Concat(batch.SelectMany(p => p.Command.Starts.Values).Select(s => s.Seed));

    public void Decide()
    {
        for (var i = 0; i < batch.Count; i++)
        {
            answers[i] = Decide(batch[i].Command);
        }
    }

    public async Task WriteAsync(NpgsqlConnection connection)
    {
        if (!writes.Any)
        {
            await RollbackAsync(connection);
            return;
        }

        await using var write = new NpgsqlBatch(connection);
        writes.AppendTo(write);
        await write.ExecuteNonQueryAsync();
    }

    public async Task RollbackAsync(NpgsqlConnection connection)
    {
        await using var rollback = new NpgsqlCommand("rollback", connection);
        await rollback.ExecuteNonQueryAsync();
    }

    public void Answer()
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Answer.TrySetResult(answers[i]);
        }
    }

    private Outcome<CaseAnswer> Decide(CaseCommand command)
    {
        var content = ContentHash(command);
        if (recorded.TryGetValue(CommandId.Key(command.Actor.UserId, command.Id), out var before))
        {
            return before.Content == content
                ? CaseAnswer.Again(before.CaseId, before.Seq)
                : Refusal.Conflict("command-reused");
        }

        foreach (var guard in command.Guards)
        {
            if (!guards.TryGetValue((guard.Table, guard.Id), out var version) || version != guard.Version)
            {
                return Refusal.Conflict("moved-on");
            }
        }

        var exists = cases.TryGetValue(command.CaseId, out var state);
        if (command.Act is Act.Start)
        {
            if (exists)
            {
                return Refusal.Conflict("case-exists");
            }

            state = CaseState.New(command.CaseId, command.Seed ?? throw new InvalidOperationException("A start needs a seed."), context.Catalog);
        }
        else if (!exists)
        {
            return Refusal.NotFound();
        }

        return Act(state!, command, content);
    }

    private Outcome<CaseAnswer> Act(CaseState state, CaseCommand command, Guid content)
    {
        var region = context.Clock.Get(state.RegionId);
        if (region.Closed)
        {
            return Refusal.Conflict("region-closed");
        }

        if (DecidedVisit(command.Act) is { } decided && HolderRefusal(state, decided, command.Actor) is { } notHolder)
        {
            return notHolder;
        }

        if (command.Act is Act.Reopen && referenced.Contains(state.Id))
        {
            return Refusal.Conflict("later-case-exists");
        }

        var act = command.Act is Act.Withdraw withdraw
            ? withdraw with { Facts = withdraw.Facts.With("opened", state.Tasks.Exists(t => t.OpenedBy == withdraw.Visit && t.OpenedAt is not null)) }
            : command.Act;
        var at = Milliseconds(context.Clock.Now(state.RegionId));
        switch (WorkflowEngine.Decide(state.Definition, state.Instance, act, at))
        {
            case Decision.Refused refused:
                return Refusal.Conflict(refused.Code);
            case Decision.Accepted accepted:
                var recorder = new CaseRecorder(context, writes, region, at, recordedAt);
                return recorder.Record(state, act, command, accepted, content);
            default:
                throw new InvalidOperationException("A decision is accepted or refused.");
        }
    }

    /// <summary>The visit that only its holder may use so.</summary>
    private static int? DecidedVisit(Act act) => act switch
    {
        Act.Complete a => a.Visit,
        Act.ReturnTo a => a.Visit,
        Act.AddParticipant a => a.Visit,
        Act.Copy a => a.Visit,
        _ => null,
    };

    /// <summary>The last word on who may decide: rights may have moved between the page and this lock.</summary>
    private static Refusal? HolderRefusal(CaseState state, int visit, Actor actor)
    {
        var task = state.Tasks.Find(t => t.Visit == visit);
        if (task is null || actor == Actor.Platform)
        {
            return null; // the engine says what became of the visit
        }

        var hasPost = task.Role == actor.Role && task.OrganisationId == actor.OrganisationId;
        var holds = hasPost && TaskHolder.Holds(hasPost, task.PersonId, actor.UserId, actor.OnBehalfOf);
        return holds ? null : Refusal.Conflict("not-holder");
    }

    /// <summary>
    /// The first half of a SHA-256 over all that was asked. It tells a repeat from an id that was used twice; that two contents
    /// agree by chance is one in 2^128, and an id is its actor's own, so who contrived it would mislead only himself.
    /// </summary>
    private static Guid ContentHash(CaseCommand command)
    {
        using var scratch = JsonScratch.Rent();
        var json = scratch.Writer;
        json.WriteStartArray();
        json.WriteNumberValue(command.CaseId);
        CaseRecorder.WriteAct(json, command.Act);
        json.WriteStringValue(command.Actor.Role);
        json.WriteNumberValue(command.Actor.OrganisationId);
        foreach (var row in command.Rows)
        {
            json.WriteBase64StringValue(JournalLine.HashRow(row.Table, row.Values));
        }

        json.WriteEndArray();
        return new Guid(SHA256.HashData(scratch.Written).AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>Facts and journal hold milliseconds, so that a replay decides at the very instant of the act.</summary>
    private static DateTimeOffset Milliseconds(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private static NpgsqlParameter ArrayOf<T>(NpgsqlDbType type, T[] values) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
