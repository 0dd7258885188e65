using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>How the tables of open work use their space again; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0093_storage")]
internal sealed class Storage : SqlMigration;
