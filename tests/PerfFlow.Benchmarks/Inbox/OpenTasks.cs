using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Benchmarks.Inbox;

/// <summary>
/// A million open tasks of 300 units: eight sections have 80,000 reviews each, a hundred units 3,300 filings each, two hundred
/// units 150. Due days lie over three months around today in an order that is not that of the ids; every tenth task was
/// entered by a return, every tenth review is of a second round.
/// </summary>
internal sealed record OpenTasks(Viewer Clerk, Viewer Reviewer, Viewer Bureau)
{
    public const int All = 1_000_000;
    public const int OfSection = 80_000;
    public const int OfClerk = 3_300;
    private const int Sections = 8;
    private const int Departments = 20;
    private const int UnitsEach = 14;
    private const int Units = Departments * (UnitsEach + 1);
    private const int Reviews = Sections * OfSection;

    /// <summary>Fills the database and names three people who look at it.</summary>
    public static async Task<OpenTasks> FillAsync(BenchServer server, Log log, CancellationToken ct)
    {
        var county = await County.CreateAsync(server, Sections, Departments, UnitsEach, projectsEach: 100, ct);
        log.Line("Filling in a million open tasks …");
        await server.ExecuteAsync(Sql(county), ct);
        await server.CheckpointAsync(ct);
        var unit = await server.ScalarAsync<long>("select organisation_id from platform.tasks where kind = 'fill' group by 1 having count(*) = 3300 limit 1", ct);
        return new OpenTasks(
            await county.PersonAsync("clerk", Roles.Unit, unit, ct),
            await county.PersonAsync("reviewer", Roles.Section, await county.BodyAsync("900001", ct), ct),
            await county.PersonAsync("bureau", Roles.Performance, county.BureauId, ct));
    }

    private static string Sql(County county) =>
        $"""
        create temp table filers as select (row_number() over (order by o.id) - 1)::int as n, o.id, o.department_id, m.section_id
            from platform.organisations o join platform.section_mappings m on m.department_id = o.department_id;
        create temp table sections as select (row_number() over (order by id) - 1)::int as n, id from platform.organisations where kind = 'section';
        create temp table plan as
            select g::bigint as id, g < {Reviews} as review,
                case when g < {Reviews} then (g / {Sections}) % {Units}
                     when g < {Reviews} + 100 * {OfClerk} then (g - {Reviews}) % 100
                     else 100 + (g - {Reviews}) % 200 end as unit,
                g % {Sections} as section,
                timestamptz '2024-03-04' + interval '1 minute' * ((g::bigint * 7919 + 104729) % 129600 - 43200) as due
            from generate_series(0, {All - 1}) g;
        insert into platform.tasks (case_id, visit, region_id, notice_id, definition, unit_id, department_id, section_id, object_id, node, kind, form, role,
                organisation_id, returned, round, opened_by, visit_opened_at, due_at)
            select p.id + 1, case when p.review then 2 else 1 end, {county.RegionId}, 1 + p.id % 40, d.id, f.id, f.department_id,
                case when p.review then s.id else f.section_id end, j.id,
                case when p.review then 'section' else 'fill' end, case when p.review then 'review' else 'fill' end,
                case when p.review then 'goal-review' else 'goal-filing' end, case when p.review then 'FIN_SECTION' else 'UNIT' end,
                case when p.review then s.id else f.id end, abs(hashint8(p.id)) % 10 = 3, case when p.review and abs(hashint8(p.id)) % 10 = 5 then 2 else 1 end, case when p.review then 1 else 0 end, p.due - interval '14 days', p.due
            from plan p join filers f on f.n = p.unit join sections s on s.n = p.section
            join lateral (select id from platform.definitions where definition_id = 'goal-filing' order by version desc limit 1) d on true
            join (select id, unit_id, (row_number() over (partition by unit_id order by id) - 1) as k from platform.projects) j on j.unit_id = f.id and j.k = (p.id / {Units}) % 100;
        insert into platform.rounds (case_id, seq, n, round, visit, form_code, form, sha256, rule_set, source, filled_by, due_at, late_days)
            select p.id + 1, r + 1, 0, r, r, 'goal-filing', '{"{}"}', '\x00', '1', 'page', 1, p.due, 0 from plan p, generate_series(1, 2) r where p.review and (r = 1 or abs(hashint8(p.id)) % 10 = 5);
        drop table plan;
        analyze
        """;
}
