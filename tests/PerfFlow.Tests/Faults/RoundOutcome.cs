using Npgsql;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// What a round has come to, named by codes instead of ids and without instants of the system's clock: two undisturbed
/// rounds of one county give the same lines.
/// </summary>
internal static class RoundOutcome
{
    private const string Case = "select c.id, o.code || ' ' || coalesce(p.code, '') as name from platform.cases c join platform.organisations o on o.id = c.unit_id left join platform.projects p on p.id = c.object_id";

    private static readonly string[] Questions =
    [
        $"select 'case ' || n.name || ' ' || s.state || ' rounds ' || s.rounds || ' returns ' || s.returns from ({Case}) n join platform.case_states s on s.case_id = n.id",
        $"select 'act ' || n.name || ' ' || j.seq || ' visit ' || j.visit || ' ' || coalesce(j.node, '') || ' ' || j.act || ' ' || coalesce(j.outcome, '') || ' ' || j.role || ' ' || coalesce(u.user_name, '') from ({Case}) n join platform.journal j on j.case_id = n.id left join platform.users u on u.id = j.actor_id",
        $"select 'round ' || n.name || ' ' || r.round || ' ' || encode(r.sha256, 'hex') || ' ' || r.source || ' late ' || r.late_days from ({Case}) n join platform.rounds r on r.case_id = n.id",
        $"select 'return ' || n.name || ' ' || r.n || ' ' || r.reasons || ' ' || r.target || ' ' || r.text from ({Case}) n join platform.returns r on r.case_id = n.id",
        $"select 'opinion ' || n.name || ' ' || r.seq || ' ' || r.text from ({Case}) n join platform.opinions r on r.case_id = n.id",
        $"select 'task ' || n.name || ' visit ' || t.visit || ' ' || t.role from ({Case}) n join platform.tasks t on t.case_id = n.id",
        $"select 'reminder ' || n.name || ' visit ' || r.visit || ' due ' || r.due_at::text || ' rung ' || r.rung from ({Case} where c.notice_id is not null) n join platform.reminders r on r.case_id = n.id",
        $"select 'item ' || n.name || ' visit ' || i.visit || ' due ' || i.due_at::text || ' ' || i.rung || ' to ' || u.user_name from ({Case} where c.notice_id is not null) n join notifications.items i on i.case_id = n.id join platform.users u on u.id = i.user_id where i.rung is not null",
        // What opens may be told late and then not at all; what ends is told of every visit, and the notice to everybody.
        $"select 'told the end of ' || n.name || ' visit ' || v.visit from ({Case}) n join notifications.visits v on v.case_id = n.id where v.closed",
        "select 'told of the notice ' || u.user_name from notifications.items i join platform.users u on u.id = i.user_id where i.kind = 'NoticeIssued'",
        "select 'number ' || word || ' ' || year || ' ' || seq || ' ' || status from platform.document_numbers",
        "select 'workbook ' || o.code || ' ' || d.state || ' ' || d.drafts from platform.documents d join platform.organisations o on o.id = d.unit_id",
    ];

    /// <summary>One line per fact, in a fixed order.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        var lines = new List<string>();
        foreach (var sql in Questions)
        {
            await using var command = source.CreateCommand($"set timezone = 'UTC'; {sql}");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(0));
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>What one outcome has and the other has not, shortened to be read.</summary>
    public static string Differences(IReadOnlyList<string> undisturbed, IReadOnlyList<string> disturbed)
    {
        var (missing, extra) = (Less(undisturbed, disturbed), Less(disturbed, undisturbed));
        return missing.Count + extra.Count == 0
            ? ""
            : $"{missing.Count} facts are missing, {extra.Count} should not be:\n{string.Join('\n', missing.Take(10).Select(l => "- " + l).Concat(extra.Take(10).Select(l => "+ " + l)))}";
    }

    private static List<string> Less(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var counts = other.CountBy(l => l, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. one.Where(l => !counts.TryGetValue(l, out var n) || (counts[l] = n - 1) < 0)];
    }
}
