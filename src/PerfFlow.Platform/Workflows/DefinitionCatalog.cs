using System.Collections.Concurrent;
using System.Collections.Frozen;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// The workflow definitions that cases run on. Shipped files become rows of <c>definitions</c> at start; a running case
/// stays on the row it started with, and a published (id, version) never changes its content.
/// </summary>
public sealed class DefinitionCatalog(RunnerDatabase database, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, WorkflowDefinition> byRow = new();
    private FrozenDictionary<string, int> newest = FrozenDictionary<string, int>.Empty;

    /// <summary>The row that a new case of this definition runs on.</summary>
    public int Newest(string definitionId) =>
        newest.TryGetValue(definitionId, out var row) ? row : throw new InvalidOperationException($"No definition {definitionId} is published.");

    /// <summary>The compiled definition of a row.</summary>
    public WorkflowDefinition Get(int row) =>
        byRow.TryGetValue(row, out var definition) ? definition : throw new InvalidOperationException($"Definition row {row} is not loaded.");

    /// <summary>
    /// A step as its users call it: the displayText of its activity in the definition that the case runs on. The one source
    /// for lists, trails and messages; it needs no text of its own when a form or step is added.
    /// </summary>
    public string StepName(int row, string node) => Get(row).HumanSteps.FirstOrDefault(s => s.ActivityId == node)?.Name ?? node;

    /// <summary>Rows whose definition has this id, newest or not: what a filter over cases of one kind needs.</summary>
    public IReadOnlyList<int> RowsOf(string definitionId) =>
        [.. byRow.Where(d => d.Value.DefinitionId == definitionId).Select(d => d.Key)];

    /// <summary>Publishes the files that are not yet known and loads every row. A bad or changed file stops the start.</summary>
    public async Task LoadAsync(string folder, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        foreach (var file in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var load = DefinitionLoader.Load(file, await File.ReadAllBytesAsync(file, ct));
            if (load.Definition is not { } definition)
            {
                throw new InvalidOperationException($"{file} cannot be run: {string.Join("; ", load.Errors.Select(e => $"{e.Path} {e.Activity} {e.Property}: {e.Reason}"))}");
            }

            await using var insert = new NpgsqlCommand(
                """
                insert into platform.definitions (definition_id, version, source_hash, source, published_at)
                values ($1, $2, $3, $4, $5) on conflict (definition_id, version) do nothing
                """, connection)
            {
                Parameters =
                {
                    new() { Value = definition.DefinitionId },
                    new() { Value = definition.Version },
                    new() { Value = definition.SourceHash.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea },
                    new() { Value = definition.Source.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea },
                    new() { Value = time.GetUtcNow() },
                },
            };
            await insert.ExecuteNonQueryAsync(ct);
            await using var check = new NpgsqlCommand("select source_hash from platform.definitions where definition_id = $1 and version = $2", connection)
            {
                Parameters = { new() { Value = definition.DefinitionId }, new() { Value = definition.Version } },
            };
            var published = (byte[])(await check.ExecuteScalarAsync(ct))!;
            if (!definition.SourceHash.Span.SequenceEqual(published))
            {
                throw new InvalidOperationException($"{file} differs from the published version {definition.Version} of {definition.DefinitionId}; give it a new version.");
            }
        }

        var latest = new Dictionary<string, (int Version, int Row)>(StringComparer.Ordinal);
        await using var all = new NpgsqlCommand("select id, definition_id, version, source from platform.definitions", connection);
        await using var reader = await all.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (row, id, version) = (reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2));
            var load = DefinitionLoader.Load($"definitions/{row}", reader.GetFieldValue<byte[]>(3));
            byRow[row] = load.Definition ?? throw new InvalidOperationException($"Published definition {id} version {version} no longer loads: {load.Errors[0].Reason}");
            if (!latest.TryGetValue(id, out var known) || known.Version < version)
            {
                latest[id] = (version, row);
            }
        }

        newest = latest.ToFrozenDictionary(l => l.Key, l => l.Value.Row, StringComparer.Ordinal);
    }
}
