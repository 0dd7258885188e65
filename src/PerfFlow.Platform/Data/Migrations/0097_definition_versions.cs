using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Definitions that a region publishes itself; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0097_definition_versions")]
internal sealed class DefinitionVersions : SqlMigration;
