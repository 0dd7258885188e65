using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>What was asked for and granted as an extension; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0073_extensions")]
internal sealed class ExtensionsTable : SqlMigration;
