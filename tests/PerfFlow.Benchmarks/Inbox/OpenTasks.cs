using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Benchmarks.Inbox;

/// <summary>
/// So many millions of open tasks of 300 units: of each million eight sections have 80,000 reviews each, a hundred units 3,300
/// filings each, two hundred units 150. Due days lie over three months around today in an order that is not that of the ids; every tenth task was
/// entered by a return, every tenth review is of a second round.
/// </summary>
/// <param name="Millions">How many there are.</param>
internal sealed record OpenTasks(int Millions, Viewer Clerk, Viewer Reviewer, Viewer Bureau)
{
    private const int Million = 1_000_000;
    private const int ReviewsOfSection = 80_000;
    private const int FilingsOfClerk = 3_300;
    private const int Sections = 8;
    private const int Departments = 20;
    private const int UnitsEach = 14;
    private const int Units = Departments * (UnitsEach + 1);
    private const int Reviews = Sections * ReviewsOfSection;

    public int All => Millions * Million;

    public int OfSection => Millions * ReviewsOfSection;

    public int OfClerk => Millions * FilingsOfClerk;

    /// <summary>Fills the database and names three people who look at it.</summary>
    public static async Task<OpenTasks> FillAsync(BenchServer server, Log log, CancellationToken ct, int millions = 1)
    {
        var county = await County.CreateAsync(server, Sections, Departments, UnitsEach, projectsEach: 100, ct);
        log.Line($"Filling in {millions} million open tasks …");
        // Indexes are made of the whole afterwards, in a third of the time that adding row by row takes.
        var indexes = await server.ScalarAsync<string[]>(
            "select array_agg(indexdef) from pg_indexes where schemaname = 'platform' and tablename in ('tasks', 'rounds') and indexname not in (select conname from pg_constraint)", ct);
        var names = await server.ScalarAsync<string>(
            "select string_agg('platform.' || indexname, ', ') from pg_indexes where schemaname = 'platform' and tablename in ('tasks', 'rounds') and indexname not in (select conname from pg_constraint)", ct);
        await server.ExecuteAsync($"drop index {names}; {Prepare}", ct);
        for (var n = 0; n < millions; n++)
        {
            await server.ExecuteAsync(Sql(county, n), ct);
        }

        await Parallel.ForEachAsync(indexes, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = ct }, async (index, token) => await server.ExecuteAsync($"set maintenance_work_mem = '512MB'; {index}", token));
        await server.ExecuteAsync("drop table bench_plan; drop table bench_filers; drop table bench_sections; drop table bench_projects", ct);
        await server.ExecuteAsync("vacuum analyze platform.tasks", ct);
        await server.ExecuteAsync("analyze", ct);
        await server.CheckpointAsync(ct);
        var unit = await server.ScalarAsync<long>("select organisation_id from platform.tasks where kind = 'fill' group by 1 order by count(*) desc, 1 limit 1", ct);
        return new OpenTasks(
            millions,
            await county.PersonAsync("clerk", Roles.Unit, unit, ct),
            await county.PersonAsync("reviewer", Roles.Section, await county.BodyAsync("900001", ct), ct),
            await county.PersonAsync("bureau", Roles.Performance, county.BureauId, ct));
    }

    private static string Prepare =>
        $"""
        create table bench_filers as select (row_number() over (order by o.id) - 1)::int as n, o.id, o.department_id, m.section_id
            from platform.organisations o join platform.section_mappings m on m.department_id = o.department_id;
        create table bench_sections as select (row_number() over (order by id) - 1)::int as n, id from platform.organisations where kind = 'section';
        create table bench_projects as select id, unit_id, (row_number() over (partition by unit_id order by id) - 1) as k from platform.projects;
        create table bench_plan as
            select g::bigint as id, g < {Reviews} as review,
                case when g < {Reviews} then (g / {Sections}) % {Units}
                     when g < {Reviews} + 100 * {FilingsOfClerk} then (g - {Reviews}) % 100
                     else 100 + (g - {Reviews}) % 200 end as unit,
                g % {Sections} as section,
                timestamptz '2024-03-04' + interval '1 minute' * ((g::bigint * 7919 + 104729) % 129600 - 43200) as due
            from generate_series(0, {Million - 1}) g;
        analyze bench_filers; analyze bench_sections; analyze bench_projects; analyze bench_plan
        """;

    /// <summary>One million more, under ids of their own.</summary>
    private static string Sql(County county, int million) =>
        $"""
        insert into platform.tasks (case_id, visit, region_id, notice_id, definition, unit_id, department_id, section_id, object_id, node, kind, form, role,
                organisation_id, returned, round, opened_by, visit_opened_at, due_at)
            select {million} * {Million} + p.id + 1, case when p.review then 2 else 1 end, {county.RegionId}, 1 + p.id % 40, d.id, f.id, f.department_id,
                case when p.review then s.id else f.section_id end, j.id,
                case when p.review then 'section' else 'fill' end, case when p.review then 'review' else 'fill' end,
                case when p.review then 'goal-review' else 'goal-filing' end, case when p.review then 'FIN_SECTION' else 'UNIT' end,
                case when p.review then s.id else f.id end, abs(hashint8(p.id)) % 10 = 3, case when p.review and abs(hashint8(p.id)) % 10 = 5 then 2 else 1 end, case when p.review then 1 else 0 end,
                p.due + {million} * interval '7 seconds' - interval '14 days', p.due + {million} * interval '7 seconds'
            from bench_plan p join bench_filers f on f.n = p.unit join bench_sections s on s.n = p.section
            join lateral (select id from platform.definitions where definition_id = 'goal-filing' order by version desc limit 1) d on true
            join bench_projects j on j.unit_id = f.id and j.k = (p.id / {Units}) % 100;
        insert into platform.rounds (case_id, seq, n, round, visit, form_code, form, sha256, rule_set, source, filled_by, due_at, late_days)
            select {million} * {Million} + p.id + 1, r + 1, 0, r, r, 'goal-filing', '{"{}"}', '\x00', '1', 'page', 1, p.due, 0
            from bench_plan p, generate_series(1, 2) r where p.review and (r = 1 or abs(hashint8(p.id)) % 10 = 5)
        """;
}
