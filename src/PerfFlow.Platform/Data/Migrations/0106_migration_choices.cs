using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>What was chosen for a migration, and the door through which definitions were published or cases migrated; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0106_migration_choices")]
internal sealed class MigrationChoices : SqlMigration;
