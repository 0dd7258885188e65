using System.Globalization;
using Npgsql;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Inbox;

/// <summary>A task with the words that people know it by.</summary>
/// <param name="Title">The project, or the notice that waits for a step of its own.</param>
/// <param name="Code">Project code; empty for a notice.</param>
/// <param name="Round">The round in hand; of a fill step the one being written; 0 for what has no rounds.</param>
/// <param name="Amount">万元: as filed last, else as the library knows it; null for a notice.</param>
/// <param name="Change">Against the round before; null in the first.</param>
/// <param name="DaysLeft">Working days; negative = overdue.</param>
/// <param name="Href">Where it is worked on.</param>
public sealed record TaskLine(
    TaskItem Task, string Title, string Code, string Unit, string Holder, string Step, int Round, decimal? Amount, decimal? Change, DateOnly? DueDay, int DaysLeft, string Href)
{
    /// <summary>Nobody of the holder's has opened it.</summary>
    /// <summary>Which link of the chain: the id of its definition.</summary>
    public required string Definition { get; init; }

    /// <summary>代理: the absent colleague for whom the reader decides it; null for the reader's own.</summary>
    public string? OnBehalfOf { get; init; }

    public bool Unread => Task is { OpenedAt: null, Kind: "review" };
}

/// <summary>Joins names to the rows of one page, and only to those.</summary>
public sealed class TaskLines([FromKeyedServices(PlatformDb.Schema)] NpgsqlDataSource database, DefinitionCatalog catalog, DueWindows windows)
{
    private const string Rounds = """
        select r.case_id, r.round, r.form::jsonb -> 'fields' ->> 'funds.annual.total'
        from unnest($1) c(id)
        cross join lateral (select * from platform.rounds r where r.case_id = c.id order by r.round desc limit 2) r
        order by r.case_id, r.round desc
        """;

    public async Task<IReadOnlyList<TaskLine>> OfAsync(IReadOnlyList<TaskItem> tasks, int regionId, CancellationToken ct)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        var (projects, names, notices, filed) = await ReadAsync(tasks, ct);
        return [.. tasks.Select(task =>
        {
            var project = projects.GetValueOrDefault(task.ObjectId);
            var notice = notices.GetValueOrDefault(task.CaseId);
            var (rounds, last, before) = filed.GetValueOrDefault(task.CaseId);
            var (day, left) = windows.Of(regionId, task.DueAt);
            return new TaskLine(
                task,
                project?.Name ?? notice?.Title ?? "",
                project?.Code ?? "",
                names.GetValueOrDefault(task.UnitId, ""),
                names.GetValueOrDefault(task.OrganisationId, ""),
                StepName(task.Definition, task.Node),
                project is null ? 0 : task.Kind == "fill" ? rounds + 1 : rounds,
                last ?? project?.Initial,
                rounds > 1 ? last - before : null,
                day,
                left,
                Href(task, notice?.Id))
            {
                Definition = catalog.IdOf(task.Definition),
            };
        })];
    }

    /// <summary>The step's name as its definition gives it.</summary>
    public string StepName(int definition, string node) => catalog.StepName(definition, node);

    /// <summary>The page on which a task is worked on.</summary>
    public static string Href(TaskItem task, long? noticeId) => (task.Kind, noticeId) switch
    {
        (_, { } notice) => string.Create(CultureInfo.InvariantCulture, $"/notices/{notice}"),
        ("fill", _) => string.Create(CultureInfo.InvariantCulture, $"/filings/{task.CaseId}"),
        ("review", _) => string.Create(CultureInfo.InvariantCulture, $"/reviews/{task.CaseId}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"/cases/{task.CaseId}"),
    };

    // One round trip: on a busy machine each costs more than what it asks for.
    private async Task<Words> ReadAsync(IReadOnlyList<TaskItem> tasks, CancellationToken ct)
    {
        var words = new Words([], [], [], []);
        await using var batch = database.CreateBatch();
        Add("select id, code, name, initial from platform.projects where id = any($1)", tasks.Select(t => t.ObjectId).Where(o => o != 0));
        Add("select id, name from platform.organisations where id = any($1)", tasks.SelectMany(t => (long[])[t.UnitId, t.OrganisationId]));
        Add("select case_id, id, title from platform.notices where case_id = any($1)", tasks.Where(t => t.ObjectId == 0).Select(t => t.CaseId));
        Add(Rounds, tasks.Where(t => t.ObjectId != 0).Select(t => t.CaseId));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            words.Projects.Add(reader.GetInt64(0), new Named(reader.GetString(1), reader.GetString(2), reader.GetDecimal(3)));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            words.Bodies.Add(reader.GetInt64(0), reader.GetString(1));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            words.Notices.Add(reader.GetInt64(0), new Titled(reader.GetInt64(1), reader.GetString(2)));
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            decimal? amount = !reader.IsDBNull(2) && decimal.TryParse(reader.GetString(2), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;
            var id = reader.GetInt64(0);
            words.Filed[id] = words.Filed.TryGetValue(id, out var newer) ? newer with { Before = amount } : (reader.GetInt32(1), amount, null);
        }

        return words;

        void Add(string sql, IEnumerable<long> ids) =>
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. ids.Distinct()] } } });
    }

    private sealed record Named(string Code, string Name, decimal Initial);

    private sealed record Titled(long Id, string Title);

    private sealed record Words(
        Dictionary<long, Named> Projects, Dictionary<long, string> Bodies, Dictionary<long, Titled> Notices, Dictionary<long, (int Rounds, decimal? Last, decimal? Before)> Filed);
}
