using Npgsql;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Demo;

/// <summary>Removes the closed demo generations of a county, as the owner: the service's own account cannot delete a trail.</summary>
internal static partial class DemoPurge
{
    private const string Sql =
        """
        do $$
        declare gone int[]; target record;
        begin
            select array_agg(id) into gone from platform.regions where demo and closed and code = current_setting('perfflow.county');
            if gone is null then return; end if;
            create temp table gone_cases on commit drop as select id from platform.cases where region_id = any(gone);
            for target in select table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                where table_schema = 'platform' and column_name = 'case_id' and t.table_type = 'BASE TABLE' and table_name <> 'journal'
            loop
                execute format('delete from platform.%I where case_id in (select id from gone_cases)', target.table_name);
            end loop;
            delete from platform.journal where case_id in (select id from gone_cases) or case_id in (select -id from platform.regions where id = any(gone));
            delete from platform.cases where id in (select id from gone_cases);
            delete from platform.streams where id in (select -id from platform.regions where id = any(gone));
            -- daily roots over lines that are gone no longer prove anything; they are sealed anew over what is left
            delete from platform.journal_days;
        end $$
        """;

    public static async Task<int> RunAsync(Databases databases, string county, ILogger logger, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(databases.Owner ?? throw new InvalidOperationException("Purging needs the owner's connection string (ConnectionStrings:Owner)."));
        await connection.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var name = new NpgsqlCommand("select set_config('perfflow.county', $1, true)", connection, transaction) { Parameters = { new() { Value = county } } })
        {
            await name.ExecuteNonQueryAsync(ct);
        }

        await using (var purge = new NpgsqlCommand(Sql, connection, transaction))
        {
            await purge.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        LogPurged(logger, county);
        return 0;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed demo generations of {County} were removed")]
    private static partial void LogPurged(ILogger logger, string county);
}
