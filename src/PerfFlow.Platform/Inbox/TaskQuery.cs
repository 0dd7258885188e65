using System.Globalization;
using System.Text;
using Npgsql;

namespace PerfFlow.Platform.Inbox;

/// <summary>Writes the SQL of <see cref="TaskList"/>. Values are parameters; only column names and limits are written out.</summary>
internal sealed class TaskQuery
{
    private const string Columns = """
        t.case_id, t.visit, t.notice_id, t.definition, t.unit_id, t.department_id, t.section_id, t.object_id, t.node, t.kind, t.form,
        t.role, t.organisation_id, t.person_id, t.returned, t.visit_opened_at, t.opened_at, t.due_at, t.region_id
        """;

    // A limit makes the planner hope to find a page early in the heap, or to share the search among workers: both are
    // slower than the index whenever the hope fails. Local to the batch, which is one transaction.
    private const string Planning = """
        select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)
        """;

    private readonly NpgsqlBatchCommand command = new();
    private readonly List<string> scopes = [];
    private string conditions = "";

    private TaskQuery()
    {
    }

    /// <summary>Goes first in each batch and answers one row: the statements behind it are read from indexes.</summary>
    public static NpgsqlBatchCommand ByIndex() => new(Planning);

    /// <summary>Ordered branches, each cut off after a page, merged and cut off again.</summary>
    public static NpgsqlBatchCommand Page(TaskScope scope, TaskPageRequest request)
    {
        var query = new TaskQuery();
        query.Add(scope, request.Filter);
        var byDue = request.Order is TaskOrder.Due or TaskOrder.DueLast;
        var column = byDue ? "due_at" : "visit_opened_at";
        var down = (request.Order is TaskOrder.DueLast or TaskOrder.ArrivedLast) != request.Backwards;
        var (way, sign, nulls) = down ? ("desc", "<", "first") : ("asc", ">", "last");
        var limit = request.Size.ToString(CultureInfo.InvariantCulture);
        var branches = new List<string>();
        foreach (var where in query.scopes)
        {
            // Tasks without a due day are a range of their own, at one end of the index.
            if (request.From is not { At: null } || down)
            {
                var beyond = request.From is { At: { } at } from ? $" and (t.{column}, t.case_id, t.visit) {sign} ({query.Value(at)}, {query.Value(from.CaseId)}, {query.Value(from.Visit)})" : "";
                branches.Add($"(select {Columns} from platform.tasks t where {where}{query.conditions} and t.{column} is not null{beyond} order by t.{column} {way}, t.case_id {way}, t.visit {way} limit {limit})");
            }

            if (byDue && (request.From is not { At: not null } || !down) && request.Filter is { DueFrom: null, DueTo: null })
            {
                var beyond = request.From is { At: null } from ? $" and (t.case_id, t.visit) {sign} ({query.Value(from.CaseId)}, {query.Value(from.Visit)})" : "";
                branches.Add($"(select {Columns} from platform.tasks t where {where}{query.conditions} and t.due_at is null{beyond} order by t.case_id {way}, t.visit {way} limit {limit})");
            }
        }

        query.command.CommandText = $"select * from ({string.Join(" union all ", branches)}) t order by t.{column} {way} nulls {nulls}, t.case_id {way}, t.visit {way} limit {limit}";
        return query.command;
    }

    /// <summary>Stops counting at <paramref name="most"/>.</summary>
    public static NpgsqlBatchCommand Count(TaskScope scope, TaskFilter filter, int most)
    {
        var query = new TaskQuery();
        query.Add(scope, filter);
        var limit = most.ToString(CultureInfo.InvariantCulture);
        // The order costs nothing, it is the index's.
        var branches = query.scopes.Select(where => $"(select 1 from platform.tasks t where {where}{query.conditions} order by t.due_at limit {limit})");
        query.command.CommandText = $"select count(*) from (select 1 from ({string.Join(" union all ", branches)}) t limit {limit}) c";
        return query.command;
    }

    /// <summary>The open tasks of these cases.</summary>
    public static NpgsqlBatchCommand Of(int regionId, IReadOnlyList<long> cases)
    {
        var query = new TaskQuery();
        query.command.CommandText = $"select {Columns} from platform.tasks t where t.case_id = any({query.Value(cases.ToArray())}) and t.region_id = {query.Value(regionId)}";
        return query.command;
    }

    private void Add(TaskScope scope, TaskFilter filter)
    {
        if (scope.Region)
        {
            scopes.Add($"t.region_id = {Value(scope.RegionId)}");
        }
        else
        {
            // Roles are held at a body of the region, so only the branch of the person has to ask for the region.
            scopes.Add($"t.person_id = {Value(scope.UserId)} and t.region_id = {Value(scope.RegionId)}");
            scopes.AddRange(scope.StandsInFor.Select(absent =>
                $"t.person_id = {Value(absent.PersonId)} and t.role = {Value(absent.Role)} and t.organisation_id = {Value(absent.OrganisationId)}"));
            scopes.AddRange(scope.Posts.Select(post => $"t.organisation_id = {Value(post.OrganisationId)} and t.role = {Value(post.Role)} and t.person_id is null"));
        }

        conditions = Conditions(scope, filter);
    }

    private string Conditions(TaskScope scope, TaskFilter filter)
    {
        var sql = new StringBuilder();
        if (filter.Kind is { } kind)
        {
            sql.Append($" and t.kind = {Value(kind)}");
        }

        if (filter.Node is { } node)
        {
            sql.Append($" and t.node = {Value(node)}");
        }

        if (filter.UnitId is { } unit)
        {
            var id = Value(unit);
            sql.Append($" and (t.unit_id = {id} or t.department_id = {id})");
        }

        if (filter.DueFrom is { } from)
        {
            sql.Append($" and t.due_at >= {Value(from)}");
        }

        if (filter.DueTo is { } to)
        {
            sql.Append($" and t.due_at <= {Value(to)}");
        }

        if (filter.Returned)
        {
            sql.Append(" and t.returned");
        }

        if (filter.Resubmitted)
        {
            sql.Append(" and t.kind = 'review' and t.round >= 2");
        }

        if (filter.Round is { } round)
        {
            // Written out, so that the indexes of later rounds can be chosen.
            sql.Append(round switch { >= 3 => " and t.round >= 3", 2 => " and t.round >= 2 and t.round < 3", _ => $" and t.round = {Value(round)}" });
        }

        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            var part = Value($"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%");
            var region = Value(scope.RegionId);
            sql.Append($" and (t.object_id in (select p.id from platform.projects p where p.region_id = {region} and not p.confidential and (p.name like {part} or p.code like {part}))")
                .Append($" or (t.unit_id in (select o.id from platform.organisations o where o.region_id = {region} and o.name like {part})")
                .Append(" and not exists (select 1 from platform.projects p where p.id = t.object_id and p.confidential)))");
        }

        return sql.ToString();
    }

    private string Value<T>(T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${command.Parameters.Count.ToString(CultureInfo.InvariantCulture)}";
    }
}
