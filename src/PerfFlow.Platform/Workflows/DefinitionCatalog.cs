using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Engine.Definitions;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Workflows;

/// <summary>One stored version of a definition.</summary>
/// <param name="Row">What <c>cases.definition</c> refers to.</param>
/// <param name="RegionId">Whose own version it is; null = shipped with the platform.</param>
public sealed record DefinitionHead(int Row, string DefinitionId, int Version, int? RegionId);

/// <summary>A stored definition cannot be used: its bytes are not those that were published, or this engine cannot run them.</summary>
public sealed class UnusableDefinitionException(DefinitionHead head, string reason)
    : Exception($"Definition {head.DefinitionId} version {head.Version} (row {head.Row}) cannot be used: {reason}")
{
    /// <summary>What the caller of an act is told.</summary>
    public Refusal Refusal { get; } = Refusal.Conflict("definition-unusable", head.DefinitionId, head.Version);
}

/// <summary>
/// The workflow definitions that cases run on. Shipped files become rows of <c>definitions</c> at start, published ones when a
/// person publishes them; a row never changes, and a running case stays on the one it has. Which row new cases take is read
/// again within <see cref="MaxAge"/>, so that every node follows a publication without a restart; a row is compiled when it is
/// first needed, and its bytes must have the hash that was stored with them.
/// </summary>
public sealed partial class DefinitionCatalog(RunnerDatabase database, TimeProvider time, ILogger<DefinitionCatalog> logger)
    : KeptReading<DefinitionCatalog.Register>(MaxAge, time, logger)
{
    /// <summary>How old the list of versions may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, Loaded> byRow = new();

    /// <summary>The row that a new case of this definition runs on: what the region published last, else the newest shipped.</summary>
    public int Newest(int regionId, string definitionId)
    {
        var known = Known;
        return known.Published.TryGetValue((regionId, definitionId), out var row) || known.Shipped.TryGetValue(definitionId, out row)
            ? row
            : throw new InvalidOperationException($"No definition {definitionId} is published.");
    }

    /// <summary>The compiled definition of a row.</summary>
    /// <exception cref="UnusableDefinitionException">The row is damaged; nothing may run on it.</exception>
    public WorkflowDefinition Get(int row)
    {
        var loaded = Load(row);
        return loaded.Definition ?? throw new UnusableDefinitionException(loaded.Head, loaded.Fault!);
    }

    /// <summary>Null where the row can be used; else what somebody who asked for a case on it is told.</summary>
    public Refusal? WhyNot(int row) => Load(row) is { Definition: null } damaged ? new UnusableDefinitionException(damaged.Head, damaged.Fault!).Refusal : null;

    /// <summary>The definition's id, of a damaged row, too: lists of cases go on.</summary>
    public string IdOf(int row) => Load(row).Head.DefinitionId;

    /// <summary>The version was published by a region, not shipped.</summary>
    public bool IsOwn(int row) => Load(row).Head.RegionId is not null;

    /// <summary>The human steps; none of a damaged row.</summary>
    public IReadOnlyList<HumanStep> StepsOf(int row) => Load(row).Definition?.HumanSteps ?? [];

    /// <summary>
    /// A step as its users call it: the displayText of its activity in the definition that the case runs on. The one source
    /// for lists, trails and messages; it needs no text of its own when a form or step is added. A step that only another version
    /// has is one that the case passed before it was migrated.
    /// </summary>
    public string StepName(int row, string node) => NameIn(row, node) ?? Earlier(row).Select(other => NameIn(other, node)).FirstOrDefault(name => name is not null) ?? node;

    /// <summary>Rows whose definition has this id, newest or not: what a filter over cases of one kind needs.</summary>
    public IReadOnlyList<int> RowsOf(string definitionId) => [.. Known.Heads.Where(h => h.DefinitionId == definitionId).Select(h => h.Row)];

    /// <summary>Every version that a region can use: the shipped ones and its own, by definition and age.</summary>
    public IReadOnlyList<DefinitionHead> VersionsFor(int regionId) => [.. Known.Heads.Where(h => h.RegionId is null || h.RegionId == regionId)];

    /// <summary>The newest shipped version of every definition: what the platform's own pages were written for.</summary>
    public IReadOnlyList<DefinitionHead> Shipped()
    {
        var known = Known;
        return [.. known.Heads.Where(h => known.Shipped.GetValueOrDefault(h.DefinitionId) == h.Row)];
    }

    /// <summary>The versions of other definitions that a version runs inside itself, as they were pinned when it was published; none of a damaged row.</summary>
    public IReadOnlyList<DefinitionHead> PartsOf(int row) => Load(row).Parts;

    /// <summary>
    /// What a file of this region may run inside itself: an id means the version that new cases of the region take, the id of a
    /// version any that the region can use.
    /// </summary>
    public DefinitionLibrary LibraryFor(int regionId)
    {
        var usable = VersionsFor(regionId).Where(head => Load(head.Row).Definition is not null).ToLookup(head => head.Row == Newest(regionId, head.DefinitionId));
        return new DefinitionLibrary([.. usable[true].Select(head => Get(head.Row).Source)], [.. usable[false].Select(head => Get(head.Row).Source)]);
    }

    /// <summary>The rows of the parts of a definition that was compiled with <see cref="LibraryFor"/>, each once.</summary>
    public IReadOnlyList<(DefinitionHead Head, DefinitionPart Part)> RowsOfParts(int regionId, WorkflowDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var usable = VersionsFor(regionId).Where(head => Load(head.Row).Definition is not null).ToList();
        return [.. definition.Parts.GroupBy(part => Convert.ToHexString(part.SourceHash.Span), StringComparer.Ordinal).Select(same => (
            usable.First(head => head.DefinitionId == same.First().DefinitionId && Get(head.Row).SourceHash.Span.SequenceEqual(same.First().SourceHash.Span)),
            same.FirstOrDefault(part => part.ById) ?? same.First()))];
    }

    /// <summary>Adds the files that are not yet known and compiles every row. A bad or changed file stops the start, a damaged row does not.</summary>
    public async Task LoadAsync(string folder, CancellationToken ct)
    {
        var files = new List<(string File, ReadOnlyMemory<byte> Utf8)>();
        foreach (var file in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            files.Add((file, await File.ReadAllBytesAsync(file, ct)));
        }

        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var added = new List<(int Row, WorkflowDefinition Definition)>();
        foreach (var ((file, _), load) in files.Zip(DefinitionLoader.LoadAll(files)))
        {
            if (load.Definition is not { } definition)
            {
                throw new InvalidOperationException($"{file} cannot be run: {string.Join("; ", load.Errors.Select(e => $"{e.Path} {e.Activity} {e.Property}: {e.Reason}"))}");
            }

            var (row, published, isNew) = await AddAsync(connection, definition, ct);
            if (!definition.SourceHash.Span.SequenceEqual(published))
            {
                throw new InvalidOperationException($"{file} differs from the published version {definition.Version} of {definition.DefinitionId}; give it a new version.");
            }

            if (isNew)
            {
                added.Add((row, definition));
            }
        }

        foreach (var (row, definition) in added)
        {
            await PinAsync(connection, row, definition, ct);
        }

        await transaction.CommitAsync(ct);
        foreach (var head in (await RefreshAsync(ct)).Heads)
        {
            Load(head.Row);
        }
    }

    /// <summary>The row, the hash under which the version is known, and whether this start brought it.</summary>
    private async Task<(int Row, byte[] Hash, bool IsNew)> AddAsync(NpgsqlConnection connection, WorkflowDefinition definition, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into platform.definitions (definition_id, version, source_hash, source, published_at)
            values ($1, $2, $3, $4, $5) on conflict (definition_id, version, coalesce(region_id, 0)) do nothing
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
        var isNew = await insert.ExecuteNonQueryAsync(ct) == 1;
        await using var check = new NpgsqlCommand("select id, source_hash from platform.definitions where definition_id = $1 and version = $2 and region_id is null", connection)
        {
            Parameters = { new() { Value = definition.DefinitionId }, new() { Value = definition.Version } },
        };
        await using var reader = await check.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt32(0), reader.GetFieldValue<byte[]>(1), isNew);
    }

    /// <summary>A shipped definition runs the shipped ones of the same release.</summary>
    private static async Task PinAsync(NpgsqlConnection connection, int row, WorkflowDefinition definition, CancellationToken ct)
    {
        foreach (var part in definition.Parts)
        {
            await using var pin = new NpgsqlCommand(
                """
                insert into platform.definition_parts (definition, part, source_hash, by_id)
                select $1, id, source_hash, true from platform.definitions where definition_id = $2 and version = $3 and region_id is null
                on conflict (definition, part) do nothing
                """, connection)
            {
                Parameters = { new() { Value = row }, new() { Value = part.DefinitionId }, new() { Value = part.Version } },
            };
            await pin.ExecuteNonQueryAsync(ct);
        }
    }

    private string? NameIn(int row, string node) => StepsOf(row).FirstOrDefault(s => s.ActivityId == node)?.Name;

    private IEnumerable<int> Earlier(int row)
    {
        var head = Load(row).Head;
        return Known.Heads.Where(h => h.DefinitionId == head.DefinitionId && h.Row != row && (h.RegionId is null || h.RegionId == head.RegionId)).Select(h => h.Row);
    }

    protected override async Task<Register> ReadAsync(Register? before, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        var heads = new List<DefinitionHead>();
        await using (var command = new NpgsqlCommand("select id, definition_id, version, region_id from platform.definitions order by definition_id, version, id", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                heads.Add(new DefinitionHead(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt32(3)));
            }
        }

        var published = new Dictionary<(int, string), int>();
        await using (var command = new NpgsqlCommand("select distinct on (region_id, definition_id) region_id, definition_id, definition from platform.publications order by region_id, definition_id, id desc", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                published.Add((reader.GetInt32(0), reader.GetString(1)), reader.GetInt32(2));
            }
        }

        var shipped = heads.Where(h => h.RegionId is null).GroupBy(h => h.DefinitionId, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.MaxBy(h => h.Version)!.Row, StringComparer.Ordinal);
        return new Register(heads, shipped, published.ToFrozenDictionary());
    }

    private Loaded Load(int row) => byRow.TryGetValue(row, out var loaded) ? loaded : byRow.GetOrAdd(row, LoadRow);

    private Loaded LoadRow(int row)
    {
        using var connection = database.Source.OpenConnection();
        using var command = new NpgsqlCommand("select definition_id, version, region_id, source_hash, source from platform.definitions where id = $1", connection)
        {
            Parameters = { new() { Value = row } },
        };
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new InvalidOperationException($"There is no definition row {row}.");
        }

        var head = new DefinitionHead(row, reader.GetString(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetInt32(2));
        var (hash, source) = (reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4));
        reader.Close();
        var pins = Pins(connection, row);
        var load = DefinitionLoader.Load($"definitions/{row}", source, new DefinitionLibrary(
            [.. pins.Where(p => p.ById).Select(p => p.Source)], [.. pins.Where(p => !p.ById).Select(p => p.Source)]));
        var altered = pins.FirstOrDefault(p => !SHA256.HashData(p.Source.Span).AsSpan().SequenceEqual(p.Hash));
        var fault = load.Definition is not { } definition ? $"this engine cannot run it: {load.Errors[0].Path}: {load.Errors[0].Reason}"
            : !definition.SourceHash.Span.SequenceEqual(hash) ? $"its bytes have the SHA-256 {Convert.ToHexStringLower(definition.SourceHash.Span)}, published were those with {Convert.ToHexStringLower(hash)}"
            : altered is not null ? $"the bytes of {altered.Head.DefinitionId} version {altered.Head.Version} (row {altered.Head.Row}), which it runs inside itself, are not those that it was published with"
            : definition.DefinitionId != head.DefinitionId || definition.Version != head.Version ? "its bytes are another definition or version than the row says"
            : null;
        if (fault is not null)
        {
            LogUnusable(head.DefinitionId, head.Version, row, fault);
        }

        return new Loaded(head, fault is null ? load.Definition : null, fault, fault is null ? [.. pins.Select(p => p.Head)] : []);
    }

    private sealed record Pin(DefinitionHead Head, byte[] Hash, bool ById, ReadOnlyMemory<byte> Source);

    private static List<Pin> Pins(NpgsqlConnection connection, int row)
    {
        using var command = new NpgsqlCommand(
            """
            select d.id, d.definition_id, d.version, d.region_id, p.source_hash, p.by_id, d.source
            from platform.definition_parts p join platform.definitions d on d.id = p.part where p.definition = $1 order by d.definition_id, d.id
            """, connection)
        {
            Parameters = { new() { Value = row } },
        };
        using var reader = command.ExecuteReader();
        var pins = new List<Pin>();
        while (reader.Read())
        {
            pins.Add(new Pin(
                new DefinitionHead(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetInt32(3)),
                reader.GetFieldValue<byte[]>(4), reader.GetBoolean(5), reader.GetFieldValue<byte[]>(6)));
        }

        return pins;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Definition {Definition} version {Version} (row {Row}) is refused, nothing runs on it: {Fault}")]
    private partial void LogUnusable(string definition, int version, int row, string fault);

    private sealed record Loaded(DefinitionHead Head, WorkflowDefinition? Definition, string? Fault, IReadOnlyList<DefinitionHead> Parts);

    /// <summary>The versions there are, and which of them new cases take.</summary>
    public sealed record Register(
        IReadOnlyList<DefinitionHead> Heads, FrozenDictionary<string, int> Shipped, FrozenDictionary<(int Region, string Definition), int> Published);
}
