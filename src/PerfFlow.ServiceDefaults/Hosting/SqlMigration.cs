using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// A schema change whose body is the readable <c>.sql</c> file of the migration's id in Data/Migrations. There is no way
/// back: a mistake is mended by the next file.
/// </summary>
public abstract class SqlMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var type = GetType();
        var id = type.GetCustomAttribute<MigrationAttribute>()!.Id;
        var resource = type.Assembly.GetManifestResourceNames().Single(n => n.EndsWith($".{id}.sql", StringComparison.Ordinal));
        using var reader = new StreamReader(type.Assembly.GetManifestResourceStream(resource)!);
        migrationBuilder.Sql(reader.ReadToEnd());
    }

    protected override void Down(MigrationBuilder migrationBuilder) =>
        throw new NotSupportedException("A schema change is mended by the next one, never taken back.");
}
