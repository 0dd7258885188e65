using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Workbooks sent in by units; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0006_documents")]
internal sealed class Documents : SqlMigration;
