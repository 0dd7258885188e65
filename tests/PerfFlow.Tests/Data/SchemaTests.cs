using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Data;

/// <summary>There is no snapshot of the model: this test says whether the mapped model and the migrated database agree.</summary>
public sealed class SchemaTests(PostgresServer postgres)
{
    [Fact]
    public async Task Every_mapped_column_exists_with_its_type_and_nullability()
    {
        await using var app = await PerfFlowApp.StartAsync(postgres);
        await using var db = app.Db();
        var columns = await ColumnsAsync(app.Database.OwnerConnectionString);
        var wrong = new List<string>();
        foreach (var entity in db.Model.GetEntityTypes().Where(e => e.GetTableName() is not null || e.GetViewName() is not null))
        {
            var store = StoreObjectIdentifier.Create(entity, entity.GetTableName() is null ? StoreObjectType.View : StoreObjectType.Table)!.Value;
            foreach (var property in entity.GetProperties())
            {
                var name = $"{store.Name}.{property.GetColumnName(store)}";
                if (!columns.TryGetValue(name, out var column))
                {
                    wrong.Add($"{name} is mapped but does not exist");
                }
                else if (!SameType(property.GetRelationalTypeMapping().StoreType, column.Type))
                {
                    wrong.Add($"{name} is {column.Type}, mapped as {property.GetRelationalTypeMapping().StoreType}");
                }
                else if (store.StoreObjectType == StoreObjectType.Table && property.IsNullable != column.Nullable)
                {
                    wrong.Add($"{name} is {(column.Nullable ? "nullable" : "not null")}, mapped otherwise");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static bool SameType(string mapped, string actual) =>
        mapped.Split('(')[0] == actual.Split('(')[0] || (mapped, actual) is ("character varying", "text");

    private static async Task<Dictionary<string, (string Type, bool Nullable)>> ColumnsAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(
            """
            select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'platform' and c.relkind in ('r', 'v', 'm') and a.attnum > 0 and not a.attisdropped
            """);
        var columns = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            columns[reader.GetString(0)] = (reader.GetString(1), reader.GetBoolean(2));
        }

        return columns;
    }
}
