using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Cases on their way to another version of their definition; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0098_migrations")]
internal sealed class DefinitionMigrations : SqlMigration;
