using Npgsql;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Inbox;

/// <summary>
/// The inbox as rows: one page and the counts above it, in one round trip. An OR over posts would read and sort whatever a
/// person holds; here each post is a branch of its own that its index delivers in order and that stops after a page, so
/// that the first page costs the same among a thousand and ten million open tasks.
/// </summary>
public sealed class TaskList([FromKeyedServices(PlatformDb.Schema)] NpgsqlDataSource database)
{
    /// <summary>Counts are exact below this; from here on they are shown as 999+.</summary>
    public const int CountedTo = 1000;

    /// <summary>One page of the scope, and how many tasks each of <paramref name="counted"/> lets through, at most <see cref="CountedTo"/>.</summary>
    public async Task<(TaskPage Page, IReadOnlyList<int> Counts)> ReadAsync(TaskScope scope, TaskPageRequest request, IReadOnlyList<TaskFilter> counted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(counted);
        var size = Math.Clamp(request.Size, 1, 100);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(TaskQuery.ByIndex());
        batch.BatchCommands.Add(TaskQuery.Page(scope, request with { Size = size + 1 }));
        // The tab in hand without further conditions is asked for twice: as a tab and as what the conditions let through.
        var distinct = counted.Distinct().ToList();
        foreach (var filter in distinct)
        {
            batch.BatchCommands.Add(TaskQuery.Count(scope, filter, CountedTo));
        }

        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        var items = new List<TaskItem>(size + 1);
        while (await reader.ReadAsync(ct))
        {
            items.Add(Read(reader));
        }

        var counts = new Dictionary<TaskFilter, int>(distinct.Count);
        foreach (var filter in distinct)
        {
            await reader.NextResultAsync(ct);
            await reader.ReadAsync(ct);
            counts.Add(filter, (int)reader.GetInt64(0));
        }

        return (Cut(items, size, request), [.. counted.Select(f => counts[f])]);
    }

    /// <summary>One page of the scope.</summary>
    public async Task<TaskPage> PageAsync(TaskScope scope, TaskPageRequest request, CancellationToken ct) => (await ReadAsync(scope, request, [], ct)).Page;

    /// <summary>How many tasks of the scope a filter lets through, at most <see cref="CountedTo"/>.</summary>
    public async Task<int> CountAsync(TaskScope scope, TaskFilter filter, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(TaskQuery.ByIndex());
        batch.BatchCommands.Add(TaskQuery.Count(scope, filter, CountedTo));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return (int)reader.GetInt64(0);
    }

    /// <summary>The open tasks of named cases of a region, whoever holds them; the caller asks who may see them.</summary>
    public async Task<IReadOnlyList<TaskItem>> OpenAsync(int regionId, IReadOnlyList<long> cases, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(TaskQuery.Of(regionId, cases));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var items = new List<TaskItem>(cases.Count);
        while (await reader.ReadAsync(ct))
        {
            items.Add(Read(reader));
        }

        return items;
    }

    private static TaskPage Cut(List<TaskItem> items, int size, TaskPageRequest request)
    {
        var more = items.Count > size;
        if (more)
        {
            items.RemoveAt(size);
        }

        if (request.Backwards)
        {
            items.Reverse();
            return new TaskPage(items, more, request.From is not null);
        }

        return new TaskPage(items, request.From is not null, more);
    }

    private static TaskItem Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        reader.IsDBNull(2) ? null : reader.GetInt64(2),
        reader.GetInt32(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.GetInt64(7),
        reader.GetString(8),
        reader.GetString(9),
        reader.GetString(10),
        reader.GetString(11),
        reader.GetInt64(12),
        reader.IsDBNull(13) ? null : reader.GetInt64(13),
        reader.GetBoolean(14),
        reader.GetFieldValue<DateTimeOffset>(15),
        reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16),
        reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17),
        reader.GetInt32(18));
}
