using Npgsql;
using PerfFlow.Intake;
using PerfFlow.Notifications;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data;

/// <summary>Brings every service's schema up to date as the owner, then gives each service role its rights and no more.</summary>
public static partial class SchemaUpdate
{
    /// <summary>
    /// A service role reads and writes its own schema. Tables whose comment begins with "append-only" it may only read and
    /// add to: what an auditor trusts cannot be changed by the application's own account.
    /// </summary>
    private const string Grants =
        """
        do $$
        declare target record;
        begin
            for target in select * from (values ('platform', 'perfflow_platform'), ('intake', 'perfflow_intake'), ('notifications', 'perfflow_notifications')) as t(schema, role)
            loop
                if exists (select from pg_roles where rolname = target.role) then
                    execute format('grant usage on schema %I to %I', target.schema, target.role);
                    execute format('grant select, insert, update, delete on all tables in schema %I to %I', target.schema, target.role);
                    execute format('grant usage, select on all sequences in schema %I to %I', target.schema, target.role);
                end if;
            end loop;
            for target in
                select n.nspname as schema, c.relname as name, 'perfflow_' || n.nspname as role
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in ('platform', 'intake', 'notifications') and c.relkind = 'r'
                  and (obj_description(c.oid, 'pg_class') like 'append-only%' or c.relname = 'migrations')
            loop
                if exists (select from pg_roles where rolname = target.role) then
                    execute format('revoke update, delete, truncate on %I.%I from %I', target.schema, target.name, target.role);
                end if;
            end loop;
        end $$
        """;

    public static async Task RunAsync(Databases databases, ILogger logger, CancellationToken ct)
    {
        var owner = databases.Owner ?? throw new InvalidOperationException("Migrating needs the owner's connection string (ConnectionStrings:Owner).");
        await using (var connection = new NpgsqlConnection(owner))
        {
            await connection.OpenAsync(ct);
            await using var schemas = new NpgsqlCommand("create schema if not exists platform; create schema if not exists intake; create schema if not exists notifications", connection);
            await schemas.ExecuteNonQueryAsync(ct);
        }

        await using (var source = NpgsqlDataSource.Create(owner))
        {
            LogMigrating(logger);
            await ServiceDatabase.MigrateAsync<PlatformDb>(source, PlatformDb.Schema, o => new PlatformDb(o), ct);
            await IntakeService.MigrateAsync(source, ct);
            await NotificationsService.MigrateAsync(source, ct);
        }

        await using (var connection = new NpgsqlConnection(owner))
        {
            await connection.OpenAsync(ct);
            await using var grants = new NpgsqlCommand(Grants, connection);
            await grants.ExecuteNonQueryAsync(ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bringing the database up to date")]
    private static partial void LogMigrating(ILogger logger);
}
