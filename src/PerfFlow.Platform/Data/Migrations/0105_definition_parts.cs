using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Which versions of other definitions a published one runs inside itself; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0105_definition_parts")]
internal sealed class DefinitionParts : SqlMigration;
