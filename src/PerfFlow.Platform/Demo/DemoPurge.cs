using Npgsql;
using PerfFlow.Intake;
using PerfFlow.Notifications;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// Removes the closed demo generations of a county from all three services, as the owner: a service's own account cannot
/// delete a trail. The region's row stays, so that no generation is ever counted twice.
/// </summary>
internal static partial class DemoPurge
{
    /// <summary>
    /// Every table that names a case, notice, person, body or region of a closed generation, whichever feature owns it. Their
    /// order is found by trying: what others still refer to is deleted in a later round.
    /// </summary>
    private const string Sql =
        """
        do $$
        declare gone int[]; target record; blocked boolean; rounds int := 0;
        begin
            select array_agg(id) into gone from platform.regions where demo and closed and code = current_setting('perfflow.county');
            if gone is null then return; end if;
            create temp table gone_things on commit drop as
                select 'case_id' as name, id from platform.cases where region_id = any(gone)
                union all select 'case_id', -id from platform.regions where id = any(gone)
                union all select 'notice_id', id from platform.notices where region_id = any(gone)
                union all select 'user_id', id from platform.users where region_id = any(gone)
                union all select 'organisation_id', id from platform.organisations where region_id = any(gone)
                union all select 'region_id', id from platform.regions where id = any(gone);
            create index on gone_things (name, id);
            analyze gone_things;
            delete from platform.streams where id in (select id from gone_things where name = 'case_id');
            loop
                blocked := false;
                for target in select c.table_name, c.column_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                    where table_schema = 'platform' and t.table_type = 'BASE TABLE' and c.column_name in ('case_id', 'notice_id', 'user_id', 'organisation_id', 'region_id')
                    order by c.column_name, c.table_name
                loop
                    begin
                        execute format('delete from platform.%I where %I in (select id from gone_things where name = %L)', target.table_name, target.column_name, target.column_name);
                    exception when foreign_key_violation then
                        blocked := true;
                    end;
                end loop;
                exit when not blocked;
                rounds := rounds + 1;
                if rounds > 20 then raise exception 'the closed generations cannot be removed: something refers to them in a circle'; end if;
            end loop;
            update platform.regions set bureau_id = null where id = any(gone);
            -- daily roots over lines that are gone no longer prove anything; they are sealed anew over what is left
            delete from platform.journal_days;
        end $$
        """;

    public static async Task<int> RunAsync(Databases databases, string county, ILogger logger, CancellationToken ct)
    {
        await using var owner = NpgsqlDataSource.Create(databases.Owner ?? throw new InvalidOperationException("Purging needs the owner's connection string (ConnectionStrings:Owner)."));
        // The Platform last: it is the one that knows which generations are closed, should this be cut off.
        foreach (var region in await ClosedAsync(owner, county, ct))
        {
            var (files, items) = (await IntakeService.PurgeAsync(owner, region, ct), await NotificationsService.PurgeAsync(owner, region, ct));
            LogRemoved(logger, files, items, region.Generation);
        }

        await using var connection = await owner.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var name = new NpgsqlCommand("select set_config('perfflow.county', $1, true)", connection, transaction) { Parameters = { new() { Value = county } } })
        {
            await name.ExecuteNonQueryAsync(ct);
        }

        await using (var purge = new NpgsqlCommand(Sql, connection, transaction) { CommandTimeout = 0 })
        {
            await purge.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        LogPurged(logger, county);
        return 0;
    }

    private static async Task<List<RegionRef>> ClosedAsync(NpgsqlDataSource owner, string county, CancellationToken ct)
    {
        await using var command = owner.CreateCommand("select code, generation from platform.regions where demo and closed and code = $1 order by generation");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = county });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var closed = new List<RegionRef>();
        while (await reader.ReadAsync(ct))
        {
            closed.Add(new RegionRef(reader.GetString(0), reader.GetInt32(1)));
        }

        return closed;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} files and {Items} messages of generation {Generation} were removed")]
    private static partial void LogRemoved(ILogger logger, int files, int items, int generation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed demo generations of {County} were removed")]
    private static partial void LogPurged(ILogger logger, string county);
}
