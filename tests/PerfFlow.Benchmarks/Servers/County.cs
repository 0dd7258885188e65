using Npgsql;
using PerfFlow.Platform.Access;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>
/// A county as large as a benchmark asks: a bureau with sections, departments spread over them, units below the departments,
/// one project for each body that files, and a few people who can act.
/// </summary>
/// <param name="RegionId">The region.</param>
/// <param name="BureauId">Its finance bureau.</param>
internal sealed record County(BenchServer Server, int RegionId, long BureauId)
{
    public static async Task<County> CreateAsync(BenchServer server, int sections, int departments, int unitsEach, int projectsEach, CancellationToken ct)
    {
        var region = await server.ScalarAsync<int>(
            "insert into platform.regions (code, generation, name, demo, mark_word) values ('331121', 1, '青田县', false, '青财绩效') returning id", ct);
        await server.ExecuteAsync(
            $"""
            insert into platform.organisations (region_id, kind, code, name, short_name, valid_from) values ({region}, 'bureau', '900', '财政局', '财政局', '2020-01-01');
            update platform.regions set bureau_id = (select id from platform.organisations where code = '900');
            insert into platform.organisations (region_id, kind, code, name, short_name, parent_id, valid_from)
                select {region}, 'section', '900' || to_char(n, 'FM000'), '科室' || n, '科室' || n, b.id, '2020-01-01'
                from generate_series(1, {sections}) n, platform.organisations b where b.code = '900';
            insert into platform.organisations (region_id, kind, code, name, short_name, parent_id, valid_from)
                select {region}, 'department', to_char(100 + n, 'FM000'), '部门' || n, '部门' || n, b.id, '2020-01-01'
                from generate_series(1, {departments}) n, platform.organisations b where b.code = '900';
            update platform.organisations set department_id = id where kind = 'department';
            insert into platform.organisations (region_id, kind, code, name, short_name, parent_id, department_id, valid_from)
                select {region}, 'unit', d.code || to_char(n, 'FM000'), d.name || '单位' || n, '单位' || n, d.id, d.id, '2020-01-01'
                from generate_series(1, {unitsEach}) n, platform.organisations d where d.kind = 'department';
            insert into platform.section_mappings (region_id, department_id, section_id, valid_from)
                select {region}, d.id, s.id, '2020-01-01' from platform.organisations d
                join platform.organisations s on s.code = '900' || to_char(1 + d.code::int % {sections}, 'FM000') where d.kind = 'department';
            insert into platform.projects (region_id, fiscal_year, code, unit_id, department_id, section_id, name, kind, fund_kind, initial, adjusted, changed_at)
                select {region}, 2024, '331121' || to_char(u.id, 'FM000000000') || to_char(n, 'FM000000'), u.id, u.department_id, m.section_id, u.name || '项目' || n,
                    '3', 'general', 100, 100, '2024-01-01'
                from platform.organisations u join platform.section_mappings m on m.department_id = u.department_id, generate_series(1, {projectsEach}) n;
            analyze
            """, ct);
        return new County(server, region, await server.ScalarAsync<long>("select id from platform.organisations where code = '900'", ct));
    }

    /// <summary>Somebody with one role at one body, as the platform sees him.</summary>
    public async Task<Viewer> PersonAsync(string name, string role, long bodyId, CancellationToken ct)
    {
        await using var insert = Server.Owner.CreateCommand(
            """
            with u as (
                insert into platform.users (region_id, user_name, normalized_user_name, name, must_change_password, password_changed_at, demo, created_at)
                values ($1, $2, upper($2), $2, false, '2024-01-01', false, '2024-01-01') returning id)
            insert into platform.memberships (user_id, organisation_id, role, valid_from) select id, $3, $4, '2020-01-01' from u returning user_id
            """);
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RegionId });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bodyId });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = role });
        var id = (long)(await insert.ExecuteScalarAsync(ct))!;
        return await Server.Get<ViewerReader>().FindAsync(id, ct) ?? throw new InvalidOperationException($"{name} may not act.");
    }

    public Task<long> BodyAsync(string code, CancellationToken ct) => Server.ScalarAsync<long>($"select id from platform.organisations where code = '{code}'", ct);
}
