using System.Globalization;
using Microsoft.EntityFrameworkCore;
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
    public bool Unread => Task is { OpenedAt: null, Kind: "review" };
}

/// <summary>Joins names to the rows of one page, and only to those.</summary>
public sealed class TaskLines(IDbContextFactory<PlatformDb> databases, [FromKeyedServices(PlatformDb.Schema)] NpgsqlDataSource database, DefinitionCatalog catalog, DueWindows windows)
{
    public async Task<IReadOnlyList<TaskLine>> OfAsync(IReadOnlyList<TaskItem> tasks, int regionId, CancellationToken ct)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var objects = tasks.Where(t => t.ObjectId != 0).Select(t => t.ObjectId).Distinct().ToList();
        var projects = await db.Projects.AsNoTracking().Where(p => objects.Contains(p.Id)).Select(p => new { p.Id, p.Code, p.Name, p.Initial }).ToDictionaryAsync(p => p.Id, ct);
        var bodies = tasks.SelectMany(t => (long[])[t.UnitId, t.OrganisationId]).Distinct().ToList();
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var others = tasks.Where(t => t.ObjectId == 0).Select(t => t.CaseId).ToList();
        var notices = others.Count == 0
            ? []
            : await db.Notices.AsNoTracking().Where(n => others.Contains(n.CaseId)).Select(n => new { n.CaseId, n.Id, n.Title }).ToDictionaryAsync(n => n.CaseId, ct);
        var filed = await FiledAsync([.. tasks.Where(t => t.ObjectId != 0).Select(t => t.CaseId)], ct);
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
                Href(task, notice?.Id));
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

    private async Task<Dictionary<long, (int Rounds, decimal? Last, decimal? Before)>> FiledAsync(long[] cases, CancellationToken ct)
    {
        var filed = new Dictionary<long, (int, decimal?, decimal?)>();
        await using var command = database.CreateCommand(
            """
            select r.case_id, r.round, r.form::jsonb -> 'fields' ->> 'funds.annual.total'
            from unnest($1) c(id)
            cross join lateral (select * from platform.rounds r where r.case_id = c.id order by r.round desc limit 2) r
            order by r.case_id, r.round desc
            """);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = cases });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            decimal? amount = !reader.IsDBNull(2) && decimal.TryParse(reader.GetString(2), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;
            var id = reader.GetInt64(0);
            filed[id] = filed.TryGetValue(id, out var newer) ? newer with { Item3 = amount } : (reader.GetInt32(1), amount, null);
        }

        return filed;
    }
}
